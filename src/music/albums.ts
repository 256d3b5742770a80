/** Albums: their lists, one album, and the years in which they came out. */
import { rowsByIds } from '../db/lists/by-ids.ts';
import type { Db } from '../db/db.ts';
import { postponeIndexing } from '../db/sqlite/full-text-rebuild.ts';
import type { Author, Snapshot } from '../db/history/change.ts';
import { act, labelOf, snapshotOf, type Writer } from '../db/history/writer.ts';
import { type List, rowsOfPage, type Shown } from '../db/lists/list.ts';
import { remember } from '../db/remember.ts';
import { notFound } from '../errors.ts';
import { album, type Album } from '../models/album.ts';
import { like } from '../models/like.ts';
import { song } from '../models/song.ts';
import type { Model } from '../schema/define-model.ts';
import { SONGS_OF_ALBUM, songsOfAlbum, type SongEntry } from './songs.ts';
import { type Sized, tableSize, tableSizes } from './sizes.ts';

export type AlbumEntry = Pick<Album, 'id' | 'name' | 'artist' | 'year_released' | 'sleeve' | 'cover'>;
export type AlbumOrder = 'newest' | 'oldest' | 'name' | 'streams';
export type AlbumFilter = { order: AlbumOrder; decade?: number | undefined; year?: number | undefined };
export type YearCount = { year: number; albums: number; songs: number };

export const ALBUMS_ON_A_PAGE = 48;
const MORE_ALBUMS = 6;

/** So many rows are kept in the history when the catalogue is emptied; more would make it as large as the catalogue. */
const MOST_KEPT = 50_000;
const CHUNK = 500;

/**
 * One page of the list of albums.
 * @param page from 1; a page behind the last is notFound
 */
export async function albumsPage(db: Db, filter: AlbumFilter, page: number): Promise<{ albums: AlbumEntry[]; total: number }> {
  const total = await countAlbums(db, filter);
  const offset = (page - 1) * ALBUMS_ON_A_PAGE;
  if (page > 1 && offset >= total) throw notFound();
  return { albums: await rowsOfPage<AlbumEntry>(db, albumList(filter), offset, ALBUMS_ON_A_PAGE, shown), total };
}

/** The first albums of an order, for the home page and feeds. */
export function firstAlbums(db: Db, filter: AlbumFilter, count: number): Promise<AlbumEntry[]> {
  return rowsOfPage<AlbumEntry>(db, albumList(filter), 0, count, shown);
}

/** The albums that were added last, newest first, for the feed. */
export function latestAlbums(db: Db, count: number): Promise<Album[]> {
  return db.all<Album>('select * from albums order by id desc limit :count', { count });
}

/** Albums as a wall shows them, in the order of the ids. */
export function albumCards(db: Db, ids: readonly number[]): Promise<AlbumEntry[]> {
  return rowsByIds(db, 'select id, name, artist, year_released, sleeve, cover from albums where id in', ids);
}

/** Deletes every album, and with them songs and likes, as one act, which can be undone unless more than `mostKept` rows go. */
export async function emptyCatalogue(db: Db, author: Author, mostKept = MOST_KEPT): Promise<void> {
  await act(db, author, async (writer) => {
    await noteAll(writer, mostKept);
    const index = await postponeIndexing(writer.db);
    await writer.db.run('delete from albums');
    await index();
  });
}

/** An album, or notFound. */
export async function albumById(db: Db, id: number): Promise<Album> {
  const album = await db.first<Album>('select * from albums where id = :id', { id });
  if (!album) throw notFound();
  return album;
}

/**
 * All that an album's page shows: the album, its songs in order, and more by its artist or else from its decade.
 * @param page of its songs, from 1; a page behind the last is notFound
 */
export async function albumPage(db: Db, id: number, page: number): Promise<{ album: Album; songs: SongEntry[]; more: AlbumEntry[]; moreFrom: 'artist' | 'decade' }> {
  const album = await albumById(db, id);
  if (page > 1 && (page - 1) * SONGS_OF_ALBUM >= album.song_count) throw notFound();
  const byArtist = await db.all<AlbumEntry>(MORE_BY_ARTIST, { artist: album.artist, id, count: MORE_ALBUMS });
  const fromDecade = async () => db.all<AlbumEntry>(MORE_FROM_DECADE, { decade: album.decade, id, count: MORE_ALBUMS });
  return {
    album,
    songs: await songsOfAlbum(db, album, page),
    more: byArtist.length > 0 ? byArtist : await fromDecade(),
    moreFrom: byArtist.length > 0 ? 'artist' : 'decade',
  };
}

