/** Sessions of JSON Web Tokens end in all, however often they are renewed: when each began is kept from now on. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('jwt_sessions', (table) => table.bigInteger('created_at').notNullable().defaultTo(0));
  // Those that are there begin now, as far as anybody knows.
  await knex('jwt_sessions').update({ created_at: Date.now() });
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table jwt_sessions drop column created_at');
}
