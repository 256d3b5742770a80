/** What a song is. Field names are the guide's; its position in the album is ours. */
import { defineModel, type Input, type Row } from '../schema/define-model.ts';
import { folded, kept, keptText, moment, reference, text, wholeNumber } from '../schema/fields.ts';

export const song = defineModel({
  table: 'songs',
  label: 'song',
  plural: 'songs',
  title: 'song_name',
  place: { field: 'position', within: 'album' },
  beside: {
    table: 'session_likes', changes: 'session_like_changes', owner: 'session', owners: 'sessions', field: 'song', label: 'like of a visitor', plural: 'likes of visitors',
  },
  fields: {
    song_name: text('Song name', 100),
    album: reference('Album', 'albums'),
    num_streams: wholeNumber('Streams', { whenEmpty: 0 }),
    position: wholeNumber('Position', { min: 1, max: 1_000_000 }),
    song_name_key: folded('Name for sorting', 'song_name'),
    like_count: kept('Likes'),
    released: keptText('Release date of its album'),
    decade: kept('Decade of its album'),
    album_sort: keptText('Album for sorting'),
    artist_sort: keptText('Artist for sorting'),
    has_stray_spaces: kept('Has stray spaces'),
    created_at: moment('Added'),
    updated_at: moment('Changed'),
  },
});

export type Song = Row<typeof song>;
export type SongInput = Input<typeof song>;
