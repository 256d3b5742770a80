/** Likes in the admin area: seen and deleted, never made for somebody else. */
import { findLikesByUser } from '../../music/likes.ts';
import { tableSize } from '../../music/sizes.ts';
import { like } from '../../models/like.ts';
import { user } from '../../models/user.ts';
import * as urls from '../../web/urls.ts';
import type { Section } from '../section.ts';

export const likes: Section = {
  model: like,
  path: 'likes',
  title: 'Likes',
  group: 'People',
  rows: `select likes.id, likes.user, likes.song, likes.created_at, users.username, songs.song_name, albums.artist
    from likes join users on users.id = likes.user join songs on songs.id = likes.song join albums on albums.id = songs.album where likes.id in`,
  columns: [
    { name: 'username', label: 'User', of: user, href: (row) => urls.admin.edit('users', Number(row['user'])) },
    { name: 'song_name', label: 'Song', href: (row) => urls.admin.edit('songs', Number(row['song'])) },
    { name: 'artist', label: 'Artist' },
    { name: 'created_at', label: 'Liked', kind: 'moment', sort: 'created_at' },
  ],
  order: '-created_at',
  search: { hint: 'Search by username', of: user, find: findLikesByUser },
  dates: 'created_at',
  size: (db) => tableSize(db, 'likes'),
  verbs: ['delete'],
  nameOf: (row) => `like of ${row['song_name']} by ${row['username']}`,
};
