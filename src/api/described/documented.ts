/** An endpoint as the documentation shows it, from the description by which it answers. */
import { STATUS_CODES } from 'node:http';
import { fieldSchema, type JsonSchema } from '../../schema/json-schema.ts';
import type { Endpoint, Operation, Parameter } from '../engine/endpoint.ts';
import { failuresOf, methodsOf, parametersOf, templateOf } from '../engine/facts.ts';
import { groupOf, permissionSentence } from './openapi.ts';
import type { Method } from '../engine/rules.ts';
import { curlOf, sampleCall, sampleOf } from './samples.ts';

export type DocumentedValue = { name: string; place: string; kind: string; isRequired: boolean; description: string };
export type DocumentedCall = {
  anchor: string; method: Method; path: string; summary: string; description: string; who: string;
  values: DocumentedValue[]; curl: string; status: number; words: string; answer: string | undefined; failures: number[];
};
export type DocumentedGroup = { title: string; /** The end of its page's address. */ name: string; calls: DocumentedCall[] };

/** Every call, by resource. */
export function documentedGroups(endpoints: readonly Endpoint[], origin: string): DocumentedGroup[] {
  const groups = new Map<string, DocumentedCall[]>();
  for (const endpoint of endpoints) {
    const calls = methodsOf(endpoint).map((method) => documented(endpoint, method, origin));
    groups.set(groupOf(endpoint), [...(groups.get(groupOf(endpoint)) ?? []), ...calls]);
  }
  return [...groups].map(([title, calls]) => ({ title, name: anchorOf(title.replace('’', '')), calls }));
}

function documented(endpoint: Endpoint, method: Method, origin: string): DocumentedCall {
  const operation = endpoint.operations[method] as Operation;
  const answer = operation.output === undefined || operation.status === 204 ? undefined : JSON.stringify(sampleOf(operation.output), undefined, 2);
  return {
    anchor: anchorOf(`${method} ${endpoint.path}`),
    method,
    path: templateOf(endpoint.path),
    summary: operation.summary,
    description: endpoint.description ?? '',
    who: permissionSentence(endpoint, method),
    values: [...givenValues(parametersOf(endpoint, method)), ...sentValues(operation, method)],
    curl: curlOf(sampleCall(endpoint, method, origin)),
    status: operation.status,
    words: STATUS_CODES[operation.status] ?? '',
    answer,
    failures: failuresOf(endpoint, method).filter((status) => status !== operation.status),
  };
}

/** Comparisons such as `num_streams__gte` are told with the name that they compare. */
function givenValues(parameters: readonly Parameter[]): DocumentedValue[] {
  const comparisonsOf = (name: string) => parameters.filter((other) => other.name.startsWith(`${name}__`)).map((other) => other.name.slice(name.length));
  const isComparison = ({ name }: Parameter) => name.includes('__') && parameters.some((other) => other.name === name.split('__')[0]);
  return parameters.filter((parameter) => !isComparison(parameter)).map(({ name, in: place, schema, isRequired, description }) => {
    const comparisons = comparisonsOf(name);
    return { name, place, kind: kindOf(schema), isRequired: isRequired ?? false, description: comparisons.length === 0 ? description : `${description}. Also with ${comparisons.join(', ')}` };
  });
}

function sentValues({ input, body }: Operation, method: Method): DocumentedValue[] {
  if (body) {
    const required = body.required ?? [];
    return Object.entries(body.properties ?? {}).map(([name, schema]) => ({ name, place: 'body', kind: kindOf(schema), isRequired: required.includes(name), description: schema.description ?? '' }));
  }
  return Object.entries(input?.fields ?? {}).map(([name, { field, isRequired }]) => {
    const schema = fieldSchema(field);
    return { name, place: 'body', kind: kindOf(schema), isRequired: isRequired && method !== 'PATCH', description: [schema.title, schema.description].filter(Boolean).join('. ') };
  });
}

/** What a value looks like, in words: 'text, at most 100 characters'. */
function kindOf(schema: JsonSchema): string {
  if (schema.enum) return schema.enum.map(String).join(', ');
  if (schema.oneOf) return schema.oneOf.map(kindOf).join(', or ');
  const type = [schema.type ?? 'any'].flat().filter((one) => one !== 'null')[0] ?? 'any';
  if (type === 'string' && schema.format === 'date') return 'day, YYYY-MM-DD';
  if (type === 'string') return schema.maxLength === undefined ? 'text' : `text, at most ${schema.maxLength.toLocaleString('en')} characters`;
  if (type === 'integer') return ['whole number', schema.minimum === undefined ? '' : ` from ${schema.minimum.toLocaleString('en')}`, schema.maximum === undefined ? '' : ` to ${schema.maximum.toLocaleString('en')}`].join('');
  if (type === 'array') return schema.items ? `list of ${kindOf(schema.items)}` : 'list';
  return { boolean: 'true or false', number: 'number', object: 'object', any: 'anything' }[type] ?? type;
}

function anchorOf(text: string): string {
  return text.toLowerCase().replace(/\([^/()]*\)/g, '').replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
}
