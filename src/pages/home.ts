/** The front page: the catalogue in figures, the newest records, the charts. */
import type { FastifyInstance } from 'fastify';
import { decadesOf, firstAlbums, years } from '../music/albums.ts';
import { letters } from '../music/artists.ts';
import { mostLikedSince } from '../music/likes.ts';
import { sleevesOfTheDay } from '../music/mosaic.ts';
import { tableSizes } from '../music/sizes.ts';
import { firstSongs } from '../music/songs.ts';
import type { Door } from '../web/door.ts';
import * as urls from '../web/urls.ts';
import { withHearts } from './visitor.ts';

const WEEK = 7 * 24 * 60 * 60 * 1000;
const HOUR = 60 * 60 * 1000;

/** GET /. */
export function home(app: FastifyInstance, { db, config }: Door): void {
  app.get('/', async (request, reply) => {
    // The hour, not the moment, so that the page changes with the catalogue and not with every request.
    const weekAgo = new Date(Math.floor((Date.now() - WEEK) / HOUR) * HOUR).toISOString();
    const totals = await tableSizes(db);
    return reply.page('pages/home', {
      totals,
      mosaic: await sleevesOfTheDay(db, 14),
      newest: await firstAlbums(db, { order: 'newest' }, 12),
      topSongs: await withHearts(db, request, await firstSongs(db, { order: 'streams' }, 7)),
      decades: decadesOf(await years(db)),
      likedThisWeek: await withHearts(db, request, await mostLikedSince(db, weekAgo, 4)),
      letters: await letters(db),
    }, {
      title: '',
      canonical: '/',
      description: 'Look up a record, see what people play most, and keep the songs you like.',
      openGraph: { type: 'website' },
      jsonLd: {
        '@context': 'https://schema.org',
        '@type': 'WebSite',
        name: config.siteName,
        url: `${config.publicUrl}/`,
        potentialAction: { '@type': 'SearchAction', target: `${config.publicUrl}${urls.searchPath()}?q={search_term_string}`, 'query-input': 'required name=search_term_string' },
      },
    });
  });
}
