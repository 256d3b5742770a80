/** The search page, and suggestions while somebody is typing. */
import type { FastifyInstance } from 'fastify';
import { notFound } from '../errors.ts';
import { albumCards, type AlbumEntry } from '../music/albums.ts';
import { artistRows, type ArtistEntry } from '../music/artists.ts';
import { didYouMean, find, type Found, type Suggestion, suggest } from '../music/search.ts';
import { parseQuery, piecesOf, type SearchQuery } from '../music/search-query.ts';
import { songRows } from '../music/songs.ts';
import type { Door } from '../web/door.ts';
import { pagingOf } from '../web/paging.ts';
import { choiceOf, pageOf, textOf } from '../web/query.ts';
import * as text from '../web/text.ts';
import * as urls from '../web/urls.ts';
import type { AlbumCard, ArtistRow, SongRow, Suggestions } from '../web/views.ts';
import { withHearts } from './visitor.ts';

/** How many of each the first view shows, and how many a page of one kind. */
const BEST = { albums: 6, songs: 8, artists: 10 };
const ON_A_PAGE = { albums: 48, songs: 24, artists: 100 };

/** GET /search and /search/suggestions. */
export function search(app: FastifyInstance, { db }: Door): void {
  app.get('/search', async (request, reply) => {
    const q = (textOf(request.query, 'q') ?? '').trim();
    const kind = choiceOf(request.query, 'kind', ['all', 'albums', 'songs', 'artists']);
    const page = pageOf(request.query);
    const query = parseQuery(q);
    const found = { albums: await find(db, 'albums', query), songs: await find(db, 'songs', query), artists: await find(db, 'artists', query) };
    const idsOf = (of: 'albums' | 'songs' | 'artists') => shownIds(found[of], of, kind, page);
    if (page > 1 && (kind === 'all' || (page - 1) * ON_A_PAGE[kind] >= found[kind].ids.length)) throw notFound();
    const counts = { albums: found.albums.count, songs: found.songs.count, artists: found.artists.count };
    const all = { value: counts.albums.value + counts.songs.value + counts.artists.value, isCapped: Object.values(counts).some((count) => count.isCapped) };
    return reply.page('pages/search', {
      q,
      kind,
      counts: { all, ...counts },
      albums: (await albumCards(db, idsOf('albums'))).map((album) => markedAlbum(album, query)),
      songs: (await withHearts(db, request, await songRows(db, idsOf('songs')))).map((song) => markedSong(song, query)),
      artists: (await artistRows(db, idsOf('artists'))).map((artist) => markedArtist(artist, query)),
      paging: kind === 'all' ? undefined : pagingOf({
        page, size: ON_A_PAGE[kind], total: counts[kind].value, totalIsCapped: counts[kind].isCapped, href: (number) => urls.searchPath({ q, kind, page: number }),
      }),
      didYouMean: q === '' ? undefined : await didYouMean(db, q, query, all.value),
    }, { title: q === '' ? 'Search' : `“${q}”${page > 1 ? `, page ${page}` : ''}` });
  });

  app.get(urls.suggestions, async (request, reply) => {
    const q = (textOf(request.query, 'q') ?? '').trim();
    const suggestions = (await suggest(db, q)).map(suggestion);
    return reply.header('cache-control', 'public, max-age=60').send({ suggestions } satisfies Suggestions);
  });
}

function shownIds({ ids }: Found, of: 'albums' | 'songs' | 'artists', kind: 'all' | 'albums' | 'songs' | 'artists', page: number): number[] {
  if (kind === 'all') return ids.slice(0, BEST[of]);
  return kind === of ? ids.slice((page - 1) * ON_A_PAGE[of], page * ON_A_PAGE[of]) : [];
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
  if (found.kind === 'artist') return { kind: 'artist', label: found.artist.artist, detail: text.plural(found.artist.album_count, 'album'), href: urls.artistPath(found.artist.artist) };
  if (found.kind === 'album') return { kind: 'album', label: found.album.name, detail: found.album.artist, href: urls.albumPath(found.album) };
  return { kind: 'song', label: found.song.song_name, detail: found.song.artist, href: urls.songPath(found.song) };
}
