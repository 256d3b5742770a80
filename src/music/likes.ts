/**
 * Liked songs. They belong to an account, or before login to a session; both are rows, so that parallel
 * likes can't lose each other. Only an account's likes count for everybody. What people like is no part of
 * the history: each like is its own record with its time, and its owner's to give and to take back.
 */
import type { Db } from '../db/db.ts';
import { remember } from '../db/remember.ts';
import { notFound } from '../errors.ts';
import { caseless } from '../schema/caseless.ts';
import { trimmed } from '../schema/parse.ts';
import { songRows, type SongEntry } from './songs.ts';

/** Who likes: the id of a user, or the key of a session (see web/session). */
export type Liker = { user: number } | { session: string };
export type LikedOrder = 'newest' | 'artist' | 'streams';
export type Liking = { song: number; created_at: string };

export const LIKED_ON_A_PAGE = 100;

/** Likes a song; the same like twice is one. Throws notFound for a song that is gone. */
export async function like(db: Db, liker: Liker, song: number): Promise<void> {
  await db.transaction(async (trx) => {
    await add(trx, liker, [{ song, created_at: new Date().toISOString() }]);
    if (!(await trx.first('select 1 from songs where id = :song', { song }))) throw notFound('This song is gone. It may have been deleted.');
  });
}

/** Takes a like back; without one it does nothing. */
export async function unlike(db: Db, liker: Liker, song: number): Promise<void> {
  const { table, column, value } = rowsOf(liker);
  await db.run(`delete from ${table} where ${column} = :liker and song = :song`, { liker: value, song });
}

/** Takes all likes back, and returns them for an undo. */
export async function unlikeAll(db: Db, liker: Liker): Promise<Liking[]> {
  const { table, column, value } = rowsOf(liker);
  return db.all<Liking>(`delete from ${table} where ${column} = :liker returning song, created_at`, { liker: value });
}

/** Puts likes back with their times; songs that are gone by now are left out. */
export async function restore(db: Db, liker: Liker, likings: readonly Liking[]): Promise<number> {
  return db.transaction((trx) => add(trx, liker, likings));
}

/** Which of these songs are liked. */
export async function likedAmong(db: Db, liker: Liker | undefined, songs: readonly number[]): Promise<Set<number>> {
  if (!liker || songs.length === 0) return new Set();
  const { table, column, value } = rowsOf(liker);
  const names = songs.map((_, index) => `:song${index}`);
  const parameters = Object.fromEntries(songs.map((song, index) => [`song${index}`, song]));
  const rows = await db.all<{ song: number }>(`select song from ${table} where ${column} = :liker and song in (${names.join(', ')})`, { liker: value, ...parameters });
  return new Set(rows.map((row) => row.song));
}

/** How many songs are liked. */
export async function likedCount(db: Db, liker: Liker): Promise<number> {
  const row = 'user' in liker
    ? await db.first<{ likes: number }>('select like_count as likes from users where id = :user', { user: liker.user })
    : await db.first<{ likes: number }>('select count(*) as likes from session_likes where session = :session', { session: liker.session });
  return row?.likes ?? 0;
}

/** One page of the liked songs. A page behind the last is notFound. */
export async function likedPage(db: Db, liker: Liker, order: LikedOrder, page: number): Promise<{ songs: SongEntry[]; total: number }> {
  const total = await likedCount(db, liker);
  const skip = (page - 1) * LIKED_ON_A_PAGE;
  if (page > 1 && skip >= total) throw notFound();
  const { table, column, value } = rowsOf(liker);
  const rows = await db.all<{ id: number }>(
    `select songs.id from ${table} as likes join songs on songs.id = likes.song join albums on albums.id = songs.album
      where likes.${column} = :liker order by ${ORDERS[order]} limit :size offset :skip`,
    { liker: value, size: LIKED_ON_A_PAGE, skip });
  return { songs: await songRows(db, rows.map((row) => row.id)), total };
}

/** Every liked song with the time of the like, last first, for an export. */
export async function allLiked(db: Db, liker: Liker): Promise<(SongEntry & { liked_at: string })[]> {
  const { table, column, value } = rowsOf(liker);
  const rows = await db.all<Liking>(`select song, created_at from ${table} where ${column} = :liker order by created_at desc, song desc`, { liker: value });
  const times = new Map(rows.map((row) => [row.song, row.created_at]));
  const songs: (SongEntry & { liked_at: string })[] = [];
  for (let start = 0; start < rows.length; start += 500) {
    const ids = rows.slice(start, start + 500).map((row) => row.song);
    for (const song of await songRows(db, ids)) songs.push({ ...song, liked_at: times.get(song.id) ?? '' });
  }
  return songs;
}

/** The likes of everybody whose username begins with a text, the latest first. */
export async function findLikesByUser(db: Db, text: string, limit: number): Promise<{ ids: number[]; isCapped: boolean }> {
  const key = caseless(trimmed(text));
  const rows = await db.all<{ id: number }>(BY_USERNAME, { key, end: `${key}\u{10ffff}`, limit: limit + 1 });
  return { ids: rows.slice(0, limit).map(({ id }) => id), isCapped: rows.length > limit };
}

/** Moves a session's likes to an account in one transaction. */
export async function mergeLikes(db: Db, session: string, user: number): Promise<{ added: number; already: number }> {
  return db.transaction(async (trx) => {
    const likings = await unlikeAll(trx, { session });
    const added = await add(trx, { user }, likings);
    return { added, already: likings.length - added };
  });
}

/** The songs that were liked most since a moment, most liked first; where there are very many likes, of the latest ones. */
export async function mostLikedSince(db: Db, since: string, count: number): Promise<SongEntry[]> {
  return remember(db, `${count} most liked since ${since}`, async () => {
    const rows = await db.all<{ song: number }>(MOST_LIKED, { since, latest: LATEST_LIKES, count });
    return songRows(db, rows.map((row) => row.song));
  });
}

const BY_USERNAME = `select likes.id from users join likes on likes.user = users.id
  where username_key >= :key and username_key < :end order by likes.created_at desc, likes.id desc limit :limit`;

/** So many likes are counted for the week at most. */
const LATEST_LIKES = 10_000;
const MOST_LIKED = `select song from (select song from likes where created_at >= :since order by created_at desc, song desc limit :latest) as latest
  group by song order by count(*) desc, song limit :count`;

const ORDERS: Record<LikedOrder, string> = {
  newest: 'likes.created_at desc, songs.id desc',
  artist: 'albums.artist_key, albums.year_released, songs.album, songs.position',
  streams: 'songs.num_streams desc, songs.id desc',
};

function rowsOf(liker: Liker): { table: string; column: string; value: number | string } {
  return 'user' in liker ? { table: 'likes', column: 'user', value: liker.user } : { table: 'session_likes', column: 'session', value: liker.session };
}

async function add(db: Db, liker: Liker, likings: readonly Liking[]): Promise<number> {
  const { table, column, value } = rowsOf(liker);
  const sql = `insert into ${table} (${column}, song, created_at) select :liker, id, :created_at from songs where id = :song on conflict do nothing`;
  let added = 0;
  for (const { song, created_at } of likings) added += await db.run(sql, { liker: value, song, created_at });
  return added;
}
