/**
 * Two albums that are the same become one. Songs of both are paired by their folded names and joined, the
 * others move to the end; likes come along, none twice; the old ids lead to what stays.
 */
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Db } from '../db/db.ts';
import type { Writer } from '../db/history/writer.ts';
import { GuestError, notFound } from '../errors.ts';
import { album as albumModel, type Album } from '../models/album.ts';
import { like as likeModel, type Like } from '../models/like.ts';
import { redirect } from '../models/redirect.ts';
import { song as songModel, type Song } from '../models/song.ts';
import { redirectOf } from './redirects.ts';

/** The fields of which one value stays. */
export const MERGED_FIELDS = ['name', 'artist', 'year_released', 'cover'] as const;
export type MergedField = (typeof MERGED_FIELDS)[number];
/** Which album a value is of: the one that stays, or the one that goes. */
export type Side = 'kept' | 'other';
export type Pair = { kept: Song; other: Song };

/** What a merge would do. */
export type Merge = {
  kept: Album;
  other: Album;
  /** Fields in which the two differ. */
  differing: MergedField[];
  pairs: Pair[];
  /** Songs that only the kept album has, and those that move to its end, in their order. */
  staying: Song[];
  moving: Song[];
  /** A text that is another one as soon as anything of this has changed but the numbers of likes. */
  digest: string;
};

/** So many likes are read at once; then others get their turn. */
const CHUNK = 500;

/** Albums that may be the same as this one: of the same title, those by the same artist first. */
export function alikeAlbums(db: Db, { id, name_key, artist_key }: Pick<Album, 'id' | 'name_key' | 'artist_key'>, count: number): Promise<Album[]> {
  return db.all<Album>(`select * from albums where name_key = :name_key and id <> :id order by artist_key <> :artist_key, stream_total desc, id limit :count`, { id, name_key, artist_key, count });
}

/**
 * Reads two albums and what merging the other into the kept one would do.
 * @throws GuestError 404 when the kept one is gone, 422 when there is nothing to merge with
 */
export async function mergeOf(db: Db, keptId: number, otherId: number): Promise<Merge> {
  const kept = await db.first<Album>(ALBUM, { id: keptId });
  if (!kept) throw notFound('This album is gone. It may have been deleted, or merged into another.');
  if (keptId === otherId) throw new GuestError(422, 'An album can’t be merged with itself. Choose another one.');
  const other = await db.first<Album>(ALBUM, { id: otherId });
  if (!other) {
    const isMerged = (await redirectOf(db, 'albums', otherId)) === keptId;
    throw new GuestError(422, isMerged ? 'These two albums are merged already.' : 'The album that you chose is gone. It may have been deleted, or merged into another. Choose again.');
  }
  const songs = await db.all<Song>(SONGS, { album: keptId });
  const others = await db.all<Song>(SONGS, { album: otherId });
  const { pairs, moving } = paired(songs, others);
  const both = new Set(pairs.map(({ kept: song }) => song));
  return {
    kept,
    other,
    differing: MERGED_FIELDS.filter((field) => kept[field] !== other[field]),
    pairs,
    staying: songs.filter((song) => !both.has(song)),
    moving,
    digest: digestOf([kept, other], [songs, others]),
  };
}

/** How many likes of accounts would move to a song that stays, and how many are there twice. */
export async function likesToMerge(db: Db, { pairs, moving }: Merge): Promise<{ moved: number; double: number }> {
  let [moved, double] = [moving.reduce((sum, song) => sum + song.like_count, 0), 0];
  for (const { kept, other } of pairs) {
    if (other.like_count === 0) continue;
    const both = (await db.first<{ likes: number }>(DOUBLES, { kept: kept.id, other: other.id }))?.likes ?? 0;
    moved += other.like_count - both;
    double += both;
  }
  return { moved, double };
}

/**
 * Merges, in the act of the writer.
 * @param chosen whose value of a field stays; the kept album's where nothing is said
 */
export async function merge(writer: Writer, { kept, other, differing, pairs, staying, moving }: Merge, chosen: Partial<Record<MergedField, Side>>): Promise<void> {
  const fields = differing.filter((field) => chosen[field] === 'other');
  await writer.update(albumModel, kept.id, Object.fromEntries(fields.map((field) => [field, other[field]])));
  for (const pair of pairs) {
    await writer.update(songModel, pair.kept.id, { num_streams: Math.max(pair.kept.num_streams, pair.other.num_streams) });
    await joinLikes(writer, pair);
    await writer.remove(songModel, pair.other.id);
  }
  let position = Math.max(0, ...staying.map((song) => song.position), ...pairs.map((pair) => pair.kept.position));
  for (const song of moving) {
    position += 1;
    await writer.update(songModel, song.id, { album: kept.id, position });
  }
  await writer.remove(albumModel, other.id);
  await writer.insert(redirect, { model: albumModel.table, old: other.id, target: kept.id });
  writer.remark(`merged it into ${kept.name}`);
  for (const pair of pairs) await writer.insert(redirect, { model: songModel.table, old: pair.other.id, target: pair.kept.id });
}

const ALBUM = 'select * from albums where id = :id';
const SONGS = 'select * from songs where album = :album order by position, id';
const DOUBLES = 'select count(*) as likes from likes join likes as own on own.user = likes.user and own.song = :kept where likes.song = :other';
const LIKES = `select likes.*, own.id as own_id, own.created_at as own_at from likes left join likes as own on own.user = likes.user and own.song = :kept
  where likes.song = :other order by likes.id limit ${CHUNK}`;

/** Songs of one folded name, one of each album: the first with the first, should an album have several. */
function paired(songs: readonly Song[], others: readonly Song[]): { pairs: Pair[]; moving: Song[] } {
  const byName = Map.groupBy(songs, (song) => song.song_name_key);
  const pairs: Pair[] = [];
  const moving: Song[] = [];
  for (const other of others) {
    const kept = byName.get(other.song_name_key)?.shift();
    if (kept) pairs.push({ kept, other });
    else moving.push(other);
  }
  return { pairs, moving };
}

/** A person who likes both likes one, since the earlier moment. */
async function joinLikes(writer: Writer, { kept, other }: Pair): Promise<void> {
  for (;;) {
    const likes = await writer.db.all<Like & { own_id: number | null; own_at: string | null }>(LIKES, { kept: kept.id, other: other.id });
    for (const { id, created_at, own_id, own_at } of likes) {
      if (own_id === null) await writer.update(likeModel, id, { song: kept.id });
      else {
        await writer.remove(likeModel, id);
        if (created_at < String(own_at)) await writer.update(likeModel, own_id, { created_at });
      }
    }
    if (likes.length < CHUNK) break;
    await setImmediate();
  }
  await writer.copyBeside(songModel, { from: other.id, to: kept.id });
}

function digestOf(albums: readonly Album[], songs: readonly (readonly Song[])[]): string {
  const state = [
    albums.map((album) => [album.id, ...MERGED_FIELDS.map((field) => album[field])]),
    songs.map((list) => list.map(({ id, song_name, num_streams, position }) => [id, song_name, num_streams, position])),
  ];
  return createHash('sha256').update(JSON.stringify(state)).digest('hex').slice(0, 16);
}
