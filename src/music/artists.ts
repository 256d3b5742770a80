/** Artists: the list by letter, and one artist with albums and songs. They live in their albums; rows are kept of them. */
import { rowsByIds } from '../db/lists/by-ids.ts';
import type { Db } from '../db/db.ts';
import { notFound } from '../errors.ts';
import { fold } from '../schema/fold.ts';
import type { AlbumEntry } from './albums.ts';
import { tableSize } from './sizes.ts';
import { topSongsOfArtist, type SongEntry } from './songs.ts';

export type ArtistEntry = { id: number; artist: string; album_count: number };
export type ArtistChoice = { name: string; name_key: string; album_count: number; song_count: number };
export type Letter = { position: number; letter: string; artists: number };

export const ARTISTS_ON_A_PAGE = 200;
export const ALBUMS_OF_ARTIST = 48;
const TOP_SONGS = 10;

/** The sections of the list: A to Z, and those of other scripts that have artists. */
export async function letters(db: Db): Promise<Letter[]> {
  const rows = await db.all<Letter>('select position, sign as letter, artist_count as artists from letters order by position');
  return rows.filter(({ letter, artists }) => artists > 0 || /^[A-Z]$/.test(letter));
}

/**
 * One page of the artists, grouped by letter.
 * @param letter shows one section only; an unknown one is notFound
 */
export async function artistsPage(db: Db, letter: string | undefined, page: number): Promise<{ groups: { letter: string; artists: ArtistEntry[] }[]; letters: Letter[]; total: number }> {
  const strip = await letters(db);
  const chosen = letter === undefined ? undefined : strip.find((section) => section.letter === letter);
  if (letter !== undefined && !chosen) throw notFound();
  const total = chosen ? chosen.artists : await tableSize(db, 'artists');
  const offset = (page - 1) * ARTISTS_ON_A_PAGE;
  if (page > 1 && offset >= total) throw notFound();
  return { groups: await groupsFrom(db, chosen ? [chosen] : strip, offset), letters: strip, total };
}

/** All that an artist's page shows. An artist who is written otherwise is found by the folded name: `canonical` differs then. */
export async function artistPage(db: Db, name: string, page: number): Promise<{ artist: string; albums: AlbumEntry[]; topSongs: SongEntry[]; totals: { albums: number; songs: number; streams: number; likes: number }; firstYear: number; lastYear: number }> {
  const artist = await artistByName(db, name);
  const offset = (page - 1) * ALBUMS_OF_ARTIST;
  if (page > 1 && offset >= artist.album_count) throw notFound();
  const span = await db.first<{ first: number; last: number; likes: number }>('select min(year) as first, max(year) as last, sum(like_count) as likes from albums where artist = :name', { name: artist.name });
  return {
    artist: artist.name,
    albums: await db.all<AlbumEntry>(ALBUMS, { name: artist.name, size: ALBUMS_OF_ARTIST, skip: offset }),
    topSongs: await topSongsOfArtist(db, artist.name, TOP_SONGS),
    totals: { albums: artist.album_count, songs: artist.song_count, streams: artist.stream_total, likes: span?.likes ?? 0 },
    firstYear: span?.first ?? 0,
    lastYear: span?.last ?? 0,
  };
}

/** The most streamed album of an artist, whose ink their page is printed in. */
export async function leadingAlbum(db: Db, name: string): Promise<{ name: string; artist: string }> {
  const album = await db.first<{ name: string; artist: string }>('select name, artist from albums where artist = :name order by stream_total desc, id limit 1', { name });
  if (!album) throw notFound();
  return album;
}

/** Artists in the order of the ids. */
export function artistRows(db: Db, ids: readonly number[]): Promise<ArtistEntry[]> {
  return rowsByIds(db, 'select id, name as artist, album_count from artists where id in', ids);
}

type Artist = { name: string; album_count: number; song_count: number; stream_total: number };

/** Artists to choose from: those with the most albums, or those whose name begins with a text. */
export function artistsToChoose(db: Db, text: string, limit: number): Promise<ArtistChoice[]> {
  const key = fold(text);
  if (key === '') return db.all<ArtistChoice>('select name, name_key, album_count, song_count from artists order by album_count desc, id desc limit :limit', { limit });
  return db.all<ArtistChoice>(`select name, name_key, album_count, song_count from artists
    where name_key >= :key and name_key < :end order by name_key, id limit :limit`, { key, end: `${key}\u{10ffff}`, limit });
}

const ALBUMS = `select id, name, artist, year_released, sleeve, cover from albums where artist = :name
  order by year_released desc, id desc limit :size offset :skip`;

async function artistByName(db: Db, name: string): Promise<Artist> {
  const exact = await db.first<Artist>('select name, album_count, song_count, stream_total from artists where name = :name', { name });
  const alike = exact ?? (await db.first<Artist>('select name, album_count, song_count, stream_total from artists where name_key = :key order by id limit 1', { key: fold(name) }));
  if (!alike) throw notFound();
  return alike;
}

/** Sections before the page are skipped by their kept counts, so the walk stays inside one section. */
async function groupsFrom(db: Db, sections: Letter[], offset: number): Promise<{ letter: string; artists: ArtistEntry[] }[]> {
  const groups: { letter: string; artists: ArtistEntry[] }[] = [];
  let skip = offset;
  let left = ARTISTS_ON_A_PAGE;
  for (const { position, letter, artists } of sections) {
    if (skip >= artists) {
      skip -= artists;
      continue;
    }
    if (left <= 0) break;
    const found = await db.all<ArtistEntry>(IN_SECTION, { position, size: left, skip });
    groups.push({ letter, artists: found });
    left -= found.length;
    skip = 0;
  }
  return groups;
}

const IN_SECTION = 'select id, name as artist, album_count from artists where letter = :position order by name_key, id limit :size offset :skip';
