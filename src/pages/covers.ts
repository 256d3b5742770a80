/** Uploaded covers. Their address follows from the file that was uploaded, so they may be kept for ever. */
import type { FastifyInstance } from 'fastify';
import { coverFile } from '../music/covers.ts';
import type { Door } from '../web/door.ts';

/** GET /covers/<32 hex digits>-320.webp and the other widths, and .jpg for links that are shared. */
export function covers(app: FastifyInstance, { db }: Door): void {
  app.get('/covers/:file', { logLevel: 'warn' }, async (request, reply) => {
    const { file } = request.params as { file: string };
    const content = await coverFile(db, file);
    return reply.type(file.endsWith('.jpg') ? 'image/jpeg' : 'image/webp').header('cache-control', 'public, max-age=31536000, immutable').send(content);
  });
}
