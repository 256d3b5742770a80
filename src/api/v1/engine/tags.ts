/** Strong ETags: a hash of the very text that is sent. They tell a client that nothing is new, and keep one from overwriting what it has not seen. */
import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Answer, Call } from '../../engine/endpoint.ts';
import { indentOf } from '../../engine/negotiate.ts';
import { ApiError } from '../../engine/errors.ts';

/** An answer with its tag; 304 without a body when the client has it already. */
export function tagged({ request, form, caller }: Call, data: unknown, answer: Omit<Answer, 'data'> = {}): Answer {
  const json = JSON.stringify(data, undefined, indentOf(request));
  const headers = { ...answer.headers, 'cache-control': caller ? 'private, no-cache' : 'no-cache' };
  if (form !== 'json') return { ...answer, data, headers };
  const etag = etagOf(json);
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (isRead && listed(request.headers['if-none-match']).some((tag) => tag === '*' || tag.replace(/^W\//, '') === etag)) return { status: 304, headers: { ...headers, etag } };
  return { ...answer, data, json, headers: { ...headers, etag } };
}

/**
 * Compares what is there with what the client has seen. Ask within the transaction that writes.
 * @throws ApiError 412
 */
export function assertMatches(request: FastifyRequest, data: unknown): void {
  const wanted = listed(request.headers['if-match']);
  if (wanted.length === 0 || wanted.includes('*')) return;
  if (!wanted.includes(etagOf(JSON.stringify(data, undefined, indentOf(request))))) {
    throw new ApiError(412, { detail: 'This has changed since you read it. Read it again, then send your change with its new ETag.' });
  }
}

function etagOf(text: string): string {
  return `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
}

function listed(header: string | string[] | undefined): string[] {
  return [header ?? []].flat().flatMap((value) => value.split(',')).map((tag) => tag.trim()).filter(Boolean);
}
