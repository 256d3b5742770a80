/** The pages of plain words: about the data, privacy, accessibility. */
import type { FastifyInstance } from 'fastify';
import { KNOWN_DAYS } from '../accounts/known-browsers.ts';
import { isDemo } from '../music/demo/is-demo.ts';
import { sumOfStreams, tableSizes } from '../music/sizes.ts';
import type { Door } from '../web/door.ts';
import * as urls from '../web/urls.ts';

/** GET /about, /privacy and /accessibility. */
export function texts(app: FastifyInstance, { db, config }: Door): void {
  app.get(urls.about, async (_request, reply) => {
    const totals = { ...(await tableSizes(db)), streams: await sumOfStreams(db) };
    return reply.page('pages/about', { totals, isDemo: await isDemo(db) }, { title: 'About the data', canonical: urls.about });
  });
  app.get(urls.privacy, (_request, reply) =>
    reply.page('pages/privacy', { sessionDays: config.sessionDays, knownDays: KNOWN_DAYS }, { title: 'Privacy', canonical: urls.privacy }));
  app.get(urls.accessibility, (_request, reply) =>
    reply.page('pages/accessibility', {}, { title: 'Accessibility', canonical: urls.accessibility }));
}
