/**
 * What is kept, not counted: totals, the search index and its vocabulary, by triggers, so that they
 * change in the transaction of the write itself, whoever writes. `manage recount` compares and repairs.
 */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw('create table words (word text primary key, uses integer not null) without rowid');
  for (const [table, columns] of Object.entries(indexes)) await knex.raw(fullText(table, columns));
  for (const [name, sql] of Object.entries(views)) await knex.raw(`create view if not exists ${name} as ${sql}`);
  for (const [name, on] of Object.entries(sameNames)) await knex.raw(`create index if not exists ${name} on ${on}`);
  for (const [name, sql] of Object.entries(triggers)) await knex.raw(`create trigger ${name} ${sql}`);
}

export async function down(knex: Knex): Promise<void> {
  for (const name of Object.keys(triggers)) await knex.raw(`drop trigger ${name}`);
  for (const name of Object.keys(views)) await knex.raw(`drop view ${name}`);
  for (const name of Object.keys(sameNames)) await knex.raw(`drop index ${name}`);
  for (const table of Object.keys(indexes)) await knex.raw(`drop table ${table}`);
  await knex.schema.dropTable('words');
}

const indexes = {
  albums_text: 'name, artist, released',
  songs_text: 'song_name, album, artist, released',
  artists_text: 'name',
};

/**
 * Names are folded before they come here: words of letters and digits between spaces, which this
 * tokenizer takes as they are, whatever their script.
 */
const fullText = (table: string, columns: string) => `create virtual table ${table} using fts5(${columns},
  content = '', contentless_delete = 1, prefix = '1 2 3 4 5', tokenize = 'ascii')`;

/**
 * The number of a row in its index: first how much it is streamed, by the length and the first two digits
 * of its streams, most first; then its id, in the lower 34 bits. The index gives its rows in this order,
 * so a search reads the most streamed ones and stops. Whole numbers only: the same on every machine.
 */
const docid = (streams: string, id: string) =>
  `(((2000 - length(${streams}) * 100 - cast(substr(${streams} || '0', 1, 2) as integer)) << 34) + ${id})`;
const docidOf = {
  albums: (row: string) => docid(`${row}.stream_total`, `${row}.id`),
  songs: (row: string) => docid(`${row}.num_streams`, `${row}.id`),
  artists: (row: string) => docid(`${row}.stream_total`, `${row}.id`),
};

/** What the index holds of each row. A year is marked, so that it is no word of a name. */
const views = {
  albums_to_find: `select id, ${docidOf.albums('albums')} as docid, name_key as name, artist_key as artist, '¶' || year as released from albums`,
  songs_to_find: `select songs.id, ${docidOf.songs('songs')} as docid, song_name_key as song_name, name_key as album, artist_key as artist,
    '¶' || year as released, album as album_id from songs join albums on albums.id = songs.album`,
  artists_to_find: `select id, ${docidOf.artists('artists')} as docid, name_key as name from artists`,
};

/** Rows of one name, most streamed first. */
const sameNames = {
  albums_of_one_name: 'albums (name_key, stream_total desc, id)',
  songs_of_one_name: 'songs (song_name_key, num_streams desc, id)',
};

const index = (table: 'albums' | 'songs' | 'artists', where: string) => `insert into ${table}_text (rowid, ${indexes[`${table}_text`]})
  select docid, ${indexes[`${table}_text`]} from ${table}_to_find where ${where};`;
const unindex = (table: 'albums' | 'songs' | 'artists', row: string) => `delete from ${table}_text where rowid = ${docidOf[table](row)};`;

const wordsOf = (key: string) => `select value from json_each('["' || replace(${key}, ' ', '","') || '"]')`;
const addWords = (key: string) => `insert into words (word, uses) select value, 1 from (select distinct value from (${wordsOf(key)})) where true
  on conflict (word) do update set uses = uses + 1;`;
const removeWords = (key: string) => `update words set uses = uses - 1 where word in (${wordsOf(key)});
  delete from words where uses <= 0 and word in (${wordsOf(key)});`;
const resize = (table: string, by: string) => `update table_sizes set size = size ${by} where name = '${table}';`;
const countYear = (row: string, albums: string, songs: string) => `insert into years (year, album_count, song_count)
  values (cast(substr(${row}.year_released, 1, 4) as integer), ${albums}, ${songs})
  on conflict (year) do update set album_count = album_count + excluded.album_count, song_count = song_count + excluded.song_count;`;
const letterOf = (key: string) =>
  `(select position from letters where substr(${key}, 1, 1) between first and last order by position limit 1)`;
const addToArtist = (row: string) => `insert into artists (name, name_key, letter, album_count, song_count, stream_total)
  values (${row}.artist, ${row}.artist_key, ${letterOf(`${row}.artist_key`)}, 1, ${row}.song_count, ${row}.stream_total)
  on conflict (name) do update set album_count = album_count + 1,
    song_count = song_count + excluded.song_count, stream_total = stream_total + excluded.stream_total;`;
const dropArtist = (row: string) => `delete from artists where name = ${row}.artist and album_count <= 0;`;
const takeFromArtist = (row: string) => `update artists set album_count = album_count - 1,
    song_count = song_count - ${row}.song_count, stream_total = stream_total - ${row}.stream_total where name = ${row}.artist;
  ${dropArtist(row)}`;
const takeEmptyAlbum = (row: string) => `update artists set album_count = album_count - 1 where name = ${row}.artist;
  ${dropArtist(row)}`;
