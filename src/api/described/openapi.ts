/** The description of the API for programs, OpenAPI 3.1, made from the descriptions by which the endpoints answer. */
import { STATUS_CODES } from 'node:http';
import type { JsonSchema } from '../../schema/json-schema.ts';
import { PARSED } from '../engine/body.ts';
import type { Endpoint, Operation } from '../engine/endpoint.ts';
import { failuresOf, methodsOf, parametersOf, scopeOf, templateOf, whoMay } from '../engine/facts.ts';
import { typeOf } from '../engine/negotiate.ts';
import type { Method } from '../engine/rules.ts';
import { inputSchema } from './samples.ts';

export type OpenApiParameter = { name: string; in: 'path' | 'query' | 'header'; description?: string; required: boolean; schema: JsonSchema; example?: unknown };
export type OpenApiContent = Record<string, { schema: JsonSchema; example?: unknown }>;
export type OpenApiOperation = {
  operationId: string;
  tags: [string];
  summary: string;
  description: string;
  security: Record<string, []>[];
  parameters: OpenApiParameter[];
  requestBody?: { required: boolean; content: OpenApiContent };
  responses: Record<string, { description: string; content?: OpenApiContent }>;
};
export type OpenApi = {
  openapi: string;
  info: { title: string; version: string; description: string };
  servers: { url: string }[];
  tags: { name: string; description?: string }[];
  paths: Record<string, Record<string, OpenApiOperation>>;
  components: { schemas: Record<string, JsonSchema>; securitySchemes: Record<string, Record<string, string>> };
};

/** Which group an endpoint belongs to: a resource of the current API, or the guide's addresses. */
export function groupOf({ path }: Pick<Endpoint, 'path'>): string {
  const [version, resource] = path.split('/').filter(Boolean);
  if (version === undefined) return 'API root';
  if (version !== 'v1') return 'The guide’s addresses';
  if (resource === undefined) return 'API root';
  const word = (resource.split('.')[0] ?? '').replaceAll('-', ' ');
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/**
 * The whole document.
 * @throws Error for an endpoint with a method that nobody described
 */
export function openApiOf(endpoints: readonly Endpoint[], { siteName, sessionCookie }: { siteName: string; sessionCookie: string }): OpenApi {
  const paths: OpenApi['paths'] = {};
  for (const endpoint of endpoints) {
    const path = templateOf(endpoint.path);
    paths[path] = Object.fromEntries(methodsOf(endpoint).map((method) => [method.toLowerCase(), operationOf(endpoint, method)]));
  }
  return {
    openapi: '3.1.0',
    info: { title: `${siteName} API`, version: '1', description: INTRODUCTION },
    servers: [{ url: '/' }],
    tags: [...new Set(endpoints.map(groupOf))].map((name) => ({ name })),
    paths,
    components: {
      schemas: { Detail: DETAIL, FieldErrors: FIELD_ERRORS, Problem: PROBLEM, Rehearsal: REHEARSAL },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: '“Authorization: Token …” means the same.' },
        session: { type: 'apiKey', in: 'cookie', name: sessionCookie, description: 'The session of a browser that is logged in. Writing is refused for requests of other sites.' },
      },
    },
  };
}

function operationOf(endpoint: Endpoint, method: Method): OpenApiOperation {
  const operation = endpoint.operations[method];
  if (!operation) throw new Error(`${method} ${endpoint.path} has no description`);
  const { summary, status } = operation;
  const isOpen = whoMay(endpoint, method) === 'everybody';
  const content = bodyContent(operation, method);
  return {
    operationId: `${method.toLowerCase()}${endpoint.path.replace(/\([^/()]*\)/g, '').replace(/[^A-Za-z0-9]+(.?)/g, (_gap, next: string) => next.toUpperCase())}`,
    tags: [groupOf(endpoint)],
    summary,
    description: [endpoint.description, permissionSentence(endpoint, method)].filter(Boolean).join('\n\n'),
    security: [...(isOpen ? [{}] : []), { token: [] }, { session: [] }],
    parameters: parametersOf(endpoint, method).map(({ name, in: place, description, schema, isRequired }) => ({
      name, in: place, ...(description ? { description } : {}), required: isRequired ?? false, schema: schemaOf(schema),
      ...exampleOf(place === 'path' ? operation.example?.path?.[name] : place === 'query' ? operation.example?.query?.[name] : undefined),
    })),
    ...(content ? { requestBody: { required: isRequired(operation, method), content } } : {}),
    responses: {
      ...Object.fromEntries([status, ...failuresOf(endpoint, method)].map((one) => [one, one < 300 ? successOf(endpoint, operation, one) : failureOf(one)])),
      // A browser that gets 204 shows nothing, so its page is a 200.
      ...(status === 204 ? { 200: { description: 'OK', content: { 'text/html': PAGE } } } : {}),
      ...(canRehearse(operation) ? { 200: { description: 'OK', content: rehearsedContent(endpoint, operation) } } : {}),
    },
  };
}

