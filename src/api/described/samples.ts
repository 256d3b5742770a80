/** Values to show: a request and an answer as they might be, made from the schemas that describe them. */
import { fieldSchema, type JsonSchema } from '../../schema/json-schema.ts';
import type { Endpoint, Input, Operation } from '../engine/endpoint.ts';
import { filledPath, parametersOf, scopeOf } from '../engine/facts.ts';
import type { Method } from '../engine/rules.ts';

/** A call as one would make it. */
export type SampleCall = { method: Method; url: string; body?: unknown; needsToken: boolean };

const BY_NAME: Record<string, unknown> = {
  song_name: 'Cloudbusting', num_streams: 4275, name: 'Hounds of Love', artist: 'Kate Bush', year_released: '1985-09-16', position: 3,
  username: 'mara', user: 1, email: 'mara@example.org', password: 'correct-horse-battery', next: null, previous: null, count: 561, song_count: 12, like_count: 709, album_count: 9,
  token: 'tracklist_…', detail: 'Not found.', q: 'cloud',
};

/** The call that documentation shows: the description's own example, or one made up from its schemas. */
export function sampleCall(endpoint: Endpoint, method: Method, origin: string): SampleCall {
  const operation = endpoint.operations[method];
  const path: Record<string, string | number> = { ...Object.fromEntries(parametersOf(endpoint, method).filter((one) => one.in === 'path').map(({ name, schema }) => [name, sampleOf(schema, name) as string | number])), ...operation?.example?.path };
  const query = new URLSearchParams(operation?.example?.query ?? {}).toString();
  const body = operation?.example?.body ?? (operation && sampleBody(operation, method));
  return {
    method,
    url: origin + filledPath(endpoint.path, path) + (query ? `?${query}` : ''),
    ...(body === undefined ? {} : { body }),
    needsToken: scopeOf(endpoint, method) !== undefined,
  };
}

/** A body that an operation takes; undefined where it takes none. */
export function sampleBody(operation: Operation, method: Method): unknown {
  if (operation.body) return sampleOf(operation.body);
  if (!operation.input) return undefined;
  const fields = Object.entries(operation.input.fields);
  return Object.fromEntries((method === 'PATCH' ? fields.slice(0, 1) : fields.filter(([, { isRequired }]) => isRequired)).map(([name, { field }]) => [name, sampleOf(fieldSchema(field), name)]));
}

/** The schema of what is sent. */
export function inputSchema({ fields }: Input, { partial }: { partial: boolean }): JsonSchema {
  const required = partial ? [] : Object.entries(fields).filter(([, { isRequired }]) => isRequired).map(([name]) => name);
  const properties = Object.fromEntries(Object.entries(fields).map(([name, { field, isWriteOnly }]): [string, JsonSchema] => [name, { ...fieldSchema(field), ...(isWriteOnly ? { writeOnly: true } : {}) }]));
  return { type: 'object', properties, ...(required.length > 0 ? { required } : {}) };
}

/** A value as a schema describes it. */
export function sampleOf(schema: JsonSchema, name = ''): unknown {
  if (schema.examples && schema.examples.length > 0) return schema.examples[0];
  if (schema.enum) return schema.enum[0];
  if (schema.oneOf) return sampleOf(schema.oneOf[0] as JsonSchema, name);
  const type = Array.isArray(schema.type) ? schema.type.find((one) => one !== 'null') : schema.type;
  if (type === 'object') return Object.fromEntries(Object.entries(schema.properties ?? {}).filter(([key, property]) => !property.writeOnly && (schema.required?.includes(key) ?? true)).map(([key, property]) => [key, sampleOf(property, key)]));
  if (type === 'array') return schema.items ? [sampleOf(schema.items, name.replace(/s$/, ''))] : [];
  const known = BY_NAME[name];
  if (known !== undefined && (known === null || (type === 'string') === (typeof known === 'string'))) return known;
  if (type === 'integer' || type === 'number') return Math.max(1, schema.minimum ?? 1);
  if (type === 'boolean') return true;
  return schema.format === 'date' ? '1985-09-16' : schema.format === 'date-time' || /_at$/.test(name) ? '2026-11-24T14:00:00.000Z' : 'text';
}

/** A call by curl, to copy into a shell. */
export function curlOf({ method, url, body, needsToken }: SampleCall): string {
  const parts = [`curl${method === 'GET' ? '' : ` -X ${method}`} ${quoted(url)}`];
  if (needsToken) parts.push('-H "Authorization: Token $TOKEN"');
  if (body !== undefined) parts.push("-H 'Content-Type: application/json'", `-d ${quoted(JSON.stringify(body))}`);
  return parts.join(' \\\n  ');
}

/** A call by fetch, to copy into a script. */
export function fetchOf({ method, url, body, needsToken }: SampleCall): string {
  const headers = [...(needsToken ? ["authorization: 'Token ' + token"] : []), ...(body === undefined ? [] : ["'content-type': 'application/json'"])];
  const options = [
    ...(method === 'GET' ? [] : [`method: '${method}'`]),
    ...(headers.length > 0 ? [`headers: { ${headers.join(', ')} }`] : []),
    ...(body === undefined ? [] : [`body: JSON.stringify(${JSON.stringify(body, undefined, 2).replaceAll('\n', '\n  ')})`]),
  ];
  const call = options.length === 0 ? `fetch(${literal(url)})` : `fetch(${literal(url)}, {\n${options.map((option) => `  ${option},\n`).join('')}})`;
  return `const answer = await ${call};\n${method === 'DELETE' ? 'console.log(answer.status);' : 'console.log(await answer.json());'}`;
}


function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
