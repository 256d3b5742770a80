/** The one place that shows errors to programs. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { StorageFault } from '../../db/fault.ts';
import { GuestError, InvalidInput } from '../../errors.ts';
import { bytesIn } from '../../web/kept.ts';
import { sendBrowsable } from '../browsable/page.ts';
import type { Caller } from './caller.ts';
import type { ApiDoor, Endpoint } from './endpoint.ts';
import { ApiError, type ErrorBody } from './errors.ts';
import { type Form, typeOf, wantsProblem } from './negotiate.ts';

/** Answers with an error in the shape of Django REST framework, of RFC 9457 where that is asked for, or as a page. */
export async function sendError(door: ApiDoor, endpoint: Endpoint, request: FastifyRequest, reply: FastifyReply, error: unknown, { caller, form }: { caller: Caller; form: Form }): Promise<FastifyReply> {
  const known = apiErrorOf(error);
  if (!known) request.log.error({ err: error }, 'request failed');
  if (error instanceof StorageFault) request.log.error({ err: error.cause }, error.reason);
  const { status, body, headers } = known ?? new ApiError(500, { detail: `Something broke on our side. The log has it as ${request.id}.` });
  reply.code(status).headers(headers);
  if (form === 'html' && status !== 500) {
    return sendBrowsable(door, endpoint, reply, { request, caller, form, parameters: request.params as Record<string, string>, query: request.query as Record<string, unknown> }, { status, data: body });
  }
  if (wantsProblem(request)) return reply.type(typeOf('problem')).send(bytesIn(JSON.stringify(problemOf(status, body, request))));
  return reply.type(typeOf('json')).send(bytesIn(JSON.stringify(body)));
}

/** An error as the API says it; undefined for a bug. */
export function apiErrorOf(error: unknown): ApiError | undefined {
  if (error instanceof ApiError) return error;
  if (error instanceof InvalidInput) return new ApiError(400, Object.fromEntries(Object.entries(error.fields).map(([field, sentence]) => [field, [sentence]])));
  if (error instanceof GuestError) return new ApiError(error.status, { detail: error.message }, error.retryAfter === undefined ? {} : { 'retry-after': String(error.retryAfter) });
  const status = (error as { statusCode?: number }).statusCode ?? 500;
  return status >= 400 && status < 500 ? new ApiError(status, { detail: WORDS[status] ?? 'This request could not be understood.' }) : undefined;
}

const WORDS: Record<number, string> = {
  404: 'Not found.',
  413: 'The body is too large. Send at most 1 MiB.',
  415: 'Unsupported media type in request.',
};

const TITLES: Record<number, string> = {
  400: 'Invalid request', 401: 'Not authenticated', 403: 'Not allowed', 404: 'Not found', 405: 'Method not allowed', 406: 'Not acceptable',
  409: 'Conflict', 412: 'Precondition failed', 413: 'Too large', 415: 'Unsupported media type', 422: 'Cannot be done', 428: 'Precondition required', 429: 'Too many requests', 500: 'Error', 503: 'Busy',
};

function problemOf(status: number, body: ErrorBody, request: FastifyRequest): Record<string, unknown> {
  const { detail, ...fields } = body as Record<string, unknown>;
  return {
    type: 'about:blank',
    title: TITLES[status] ?? 'Error',
    status,
    ...(detail === undefined ? {} : { detail }),
    instance: request.url,
    ...(Object.keys(fields).length > 0 ? { errors: fields } : {}),
  };
}
