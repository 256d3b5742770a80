/** The charts of songs, and the page of one. */
import type { FastifyInstance } from 'fastify';
import { decadesOf, years } from '../music/albums.ts';
import { foundOrMerged } from '../music/redirects.ts';
import { inkOf } from '../music/sleeves/draw.ts';
import { SONGS_OF_ALBUM, SONGS_ON_A_PAGE, type SongFilter, songPage, songsPage } from '../music/songs.ts';
import type { Door } from '../web/door.ts';
import { pagingOf } from '../web/paging.ts';
import { choiceOf, decadeOf, idIn, pageOf } from '../web/query.ts';
import * as text from '../web/text.ts';
import * as urls from '../web/urls.ts';
import { withHearts } from './visitor.ts';

/** GET /songs and /songs/:id. */
export function songs(app: FastifyInstance, { db, config }: Door): void {
  app.get('/songs', async (request, reply) => {
    const { query } = request;
    const filter: SongFilter = { order: choiceOf(query, 'order', ['streams', 'likes', 'newest', 'name']), decade: decadeOf(query) };
    const page = pageOf(query);
    const found = await songsPage(db, filter, page);
    const [first] = found.songs;
    return reply.page('pages/songs', {
      ...filter,
      decades: decadesOf(await years(db)).map(({ decade }) => decade),
      songs: await withHearts(db, request, found.songs),
      ink: first ? inkOf({ name: first.album.name, artist: first.artist }) : 0,
      scale: found.scale,
      paging: pagingOf({ page, size: SONGS_ON_A_PAGE, total: found.total, href: (number) => urls.songsPath({ ...filter, page: number }) }),
    }, {
      title: titleOf(filter, page),
      nav: 'songs',
      canonical: urls.songsPath({ ...filter, page }),
      description: `${text.plural(found.total, 'song')}, ranked by streams and likes.`,
    });
  });

  app.get('/songs/:id', async (request, reply) => {
    const { song, rank, songs: total, album, otherSongs } = await foundOrMerged(db, 'songs', idIn(request.params), (id) => songPage(db, id));
    const path = urls.songPath(song);
    if (urls.pathOf(request.url) !== path) return reply.redirect(path, 301);
    const [row] = await withHearts(db, request, [song]);
    return reply.page('pages/song', {
      song: row ?? { ...song, liked: false },
      rank,
      songs: total,
      albumSongs: await withHearts(db, request, album.songs),
      albumSongCount: album.count,
      albumSongsFrom: (album.page - 1) * SONGS_OF_ALBUM + 1,
      otherSongs: await withHearts(db, request, otherSongs),
    }, {
      title: `${song.song_name} by ${song.artist}`,
      nav: 'songs',
      canonical: path,
      ink: inkOf({ name: song.album.name, artist: song.artist }),
      description: `${song.song_name} by ${song.artist}, on ${song.album.name}: ${text.plural(song.num_streams, 'stream')}, number ${text.number(rank)} of ${text.number(total)}.`,
      openGraph: { type: 'music.song', image: urls.sharedSleeveOf(song.album), more: [['music:album', config.publicUrl + urls.albumPath(song.album)]] },
      jsonLd: {
        '@context': 'https://schema.org',
        '@type': 'MusicRecording',
        '@id': config.publicUrl + path,
        url: config.publicUrl + path,
        name: song.song_name,
        datePublished: song.year_released,
        byArtist: { '@type': 'MusicGroup', name: song.artist, url: config.publicUrl + urls.artistPath(song.artist) },
        inAlbum: { '@type': 'MusicAlbum', name: song.album.name, url: config.publicUrl + urls.albumPath(song.album) },
      },
    });
  });
}

function titleOf({ order, decade }: SongFilter, page: number): string {
  const what = { streams: 'Most streamed songs', likes: 'Most liked songs', newest: 'Newest songs', name: 'Songs A to Z' }[order];
  return what + (decade === undefined ? '' : ` of the ${decade}s`) + (page > 1 ? `, page ${page}` : '');
}
