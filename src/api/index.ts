/** The door for programs: every address below /api. */
import type { FastifyInstance } from 'fastify';
import type { Door } from '../web/door.ts';
import { bytesIn } from '../web/kept.ts';
import { BODY_LIMIT } from './engine/body.ts';
import { docs } from './described/docs.ts';
import type { ApiDoor, Endpoint } from './engine/endpoint.ts';
import { register } from './engine/serve.ts';
import { apiErrorOf } from './engine/failures.ts';
import { apiAuth } from './guide/api-auth.ts';
import { hello } from './guide/hello.ts';
import { guideEndpoints } from './guide/index.ts';
import { jwtEndpoints } from './jwt/index.ts';
import { CallLimits } from './engine/limits.ts';
import { root } from './root.ts';
import { v1 } from './v1/index.ts';

/** Registers the API. */
export async function api(app: FastifyInstance, { db, config }: Door): Promise<void> {
  const limits = new CallLimits(db, config.apiLimits, (error) => app.log.error({ err: error }, 'calls were not counted together'));
  const door = { db, config, limits, endpoints: [] as readonly Endpoint[] } satisfies ApiDoor;
  door.endpoints = endpoints(door);
  docs(app, door);
  await app.register(async (area) => {
    area.addHook('onClose', () => limits.close());
    area.removeAllContentTypeParsers();
    // Read as bytes: whether a body is understood is decided after who calls and whether they may.
    area.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, async (_request: unknown, body: Buffer) => body);
    // What is refused before an endpoint is reached: a body that is too large, a session that can't be read.
    area.setErrorHandler((error, request, reply) => {
      const excess = reply.hasHeader('ratelimit') ? undefined : limits.take(request, reply, undefined);
      const known = apiErrorOf(excess ?? error);
      if (!known) request.log.error({ err: error }, 'request failed');
      const { status, body, headers } = known ?? { status: 500, body: { detail: `Something broke on our side. The log has it as ${request.id}.` }, headers: {} };
      return reply.code(status).headers(headers).type('application/json').send(bytesIn(JSON.stringify(body)));
    });
    await area.register(async (plain) => {
      plain.addHook('onRequest', async (request, reply) => {
        const excess = limits.take(request, reply, undefined);
        if (excess) throw excess;
      });
      hello(plain);
      apiAuth(plain);
    });
    for (const endpoint of door.endpoints) register(area, door, endpoint);
  });
}

/** Every endpoint, for the routes, the documentation and the tests. */
export function endpoints(door: ApiDoor): Endpoint[] {
  const all: Endpoint[] = [...guideEndpoints(door), ...v1(door), ...jwtEndpoints(door)];
  return [root(all, door.config), ...all];
}
