/** Songs in the admin area. */
import { decadesOf, years } from '../../music/albums.ts';
import { findIds } from '../../music/search.ts';
import { tableSize } from '../../music/sizes.ts';
import { song } from '../../models/song.ts';
import * as urls from '../../web/urls.ts';
import { artistFacet, decadesFacet, healthFacet, rangesFacet } from '../list/facets.ts';
import type { Section } from '../section.ts';

export const songs: Section = {
  model: song,
  path: 'songs',
  title: 'Songs',
  group: 'Catalogue',
  rows: `select songs.*, albums.name as album_name, albums.artist as artist
    from songs join albums on albums.id = songs.album where songs.id in`,
  columns: [
    { name: 'song_name', label: 'Name', sort: 'song_name_key' },
    { name: 'album_name', label: 'Album', sort: 'album_sort', href: (row) => urls.admin.edit('albums', Number(row['album'])) },
    { name: 'artist', label: 'Artist', sort: 'artist_sort' },
    { name: 'released', label: 'Released', kind: 'date', sort: 'released' },
    { name: 'num_streams', label: 'Streams', kind: 'number', sort: 'num_streams' },
    { name: 'like_count', label: 'Likes', kind: 'number', sort: 'like_count' },
  ],
  order: '-num_streams',
  search: { hint: 'Search by song, album, artist or year', find: (db, text, limit) => findIds(db, 'songs', text, limit) },
  facets: [
    decadesFacet(async (db) => decadesOf(await years(db)).map(({ decade, songs: count }) => [decade, count] as const)),
    artistFacet('songs'),
    rangesFacet({ table: 'songs', name: 'streams', label: 'Streams', column: 'num_streams' }, [
      { value: 'none', label: 'Not streamed', from: 0, to: 0 },
      { value: 'million', label: 'Under a million', from: 1, to: 999_999 },
      { value: 'billion', label: 'Under a billion', from: 1_000_000, to: 999_999_999 },
      { value: 'more', label: 'A billion and more', from: 1_000_000_000, to: Number.MAX_SAFE_INTEGER },
    ]),
    rangesFacet({ table: 'songs', name: 'likes', label: 'Likes', column: 'like_count' }, [
      { value: 'liked', label: 'Liked', from: 1, to: Number.MAX_SAFE_INTEGER },
      { value: 'none', label: 'Not liked', from: 0, to: 0 },
    ]),
    healthFacet('songs'),
  ],
  dates: 'released',
  size: (db) => tableSize(db, 'songs'),
  fields: ['song_name', 'album', 'num_streams', 'position'],
  bulkFields: ['song_name', 'num_streams', 'album'],
  onSite: (row) => urls.songPath({ id: row.id, song_name: String(row['song_name']) }),
};
