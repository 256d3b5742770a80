/** An answer as a page: the same address opened in a browser, with what the person may do there. */
import { STATUS_CODES } from 'node:http';
import type { FastifyReply } from 'fastify';
import * as urls from '../../web/urls.ts';
import type { ApiDoor, Call, Endpoint } from '../engine/endpoint.ts';
import { filledPath, methodsOf, parametersOf, templateOf, whoMay } from '../engine/facts.ts';
import { linksFrom, originOf, ownAddress } from './links.ts';
import { type FormField, formsFor, parameterField } from './operation-forms.ts';
import { type Piece, readable } from './readable.ts';
import { curlOf, fetchOf, type SampleCall, sampleBody } from '../described/samples.ts';
import type { Method } from '../engine/rules.ts';
import './views.ts';

/** Headers that a page tells. */
const SHOWN = ['allow', 'content-type', 'vary', 'www-authenticate', 'retry-after', 'link', 'etag', 'location', 'ratelimit', 'ratelimit-policy', 'preference-applied'];

export type Shown = { status: number; data?: unknown; /** Only the beginning of what a program gets is there. */ isCut?: boolean };

/** Sends what JSON would have said, readable, with what the person may do next. */
export async function sendBrowsable(door: ApiDoor, endpoint: Endpoint, reply: FastifyReply, call: Call, shown: Shown): Promise<FastifyReply> {
  const { status, data } = shown;
  const { request, caller } = call;
  const origin = originOf(request, door.config);
  const origins = [origin, door.config.publicUrl];
  const linkOf = linksFrom(endpoint, door.endpoints, origins);
  const method = request.method as Method;
  const answer = data === undefined ? { pieces: [], hidden: 0 } : readable(data, linkOf);
  const isFailure = status >= 400;
  const isThere = status !== 404 && status !== 401;
  const errors = isFailure ? errorsIn(data) : {};
  const forms = isThere ? formsFor(endpoint, door.endpoints, { caller, data: isFailure || method === 'POST' ? undefined : data, sent: isFailure ? request.ownForm : undefined, errors }) : [];
  const made = madeCall(endpoint, call, origin);
  // The page is for this person alone, and no copy of the JSON: it takes nothing of how that may be kept.
  const headers = [{ name: 'content-type', pieces: [{ text: 'application/json' }] }, ...headersOf(reply, origins)];
  reply.removeHeader('etag').removeHeader('last-modified').header('cache-control', 'no-store');
  // A browser that gets 204 stays where it is and shows nothing.
  if (status === 204) reply.code(200);
  return reply.page('api/endpoint', {
    name: endpoint.name,
    description: endpoint.description ?? '',
    trail: trailOf(endpoint, call, door.endpoints),
    below: isThere ? belowOf(endpoint, call, door.endpoints) : [],
    method,
    path: request.url,
    status,
    words: STATUS_CODES[status] ?? '',
    headers: data === undefined ? headers.slice(1) : headers,
    answer: answer.pieces,
    // A handler that shows less on a page links to the whole.
    notes: notesOf(shown, { hidden: answer.hidden, isBeginning: /rel="alternate"/.test(String(reply.getHeader('link') ?? '')) }),
    missing: status === 401 || status === 403 ? missingFor(endpoint, call, data) : undefined,
    isSignedIn: caller !== undefined,
    username: caller?.username,
    login: urls.withNext(urls.login, method === 'GET' ? request.url : urls.pathOf(request.url)),
    filters: method === 'GET' && isThere ? filtersOf(endpoint, call) : [],
    curl: curlOf(made),
    fetch: fetchOf(made),
    forms,
    others: methodsOf(endpoint).filter((one) => one !== 'GET' && !endpoint.rule(caller, one)).map((one) => ({ method: one, summary: endpoint.operations[one]?.summary ?? endpoint.name, who: WHO[whoMay(endpoint, one)] })),
  }, { title: `${endpoint.name} | API`, styles: ['/api.css'], scripts: ['/api.js'] });
}

const WHO = { everybody: 'everybody', people: 'everybody who is logged in', staff: 'staff', permitted: 'whoever has the permission' };

/** The call that has just been made, by other means, or one that this address takes; a secret that was sent is not repeated. */
function madeCall(endpoint: Endpoint, { request }: Call, origin: string): SampleCall {
  const asked = request.method as Method;
  const method = endpoint.methods[asked] ? asked : (methodsOf(endpoint)[0] as Method);
  const operation = endpoint.operations[method];
  const isSecret = Object.values(operation?.input?.fields ?? {}).some((field) => field.isWriteOnly);
  const sent = request.ownForm && !isSecret ? parsedBody(request.body) : undefined;
  const body = sent ?? (operation && method !== 'GET' ? sampleBody(operation, method) : undefined);
  return { method, url: origin + request.url, ...(body === undefined ? {} : { body }), needsToken: whoMay(endpoint, method) !== 'everybody' };
}

