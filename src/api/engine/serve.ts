/**
 * Answers a request for an endpoint. The order of the checks is Django REST framework's (`dispatch` and `initial`):
 *  1. the form of the answer that the client accepts (406)
 *  2. who calls: a token, a session or nobody (401); bad credentials count as calls of a stranger
 *  3. how often they have called, counted here and refused after 5 (429)
 *  4. the form of the browsable page, read as the method and the body that it stands for
 *  5. whether they may (403, or 401 to nobody)
 *  6. the method (405); OPTIONS is answered here
 *  7. what the handler finds (400, 404, 409, 412, 422)
 */
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { NEEDS_FACTOR } from '../../accounts/factors/requirement.ts';
import { bytesIn } from '../../web/kept.ts';
import { readOwnForm } from '../browsable/own-form.ts';
import { sendBrowsable } from '../browsable/page.ts';
import { previewOf } from '../browsable/previews.ts';
import { metadataOf } from '../described/options.ts';
import { type Caller, callerOf, unauthorized } from './caller.ts';
import type { Answer, ApiDoor, Call, Endpoint, Handler } from './endpoint.ts';
import { ApiError } from './errors.ts';
import { allowedMethods } from './facts.ts';
import { sendError } from './failures.ts';
import { type Form, formOf, indentOf, typeOf } from './negotiate.ts';
import type { Method } from './rules.ts';

const ALL: HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];

/** Registers an endpoint under both of its addresses, with and without a closing slash. */
export function register(app: FastifyInstance, door: ApiDoor, endpoint: Endpoint): void {
  for (const url of [`/api${endpoint.path}`, `/api${endpoint.path}/`]) {
    app.route({ method: ALL, url, exposeHeadRoute: false, config: { access: 'everybody', isApi: true }, handler: (request, reply) => answer(door, endpoint, request, reply) });
  }
}

async function answer(door: ApiDoor, endpoint: Endpoint, sent: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const allowed = allowedMethods(endpoint);
  reply.header('allow', allowed.join(', ')).header('vary', 'Accept');
  let request = sent;
  let caller: Caller;
  let form: Form = 'json';
  let isCounted = false;
  const count = (): ApiError | undefined => {
    isCounted = true;
    return door.limits.take(request, reply, caller);
  };
  try {
    form = formOf(request, ['json', 'html', ...(endpoint.forms ?? [])]);
    if (form === 'html') reply.header('vary', 'Accept, Cookie');
    caller = await callerOf(door, request);
    const excess = count();
    request = readOwnForm(endpoint, sent, { caller, form });
    const method = (request.method === 'HEAD' || request.method === 'OPTIONS' ? 'GET' : request.method) as Method;
    if (request.method !== 'OPTIONS' && !endpoint.rule(caller, method)) throw refusal(caller);
    if (excess) throw excess;
    if (!allowed.includes(request.method)) throw new ApiError(405, { detail: `Method "${request.method}" not allowed.` });
    if (request.method === 'OPTIONS') return await send(door, endpoint, reply, { request, caller, form, parameters: {}, query: {} }, { data: metadataOf(endpoint, caller) });
    const call: Call = { request, caller, form, parameters: request.params as Record<string, string>, query: form === 'html' ? filledIn(request.query) : (request.query as Record<string, unknown>) };
    const handler = endpoint.methods[method] as Handler;
    return await send(door, endpoint, reply, call, await handler(call));
  } catch (error) {
    // Bad credentials are counted as calls of a stranger, so that nobody guesses tokens without end.
    const excess = isCounted ? undefined : count();
    return sendError(door, endpoint, request, reply, excess ?? error, { caller, form });
  }
}

async function send(door: ApiDoor, endpoint: Endpoint, reply: FastifyReply, call: Call, { status = 200, data, json, stream, type, headers = {} }: Answer): Promise<FastifyReply> {
  reply.code(status).headers(headers);
  // A file stays a file.
  if (stream && call.form === 'html' && (type ?? typeOf('json')) === typeOf('json')) return sendBrowsable(door, endpoint, reply, call, { status, ...(await previewOf(stream)) });
  if (stream) return reply.type(type ?? typeOf(call.form)).send(stream);
  if (call.form === 'html') return sendBrowsable(door, endpoint, reply, call, { status, data });
  if (data === undefined) return reply.send();
  // As bytes: to a text the framework would add a charset, which JSON has not.
  return reply.type(type ?? typeOf('json')).send(bytesIn(json ?? JSON.stringify(data, undefined, indentOf(call.request))));
}

/** A form of HTML sends its empty fields, too. */
function filledIn(query: unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(query as Record<string, unknown>).filter(([, value]) => value !== ''));
}

function refusal(caller: Caller): ApiError {
  if (caller?.lacksFactor) return new ApiError(403, { detail: NEEDS_FACTOR });
  return caller ? new ApiError(403, { detail: 'You do not have permission to perform this action.' }) : unauthorized('Authentication credentials were not provided.');
}
