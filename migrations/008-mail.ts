/**
 * Mail: an outbox that is written in the transaction of what it tells, addresses that wait to be confirmed,
 * which address of an account is, and one-time links that go by mail.
 */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('users', (table) => {
    // By which an account is found, whatever the case of the address.
    table.text('email_key').notNullable().defaultTo('');
    // The address whose owner has used a link that went there: the account's is confirmed where the two are the same.
    table.text('confirmed_email').notNullable().defaultTo('');
    table.index(['email_key', 'id']);
  });
  await keyAddresses(knex);
  await knex.schema.createTable('outbox', (table) => {
    table.increments('id');
    table.text('kind').notNullable();
    table.text('recipient').notNullable();
    table.integer('account_id').references('users.id').onDelete('CASCADE');
    // What the letter tells, as JSON. Never a secret: the key of a link is made when the letter is sent.
    table.text('data').notNullable();
    table.text('message_id').notNullable();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('due_at').notNullable();
    table.bigInteger('expires_at').notNullable();
    // The process that sends it now, and until when it is left alone.
    table.text('claim').notNullable().defaultTo('');
    table.bigInteger('claimed_until').notNullable().defaultTo(0);
    table.integer('tries').notNullable().defaultTo(0);
    table.text('fault').notNullable().defaultTo('');
    table.bigInteger('failed_at');
    table.index(['failed_at', 'due_at']);
    table.index(['account_id']);
  });
  await knex.schema.createTable('pending_addresses', (table) => {
    table.integer('account_id').primary().references('users.id').onDelete('CASCADE');
    table.text('email').notNullable();
    // Of the key in the link; '' until the letter is sent.
    table.text('hash').notNullable().defaultTo('');
    table.bigInteger('expires_at').notNullable();
    table.index(['hash']);
  });
  // Links by mail: an account may have several that work, and which address each went to.
  await knex.schema.alterTable('password_links', (table) => {
    table.dropUnique(['user']);
    table.text('email').notNullable().defaultTo('');
    table.index(['user']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('delete from password_links');
  await knex.schema.alterTable('password_links', (table) => {
    table.dropIndex(['user']);
    table.unique(['user']);
  });
  await knex.raw('alter table password_links drop column email');
  for (const table of ['pending_addresses', 'outbox']) await knex.schema.dropTable(table);
  await knex.schema.alterTable('users', (table) => table.dropIndex(['email_key', 'id']));
  for (const column of ['confirmed_email', 'email_key']) await knex.raw(`alter table users drop column ${column}`);
}

/** So many rows are looked at at once. */
const CHUNK = 10_000;

async function keyAddresses(knex: Knex): Promise<void> {
  for (let after = 0; ;) {
    const rows = (await knex('users').select('id', 'email').where('id', '>', after).andWhere('email', '<>', '').orderBy('id').limit(CHUNK)) as { id: number; email: string }[];
    for (const { id, email } of rows) await knex('users').where({ id }).update({ email_key: folded(email) });
    const last = rows.at(-1);
    if (!last) break;
    after = last.id;
  }
}

/** As it was when this migration was written, whatever becomes of it in the program: see 009. */
function folded(text: string): string {
  const fold = (part: string) => Array.from(part, (character) => (character === 'ı' ? character : character.toLowerCase().toUpperCase().toLowerCase())).join('');
  return fold(fold(text.normalize('NFD')).normalize('NFKC')).normalize('NFKC');
}
