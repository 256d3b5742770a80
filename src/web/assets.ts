/**
 * The files of `public/`, each an address of its own, read once at the start. A request with the version
 * that `urls.asset` puts behind the path may keep the file for ever.
 */
import { extname } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { keep, sendKept } from './kept.ts';
import { publicFile, publicPaths } from './public-files.ts';

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};
const FOR_EVER = 'public, max-age=31536000, immutable';
const ONE_HOUR = 'public, max-age=3600';

/** Serves every file whose kind is known; others are not reachable. */
export function registerAssets(app: FastifyInstance): void {
  for (const path of publicPaths()) {
    const type = TYPES[extname(path)];
    if (type === undefined) continue;
    const asset = keep(publicFile(path), { type, cacheControl: ONE_HOUR, lasting: true });
    const lasting = { ...asset, cacheControl: FOR_EVER };
    app.get(path, { logLevel: 'warn' }, (request, reply) => sendKept(request, reply, 'v' in (request.query as object) || type === 'font/woff2' ? lasting : asset));
  }
}
