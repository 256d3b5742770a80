/** The one search: over albums, songs and artists, for pages and programs alike. */
import type { Db } from '../db/db.ts';
import { findIds } from '../db/full-text.ts';
import { albumCards, type AlbumEntry } from './albums.ts';
import { artistRows, type ArtistEntry } from './artists.ts';
import { correct } from './search-corrections.ts';
import { parseQuery, type SearchQuery } from './search-query.ts';
import { songRows, type SongEntry } from './songs.ts';

export type Kind = 'albums' | 'songs' | 'artists';
export type Count = { value: number; isCapped: boolean };
export type Found = { ids: number[]; count: Count };
export type Suggestion =
  | { kind: 'artist'; artist: ArtistEntry }
  | { kind: 'album'; album: AlbumEntry }
  | { kind: 'song'; song: SongEntry };

/** Nobody reads further; beyond it a count says "1,000+". */
export const MOST_RESULTS = 1000;
const SUGGESTIONS = 8;
/** With so few results a typo is likely. */
const FEW = 3;

const EXACT: Record<Kind, string> = {
  albums: 'select id from albums where name_key = :key order by stream_total desc, id limit 20',
  songs: 'select id from songs where song_name_key = :key order by num_streams desc, id limit 20',
  artists: 'select id from artists where name_key = :key order by id limit 20',
};

/**
 * What is found of one kind: first the names that are exactly the query, then those that have all its
 * words, then those whose album, artist or year has the rest; each with the most streamed first.
 */
export async function find(db: Db, kind: Kind, query: SearchQuery): Promise<Found> {
  if (query.terms.length === 0) return { ids: [], count: { value: 0, isCapped: false } };
  const ids = new Set((await db.all<{ id: number }>(EXACT[kind], { key: query.key })).map(({ id }) => id));
  for (const only of ['own', 'all'] as const) {
    if (ids.size > MOST_RESULTS || (only === 'all' && kind === 'artists')) break;
    for (const id of await findIds(db, kind, query.terms, { only, limit: MOST_RESULTS + 1 })) ids.add(id);
  }
  const isCapped = ids.size > MOST_RESULTS;
  const shown = [...ids].slice(0, MOST_RESULTS);
  return { ids: shown, count: { value: shown.length, isCapped } };
}

/** Another spelling, when little was found; undefined when it would find nothing either. */
export async function didYouMean(db: Db, text: string, query: SearchQuery, found: number): Promise<string | undefined> {
  if (found >= FEW) return undefined;
  const corrected = await correct(db, text, query);
  if (corrected === undefined) return undefined;
  const again = parseQuery(corrected);
  for (const kind of ['songs', 'albums', 'artists'] as const) {
    if ((await findIds(db, kind, again.terms, { only: 'all', limit: 1 })).length > 0) return corrected;
  }
  return undefined;
}

/** The best few of each kind while somebody is typing. */
export async function suggest(db: Db, text: string): Promise<Suggestion[]> {
  const query = parseQuery(text);
  const best = async (kind: Kind, count: number) => (await findIds(db, kind, query.terms, { only: 'own', limit: count }));
  const artists = (await artistRows(db, await best('artists', 3))).map((artist) => ({ kind: 'artist', artist }) as const);
  const albums = (await albumCards(db, await best('albums', 3))).map((album) => ({ kind: 'album', album }) as const);
  const songs = (await songRows(db, await best('songs', SUGGESTIONS))).map((song) => ({ kind: 'song', song }) as const);
  return [...artists, ...albums, ...songs].slice(0, SUGGESTIONS);
}
