/** Reads the fields of a posted form by an allow-list. */
import type { FastifyRequest } from 'fastify';
import { badRequest } from '../errors.ts';
import { own } from '../schema/own.ts';

/**
 * The named fields of a form, each a text; a field that was not sent is ''.
 * @throws GuestError 400 for a repeated or unknown field or a NUL
 */
export function formOf<Field extends string>(request: FastifyRequest, fields: readonly Field[]): Record<Field, string> {
  const raw = (request.body ?? {}) as Record<string, unknown>;
  const unknown = Object.keys(raw).find((name) => !(fields as readonly string[]).includes(name));
  if (unknown !== undefined) throw badRequest(`The form has a field "${unknown.slice(0, 40)}" that does not belong here. Reload the page and try again.`);
  const values = {} as Record<Field, string>;
  for (const field of fields) {
    const value = own(raw, field) ?? '';
    if (typeof value !== 'string') throw badRequest(`The form has "${field}" more than once. Reload the page and try again.`);
    if (value.includes('\0')) throw badRequest(`The form has a null character in "${field}". Type it again.`);
    values[field] = value;
  }
  return values;
}

/**
 * The same for a form some of whose fields may repeat, such as the boxes of a set.
 * @throws GuestError 400, as `formOf`
 */
export function formWithLists<Field extends string, List extends string>(request: FastifyRequest, fields: readonly Field[], lists: readonly List[]): Record<Field, string> & Record<List, string[]> {
  const body = (request.body ?? {}) as Record<string, unknown>;
  const isList = (name: string): boolean => (lists as readonly string[]).includes(name);
  const single = Object.fromEntries(Object.entries(body).filter(([name]) => !isList(name)));
  const values = formOf({ body: single } as FastifyRequest, fields);
  const repeated = {} as Record<List, string[]>;
  for (const list of lists) {
    repeated[list] = [own(body, list) ?? []].flat().map(String);
    if (repeated[list].some((value) => value.includes('\0'))) throw badRequest(`The form has a null character in "${list}". Reload the page and try again.`);
  }
  return { ...values, ...repeated };
}

/** Whether a script asks, which wants an answer as JSON and no page. */
export function wantsJson(request: FastifyRequest): boolean {
  return request.headers.accept?.startsWith('application/json') ?? false;
}
