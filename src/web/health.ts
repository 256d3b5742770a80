/** /healthz tells that the process answers, /readyz that it can serve: the database reads and stores, and it is not stopping. */
import type { FastifyInstance } from 'fastify';
import type { Db } from '../db/db.ts';
import { StorageFault } from '../db/fault.ts';

export type Readiness = { stopping: boolean };

/** Registers both; they answer plain text and are not logged. */
export function registerHealth(app: FastifyInstance, { db, readiness }: { db: Db; readiness: Readiness }): void {
  const quiet = { logLevel: 'warn' } as const;
  app.get('/healthz', quiet, async (_request, reply) => reply.header('cache-control', 'no-store').send('ok\n'));
  app.get('/readyz', quiet, async (_request, reply) => {
    reply.header('cache-control', 'no-store');
    if (readiness.stopping) return reply.code(503).send('stopping\n');
    try {
      await db.first('select size from table_sizes where name = :name', { name: 'albums' });
      const obstacle = await db.obstacle();
      return obstacle === undefined ? reply.send('ready\n') : reply.code(503).send(`nothing can be stored: ${obstacle}\n`);
    } catch (error) {
      reply.log.error({ err: error }, 'the database does not answer');
      return reply.code(503).send(`the database does not answer${error instanceof StorageFault ? `: ${error.reason}` : ''}\n`);
    }
  });
}
