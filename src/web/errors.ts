/** The one place that shows errors to people: a page in words, or a line of JSON for a script that asked for it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
import { StorageFault } from '../db/fault.ts';
import { GuestError, notFound } from '../errors.ts';
import { wantsJson } from './forms.ts';
import { headersOf } from './headers.ts';
import { dropSession, forgetVisitor } from './session.ts';

const BROKEN = readFileSync(join(import.meta.dirname, '../../public/500.html'));

/** What the framework refuses by itself, in our words. */
const SENTENCES: Record<number, string> = {
  400: 'This request could not be understood. Go back, reload the page and try again.',
  404: 'There is no page here. It may have been renamed or deleted.',
  408: 'This request took too long to arrive. Try again.',
  413: 'What was sent is too large. Send less and try again.',
  414: 'This address is too long. Shorten it and try again.',
  415: 'Only a form can be sent here. Use the form on the page; a program sends application/x-www-form-urlencoded.',
  503: 'Tracklist is busy right now. Wait a few seconds, then try again.',
};

/** Registers the handlers for errors and for addresses that lead nowhere. */
export function registerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => answer(error, request, reply));
  app.setNotFoundHandler((request, reply) => {
    const allowed = methodsOf(app, request);
    if (allowed.length === 0) return answer(notFound(), request, reply);
    return answer(new GuestError(405, 'This address can’t be used that way. Go back and try again.'), request, reply.header('allow', allowed.join(', ')));
  });
}

/**
 * What fails before a request meets its first hook, so that those answers carry the headers and the words
 * of the site, too: an address that can't be decoded, and bytes that are no HTTP.
 */
export function earlyErrors(config: { publicUrl: string }): Pick<FastifyServerOptions, 'frameworkErrors' | 'clientErrorHandler'> {
  const headers = headersOf(config);
  return {
    frameworkErrors: (error, _request, early) => {
      const reply = early as unknown as FastifyReply;
      const status = error.statusCode ?? 400;
      reply.code(status).headers(headers).type('text/plain; charset=utf-8').send(`${SENTENCES[status] ?? SENTENCES[400]}\n`);
    },
    clientErrorHandler: (error, socket) => {
      if (error.code === 'ECONNRESET' || !socket.writable) return;
      const [status, reason] = { HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large'], ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout'] }[error.code as string] ?? [400, 'Bad Request'];
      const lines = Object.entries({ ...headers, 'content-type': 'text/plain; charset=utf-8', 'content-length': `${reason}\n`.length, connection: 'close' });
      socket.end(`HTTP/1.1 ${status} ${reason}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${reason}\n`);
    },
  };
}

async function answer(error: FastifyError | GuestError, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const shown = shownOf(error);
  // An answer that failed on its way out leaves its headers behind.
  for (const name of ['content-encoding', 'content-disposition', 'etag', 'location', 'last-modified']) reply.removeHeader(name);
  if (!shown) return broken(error, request, reply);
  if (error instanceof StorageFault) request.log.error({ err: error.cause }, error.reason);
  if (shown.status === 503) dropSession(request);
  if (shown.retryAfter !== undefined) reply.header('retry-after', shown.retryAfter);
  reply.code(shown.status).header('cache-control', 'no-store');
  if (wantsJson(request)) return reply.send({ error: shown.message });
  const page = () => reply.page('pages/error', { status: shown.status, sentence: shown.message, retryAfterSeconds: shown.retryAfter, requestId: request.id }, { title: titleOf(shown.status) });
  try {
    return await page();
  } catch (fault) {
    if (!(fault instanceof StorageFault)) return broken(fault, request, reply);
    // The frame can't be read either: it is shown as to a stranger.
    forgetVisitor(request);
    return page().catch((again: unknown) => broken(again, request, reply));
  }
}

/** The error as a guest may see it; undefined for a bug. */
function shownOf(error: FastifyError | GuestError): GuestError | undefined {
  if (error instanceof GuestError) return error;
  const status = error.statusCode ?? 500;
  if (status === 503) return new GuestError(503, SENTENCES[503] as string, 5);
  if (status < 400 || status >= 500) return undefined;
  return new GuestError(status, SENTENCES[status] ?? (SENTENCES[400] as string));
}

/** A bug: nothing of it leaves the house but the id under which the log has it. */
function broken(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  request.log.error({ err: error }, 'request failed');
  reply.code(500).header('cache-control', 'no-store').header('x-request-id', request.id);
  if (wantsJson(request)) return reply.send({ error: 'Something broke on our side.', request: request.id });
  return reply.type('text/html; charset=utf-8').send(BROKEN);
}

function titleOf(status: number): string {
  return { 403: 'Not allowed', 404: 'Not found', 405: 'Not allowed', 429: 'Too many tries', 503: 'Busy' }[status] ?? 'Error';
}

function methodsOf(app: FastifyInstance, request: FastifyRequest): string[] {
  const path = request.url.split('?')[0] ?? '/';
  return ['GET', 'POST'].filter((method) => method !== request.method && request.method !== 'HEAD' && app.findRoute({ method: method as 'GET', url: path }) !== null);
}
