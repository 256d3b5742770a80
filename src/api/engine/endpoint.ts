/**
 * An endpoint: one address with its methods, decided in the order of Django REST framework: the form of the
 * answer, who calls, whether they may, how often they may, the method, then what the handler finds.
 */
import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { Door } from '../../web/door.ts';
import { bytesIn } from '../../web/kept.ts';
import { type Caller, callerOf, unauthorized } from './caller.ts';
import { ApiError } from './errors.ts';
import { sendError } from './failures.ts';
import type { CallLimits } from './limits.ts';
import { type Form, formOf, typeOf } from './negotiate.ts';
import { allowedMethods } from './methods.ts';
import type { Method, Rule } from './rules.ts';
import { sendBrowsable } from '../browsable/page.ts';
import { metadataOf, type Operation } from '../described/operations.ts';
import { readOwnForm } from '../browsable/own-form.ts';
import { previewOf } from '../browsable/previews.ts';

/** A request that has been let through. */
export type Call = { request: FastifyRequest; caller: Caller; parameters: Record<string, string>; query: Record<string, unknown>; form: Form };
/** What a handler gives back: `data` becomes JSON, `stream` is sent as it is. */
export type Answer = { status?: number; data?: unknown; stream?: Readable; type?: string; headers?: Record<string, string>; /** `data` as JSON, where it has been written already. */ json?: string };
export type Handler = (call: Call) => Promise<Answer>;

export type Endpoint = {
  /** Below /api, without a closing slash: `/song/:pk`. */
  path: string;
  /** As OPTIONS and the browsable pages call it. */
  name: string;
  description?: string;
  rule: Rule;
  methods: Partial<Record<Method, Handler>>;
  /** What each method takes and gives, for OPTIONS, the forms, the documentation and its tests. */
  operations: Partial<Record<Method, Operation>>;
  /** Further forms of the answer than JSON and HTML. */
  forms?: readonly Form[];
};

/** What every endpoint is given: the door of the house, how often somebody may call, and every endpoint for the links of pages. */
export type ApiDoor = Door & { limits: CallLimits; endpoints: readonly Endpoint[] };

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
  return caller ? new ApiError(403, { detail: 'You do not have permission to perform this action.' }) : unauthorized('Authentication credentials were not provided.');
}

/** `Accept: application/json; indent=4` asks for readable JSON. */
export function indentOf(request: FastifyRequest): number | undefined {
  const indent = /application\/json\s*;\s*indent=([0-8])\b/i.exec(request.headers.accept ?? '')?.[1];
  return indent === undefined ? undefined : Number(indent);
}
