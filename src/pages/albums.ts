/** The wall of albums, and the page of one. */
import type { FastifyInstance } from 'fastify';
import { ALBUMS_ON_A_PAGE, type AlbumFilter, albumPage, albumsPage, decadesOf, years } from '../music/albums.ts';
import { foundOrMerged } from '../music/redirects.ts';
import { SONGS_OF_ALBUM } from '../music/songs.ts';
import { inkOf } from '../music/sleeves/draw.ts';
import type { Door } from '../web/door.ts';
import { pagingOf } from '../web/paging.ts';
import { choiceOf, decadeOf, idIn, numberOf, pageOf } from '../web/query.ts';
import * as text from '../web/text.ts';
import * as urls from '../web/urls.ts';
import { withHearts } from './visitor.ts';

/** GET /albums and /albums/:id. */
export function albums(app: FastifyInstance, { db, config }: Door): void {
  app.get('/albums', async ({ query }, reply) => {
    const filter: AlbumFilter = {
      order: choiceOf(query, 'order', ['newest', 'oldest', 'name', 'streams']),
      decade: decadeOf(query),
      year: numberOf(query, 'year', { least: 1, most: 9999 }),
    };
    const page = pageOf(query);
    const found = await albumsPage(db, filter, page);
    const counts = await years(db);
    const decade = filter.decade ?? (filter.year === undefined ? undefined : filter.year - (filter.year % 10));
    return reply.page('pages/albums', {
      ...filter,
      decade,
      decades: decadesOf(counts),
      years: decade === undefined ? [] : counts.filter(({ year }) => year >= decade && year < decade + 10),
      albums: found.albums,
      paging: pagingOf({ page, size: ALBUMS_ON_A_PAGE, total: found.total, href: (number) => urls.albumsPath({ ...filter, page: number }) }),
    }, {
      title: titleOf(filter, page),
      nav: 'albums',
      canonical: urls.albumsPath({ ...filter, page }),
      description: `${text.plural(found.total, 'album')}, by release date, name or streams.`,
    });
  });

  app.get('/albums/:id', async (request, reply) => {
    const page = pageOf(request.query);
    const { album, songs, more, moreFrom } = await foundOrMerged(db, 'albums', idIn(request.params), (id) => albumPage(db, id, page));
    const path = urls.albumPath(album);
    const href = (number: number) => (number > 1 ? `${path}?page=${number}` : path);
    if (urls.pathOf(request.url) !== path) return reply.redirect(path, 301);
    return reply.page('pages/album', {
      album: { ...album, songs: album.song_count, streams: album.stream_total, likes: album.like_count },
      songs: await withHearts(db, request, songs),
      more,
      moreFrom,
      paging: album.song_count > SONGS_OF_ALBUM ? pagingOf({ page, size: SONGS_OF_ALBUM, total: album.song_count, href }) : undefined,
    }, {
      title: `${album.name} by ${album.artist}${page > 1 ? `, page ${page}` : ''}`,
      nav: 'albums',
      canonical: href(page),
      ink: inkOf(album),
      description: `${album.name} by ${album.artist}, released ${text.date(album.year_released)}: ${text.plural(album.song_count, 'song')}.`,
      openGraph: { type: 'music.album', image: urls.sharedSleeveOf(album), more: [['music:release_date', album.year_released]] },
      jsonLd: {
        '@context': 'https://schema.org',
        '@type': 'MusicAlbum',
        '@id': config.publicUrl + path,
        url: config.publicUrl + path,
        name: album.name,
        datePublished: album.year_released,
        image: config.publicUrl + urls.sharedSleeveOf(album),
        byArtist: { '@type': 'MusicGroup', name: album.artist, url: config.publicUrl + urls.artistPath(album.artist) },
        numTracks: album.song_count,
        track: songs.map((song) => ({ '@type': 'MusicRecording', name: song.song_name, url: config.publicUrl + urls.songPath(song) })),
      },
    });
  });
}

function titleOf({ order, decade, year }: AlbumFilter, page: number): string {
  const what = year !== undefined ? `Albums of ${year}` : decade !== undefined ? `Albums of the ${decade}s` : 'Albums';
  const how = { newest: '', oldest: ', oldest first', name: ', A to Z', streams: ', most streamed' }[order];
  return what + how + (page > 1 ? `, page ${page}` : '');
}
