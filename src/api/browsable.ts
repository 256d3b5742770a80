/** An answer as a page: the same address opened in a browser. */
import type { FastifyReply } from 'fastify';
import type { Door } from '../web/door.ts';
import type { Call, Endpoint } from './endpoint.ts';
import './views.ts';

/** Headers that a page tells. */
const SHOWN = ['allow', 'vary', 'www-authenticate', 'retry-after', 'link', 'etag', 'location', 'ratelimit', 'ratelimit-policy'];

/** Sends what JSON would have said, readable, with what the person may do next. */
export async function sendBrowsable(_door: Door, endpoint: Endpoint, reply: FastifyReply, call: Call, { status, data }: { status: number; data?: unknown }): Promise<FastifyReply> {
  const headers = SHOWN.flatMap((name): [string, string][] => (reply.hasHeader(name) ? [[name, String(reply.getHeader(name))]] : []));
  return reply.page('api/endpoint', {
    name: endpoint.name,
    description: endpoint.description ?? '',
    method: call.request.method,
    path: call.request.url,
    status,
    headers,
    body: data === undefined ? '' : JSON.stringify(data, undefined, 2),
  }, { title: `${endpoint.name} | API` });
}
