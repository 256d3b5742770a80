/** Albums in the admin area, with their songs in the form. */
import { decadesOf, years } from '../../music/albums.ts';
import { findIds } from '../../music/search.ts';
import { tableSize } from '../../music/sizes.ts';
import { album } from '../../models/album.ts';
import { song } from '../../models/song.ts';
import * as urls from '../../web/urls.ts';
import { artistFacet, decadesFacet, healthFacet, rangesFacet } from '../list/facets.ts';
import type { Section } from '../section.ts';

export const albums: Section = {
  model: album,
  path: 'albums',
  title: 'Albums',
  group: 'Catalogue',
  rows: 'select * from albums where id in',
  columns: [
    { name: 'sleeve', label: 'Sleeve', kind: 'sleeve' },
    { name: 'name', label: 'Name', sort: 'name_key' },
    { name: 'artist', label: 'Artist', sort: 'artist_key' },
    { name: 'year_released', label: 'Released', kind: 'date', sort: 'year_released' },
    { name: 'song_count', label: 'Songs', kind: 'number', sort: 'song_count' },
    { name: 'stream_total', label: 'Streams', kind: 'number', sort: 'stream_total' },
    { name: 'like_count', label: 'Likes', kind: 'number', sort: 'like_count' },
  ],
  order: '-stream_total',
  search: { hint: 'Search by album, artist or year', find: (db, text, limit) => findIds(db, 'albums', text, limit) },
  facets: [
    decadesFacet(async (db) => decadesOf(await years(db)).map(({ decade, albums: count }) => [decade, count] as const)),
    artistFacet('albums'),
    rangesFacet({ table: 'albums', name: 'sleeve', label: 'Sleeve', column: 'cover' }, [
      { value: 'uploaded', label: 'Uploaded', from: '!', to: '~' },
      { value: 'generated', label: 'Generated', from: '', to: '' },
    ]),
    rangesFacet({ table: 'albums', name: 'songs', label: 'Songs', column: 'song_count' }, [
      { value: 'none', label: 'No songs', from: 0, to: 0 },
      { value: 'some', label: '1 to 30', from: 1, to: 30 },
      { value: 'many', label: 'More than 30', from: 31, to: Number.MAX_SAFE_INTEGER },
    ]),
    rangesFacet({ table: 'albums', name: 'streams', label: 'Streams', column: 'stream_total' }, [
      { value: 'none', label: 'Not streamed', from: 0, to: 0 },
      { value: 'million', label: 'Under a million', from: 1, to: 999_999 },
      { value: 'billion', label: 'Under a billion', from: 1_000_000, to: 999_999_999 },
      { value: 'more', label: 'A billion and more', from: 1_000_000_000, to: Number.MAX_SAFE_INTEGER },
    ]),
    healthFacet('albums'),
  ],
  dates: 'year_released',
  size: (db) => tableSize(db, 'albums'),
  fields: ['name', 'artist', 'year_released'],
  shared: { artist: 'artist' },
  cover: 'cover',
  inlines: [{ model: song, field: 'album', fields: ['song_name', 'num_streams'], position: 'position' }],
  bulkFields: ['name', 'artist', 'year_released'],
  pages: (row) => [{ label: 'Merge with another album', href: urls.admin.merge(row.id), permissions: ['change_album', 'delete_album', 'change_song', 'delete_song'] }],
  onSite: (row) => urls.albumPath({ id: row.id, name: String(row['name']) }),
};
