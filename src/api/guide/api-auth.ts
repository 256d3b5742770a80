/** /api-auth/: the login and the logout of the browsable API lead to the site's own. */
import type { FastifyInstance } from 'fastify';
import { textOf } from '../../web/query.ts';
import * as urls from '../../web/urls.ts';

const config = { access: 'everybody', isApi: true } as const;

/** Registers /api-auth/login/ and /api-auth/logout/. A form that is sent there is sent on as it is (307). */
export function apiAuth(app: FastifyInstance): void {
  for (const slash of ['', '/']) {
    app.get(`/api-auth/login${slash}`, { config }, async (request, reply) => reply.redirect(urls.withNext(urls.login, textOf(request.query, 'next') ?? '/'), 302));
    app.post(`/api-auth/login${slash}`, { config }, async (_request, reply) => reply.redirect(urls.login, 307));
    app.route({ method: ['GET', 'PUT', 'PATCH', 'DELETE'], url: `/api-auth/logout${slash}`, config, handler: async (_request, reply) =>
      reply.code(405).header('allow', 'POST, OPTIONS').type('text/html; charset=utf-8').send('') });
    app.options(`/api-auth/logout${slash}`, { config }, async (_request, reply) => reply.header('allow', 'POST, OPTIONS').type('text/html; charset=utf-8').send(''));
    app.post(`/api-auth/logout${slash}`, { config }, async (_request, reply) => reply.redirect(urls.logout, 307));
  }
}
