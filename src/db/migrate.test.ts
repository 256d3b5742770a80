import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import Sqlite from 'better-sqlite3';
import { models } from '../models/index.ts';
import { DatabaseFault } from './fault.ts';
import { migrate } from './migrate.ts';

const FOLDER = join(import.meta.dirname, '../../migrations');
const NAMES = ['001-catalogue', '002-people', '003-totals-and-search', '004-staff', '005-api'];

function place(t: TestContext): { path: string; url: string; folder: string } {
  const root = mkdtempSync(join(tmpdir(), 'tracklist-'));
  t.after(() => rmSync(root, { recursive: true }));
  const folder = join(root, 'migrations');
  cpSync(FOLDER, folder, { recursive: true });
  symlinkSync(join(FOLDER, '../node_modules'), join(root, 'node_modules'));
  mkdirSync(join(root, 'data'));
  const path = join(root, 'data', 'music.db');
  return { path, url: `sqlite:${path}`, folder };
}

test('an empty database gets every migration, and none the second time', async (t) => {
  const { url } = place(t);
  assert.deepEqual(await migrate(url, { create: true }), NAMES);
  assert.deepEqual(await migrate(url, { create: false }), []);
});

test('a missing file is only made when that is asked for', async (t) => {
  const { url } = place(t);
  await assert.rejects(migrate(url, { create: false }), /There is no database at .*manage -- migrate/);
});

test('four processes that start at once all find a migrated database', async (t) => {
  const { url } = place(t);
  const script = `import { migrate } from ${JSON.stringify(join(import.meta.dirname, 'migrate.ts'))}; await migrate(${JSON.stringify(url)}, { create: true });`;
  const codes = await Promise.all(Array.from({ length: 4 }, () => new Promise((resolve) => {
    spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' }).on('exit', resolve);
  })));
  assert.deepEqual(codes, [0, 0, 0, 0]);
  assert.deepEqual(await migrate(url, { create: false }), []);
});

test('a failing migration is named, and the database stays as it was', async (t) => {
  const { path, url, folder } = place(t);
  await migrate(url, { create: true, folder });
  writeFileSync(join(folder, '900-broken.ts'), "export async function up(knex) { await knex.schema.createTable('half', (table) => table.increments('id')); throw new Error('no room'); }\nexport async function down() {}\n");
  await assert.rejects(migrate(url, { create: false, folder }), /The migration 900-broken failed.*no room/);
  const database = new Sqlite(path);
  t.after(() => database.close());
  assert.equal(database.prepare("select count(*) as found from sqlite_master where name = 'half'").pluck().get(), 0);
});

test('a migration that would lose rows is refused', async (t) => {
  const { path, url, folder } = place(t);
  await migrate(url, { create: true, folder });
  const database = new Sqlite(path);
  t.after(() => database.close());
  database.exec("insert into albums (name, artist, year_released, name_key, artist_key, sleeve, created_at, updated_at) values ('Blue', 'Joni Mitchell', '1971-06-22', 'blue', 'joni mitchell', '', '', '')");
  writeFileSync(join(folder, '900-careless.ts'), "export const up = (knex) => knex('albums').delete();\nexport async function down() {}\n");
  await assert.rejects(migrate(url, { create: false, folder }), /albums had 1 rows and would keep 0/);
  assert.equal(database.prepare('select count(*) from albums').pluck().get(), 1);
});

test('a process that was killed in the middle does not stop the next one', async (t) => {
  const { path, url, folder } = place(t);
  writeFileSync(join(folder, '900-extra.ts'), "export const up = (knex) => knex.schema.createTable('extra', (table) => table.increments('id'));\nexport async function down() {}\n");
  await migrate(url, { create: true, folder });
  const database = new Sqlite(path);
  database.exec('update knex_migrations_lock set is_locked = 1; delete from knex_migrations where name = \'900-extra\'; drop table extra');
  database.close();
  assert.deepEqual(await migrate(url, { create: false, folder }), ['900-extra']);
});

test('a database that is newer than the code is refused', async (t) => {
  const { path, url } = place(t);
  await migrate(url, { create: true });
  const database = new Sqlite(path);
  database.exec("insert into knex_migrations (name, batch, migration_time) values ('999-future', 9, 0)");
  database.close();
  await assert.rejects(migrate(url, { create: false }), /newer than this version of Tracklist: it has the migration 999-future/);
});

test('a damaged file is refused in one sentence', async (t) => {
  const { path, url } = place(t);
  await migrate(url, { create: true });
  truncateSync(path, 20_000);
  await assert.rejects(migrate(url, { create: false }), (error) => error instanceof DatabaseFault && /can't be used as a database/.test(error.message));
});

test('the migrations go down again in the opposite order', async (t) => {
  const { path, url } = place(t);
  await migrate(url, { create: true });
  const { default: knexPackage } = await import('knex');
  const knex = knexPackage({ client: 'better-sqlite3', connection: { filename: path }, useNullAsDefault: true });
  for (const name of NAMES.toReversed()) await ((await import(join(FOLDER, `${name}.ts`))) as { down(knex: unknown): Promise<void> }).down(knex);
  const left = (await knex.raw("select name from sqlite_master where name not like 'knex_%' and name not like 'sqlite_%'")) as unknown[];
  await knex.destroy();
  assert.deepEqual(left, []);
});

test('the columns of the database are those of the models', async (t) => {
  const { path, url } = place(t);
  await migrate(url, { create: true });
  const database = new Sqlite(path);
  t.after(() => database.close());
  // Never a field: a hash that nothing may list.
  const apart = ['id', 'password_hash', 'hash'];
  for (const model of models) {
    const columns = (database.pragma(`table_xinfo(${model.table})`) as { name: string }[]).map(({ name }) => name);
    const fields = Object.entries(model.fields).filter(([, { kind }]) => kind !== 'set').map(([name]) => name);
    assert.deepEqual(fields.filter((field) => !columns.includes(field)), [], model.table);
    assert.deepEqual(columns.filter((column) => !fields.includes(column) && !apart.includes(column)), [], model.table);
  }
});
