/** What an album is. Field names are the guide's. */
import { defineModel, type Input, type Row } from '../schema/define-model.ts';
import { date, fingerprint, folded, internal, kept, moment, text } from '../schema/fields.ts';

export const album = defineModel({
  table: 'albums',
  label: 'album',
  plural: 'albums',
  title: 'name',
  fields: {
    name: text('Album name', 200),
    artist: text('Artist', 100),
    year_released: date('Release date', 'Like 1985-09-16'),
    name_key: folded('Name for sorting', 'name'),
    artist_key: folded('Artist for sorting', 'artist'),
    sleeve: fingerprint('Sleeve', ['name', 'artist', 'year_released']),
    cover: internal('Cover'),
    song_count: kept('Songs'),
    stream_total: kept('Streams'),
    like_count: kept('Likes'),
    year: kept('Year'),
    decade: kept('Decade'),
    has_stray_spaces: kept('Has stray spaces'),
    is_double: kept('Is there twice'),
    created_at: moment('Added'),
    updated_at: moment('Changed'),
  },
});

export type Album = Row<typeof album>;
export type AlbumInput = Input<typeof album>;