/** Who may call, in a sentence. */
export function permissionSentence(endpoint: Endpoint, method: Method): string {
  const scope = scopeOf(endpoint, method);
  const token = scope === undefined ? '' : ` A token needs the scope “${scope}”.`;
  return { everybody: 'Open to everybody.', people: `For everybody who is logged in.${token}`, staff: `For staff.${token}`, permitted: `For whoever has the permission.${token}` }[whoMay(endpoint, method)];
}

function isRequired({ input, body }: Operation, method: Method): boolean {
  return body !== undefined || (method !== 'PATCH' && Object.values(input?.fields ?? {}).some((field) => field.isRequired));
}

function bodyContent({ input, body, example }: Operation, method: Method): OpenApiContent | undefined {
  if (!input && !body) return undefined;
  const schema = schemaOf(body ?? inputSchema(input as NonNullable<typeof input>, { partial: method === 'PATCH' }));
  const json = { 'application/json': { schema, ...exampleOf(example?.body) } };
  return input && !body ? { ...json, ...Object.fromEntries(PARSED.slice(1).map((type) => [type, { schema }])) } : json;
}

function successOf(endpoint: Endpoint, operation: Operation, status: number): OpenApiOperation['responses'][string] {
  return { description: STATUS_CODES[status] ?? '', ...(status === 204 ? {} : { content: answerContent(endpoint, operation) }) };
}

/** With `dry_run` everything is told and nothing is kept, and so nothing is created or gone. */
function canRehearse({ parameters }: Operation): boolean {
  return parameters?.some(({ name }) => name === 'dry_run') ?? false;
}

function rehearsedContent(endpoint: Endpoint, operation: Operation): OpenApiContent {
  const rehearsal: JsonSchema = { $ref: '#/components/schemas/Rehearsal' };
  const output = operation.status === 200 && operation.output ? { oneOf: [operation.output, rehearsal] } : rehearsal;
  return answerContent(endpoint, { ...operation, output });
}

function answerContent({ path, forms = [] }: Endpoint, { output }: Operation): OpenApiContent {
  // The address of a file gives that form, whatever is accepted.
  const file = forms.find((form) => path.endsWith(`.${form}`));
  if (file) return { [typeOf(file).replace(/;.*/, '')]: { schema: { type: 'string' } } };
  const others = forms.filter((form) => form !== 'problem').map((form) => [typeOf(form).replace(/;.*/, ''), { schema: { type: 'string' } }]);
  return { 'application/json': { schema: schemaOf(output ?? {}) }, 'text/html': PAGE, ...Object.fromEntries(others) };
}

function failureOf(status: number): OpenApiOperation['responses'][string] {
  const description = STATUS_CODES[status] ?? 'Error';
  if (status === 304) return { description };
  const schema: JsonSchema = status === 400 ? { oneOf: [{ $ref: '#/components/schemas/FieldErrors' }, { $ref: '#/components/schemas/Detail' }] } : { $ref: '#/components/schemas/Detail' };
  return { description, content: { 'application/json': { schema }, 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } };
}

/** Null is a type of its own in OpenAPI 3.1. */
function schemaOf(schema: JsonSchema): JsonSchema {
  const { nullable, ...plain } = schema;
  const inner: JsonSchema = {
    ...plain,
    ...(plain.properties ? { properties: Object.fromEntries(Object.entries(plain.properties).map(([name, property]) => [name, schemaOf(property)])) } : {}),
    ...(plain.items ? { items: schemaOf(plain.items) } : {}),
    ...(plain.oneOf ? { oneOf: plain.oneOf.map(schemaOf) } : {}),
    ...(typeof plain.additionalProperties === 'object' ? { additionalProperties: schemaOf(plain.additionalProperties) } : {}),
  };
  if (!nullable) return inner;
  return inner.type === undefined ? { oneOf: [inner, { type: 'null' }] } : { ...inner, type: [inner.type, 'null'].flat() };
}

function exampleOf(example: unknown): { example?: unknown } {
  return example === undefined ? {} : { example };
}

const INTRODUCTION = 'Albums, songs, artists and likes as JSON. Every address answers with and without a closing slash, and as a page when a browser asks.';

const PAGE: OpenApiContent[string] = { schema: { type: 'string', description: 'The same as a page with forms.' } };
const DETAIL: JsonSchema = { type: 'object', title: 'Error', properties: { detail: { type: 'string' }, code: { type: 'string' } }, required: ['detail'] };
const FIELD_ERRORS: JsonSchema = { type: 'object', title: 'Errors by field', description: 'What is wrong with each field; “non_field_errors” for what belongs to none.' };
const REHEARSAL: JsonSchema = { type: 'object', title: 'What would happen', properties: { dry_run: { type: 'boolean' } }, required: ['dry_run'] };
const PROBLEM: JsonSchema = {
  type: 'object',
  title: 'Problem (RFC 9457)',
  properties: { type: { type: 'string' }, title: { type: 'string' }, status: { type: 'integer' }, detail: { type: 'string' }, instance: { type: 'string' }, errors: { type: 'object' } },
  required: ['type', 'title', 'status'],
};
