/** Reads what a client sends: JSON, a form, or a form with parts. */
import type { FastifyRequest } from 'fastify';
import { record } from '../../schema/own.ts';
import { ApiError, refusedFields } from './errors.ts';

export const PARSED = ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data'] as const;

/** A body is at most this long. */
export const BODY_LIMIT = 1024 * 1024;

/** Whether the body came from a form, where everything is text. */
export function isForm(request: FastifyRequest): boolean {
  return mediaTypeOf(request) !== 'application/json';
}

/**
 * The body as an object; an empty one is {}.
 * @throws ApiError 415 for another media type, 400 for what can't be read or is no object
 */
export async function readObject(request: FastifyRequest): Promise<Record<string, unknown>> {
  const value = await readBody(request);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refusedFields({ non_field_errors: [`Invalid data. Expected a dictionary, but got ${pythonName(value)}.`] });
  }
  return value as Record<string, unknown>;
}

/** The body, whatever it is. */
export async function readBody(request: FastifyRequest): Promise<unknown> {
  const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const type = mediaTypeOf(request);
  if (bytes.length === 0 && type === '') return {};
  if (!(PARSED as readonly string[]).includes(type)) throw new ApiError(415, { detail: `Unsupported media type "${request.headers['content-type'] ?? ''}" in request.` });
  if (bytes.length === 0) return {};
  return type === 'application/json' ? readJson(bytes) : readForm(bytes, request.headers['content-type'] as string);
}

/** What Python calls the kind of a value: error texts of Django REST framework name it. */
export function pythonName(value: unknown): string {
  if (value === null) return 'NoneType';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  return { string: 'str', boolean: 'bool', object: 'dict' }[typeof value as string] ?? typeof value;
}

function readJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message.replace(/, ".*$/s, '').replace(/ in JSON at/, ' at') : 'it is not UTF-8';
    throw new ApiError(400, { detail: `JSON parse error - ${reason}` });
  }
}

/** A name that is sent several times is a list. Files are not taken here. */
async function readForm(bytes: Buffer, type: string): Promise<unknown> {
  const fields = record<unknown>();
  let form: FormData;
  try {
    form = (await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData()) as unknown as FormData;
  } catch {
    throw new ApiError(400, { detail: 'Multipart form parse error - the form could not be read.' });
  }
  for (const [name, value] of form as unknown as Iterable<[string, unknown]>) {
    if (typeof value === 'string') fields[name] = value;
  }
  return fields;
}

function mediaTypeOf(request: FastifyRequest): string {
  return (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}