const shown: Shown = (page) => `select albums.id, name, artist, year_released, sleeve, cover from (${page}) as page cross join albums on albums.id = page.id`;
const ENTRY = 'id, name, artist, year_released, sleeve, cover';
const MORE_BY_ARTIST = `select ${ENTRY} from albums where artist = :artist and id <> :id order by year_released desc, id desc limit :count`;
const MORE_FROM_DECADE = `select ${ENTRY} from albums where decade = :decade and id <> :id order by stream_total desc, id desc limit :count`;

/** The years in which albums came out, with how many, oldest first. */
export function years(db: Db): Promise<YearCount[]> {
  return remember(db, 'years', () => db.all<YearCount>('select year, album_count as albums, song_count as songs from years order by year'));
}

/** The same by decade. */
export function decadesOf(counts: YearCount[]): { decade: number; albums: number; songs: number }[] {
  const decades = new Map<number, { decade: number; albums: number; songs: number }>();
  for (const { year, albums, songs } of counts) {
    const decade = year - (year % 10);
    const sum = decades.get(decade) ?? { decade, albums: 0, songs: 0 };
    decades.set(decade, { decade, albums: sum.albums + albums, songs: sum.songs + songs });
  }
  return [...decades.values()];
}

/** The album whose generated sleeve has this address, or notFound. */
export async function albumBySleeve(db: Db, sleeve: string): Promise<Pick<Album, 'name' | 'artist' | 'year_released'>> {
  const album = await db.first<Album>('select name, artist, year_released from albums where sleeve = :sleeve limit 1', { sleeve });
  if (!album) throw notFound();
  return album;
}

/** The list behind an order and a filter. A year or a decade is a span of dates, and one value beside any other order. */
export function albumList({ order, decade, year }: AlbumFilter): List {
  const column = { newest: 'year_released', oldest: 'year_released', name: 'name_key', streams: 'stream_total' }[order];
  const list = { table: 'albums', column, descending: order === 'newest' || order === 'streams' };
  const first = year ?? decade;
  if (first === undefined) return list;
  if (column !== 'year_released') return { ...list, where: { column: year === undefined ? 'decade' : 'year', value: first } };
  return { ...list, within: { from: `${fourDigits(first)}-01-01`, to: `${fourDigits(year ?? first + 9)}-12-31` } };
}

function fourDigits(year: number): string {
  return String(year).padStart(4, '0');
}

async function countAlbums(db: Db, { decade, year }: AlbumFilter): Promise<number> {
  if (decade === undefined && year === undefined) return tableSize(db, 'albums');
  const counted = await db.first<{ albums: number }>(
    'select coalesce(sum(album_count), 0) as albums from years where year between :from and :to',
    { from: year ?? (decade as number), to: year ?? (decade as number) + 9 },
  );
  return counted?.albums ?? 0;
}

/** Notes every row that goes, from the outside in, or only how many there are. */
async function noteAll(writer: Writer, mostKept: number): Promise<void> {
  const sizes = await tableSizes(writer.db);
  const all = [like, song, album].map((model) => ({ model, size: sizes[model.table as Sized] }));
  if (all.reduce((sum, { size }) => sum + size, 0) <= mostKept) {
    for (const { model } of all) await noteRows(writer, model);
    return;
  }
  for (const { model, size } of all) if (size > 0) await writer.noteMany(model, 'delete', size);
  writer.remark('can’t be undone');
  writer.cannotBeUndone(`More than ${mostKept.toLocaleString('en')} rows were deleted at once. They are not kept, so this can’t be undone.`);
}

async function noteRows(writer: Writer, model: Model): Promise<void> {
  for (let last = 0; ;) {
    const rows = await writer.db.all<{ id: number } & Record<string, string | number | null>>(`select * from ${model.table} where id > :last order by id limit ${CHUNK}`, { last });
    for (const row of rows) {
      await writer.note(model, { object: row.id, action: 'delete', label: labelOf(model, row as Snapshot), before: await snapshotOf(writer.db, model, row) });
    }
    if (rows.length < CHUNK) return;
    last = rows.at(-1)?.id ?? last;
  }
}
