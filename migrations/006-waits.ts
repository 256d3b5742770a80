/**
 * Waits after wrong tries, counted anew: for each account from each network, for each browser that has logged in
 * before, and as allowances that fill up again. What was counted before is forgotten: it was kept by hashes of
 * other keys, and nobody waits longer than a quarter of an hour for it.
 */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.dropTable('attempts');
  await knex.schema.createTable('attempts', (table) => {
    table.text('key').primary();
    // Hashes, so that the waits of an account or of a network can be lifted.
    table.text('account').notNullable();
    table.text('network').notNullable();
    table.integer('failures').notNullable();
    table.bigInteger('first_at').notNullable();
    table.bigInteger('last_at').notNullable();
    table.bigInteger('open_at').notNullable();
    // The moment that was promised to somebody who had to wait for others.
    table.bigInteger('place_at');
    table.index(['last_at']);
    table.index(['account']);
    table.index(['network']);
  });
  await knex.schema.createTable('allowances', (table) => {
    table.text('key').primary();
    // Nothing is used up from this moment on.
    table.bigInteger('whole_at').notNullable();
    table.index(['whole_at']);
  });
  await knex.schema.createTable('known_browsers', (table) => {
    table.text('hash').primary();
    table.integer('account').notNullable().references('users.id').onDelete('CASCADE');
    table.text('session').notNullable();
    table.bigInteger('used_at').notNullable();
    table.index(['account', 'used_at']);
    table.index(['used_at']);
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['known_browsers', 'allowances', 'attempts']) await knex.schema.dropTable(table);
  await knex.schema.createTable('attempts', (table) => {
    table.text('key').primary();
    table.integer('failures').notNullable();
    table.bigInteger('last_at').notNullable();
    table.bigInteger('open_at').notNullable();
    table.index(['last_at']);
  });
}
