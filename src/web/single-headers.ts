/**
 * Headers that may come only once. Of two, Node keeps the first and a proxy may have looked at the other, so
 * whoever sent both has two answers to who asks, or for what.
 */
import type { FastifyInstance } from 'fastify';
import { badRequest } from '../errors.ts';

const SINGLE = new Set(['authorization', 'content-type', 'host', 'origin', 'referer']);

/** Refuses a request that has one of them twice. */
export function registerSingleHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const seen = new Set<string>();
    const { rawHeaders } = request.raw;
    for (let at = 0; at < rawHeaders.length; at += 2) {
      const name = (rawHeaders[at] as string).toLowerCase();
      if (!SINGLE.has(name)) continue;
      if (seen.has(name)) return done(badRequest(`This request has the header ${rawHeaders[at]} twice. Send it once.`));
      seen.add(name);
    }
    done();
  });
}