const addSong = (row: string) => `update albums set song_count = song_count + 1, stream_total = stream_total + ${row}.num_streams,
    like_count = like_count + ${row}.like_count where id = ${row}.album;
  update artists set song_count = song_count + 1, stream_total = stream_total + ${row}.num_streams
    where name = (select artist from albums where id = ${row}.album);
  update years set song_count = song_count + 1 where year = (select year from albums where id = ${row}.album);`;
const takeSong = (row: string) => `update albums set song_count = song_count - 1, stream_total = stream_total - ${row}.num_streams,
    like_count = like_count - ${row}.like_count where id = ${row}.album;
  update artists set song_count = song_count - 1, stream_total = stream_total - ${row}.num_streams
    where name = (select artist from albums where id = ${row}.album);
  update years set song_count = song_count - 1 where year = (select year from albums where id = ${row}.album);`;
const copyRelease = (where: string) => `update songs set
  released = (select year_released from albums where id = songs.album),
  decade = (select decade from albums where id = songs.album) where ${where};`;

const triggers = {
  album_added: `after insert on albums begin
    ${resize('albums', '+ 1')}
    ${countYear('new', '1', '0')}
    ${addToArtist('new')}
    ${addWords('new.name_key')}
    ${index('albums', 'id = new.id')} end`,

  // Its songs go first, while their album still tells which artist and year they counted for.
  // What `old` says of an album's sums dates from before: only the row itself tells them now.
  album_removing: `before delete on albums begin
    delete from songs where album = old.id;
    delete from albums_text where rowid = (select docid from albums_to_find where id = old.id); end`,

  album_removed: `after delete on albums begin
    ${resize('albums', '- 1')}
    ${countYear('old', '-1', '0')}
    delete from years where album_count = 0;
    ${takeEmptyAlbum('old')}
    ${removeWords('old.name_key')} end`,

  album_changed: `after update of name_key, artist, artist_key, year_released on albums begin
    ${countYear('old', '-1', '-old.song_count')}
    ${countYear('new', '1', 'new.song_count')}
    delete from years where album_count = 0;
    ${addToArtist('new')}
    ${takeFromArtist('old')}
    ${addWords('new.name_key')}
    ${removeWords('old.name_key')}
    ${copyRelease('album = new.id')}
    delete from songs_text where rowid in (select docid from songs_to_find where album_id = new.id);
    ${index('songs', 'album_id = new.id')} end`,

  album_ranked: `after update of name_key, artist_key, year_released, stream_total on albums
    when ${docidOf.albums('old')} <> ${docidOf.albums('new')} or old.name_key <> new.name_key or old.artist_key <> new.artist_key or old.year <> new.year begin
    ${unindex('albums', 'old')}
    ${index('albums', 'id = new.id')} end`,

  song_added: `after insert on songs begin
    ${resize('songs', '+ 1')}
    ${copyRelease('id = new.id')}
    ${addSong('new')}
    ${addWords('new.song_name_key')}
    ${index('songs', 'id = new.id')} end`,

  song_removing: 'before delete on songs begin delete from likes where song = old.id; end',

  song_removed: `after delete on songs begin
    ${resize('songs', '- 1')}
    ${takeSong('old')}
    ${removeWords('old.song_name_key')}
    ${unindex('songs', 'old')} end`,

  song_changed: `after update of album, num_streams on songs begin
    ${takeSong('old')}
    ${addSong('new')} end`,

  song_renamed: `after update of song_name_key on songs when old.song_name_key <> new.song_name_key begin
    ${addWords('new.song_name_key')}
    ${removeWords('old.song_name_key')} end`,

  song_ranked: `after update of song_name_key, album, num_streams on songs
    when ${docidOf.songs('old')} <> ${docidOf.songs('new')} or old.song_name_key <> new.song_name_key or old.album <> new.album begin
    ${unindex('songs', 'old')}
    ${index('songs', 'id = new.id')} end`,

  song_moved: `after update of album on songs begin ${copyRelease('id = new.id')} end`,

  artist_added: `after insert on artists begin
    ${resize('artists', '+ 1')}
    update letters set artist_count = artist_count + 1 where position = new.letter;
    ${addWords('new.name_key')}
    ${index('artists', 'id = new.id')} end`,

  artist_ranked: `after update of stream_total on artists when ${docidOf.artists('old')} <> ${docidOf.artists('new')} begin
    ${unindex('artists', 'old')}
    ${index('artists', 'id = new.id')} end`,

  artist_removed: `after delete on artists begin
    ${resize('artists', '- 1')}
    update letters set artist_count = artist_count - 1 where position = old.letter;
    ${removeWords('old.name_key')}
    ${unindex('artists', 'old')} end`,

  like_added: `after insert on likes begin
    ${resize('likes', '+ 1')}
    update users set like_count = like_count + 1 where id = new.user;
    update songs set like_count = like_count + 1 where id = new.song;
    update albums set like_count = like_count + 1 where id = (select album from songs where id = new.song); end`,

  like_removed: `after delete on likes begin
    ${resize('likes', '- 1')}
    update users set like_count = like_count - 1 where id = old.user;
    update songs set like_count = like_count - 1 where id = old.song;
    update albums set like_count = like_count - 1 where id = (select album from songs where id = old.song); end`,

  user_added: `after insert on users begin ${resize('users', '+ 1')} end`,
  user_removed: `after delete on users begin ${resize('users', '- 1')} end`,
};
