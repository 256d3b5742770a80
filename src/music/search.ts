/** The one search: over albums, songs and artists, for pages and programs alike. */
import type { Db } from '../db/db.ts';
import { completed, type Findable, find } from '../db/sqlite/full-text.ts';
import type { Count, Found, Wanted } from '../db/wanted.ts';
import { notFound } from '../errors.ts';
import { ALBUMS_ON_A_PAGE, albumCards, type AlbumEntry } from './albums.ts';
import { ARTISTS_ON_A_PAGE, artistRows, type ArtistEntry } from './artists.ts';
import { corrections } from './search-corrections.ts';
import { hasAll } from './search-marks.ts';
import { parseQuery, type SearchQuery } from './search-query.ts';
import { SONGS_ON_A_PAGE, songRows, type SongEntry } from './songs.ts';

export type SearchKind = 'all' | Findable;

export type SearchResults = {
  query: SearchQuery;
  counts: Record<Findable, Count>;
  /** How many rows a page of the kind holds. */
  size: number;
  albums: AlbumEntry[];
  songs: SongEntry[];
  artists: ArtistEntry[];
  didYouMean?: string | undefined;
};

export type Suggestion =
  | { kind: 'artist'; name: string; artist: ArtistEntry }
  | { kind: 'album'; name: string; album: AlbumEntry }
  | { kind: 'song'; name: string; song: SongEntry };

/** Nobody reads further; beyond it a count says "1,000+". */
export const MOST_RESULTS = 1000;
/** With fewer results a typo is likely. */
const FEW = 3;
const MOST_CORRECTIONS = 20;

/** Songs first: they are found by their album and artist, too. */
const KINDS = ['songs', 'albums', 'artists'] as const;
const BEST: Record<Findable, number> = { albums: 6, songs: 8, artists: 10 };
const ON_A_PAGE: Record<Findable, number> = { albums: ALBUMS_ON_A_PAGE, songs: SONGS_ON_A_PAGE, artists: ARTISTS_ON_A_PAGE };

const SUGGESTED = 8;
const SUGGESTED_OF_A_KIND = 3;
/** As many are looked at one by one. */
const SUGGESTIONS_READ = 100;

/**
 * What a query finds: the best few of each kind, or one page of one kind. Page and counts end at 1,000.
 * @param page from 1; a page behind the last is notFound
 */
export async function searchPage(db: Db, text: string, kind: SearchKind, page: number): Promise<SearchResults> {
  const query = parseQuery(text);
  const found = await findAll(db, await completed(db, query));
  const counts = { albums: found.albums.count, songs: found.songs.count, artists: found.artists.count };
  const size = kind === 'all' ? 0 : ON_A_PAGE[kind];
  const skip = (page - 1) * size;
  if (page > 1 && (kind === 'all' || skip >= counts[kind].value)) throw notFound();
  const idsOf = async (of: Findable): Promise<number[]> => (kind === 'all' ? found[of].ids({ skip: 0, size: BEST[of] }) : kind === of ? found[of].ids({ skip, size }) : []);
  return {
    query,
    counts,
    size,
    albums: await albumCards(db, await idsOf('albums')),
    songs: await songRows(db, await idsOf('songs')),
    artists: await artistRows(db, await idsOf('artists')),
    didYouMean: await didYouMean(db, query, totalOf(counts)),
  };
}

/** The ids of what a query finds of one kind, best first, for a list that goes on narrowing them. */
export async function findIds(db: Db, kind: Findable, text: string, limit: number): Promise<{ ids: number[]; isCapped: boolean }> {
  const found = await find(db, kind, await completed(db, parseQuery(text)), limit);
  return { ids: await found.ids({ skip: 0, size: limit }), isCapped: found.count.isCapped };
}

/** All counts together. */
export function totalOf(counts: Record<Findable, Count>): Count {
  const all = Object.values(counts);
  return { value: all.reduce((sum, { value }) => sum + value, 0), isCapped: all.some(({ isCapped }) => isCapped) };
}

/** The best few of each kind while somebody is typing: whose name is just that, then whose name has it, then the rest. */
export async function suggest(db: Db, text: string): Promise<Suggestion[]> {
  const query = parseQuery(text);
  const wanted = await completed(db, query);
  const first = async (of: Findable, size: number) => (await find(db, of, wanted, SUGGESTIONS_READ)).ids({ skip: 0, size });
  const artists = (await artistRows(db, await first('artists', SUGGESTED_OF_A_KIND))).map((artist) => ({ kind: 'artist', name: artist.artist, artist }) as const);
  const albums = (await albumCards(db, await first('albums', SUGGESTED_OF_A_KIND))).map((album) => ({ kind: 'album', name: album.name, album }) as const);
  const songs = (await songRows(db, await first('songs', SUGGESTED))).map((song) => ({ kind: 'song', name: song.song_name, song }) as const);
  return [...artists, ...albums, ...songs.slice(0, SUGGESTED - artists.length - albums.length)]
    .map((suggestion) => ({ suggestion, distance: distanceOf(suggestion.name, query) }))
    .sort((one, other) => one.distance - other.distance)
    .map(({ suggestion }) => suggestion);
}

function distanceOf(name: string, query: SearchQuery): number {
  if (!hasAll(name, query)) return 2;
  return parseQuery(name).names.some(({ key }) => query.names.some((wanted) => wanted.key === key && wanted.year === undefined)) ? 0 : 1;
}

async function findAll(db: Db, wanted: Wanted): Promise<Record<Findable, Found>> {
  return {
    albums: await find(db, 'albums', wanted, MOST_RESULTS),
    songs: await find(db, 'songs', wanted, MOST_RESULTS),
    artists: await find(db, 'artists', wanted, MOST_RESULTS),
  };
}

/** Another spelling that finds more, when little was found. */
async function didYouMean(db: Db, query: SearchQuery, found: Count): Promise<string | undefined> {
  if (found.value >= FEW || query.words.length === 0) return undefined;
  for (const text of (await corrections(db, query)).slice(0, MOST_CORRECTIONS)) {
    const wanted = await completed(db, parseQuery(text));
    for (const kind of KINDS) {
      const { count } = await find(db, kind, wanted, FEW);
      if (count.value > found.value) return text;
    }
  }
  return undefined;
}
