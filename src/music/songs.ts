/** Songs: the charts, one song, and rows for a page of ids. */
import { rowsByIds } from '../db/lists/by-ids.ts';
import type { Db } from '../db/db.ts';
import { type List, rankOf, rowsOfPage } from '../db/lists/list.ts';
import { remember } from '../db/remember.ts';
import { notFound } from '../errors.ts';
import { tableSize } from './sizes.ts';

export type SongEntry = {
  id: number;
  song_name: string;
  album: { id: number; name: string; sleeve: string; cover: string };
  artist: string;
  year_released: string;
  num_streams: number;
  like_count: number;
};
export type SongOrder = 'streams' | 'likes' | 'newest' | 'name';
export type SongFilter = { order: SongOrder; decade?: number | undefined };

export const SONGS_ON_A_PAGE = 24;
/** Every record has fewer; a page of thousands of rows would keep all others waiting. */
export const SONGS_OF_ALBUM = 200;
const OTHER_SONGS = 5;

type Row = Omit<SongEntry, 'album'> & { album_id: number; album_name: string; sleeve: string; cover: string };

const COLUMNS = `songs.id, song_name, num_streams, songs.like_count, albums.id as album_id, albums.name as album_name,
  albums.sleeve, albums.cover, albums.artist, albums.year_released`;
const JOINED = `select ${COLUMNS} from songs join albums on albums.id = songs.album`;

/**
 * One page of the chart of songs.
 * @param page from 1; a page behind the last is notFound
 * @returns its songs, how many songs the chart has, and the most streams of any of them
 */
export async function songsPage(db: Db, filter: SongFilter, page: number): Promise<{ songs: SongEntry[]; total: number; scale: number }> {
  const { total, scale } = await remember(db, `chart of ${filter.decade}`, async () => ({
    total: await countSongs(db, filter.decade),
    scale: await mostStreams(db, filter.decade),
  }));
  const offset = (page - 1) * SONGS_ON_A_PAGE;
  if (page > 1 && offset >= total) throw notFound();
  const songs = await songsFrom(db, filter, offset, SONGS_ON_A_PAGE);
  return { songs, total, scale };
}

/** The first songs of an order. */
export function firstSongs(db: Db, filter: SongFilter, count: number): Promise<SongEntry[]> {
  return songsFrom(db, filter, 0, count);
}

/** Songs with what their row shows, in the order of the ids. */
export async function songRows(db: Db, ids: readonly number[]): Promise<SongEntry[]> {
  return (await rowsByIds<Row>(db, `${JOINED} where songs.id in`, ids)).map(entry);
}

/** A page of the songs of an album in its order; a page behind the last has none. */
export async function songsOfAlbum(db: Db, album: { id: number }, page: number): Promise<SongEntry[]> {
  const rows = await db.all<Row>(`${JOINED} where songs.album = :album order by position, songs.id limit :size offset :offset`,
    { album: album.id, size: SONGS_OF_ALBUM, offset: (page - 1) * SONGS_OF_ALBUM });
  return rows.map(entry);
}

export type SongOverview = {
  song: SongEntry;
  rank: number;
  songs: number;
  /** How many songs the album has, the page of them on which this one is, and its songs. */
  album: { count: number; page: number; songs: SongEntry[] };
  otherSongs: SongEntry[];
};

/** All that a song's page shows: the song, its rank by streams, its album's songs, others by its artist. */
export async function songPage(db: Db, id: number): Promise<SongOverview> {
  const song = await songById(db, id);
  const place = await db.first<{ before: number; count: number }>(PLACE, { id, album: song.album.id });
  const page = 1 + Math.floor((place?.before ?? 0) / SONGS_OF_ALBUM);
  const others = await topSongsOfArtist(db, song.artist, OTHER_SONGS + 1);
  return {
    song,
    rank: await rankOf(db, songList({ order: 'streams' }), { value: song.num_streams, id }),
    songs: await tableSize(db, 'songs'),
    album: { count: place?.count ?? 0, page, songs: await songsOfAlbum(db, song.album, page) },
    otherSongs: others.filter((other) => other.id !== id).slice(0, OTHER_SONGS),
  };
}

const PLACE = `select song_count as count, (select count(*) from songs where album = :album and position < (select position from songs where id = :id)) as before
  from albums where id = :album`;

/** A song, or notFound. */
export async function songById(db: Db, id: number): Promise<SongEntry> {
  const row = await db.first<Row>(`${JOINED} where songs.id = :id`, { id });
  if (!row) throw notFound();
  return entry(row);
}

/** The most streamed songs of an artist, of its most streamed albums. */
export async function topSongsOfArtist(db: Db, artist: string, count: number): Promise<SongEntry[]> {
  const rows = await db.all<Row>(`${JOINED} where albums.artist = :artist order by num_streams desc, songs.id desc limit :count`, { artist, count });
  return rows.map(entry);
}

/** The list behind an order and a decade. */
export function songList({ order, decade }: SongFilter): List {
  const column = { streams: 'num_streams', likes: 'like_count', newest: 'released', name: 'song_name_key' }[order];
  return { table: 'songs', column, descending: order !== 'name', where: decade === undefined ? undefined : { column: 'decade', value: decade } };
}

async function songsFrom(db: Db, filter: SongFilter, offset: number, count: number): Promise<SongEntry[]> {
  const rows = await rowsOfPage<Row>(db, songList(filter), offset, count, (page) =>
    `select ${COLUMNS} from (${page}) as page cross join songs on songs.id = page.id cross join albums on albums.id = songs.album`);
  return rows.map(entry);
}

function entry({ album_id, album_name, sleeve, cover, ...row }: Row): SongEntry {
  return { ...row, album: { id: album_id, name: album_name, sleeve, cover } };
}

async function countSongs(db: Db, decade: number | undefined): Promise<number> {
  if (decade === undefined) return tableSize(db, 'songs');
  const counted = await db.first<{ songs: number }>(
    'select coalesce(sum(song_count), 0) as songs from years where year between :from and :to', { from: decade, to: decade + 9 });
  return counted?.songs ?? 0;
}

async function mostStreams(db: Db, decade: number | undefined): Promise<number> {
  const [where, parameters] = decade === undefined ? ['', {}] : ['where decade = :decade', { decade }];
  const row = await db.first<{ most: number }>(`select num_streams as most from songs ${where} order by num_streams desc limit 1`, parameters);
  return row?.most ?? 0;
}
