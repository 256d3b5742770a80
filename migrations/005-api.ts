/**
 * What the API needs: how often somebody has called, answers that are kept for a repeated request, and
 * sessions of JSON Web Tokens. And a version of the catalogue, so that what is kept of its pages is not
 * dropped by every session or call that is noted.
 */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('api_calls', (table) => {
    table.text('key').notNullable();
    // The minute since 1970.
    table.integer('minute').notNullable();
    table.integer('calls').notNullable();
    table.primary(['key', 'minute']);
    table.index(['minute']);
  });
  await knex.schema.createTable('api_answers', (table) => {
    // Who sent the request and its Idempotency-Key.
    table.text('key').primary();
    table.text('request').notNullable();
    table.integer('status');
    table.text('headers');
    table.text('body');
    table.bigInteger('created_at').notNullable();
    table.index(['created_at']);
  });
  await knex.schema.createTable('jwt_sessions', (table) => {
    table.text('id').primary();
    table.integer('user').notNullable().references('users.id').onDelete('CASCADE');
    // The only refresh token that still works; an older one ends the session, because somebody has copied it.
    table.text('current').notNullable();
    table.bigInteger('expires_at').notNullable();
    table.index(['user']);
    table.index(['expires_at']);
  });
  // By which a token is found, whatever its case.
  await knex.schema.alterTable('tokens', (table) => {
    table.text('name_key').notNullable().defaultTo('');
    table.index(['name_key', 'id']);
  });
  await knex.raw('update tokens set name_key = lower(name)');
  await knex.schema.createTable('catalogue_version', (table) => table.bigInteger('version').notNullable());
  await knex('catalogue_version').insert({ version: 1 });
  for (const [name, when] of Object.entries(triggers)) await knex.raw(`create trigger ${name} after ${when} begin update catalogue_version set version = version + 1; end`);
}

export async function down(knex: Knex): Promise<void> {
  for (const name of Object.keys(triggers)) await knex.raw(`drop trigger ${name}`);
  await knex.schema.alterTable('tokens', (table) => table.dropIndex(['name_key', 'id']));
  await knex.raw('alter table tokens drop column name_key');
  for (const table of ['catalogue_version', 'jwt_sessions', 'api_answers', 'api_calls']) await knex.schema.dropTable(table);
}

/** Likes change the number of likes of their song, and artists and years change with albums. */
const triggers = Object.fromEntries(['albums', 'songs'].flatMap((table) => ['insert', 'update', 'delete'].map((verb) => [`${table}_version_${verb}`, `${verb} on ${table}`])));
