/** What a like is: one of a user for a song, with the moment of it. */
import { defineModel, type Row } from '../schema/define-model.ts';
import { moment, reference } from '../schema/fields.ts';

export const like = defineModel({
  table: 'likes',
  label: 'like',
  plural: 'likes',
  unique: [['user', 'song']],
  fields: {
    user: reference('User', 'users'),
    song: reference('Song', 'songs'),
    created_at: moment('Liked'),
  },
});

export type Like = Row<typeof like>;
