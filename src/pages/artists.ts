/** The list of artists by letter, and the page of one. */
import type { FastifyInstance } from 'fastify';
import { notFound } from '../errors.ts';
import { ALBUMS_OF_ARTIST, ARTISTS_ON_A_PAGE, artistPage, artistsPage, leadingAlbum } from '../music/artists.ts';
import { inkOf } from '../music/sleeves/draw.ts';
import type { Door } from '../web/door.ts';
import { pagingOf } from '../web/paging.ts';
import { pageOf, textOf } from '../web/query.ts';
import * as text from '../web/text.ts';
import * as urls from '../web/urls.ts';
import { withHearts } from './visitor.ts';

/** GET /artists and /artists/:name. */
export function artists(app: FastifyInstance, { db, config }: Door): void {
  app.get('/artists', async ({ query }, reply) => {
    const letter = textOf(query, 'letter');
    const page = pageOf(query);
    const found = await artistsPage(db, letter, page);
    return reply.page('pages/artists', {
      letter,
      letters: found.letters,
      groups: found.groups,
      paging: pagingOf({ page, size: ARTISTS_ON_A_PAGE, total: found.total, href: (number) => urls.artistsPath({ letter, page: number }) }),
    }, {
      title: (letter === undefined ? 'Artists' : `Artists: ${letter}`) + (page > 1 ? `, page ${page}` : ''),
      nav: 'artists',
      canonical: urls.artistsPath({ letter, page }),
      description: `${text.plural(found.total, 'artist')}, by letter.`,
    });
  });

  app.get('/artists/:name', async (request, reply) => {
    const { name } = request.params as { name: string };
    if (name.includes('\0') || name.length > 1000) throw notFound();
    const page = pageOf(request.query);
    const found = await artistPage(db, name, page);
    const path = urls.artistPath(found.artist);
    if (found.artist !== name) return reply.redirect(path, 301);
    const href = (number: number) => (number > 1 ? `${path}?page=${number}` : path);
    return reply.page('pages/artist', {
      ...found,
      topSongs: await withHearts(db, request, found.topSongs),
      paging: found.totals.albums > ALBUMS_OF_ARTIST ? pagingOf({ page, size: ALBUMS_OF_ARTIST, total: found.totals.albums, href }) : undefined,
    }, {
      title: found.artist + (page > 1 ? `, page ${page}` : ''),
      nav: 'artists',
      canonical: href(page),
      ink: inkOf(await leadingAlbum(db, found.artist)),
      description: `${found.artist}: ${text.plural(found.totals.albums, 'album')} and ${text.plural(found.totals.songs, 'song')}.`,
      openGraph: { type: 'profile', image: found.albums[0] && urls.sharedSleeveOf(found.albums[0]) },
      jsonLd: {
        '@context': 'https://schema.org',
        '@type': 'MusicGroup',
        '@id': config.publicUrl + path,
        url: config.publicUrl + path,
        name: found.artist,
        album: found.albums.map((album) => ({ '@type': 'MusicAlbum', name: album.name, datePublished: album.year_released, url: config.publicUrl + urls.albumPath(album) })),
      },
    });
  });
}
