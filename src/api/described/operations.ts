/** What a method of an endpoint takes and gives, said once: OPTIONS, forms, the documentation and its tests read it. */
import type { Field } from '../../schema/fields.ts';
import type { JsonSchema } from '../../schema/json-schema.ts';
import type { Caller } from '../engine/caller.ts';
import type { Endpoint } from '../engine/endpoint.ts';
import { allowedMethods } from '../engine/methods.ts';
import { PARSED } from '../engine/body.ts';
import type { Method } from '../engine/rules.ts';

/** A field that is sent: its limits are the model's. `isWriteOnly` is a password: taken and never shown. */
export type InputField = { field: Field; isRequired: boolean; isWriteOnly?: boolean };
/** What is sent, by name. `readOnly` names what the answer holds besides and a client may not set; they are told first, or last. */
export type Input = { fields: Record<string, InputField>; readOnly?: readonly string[]; isReadOnlyLast?: boolean };

export type Parameter = { name: string; in: 'query' | 'path' | 'header'; description: string; schema: JsonSchema; isRequired?: boolean };

export type Operation = {
  summary: string;
  parameters?: readonly Parameter[];
  input?: Input;
  /** A body that is no plain set of fields. */
  body?: JsonSchema;
  /** The status when it works, and what comes then. */
  status: number;
  output?: JsonSchema;
  /** What can go wrong besides what can everywhere. */
  errors?: readonly number[];
  /** A request that works on the demo catalogue, for the documentation; its test runs it. */
  example?: { path?: Record<string, string | number>; query?: Record<string, string>; body?: unknown };
};

/** The answer to OPTIONS, as Django REST framework gives it; what can be sent is told to those who may send it. */
export function metadataOf(endpoint: Endpoint, caller: Caller): Record<string, unknown> {
  const actions: Record<string, unknown> = {};
  for (const method of ['PUT', 'POST'] as const satisfies Method[]) {
    const input = endpoint.operations[method]?.input;
    if (allowedMethods(endpoint).includes(method) && input && endpoint.rule(caller, method)) actions[method] = fieldsOf(input);
  }
  return {
    name: endpoint.name,
    description: endpoint.description ?? '',
    renders: ['application/json', 'text/html'],
    parses: PARSED,
    ...(Object.keys(actions).length > 0 ? { actions } : {}),
  };
}

function fieldsOf({ fields, readOnly = [], isReadOnlyLast = false }: Input): Record<string, unknown> {
  const own = readOnly.map((name) => [name, { type: 'integer', required: false, read_only: true, label: name === 'id' ? 'ID' : labelOf(name) }]);
  const sent = Object.entries(fields).map(([name, { field, isRequired }]) => [name, {
    type: TYPES[field.kind] ?? 'field', required: isRequired, read_only: false, label: labelOf(name),
    ...(field.kind === 'text' ? { max_length: field.max } : {}),
    ...(field.kind === 'wholeNumber' ? { min_value: field.min, max_value: field.max } : {}),
  }]);
  return Object.fromEntries(isReadOnlyLast ? [...sent, ...own] : [...own, ...sent]);
}

const TYPES: Partial<Record<Field['kind'], string>> = { text: 'string', wholeNumber: 'integer', date: 'date', flag: 'boolean' };

/** 'num_streams' -> 'Num streams' */
function labelOf(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
