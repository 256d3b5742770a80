/** Albums, songs and artists for programs. */
import { may } from '../../accounts/permissions.ts';
import type { Db } from '../../db/db.ts';
import type { Values } from '../../db/save.ts';
import type { Writer } from '../../db/history/writer.ts';
import { album } from '../../models/album.ts';
import { song } from '../../models/song.ts';
import { decadesOf, years } from '../../music/albums.ts';
import { findIds } from '../../music/search.ts';
import { type Sized, tableSize } from '../../music/sizes.ts';
import { MOST } from '../../schema/fields.ts';
import type { JsonSchema } from '../../schema/json-schema.ts';
import { pythonName } from '../engine/body.ts';
import { ApiError } from '../engine/errors.ts';
import { judged } from '../engine/judge.ts';
import { and, catalogue, readOnly, scoped } from '../engine/rules.ts';
import type { Faults, Resource, Sent } from './engine/resource.ts';
import { unheededFields } from './engine/strict.ts';
import { ID, outward, type View } from './engine/representation.ts';

/** So many songs come with a new album. */
const MOST_SONGS = 1000;

const number = (title: string): JsonSchema => ({ type: 'integer', title, minimum: 0, maximum: MOST });

export const albumView: View = {
  table: 'albums',
  data: { id: ID, ...outward(album, ['name', 'artist', 'year_released', 'song_count', 'stream_total', 'like_count', 'created_at', 'updated_at']) },
};

export const songView: View = {
  table: 'songs',
  from: 'songs join albums on albums.id = songs.album',
  data: {
    id: ID,
    ...outward(song, ['song_name', 'album', 'num_streams', 'position']),
    artist: { sql: 'albums.artist', schema: { type: 'string', title: 'Artist' } },
    year_released: { sql: 'songs.released', schema: { type: 'string', format: 'date', title: 'Release date' } },
    ...outward(song, ['like_count', 'created_at', 'updated_at']),
  },
};

export const artistView: View = {
  table: 'artists',
  data: {
    id: ID,
    name: { schema: { type: 'string', title: 'Name' } },
    album_count: { schema: number('Albums') },
    song_count: { schema: number('Songs') },
    stream_total: { schema: number('Streams') },
  },
};

const sized = (table: Sized) => async (db: Db) => ({ value: await tableSize(db, table), isCapped: false });
const ofDecade = (what: 'albums' | 'songs') => async (db: Db, decade: number) => decadesOf(await years(db)).find((one) => one.decade === decade)?.[what] ?? 0;
const MADE = {
  created_at: { column: 'created_at', kind: 'moment', description: 'When it was added' },
  updated_at: { column: 'updated_at', kind: 'moment', description: 'When it was changed last' },
} as const;

/** What is sent for a song of a new album: the album is known. */
const songOfAlbum = {
  fields: {
    song_name: { field: song.fields.song_name, isRequired: true },
    num_streams: { field: song.fields.num_streams, isRequired: false },
    position: { field: song.fields.position, isRequired: false },
  },
};

export const albums: Resource = {
  path: 'albums',
  name: 'Albums',
  label: 'album',
  plural: 'albums',
  description: 'Albums, each with its totals. A new album may bring its songs along, in their order.',
  view: albumView,
  rule: catalogue('album'),
  filters: {
    name: { column: 'name_key', kind: 'folded', description: 'Exactly this name, whatever its case and accents' },
    artist: { column: 'artist_key', kind: 'folded', description: 'By this artist, whatever case and accents' },
    decade: { column: 'decade', kind: 'number', description: 'Released in this decade, like 1980', total: ofDecade('albums') },
    year: { column: 'year', kind: 'number', description: 'Released in this year', total: async (db, year) => (await years(db)).find((one) => one.year === year)?.albums ?? 0 },
    year_released: { column: 'year_released', kind: 'day', description: 'Release date' },
    song_count: { column: 'song_count', kind: 'number', description: 'How many songs it has' },
    stream_total: { column: 'stream_total', kind: 'number', description: 'Streams of all its songs' },
    like_count: { column: 'like_count', kind: 'number', description: 'Likes of all its songs' },
    ...MADE,
  },
  orderings: { id: 'id', name: 'name_key', artist: 'artist_key', year_released: 'year_released', song_count: 'song_count', stream_total: 'stream_total', like_count: 'like_count', created_at: 'created_at', updated_at: 'updated_at' },
  order: { column: 'id', descending: false },
  search: (db, text, limit) => findIds(db, 'albums', text, limit),
  expand: { songs: { kind: 'many', view: songView, column: 'songs.album', order: 'songs.album, songs.position, songs.id' } },
  size: sized('albums'),
  merged: 'albums',
  writing: {
    model: album,
    input: {
      fields: {
        name: { field: album.fields.name, isRequired: true },
        artist: { field: album.fields.artist, isRequired: true },
        year_released: { field: album.fields.year_released, isRequired: true },
      },
      readOnly: ['id'],
    },
    verbs: ['create', 'update', 'delete'],
    isBulk: true,
    more: ['songs'],
    check: songsAlong,
    create: createAlbum,
  },
  examples: { list: { artist: 'Kate Bush', ordering: '-year_released' }, create: { name: 'Aerial', artist: 'Kate Bush', year_released: '2005-11-07', songs: [{ song_name: 'King of the Mountain' }] }, change: { artist: 'Kate Bush' }, id: 1 },
};

