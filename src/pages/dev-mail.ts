/** Letters that no server takes, to be looked at. Only outside production: they hold links that open accounts. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { notFound } from '../errors.ts';
import type { Post } from '../mail/post.ts';
import type { KeptMessage } from '../mail/transport.ts';
import * as urls from '../web/urls.ts';

/** The letter brings its own style, and nothing else is let in. */
const LETTER_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** GET /dev/mail, /dev/mail/:number and /dev/mail/:number/html. */
export function devMail(app: FastifyInstance, post: Post): void {
  const found = (request: FastifyRequest): KeptMessage => {
    const { number } = request.params as { number: string };
    const message = post.kept.find((one) => String(one.number) === number);
    if (!message) throw notFound('There is no such mail. Mails are kept until the site is restarted.');
    return message;
  };

  app.get(urls.devMail, async (_request, reply) => {
    const messages = post.kept.map(({ number, at, to, subject }) => ({ number, at, to, subject }));
    return reply.header('cache-control', 'no-store').page('pages/dev-mail', { messages }, { title: 'Mail' });
  });

  app.get(`${urls.devMail}/:number`, async (request, reply) => {
    const { number, subject, from, to, at, id, text } = found(request);
    const headers: [string, string][] = [['From', from], ['To', to], ['Date', new Date(at).toUTCString()], ['Message-ID', id]];
    return reply.header('cache-control', 'no-store').page('pages/dev-mail-one', { number, subject, headers, body: text }, { title: subject });
  });

  app.get(`${urls.devMail}/:number/html`, async (request, reply) =>
    reply.header('cache-control', 'no-store').header('content-security-policy', LETTER_POLICY).type('text/html; charset=utf-8').send(found(request).html));
}
