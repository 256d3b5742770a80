/**
 * What is kept, not counted: totals, the search index and its vocabulary, by triggers, so that they
 * change in the transaction of the write itself, whoever writes. `manage recount` compares and repairs.
 */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('words', (table) => {
    table.text('word').primary();
    table.integer('uses').notNullable();
  });
  for (const [table, columns] of Object.entries(indexes)) await knex.raw(fullText(table, columns));
  for (const [name, sql] of Object.entries(triggers)) await knex.raw(`create trigger ${name} ${sql}`);
}

export async function down(knex: Knex): Promise<void> {
  for (const name of Object.keys(triggers)) await knex.raw(`drop trigger ${name}`);
  for (const table of Object.keys(indexes)) await knex.raw(`drop table ${table}`);
  await knex.schema.dropTable('words');
}

const indexes = {
  albums_text: 'name, artist',
  songs_text: 'song_name, album, artist',
  artists_text: 'name',
};

/** Names are folded before they come here, so the index takes words as they are. */
const fullText = (table: string, columns: string) => `create virtual table ${table} using fts5(${columns},
  content = '', contentless_delete = 1, prefix = '1 2 3',
  tokenize = "unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'")`;

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
const takeFromArtist = (row: string) => `update artists set album_count = album_count - 1,
    song_count = song_count - ${row}.song_count, stream_total = stream_total - ${row}.stream_total where name = ${row}.artist;
  delete from artists where name = ${row}.artist and album_count <= 0;`;
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
const indexSongs = (where: string) => `insert into songs_text (rowid, song_name, album, artist)
  select songs.id, song_name_key, name_key, artist_key from songs join albums on albums.id = songs.album where ${where};`;
const copyRelease = (where: string) => `update songs set
  released = (select year_released from albums where id = songs.album),
  decade = (select decade from albums where id = songs.album) where ${where};`;

const triggers = {
  album_added: `after insert on albums begin
    ${resize('albums', '+ 1')}
    ${countYear('new', '1', '0')}
    ${addToArtist('new')}
    ${addWords('new.name_key')}
    insert into albums_text (rowid, name, artist) values (new.id, new.name_key, new.artist_key); end`,

  // Its songs go first, while their album still tells which artist and year they counted for.
  album_removing: 'before delete on albums begin delete from songs where album = old.id; end',

  album_removed: `after delete on albums begin
    ${resize('albums', '- 1')}
    ${countYear('old', '-1', '0')}
    delete from years where album_count = 0;
    ${takeFromArtist('old')}
    ${removeWords('old.name_key')}
    delete from albums_text where rowid = old.id; end`,

  album_changed: `after update of name_key, artist, artist_key, year_released on albums begin
    ${countYear('old', '-1', '-old.song_count')}
    ${countYear('new', '1', 'new.song_count')}
    delete from years where album_count = 0;
    ${addToArtist('new')}
    ${takeFromArtist('old')}
    ${addWords('new.name_key')}
    ${removeWords('old.name_key')}
    delete from albums_text where rowid = old.id;
    insert into albums_text (rowid, name, artist) values (new.id, new.name_key, new.artist_key);
    ${copyRelease('album = new.id')}
    delete from songs_text where rowid in (select id from songs where album = new.id);
    ${indexSongs('songs.album = new.id')} end`,

  song_added: `after insert on songs begin
    ${resize('songs', '+ 1')}
    ${copyRelease('id = new.id')}
    ${addSong('new')}
    ${addWords('new.song_name_key')}
    ${indexSongs('songs.id = new.id')} end`,

  song_removing: 'before delete on songs begin delete from likes where song = old.id; end',

  song_removed: `after delete on songs begin
    ${resize('songs', '- 1')}
    ${takeSong('old')}
    ${removeWords('old.song_name_key')}
    delete from songs_text where rowid = old.id; end`,

  song_changed: `after update of song_name_key, album, num_streams on songs begin
    ${takeSong('old')}
    ${addSong('new')}
    ${addWords('new.song_name_key')}
    ${removeWords('old.song_name_key')}
    delete from songs_text where rowid = old.id;
    ${indexSongs('songs.id = new.id')} end`,

  song_moved: `after update of album on songs begin ${copyRelease('id = new.id')} end`,

  artist_added: `after insert on artists begin
    ${resize('artists', '+ 1')}
    update letters set artist_count = artist_count + 1 where position = new.letter;
    ${addWords('new.name_key')}
    insert into artists_text (rowid, name) values (new.id, new.name_key); end`,

  artist_removed: `after delete on artists begin
    ${resize('artists', '- 1')}
    update letters set artist_count = artist_count - 1 where position = old.letter;
    ${removeWords('old.name_key')}
    delete from artists_text where rowid = old.id; end`,

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
