/** The forms under an answer: one for each method that the person may use, from what the method takes. */
import { fieldSchema } from '../../schema/json-schema.ts';
import type { Field } from '../../schema/fields.ts';
import type { Caller } from '../engine/caller.ts';
import type { Endpoint, InputField, Operation, Parameter } from '../engine/endpoint.ts';
import { listOf } from './links.ts';
import { methodsOf } from '../engine/facts.ts';
import type { OwnForm } from './own-form.ts';
import type { Method } from '../engine/rules.ts';
import { sampleBody } from '../described/samples.ts';

export type FormField = {
  id: string; name: string; label: string; hint: string; value: string; error: string; isRequired: boolean;
  type: 'text' | 'number' | 'password' | 'long' | 'choice'; choices: readonly string[]; lookup: { href: string; label: string } | undefined;
};
/** A form for a method. Without fields there is only the raw one; without both only a button. */
export type MethodForm = { method: Method; id: string; summary: string; fields: FormField[]; raw: { value: string; errors: string[] } | undefined; isOpen: boolean };

/**
 * The forms for what the person may send.
 * @param data what the address holds now, to start from
 * @param errors sentences by field, of what was sent last
 */
export function formsFor(endpoint: Endpoint, endpoints: readonly Endpoint[], { caller, data, sent, errors }: { caller: Caller; data: unknown; sent: OwnForm | undefined; errors: Record<string, readonly string[]> }): MethodForm[] {
  return methodsOf(endpoint).filter((method) => method !== 'GET' && endpoint.rule(caller, method)).map((method) => {
    const operation = endpoint.operations[method];
    const isSent = sent?.method === method;
    const own = isSent ? errors : {};
    // Where the whole can be replaced, changing a part of it is left to raw JSON.
    const hasFields = operation?.input !== undefined && !operation.body && !(method === 'PATCH' && endpoint.methods.PUT);
    return {
      method,
      id: method.toLowerCase(),
      summary: operation?.summary ?? endpoint.name,
      fields: hasFields ? fieldsOf(operation, { endpoint, endpoints, method, present: presentOf(data), typed: isSent ? sent.typed : undefined, errors: own }) : [],
      raw: operation?.input || operation?.body ? { value: rawOf(operation, method, data, isSent ? sent.raw : undefined), errors: sentencesOf(isSent && (sent.raw !== undefined || !hasFields) ? own : {}) } : undefined,
      isOpen: isSent && sent.raw !== undefined,
    };
  });
}

type Given = { endpoint: Endpoint; endpoints: readonly Endpoint[]; method: Method; present: Record<string, unknown>; typed: Record<string, string> | undefined; errors: Record<string, readonly string[]> };

function fieldsOf(operation: Operation, { endpoint, endpoints, method, present, typed, errors }: Given): FormField[] {
  return Object.entries(operation.input?.fields ?? {}).map(([name, described]): FormField => {
    const { field, isRequired, isWriteOnly } = described;
    const list = field.kind === 'reference' || field.kind === 'set' ? listOf(field.to ?? '', endpoint, endpoints) : undefined;
    return {
      id: `${method.toLowerCase()}-${name}`, name, label: field.label, hint: hintOf(described), isRequired,
      value: isWriteOnly ? '' : (typed?.[name] ?? (method === 'POST' ? '' : shown(present[name]))),
      error: errors[name]?.join(' ') ?? '',
      type: typeOf(described), choices: field.kind === 'flag' ? ['true', 'false'] : [],
      lookup: list === undefined ? undefined : { href: list, label: `Look it up in ${list}` },
    };
  });
}

function typeOf({ field, isWriteOnly }: InputField): FormField['type'] {
  if (isWriteOnly) return 'password';
  if (field.kind === 'flag') return 'choice';
  return field.kind === 'wholeNumber' || field.kind === 'reference' ? 'number' : 'text';
}

/** The limits in words. */
function hintOf({ field, isRequired }: InputField): string {
  const own = 'hint' in field ? field.hint : undefined;
  return [isRequired ? '' : 'May be left out.', own === undefined ? limitOf(field) : `${own}.`].filter(Boolean).join(' ');
}

function limitOf(field: Field): string {
  if (field.kind === 'text') return `At most ${field.max} characters.`;
  if (field.kind === 'wholeNumber') return `A whole number from ${field.min.toLocaleString('en')} to ${field.max.toLocaleString('en')}.`;
  if (field.kind === 'reference') return `The id of ${withArticle(field.label)}.`;
  if (field.kind === 'date') return 'A day as YYYY-MM-DD.';
  return field.kind === 'set' ? 'Several, with commas between them.' : (fieldSchema(field).description ?? '');
}

function withArticle(label: string): string {
  const word = label.charAt(0).toLowerCase() + label.slice(1);
  return `${/^[aeiou]/.test(word) ? 'an' : 'a'} ${word}`;
}

/** What was sent as raw JSON without its secrets, or what the address holds, or a sample. */
function rawOf(operation: Operation, method: Method, data: unknown, sent: string | undefined): string {
  const fields = operation.input?.fields ?? {};
  const secrets = Object.keys(fields).filter((name) => fields[name]?.isWriteOnly);
  if (sent !== undefined && secrets.length === 0) return sent;
  const present = presentOf(data);
  const held = Object.fromEntries(Object.keys(fields).filter((name) => name in present).map((name) => [name, present[name]]));
  const isHeld = method !== 'POST' && !operation.body && Object.keys(held).length > 0;
  return JSON.stringify(isHeld ? held : sampleBody(operation, method), undefined, 2);
}

function presentOf(data: unknown): Record<string, unknown> {
  return typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as Record<string, unknown>) : {};
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map(shown).join(', ');
  if (typeof value === 'object') return shown((value as { id?: unknown }).id);
  return String(value);
}

function sentencesOf(errors: Record<string, readonly string[]>): string[] {
  return Object.entries(errors).map(([name, sentences]) => (name === 'non_field_errors' || name === 'detail' ? sentences.join(' ') : `${name}: ${sentences.join(' ')}`));
}

/** A filter, an order or another choice of a list. */
export function parameterField({ name, description, schema, isRequired }: Parameter, given: unknown): FormField {
  const choices = (schema.enum ?? (schema.type === 'boolean' ? ['true', 'false'] : [])).map(String);
  return {
    id: `filter-${name.replace(/\W+/g, '-')}`, name, label: name, hint: description, error: '', isRequired: isRequired ?? false, lookup: undefined, choices,
    value: typeof given === 'string' ? given : Array.isArray(given) ? given.join(',') : '',
    type: choices.length > 0 ? 'choice' : schema.type === 'integer' ? 'number' : 'text',
  };
}
