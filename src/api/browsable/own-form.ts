/**
 * The forms of the browsable pages. A form of HTML can only GET and POST, and everything in it is text: what
 * such a form sends is read as the JSON that a program would have sent. Programs are never read that way.
 */
import type { FastifyRequest } from 'fastify';
import type { Field } from '../../schema/fields.ts';
import { own, record } from '../../schema/own.ts';
import type { Caller } from '../engine/caller.ts';
import type { Endpoint, Input } from '../engine/endpoint.ts';
import type { Form } from '../engine/negotiate.ts';
import type { Method } from '../engine/rules.ts';

/** What was typed into which form, so that it can be shown again. */
export type OwnForm = { method: Method; typed: Record<string, string>; raw?: string };

declare module 'fastify' {
  interface FastifyRequest {
    ownForm?: OwnForm;
  }
}

const METHODS: readonly string[] = ['PUT', 'PATCH', 'DELETE'] satisfies Method[];

/**
 * The request that a form of a browsable page means; any other request as it came. That it was sent by a page
 * of this site has been checked before (same-origin.ts), as far as a browser sent it.
 */
export function readOwnForm(endpoint: Endpoint, request: FastifyRequest, { caller, form }: { caller: Caller; form: Form }): FastifyRequest {
  if (!isOwnForm(request, form)) return request;
  const { _method: wanted = '', _content: raw, ...typed } = Object.fromEntries(new URLSearchParams(request.body.toString('utf8')));
  // Only somebody who is logged in has another method than POST in a form.
  const method = (caller && METHODS.includes(wanted) ? wanted : 'POST') as Method;
  const input = endpoint.operations[method]?.input;
  const body = raw ?? (Object.keys(typed).length > 0 ? JSON.stringify(input ? valuesOf(input, typed, { partial: method === 'PATCH' }) : typed) : undefined);
  return Object.create(request, {
    method: { value: method },
    body: { value: body === undefined ? undefined : Buffer.from(body) },
    headers: { value: { ...request.headers, 'content-type': body === undefined ? undefined : 'application/json' } },
    ownForm: { value: { method, typed, ...(raw === undefined ? {} : { raw }) } satisfies OwnForm },
  }) as FastifyRequest;
}

function isOwnForm(request: FastifyRequest, form: Form): request is FastifyRequest & { body: Buffer } {
  const { headers, method, body } = request;
  return method === 'POST' && form === 'html' && Buffer.isBuffer(body) && headers.authorization === undefined
    && (headers['sec-fetch-site'] === 'same-origin' || headers.origin !== undefined)
    && /^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '');
}

/** Fields that may be left out are left out when they are empty. */
function valuesOf({ fields }: Input, typed: Record<string, string>, { partial }: { partial: boolean }): Record<string, unknown> {
  const values = record<unknown>();
  for (const [name, text] of Object.entries(typed)) {
    const described = own(fields, name);
    if (described && text === '' && ((!described.isRequired && !isEmptyable(described.field)) || (partial && described.isWriteOnly))) continue;
    values[name] = described ? sentAs(described.field, text) : text;
  }
  return values;
}

function sentAs(field: Field, text: string): unknown {
  if (field.kind === 'flag') return text === 'true';
  if (field.kind !== 'set') return text;
  const members = text.split(/[\s,]+/).filter((member) => member !== '');
  return field.to === undefined ? members : members.map((member) => (/^\d{1,15}$/.test(member) ? Number(member) : member));
}

/** Fields to which nothing is a value. */
function isEmptyable(field: Field): boolean {
  return (field.kind === 'text' && field.optional === true) || field.kind === 'set';
}