export const songs: Resource = {
  path: 'songs',
  name: 'Songs',
  label: 'song',
  plural: 'songs',
  description: 'Songs. A new song goes to the end of its album, unless it has a position.',
  view: songView,
  rule: catalogue('song'),
  filters: {
    song_name: { column: 'song_name_key', kind: 'folded', description: 'Exactly this name, whatever its case and accents' },
    album: { column: 'album', kind: 'number', description: 'Of the album with this id' },
    artist: { column: 'artist_sort', kind: 'folded', description: 'By this artist, whatever case and accents' },
    decade: { column: 'decade', kind: 'number', description: 'Of an album of this decade, like 1980', total: ofDecade('songs') },
    year_released: { column: 'released', kind: 'day', description: 'Release date of the album' },
    num_streams: { column: 'num_streams', kind: 'number', description: 'Streams' },
    like_count: { column: 'like_count', kind: 'number', description: 'Likes' },
    ...MADE,
  },
  orderings: { id: 'id', song_name: 'song_name_key', album: 'album_sort', artist: 'artist_sort', year_released: 'released', num_streams: 'num_streams', like_count: 'like_count', created_at: 'created_at', updated_at: 'updated_at' },
  order: { column: 'id', descending: false },
  search: (db, text, limit) => findIds(db, 'songs', text, limit),
  expand: { album: { kind: 'one', view: albumView } },
  size: sized('songs'),
  merged: 'songs',
  writing: {
    model: song,
    input: {
      fields: {
        song_name: { field: song.fields.song_name, isRequired: true },
        album: { field: song.fields.album, isRequired: true },
        num_streams: { field: song.fields.num_streams, isRequired: false },
        position: { field: song.fields.position, isRequired: false },
      },
      readOnly: ['id'],
    },
    verbs: ['create', 'update', 'delete'],
    isBulk: true,
    create: async (writer, values) => ({ id: await writer.insert(song, { num_streams: 0, ...values }) }),
  },
  examples: { list: { ordering: '-num_streams', expand: 'album', page_size: '10' }, create: { song_name: 'Under Ice', album: 1, num_streams: 4275 }, change: { num_streams: 4276 }, id: 1 },
};

export const artists: Resource = {
  path: 'artists',
  name: 'Artists',
  label: 'artist',
  plural: 'artists',
  description: 'Artists with the totals of their albums. They come and go with their albums, and are not written by themselves.',
  view: artistView,
  rule: and(readOnly, scoped('read')),
  filters: {
    name: { column: 'name_key', kind: 'folded', description: 'Exactly this name, whatever its case and accents' },
    album_count: { column: 'album_count', kind: 'number', description: 'How many albums' },
    stream_total: { column: 'stream_total', kind: 'number', description: 'Streams of all songs' },
  },
  orderings: { id: 'id', name: 'name_key', album_count: 'album_count', stream_total: 'stream_total' },
  order: { column: 'name_key', descending: false },
  search: (db, text, limit) => findIds(db, 'artists', text, limit),
  size: sized('artists'),
  examples: { list: { ordering: '-album_count' }, id: 1 },
};

/** Judges the songs that a new album brings along, and puts them among its values. */
async function songsAlong(db: Db, values: Values, { raw, id, caller, isStrict }: Sent): Promise<Faults> {
  const sent = raw['songs'];
  if (id !== undefined || sent === undefined) return {};
  if (!Array.isArray(sent)) return { songs: [`Expected a list of items but got type "${pythonName(sent)}".`] };
  if (sent.length > MOST_SONGS) return { songs: [`Ensure this field has no more than ${MOST_SONGS} elements.`] };
  if (sent.length > 0 && !may(caller, 'add_song')) throw new ApiError(403, { detail: 'You do not have permission to add songs, which the album brings along.' });
  const rows: Values[] = [];
  const faults: Faults[] = [];
  for (const one of sent as unknown[]) {
    if (typeof one !== 'object' || one === null || Array.isArray(one)) {
      faults.push({ non_field_errors: [`Invalid data. Expected a dictionary, but got ${pythonName(one)}.`] });
      continue;
    }
    const names = Object.keys(songOfAlbum.fields);
    const unheeded = isStrict ? unheededFields(Object.keys(one), { writable: names, shown: songView.data }) : {};
    const row = await judged(db, songOfAlbum, one as Record<string, unknown>);
    faults.push({ ...row.faults, ...unheeded });
    rows.push(row.values);
  }
  if (faults.some((one) => Object.keys(one).length > 0)) return { songs: faults };
  alongside.set(values, rows);
  return {};
}

/** The songs that come with an album's values. */
const alongside = new WeakMap<Values, Values[]>();

async function createAlbum(writer: Writer, values: Values): Promise<{ id: number }> {
  const id = await writer.insert(album, values);
  for (const [index, row] of (alongside.get(values) ?? []).entries()) await writer.insert(song, { num_streams: 0, position: index + 1, ...row, album: id });
  return { id };
}
