/** The smallest addresses that there are, to copy when you add your first: plain routes, as the guide writes its plain views. */
import type { FastifyInstance, HTTPMethods } from 'fastify';
import { bytesIn } from '../../web/kept.ts';

/** A plain view of the guide answers any method. */
const ANY: HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const config = { access: 'everybody', isApi: true } as const;

/** Registers /api/hello_world, /api/hello-x/<x>, /api/hello-x/<x>/print and /api/goodbye. */
export function hello(app: FastifyInstance): void {
  for (const slash of ['', '/']) {
    app.route({ method: ANY, url: `/api/hello_world${slash}`, config, handler: async (_request, reply) => reply.type('text/html; charset=utf-8').send('Hello World!') });

    app.route<{ Params: { x: string } }>({ method: ANY, url: `/api/hello-x/:x${slash}`, config, handler: async (request, reply) => {
      return reply.type('application/json').send(bytesIn(JSON.stringify({ 'My Reply': `Hello ${request.params.x}` })));
    } });

    app.route<{ Params: { x: string } }>({ method: ANY, url: `/api/hello-x/:x/print${slash}`, config, handler: async (request, reply) => {
      request.log.info({ printed: `Hello to ${request.params.x}` }, 'printed');
      return reply.code(404).type('text/html; charset=utf-8').send('I printed it!');
    } });

    app.route<{ Querystring: { msg?: string | string[] } }>({ method: ANY, url: `/api/goodbye${slash}`, config, handler: async (request, reply) => {
      if (request.method !== 'GET') return reply.code(400).type('text/html; charset=utf-8').send('');
      const message = [request.query.msg ?? 'Gamers'].flat().at(-1);
      return reply.type('application/json').send(bytesIn(JSON.stringify({ Reply: `Goodbye ${message}` })));
    } });
  }
}
