/** Generated sleeves. Their address follows from what they show, so they may be kept for ever. */
import type { FastifyInstance } from 'fastify';
import { notFound } from '../errors.ts';
import { albumBySleeve } from '../music/albums.ts';
import { drawSleeve } from '../music/sleeves/draw.ts';
import type { Door } from '../web/door.ts';

/** GET /sleeves/<32 hex digits>.svg, and -s.svg without the label. */
export function sleeves(app: FastifyInstance, { db }: Door): void {
  app.get('/sleeves/:file', { logLevel: 'warn' }, async (request, reply) => {
    const { file } = request.params as { file: string };
    const [, sleeve, small] = /^([0-9a-f]{32})(-s)?\.svg$/.exec(file) ?? [];
    if (sleeve === undefined) throw notFound();
    const svg = drawSleeve(await albumBySleeve(db, sleeve), small ? 'small' : 'full');
    return reply.type('image/svg+xml').header('cache-control', 'public, max-age=31536000, immutable').send(svg);
  });
}
