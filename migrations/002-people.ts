/** Accounts, likes and sessions. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('users', (table) => {
    table.increments('id');
    table.text('username').notNullable();
    table.text('username_key').notNullable().unique();
    table.text('email').notNullable().defaultTo('');
    table.text('password_hash').notNullable();
    table.boolean('is_active').notNullable().defaultTo(true);
    table.boolean('is_staff').notNullable().defaultTo(false);
    table.boolean('is_superuser').notNullable().defaultTo(false);
    table.integer('like_count').notNullable().defaultTo(0);
    table.text('created_at').notNullable();
    table.text('updated_at').notNullable();
    table.text('last_login_at').notNullable().defaultTo('');
    table.index(['is_superuser']);
  });
  await knex.schema.createTable('likes', (table) => {
    table.increments('id');
    table.integer('user').notNullable().references('users.id').onDelete('CASCADE');
    table.integer('song').notNullable().references('songs.id').onDelete('CASCADE');
    table.text('created_at').notNullable();
    table.unique(['user', 'song']);
    table.index(['user', 'created_at', 'song']);
    table.index(['song']);
    table.index(['created_at', 'song']);
  });
  await knex.schema.createTable('sessions', (table) => {
    table.text('id').primary();
    table.integer('user').references('users.id').onDelete('CASCADE');
    table.text('data').notNullable();
    table.text('device').notNullable().defaultTo('');
    table.text('address').notNullable().defaultTo('');
    table.bigInteger('created_at').notNullable();
    table.bigInteger('seen_at').notNullable();
    table.bigInteger('expires_at').notNullable();
    // An ended session keeps its row until it expires: a request still running can't bring it back.
    table.bigInteger('ended_at');
    table.index(['user', 'seen_at']);
    table.index(['expires_at']);
  });
  await knex.schema.createTable('session_likes', (table) => {
    table.text('session').notNullable().references('sessions.id').onDelete('CASCADE');
    table.integer('song').notNullable().references('songs.id').onDelete('CASCADE');
    table.text('created_at').notNullable();
    table.primary(['session', 'song']);
    table.index(['session', 'created_at', 'song']);
    table.index(['song']);
  });
  await knex.schema.createTable('attempts', (table) => {
    table.text('key').primary();
    table.integer('failures').notNullable();
    table.bigInteger('last_at').notNullable();
    table.bigInteger('open_at').notNullable();
    table.index(['last_at']);
  });
  await knex.schema.createTable('setup_links', (table) => {
    table.text('hash').primary();
    table.bigInteger('expires_at').notNullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['setup_links', 'attempts', 'session_likes', 'sessions', 'likes', 'users']) await knex.schema.dropTable(table);
}
