/** The answer to OPTIONS, as Django REST framework gives it: what an endpoint is and what may be sent to it. */
import type { Field } from '../../schema/fields.ts';
import { PARSED } from '../engine/body.ts';
import type { Caller } from '../engine/caller.ts';
import type { Endpoint, Input } from '../engine/endpoint.ts';
import { allowedMethods } from '../engine/facts.ts';
import type { Method } from '../engine/rules.ts';

/** The answer to OPTIONS; what can be sent is told to those who may send it. */
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
