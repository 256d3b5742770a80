/**
 * What somebody proves who they are with besides a password: an authenticator app, recovery codes and
 * passkeys; what is asked for and not yet answered; and what an account is told at its next log-in.
 */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('authenticator_apps', (table) => {
    table.integer('user_id').primary().references('users.id').onDelete('CASCADE');
    // Encrypted: it has to be known to check a code, so a hash is no use.
    table.text('secret').notNullable();
    // The time step of the last code that was right: it and those before it work no more.
    table.bigInteger('last_step').notNullable();
    table.text('created_at').notNullable();
    table.text('last_used_at').notNullable().defaultTo('');
  });
  await knex.schema.createTable('recovery_codes', (table) => {
    table.increments('id');
    table.integer('user_id').notNullable().references('users.id').onDelete('CASCADE');
    table.text('salt').notNullable();
    table.text('hash').notNullable();
    table.text('created_at').notNullable();
    table.index(['user_id']);
  });
  await knex.schema.createTable('passkeys', (table) => {
    table.increments('id');
    table.integer('user_id').notNullable().references('users.id').onDelete('CASCADE');
    table.text('credential').notNullable().unique();
    table.text('public_key').notNullable();
    // Of an authenticator that counts its uses: a number that doesn't grow is a copy's.
    table.bigInteger('counter').notNullable();
    table.text('transports').notNullable();
    // What authenticators know the account by: random, and the same for all passkeys of one account.
    table.text('handle').notNullable();
    table.text('name').notNullable();
    table.text('created_at').notNullable();
    table.text('last_used_at').notNullable().defaultTo('');
    table.index(['user_id']);
  });
  await knex.schema.createTable('challenges', (table) => {
    table.text('hash').primary();
    table.text('kind').notNullable();
    table.integer('user_id').references('users.id').onDelete('CASCADE');
    table.text('data').notNullable();
    table.bigInteger('expires_at').notNullable();
    table.index(['user_id']);
    table.index(['expires_at']);
    table.index(['kind', 'expires_at']);
  });
  await knex.schema.createTable('account_notices', (table) => {
    table.increments('id');
    table.integer('user_id').notNullable().references('users.id').onDelete('CASCADE');
    table.text('sentence').notNullable();
    table.index(['user_id']);
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['account_notices', 'challenges', 'passkeys', 'recovery_codes', 'authenticator_apps']) await knex.schema.dropTable(table);
}
