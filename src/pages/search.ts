/** The search page, and suggestions while somebody is typing. */
import type { FastifyInstance } from 'fastify';
import type { AlbumEntry } from '../music/albums.ts';
import type { ArtistEntry } from '../music/artists.ts';
import { searchPage, type Suggestion, suggest, totalOf } from '../music/search.ts';
import { piecesOf } from '../music/search-marks.ts';
import type { SearchQuery } from '../music/search-query.ts';
import type { Door } from '../web/door.ts';
import { pagingOf } from '../web/paging.ts';
import { choiceOf, pageOf, textOf } from '../web/query.ts';
import * as text from '../web/text.ts';
import * as urls from '../web/urls.ts';
import type { AlbumCard, ArtistRow, SongRow, Suggestions } from '../web/views.ts';
import { withHearts } from './visitor.ts';

/** GET /search and /search/suggestions. */
export function search(app: FastifyInstance, { db }: Door): void {
  app.get('/search', async (request, reply) => {
    const kind = choiceOf(request.query, 'kind', ['all', 'albums', 'songs', 'artists']);
    const page = pageOf(request.query);
    const { query, counts, size, albums, songs, artists, didYouMean } = await searchPage(db, textOf(request.query, 'q') ?? '', kind, page);
    const q = query.text;
    return reply.page('pages/search', {
      q,
      kind,
      counts: { all: totalOf(counts), ...counts },
      albums: albums.map((album) => markedAlbum(album, query)),
      songs: (await withHearts(db, request, songs)).map((song) => markedSong(song, query)),
      artists: artists.map((artist) => markedArtist(artist, query)),
      paging: kind === 'all' ? undefined : pagingOf({
        page, size, total: counts[kind].value, totalIsCapped: counts[kind].isCapped, href: (number) => urls.searchPath({ q, kind, page: number }),
      }),
      didYouMean,
    }, { title: q === '' ? 'Search' : `“${q}”${page > 1 ? `, page ${page}` : ''}` });
  });

  app.get(urls.suggestions, async (request, reply) => {
    const suggestions = (await suggest(db, textOf(request.query, 'q') ?? '')).map(suggestion);
    return reply.header('cache-control', 'public, max-age=60').send({ suggestions } satisfies Suggestions);
  });
}

function markedAlbum(album: AlbumEntry, query: SearchQuery): AlbumCard {
  return { ...album, marks: { name: piecesOf(album.name, query), artist: piecesOf(album.artist, query) } };
}

function markedSong(song: SongRow, query: SearchQuery): SongRow {
  return { ...song, marks: { song_name: piecesOf(song.song_name, query), artist: piecesOf(song.artist, query), album: piecesOf(song.album.name, query) } };
}

function markedArtist(artist: ArtistEntry, query: SearchQuery): ArtistRow {
  return { ...artist, marks: piecesOf(artist.artist, query) };
}

function suggestion(found: Suggestion): Suggestions['suggestions'][number] {
  if (found.kind === 'artist') return { kind: 'artist', label: found.name, detail: text.plural(found.artist.album_count, 'album'), href: urls.artistPath(found.name) };
  if (found.kind === 'album') return { kind: 'album', label: found.name, detail: found.album.artist, href: urls.albumPath(found.album) };
  return { kind: 'song', label: found.name, detail: found.song.artist, href: urls.songPath(found.song) };
}