function parsedBody(body: unknown): unknown {
  try {
    return Buffer.isBuffer(body) ? (JSON.parse(body.toString('utf8')) as unknown) : undefined;
  } catch {
    return undefined;
  }
}

function headersOf(reply: FastifyReply, origins: readonly string[]): EndpointHeaders {
  return SHOWN.filter((name) => reply.hasHeader(name)).map((name) => {
    const text = String(reply.getHeader(name));
    if (name !== 'link' && name !== 'location') return { name, pieces: [{ text }] };
    // The addresses in `Link: <…>; rel="next"`, and a Location as a whole.
    const pieces = text.split(/((?<=<)[^<>]*(?=>)|^\S+$)/).filter(Boolean).map((part): Piece => {
      const path = part.startsWith('?') ? part : ownAddress(part, origins);
      return path === undefined ? { text: part } : { text: part, href: path };
    });
    return { name, pieces };
  });
}

type EndpointHeaders = { name: string; pieces: Piece[] }[];

/** The addresses one step below this one, such as the one that deletes it. */
function belowOf(endpoint: Endpoint, { parameters }: Call, endpoints: readonly Endpoint[]): { href: string; methods: string; label: string; path: string }[] {
  return endpoints.filter(({ path }) => path.startsWith(`${endpoint.path}/`) && /^\/[^/:]+$/.test(path.slice(endpoint.path.length)) && endpoint.path !== '')
    .map((below) => ({ href: filledPath(below.path, parameters), methods: methodsOf(below).join(', '), label: below.name, path: templateOf(below.path).slice(templateOf(endpoint.path).length) }));
}

/** The addresses above this one that can be opened. */
function trailOf(endpoint: Endpoint, { parameters }: Call, endpoints: readonly Endpoint[]): { href: string; label: string }[] {
  const parts = endpoint.path.split('/').slice(1);
  const above = parts.slice(0, -1).map((_part, index) => `/${parts.slice(0, index + 1).join('/')}`);
  const open = endpoints.filter(({ path, methods }) => methods.GET && above.includes(path));
  const root = endpoint.path === '' ? [] : [{ href: urls.api, label: 'API' }];
  return [...root, ...open.sort((one, other) => one.path.length - other.path.length).map(({ path, name }) => ({ href: filledPath(path, parameters), label: name }))];
}

function notesOf({ isCut, data }: Shown, { hidden, isBeginning }: { hidden: number; isBeginning: boolean }): string[] {
  const rows = Array.isArray(data) ? data.length : 0;
  return [
    ...(isBeginning ? ['This page shows the beginning. A program gets the whole.'] : []),
    ...(isCut ? [`This page shows the first ${rows} rows. A program gets them all, as a stream.`] : []),
    ...(hidden > 0 ? [`This page ends after 200 KB and leaves out ${hidden === 1 ? '1 row' : `${hidden} rows`}. A program gets them all.`] : []),
  ];
}

function missingFor(endpoint: Endpoint, { request, caller }: Call, data: unknown): string {
  const method = request.method as Method;
  const who = endpoint.methods[method] ? WHO[whoMay(endpoint, method)] : 'others';
  if (!caller) return `This is for ${who}. Log in, or send a token.`;
  const isByRule = endpoint.methods[method] !== undefined && !endpoint.rule(caller, method);
  return isByRule ? `This is for ${who}, and ${caller.username} is not among them. Ask an administrator.` : ((data as { detail?: string }).detail ?? 'This is not for you.');
}

/** What a list can be narrowed by, without the comparisons (`__gte`) that are not in use; a change begins at the first page. */
function filtersOf(endpoint: Endpoint, { query }: Call): FormField[] {
  return parametersOf(endpoint, 'GET').filter((parameter) => parameter.in === 'query').map((parameter) => parameterField(parameter, query[parameter.name]))
    .filter(({ name, value }) => name !== 'cursor' && (value !== '' || !name.includes('__')));
}

function errorsIn(data: unknown): Record<string, readonly string[]> {
  if (typeof data !== 'object' || data === null) return {};
  return Object.fromEntries(Object.entries(data).map(([name, sentences]) => [name, [sentences].flat(2).map((sentence) => (typeof sentence === 'string' ? sentence : JSON.stringify(sentence)))]));
}
