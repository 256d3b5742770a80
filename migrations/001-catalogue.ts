/** Albums and their songs, with what the lists of the site are read from. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('albums', (table) => {
    table.increments('id');
    table.text('name').notNullable();
    table.text('artist').notNullable();
    table.date('year_released').notNullable();
    table.text('name_key').notNullable();
    table.text('artist_key').notNullable();
    table.text('sleeve').notNullable();
    table.integer('song_count').notNullable().defaultTo(0);
    table.bigInteger('stream_total').notNullable().defaultTo(0);
    table.integer('like_count').notNullable().defaultTo(0);
    table.specificType('year', 'integer generated always as (cast(substr(year_released, 1, 4) as integer)) virtual');
    table.specificType('decade', 'integer generated always as (cast(substr(year_released, 1, 3) as integer) * 10) virtual');
    table.text('created_at').notNullable();
    table.text('updated_at').notNullable();
    table.index(['year_released', 'id']);
    table.index(['name_key', 'id']);
    table.index(['decade', 'name_key', 'id']);
    table.index(['year', 'name_key', 'id']);
    table.index(['stream_total', 'id']);
    table.index(['decade', 'stream_total', 'id']);
    table.index(['year', 'stream_total', 'id']);
    table.index(['artist', 'year_released', 'id']);
    table.index(['sleeve']);
  });
  await knex.schema.createTable('songs', (table) => {
    table.increments('id');
    table.text('song_name').notNullable();
    table.integer('album').notNullable().references('albums.id').onDelete('CASCADE');
    table.bigInteger('num_streams').notNullable().defaultTo(0);
    table.integer('position').notNullable();
    table.text('song_name_key').notNullable();
    table.integer('like_count').notNullable().defaultTo(0);
    // Copies of the album's, so that one index serves a chart of a decade.
    table.date('released').notNullable().defaultTo('');
    table.integer('decade').notNullable().defaultTo(0);
    table.text('created_at').notNullable();
    table.text('updated_at').notNullable();
    table.index(['album', 'position', 'id']);
    table.index(['num_streams', 'id']);
    table.index(['like_count', 'id']);
    table.index(['released', 'id']);
    table.index(['song_name_key', 'id']);
    table.index(['decade', 'num_streams', 'id']);
    table.index(['decade', 'like_count', 'id']);
    table.index(['decade', 'released', 'id']);
    table.index(['decade', 'song_name_key', 'id']);
  });
  await knex.schema.createTable('letters', (table) => {
    table.integer('position').primary();
    table.text('sign').notNullable();
    table.text('first').notNullable();
    table.text('last').notNullable();
    table.integer('artist_count').notNullable().defaultTo(0);
  });
  await knex('letters').insert(letters);
  await knex.schema.createTable('artists', (table) => {
    table.increments('id');
    table.text('name').notNullable().unique();
    table.text('name_key').notNullable();
    table.integer('letter').notNullable().references('letters.position');
    table.integer('album_count').notNullable().defaultTo(0);
    table.integer('song_count').notNullable().defaultTo(0);
    table.bigInteger('stream_total').notNullable().defaultTo(0);
    table.index(['letter', 'name_key', 'id']);
    table.index(['name_key', 'id']);
    table.index(['stream_total', 'id']);
  });
  await knex.schema.createTable('years', (table) => {
    table.integer('year').primary();
    table.integer('album_count').notNullable().defaultTo(0);
    table.integer('song_count').notNullable().defaultTo(0);
  });
  await knex.schema.createTable('table_sizes', (table) => {
    table.text('name').primary();
    table.integer('size').notNullable().defaultTo(0);
  });
  await knex('table_sizes').insert(['albums', 'songs', 'artists', 'users', 'likes'].map((name) => ({ name, size: 0 })));
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['table_sizes', 'years', 'artists', 'letters', 'songs', 'albums']) await knex.schema.dropTable(table);
}

/** The sections of the list of artists in their order, each with the range of first characters it holds. */
const latin = Array.from('abcdefghijklmnopqrstuvwxyz', (letter) => [letter.toUpperCase(), letter, letter] as const);
const others = [
  ['Ω', 'Ͱ', 'Ͽ'],
  ['Я', 'Ѐ', 'ԯ'],
  ['א', '\u0590', '\u05ff'],
  ['ع', '\u0600', '\u06ff'],
  ['あ', '\u3040', '\u30ff'],
  ['漢', '\u3400', '\u9fff'],
  ['한', '\uac00', '\ud7af'],
] as const;
const letters = [...latin, ...others].map(([sign, first, last], index) => ({ position: index + 1, sign, first, last }))
  .concat([{ position: 98, sign: '…', first: '{', last: '\u{10ffff}' }, { position: 99, sign: '#', first: '', last: '`' }] as never);
