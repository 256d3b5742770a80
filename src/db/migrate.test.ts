import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import Sqlite from 'better-sqlite3';
import { models } from '../models/index.ts';
import { connect } from './connect.ts';
import { DatabaseFault } from './fault.ts';
import { migrate } from './migrate.ts';

const FOLDER = join(import.meta.dirname, '../../migrations');
const NAMES = [
  '001-catalogue', '002-people', '003-totals-and-search', '004-staff', '005-api', '006-waits', '008-mail', '009-names', '010-second-factors',
  '011-sessions', '014-visitors-likes', '015-places',
];

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

const isDamage = (error: unknown): boolean => error instanceof DatabaseFault && /^The file .* can't be used as a database: .*\. Restore it from a backup\.$/.test(error.message);

test('a file that was cut off, however little, is refused in one sentence, and left as it was found', async (t) => {
  const { path, url } = place(t);
  await migrate(url, { create: true });
  const whole = readFileSync(path);
  for (const missing of [1, 100, 1500, 4095, 4096, 10_000, whole.length - 20_000, whole.length - 200]) {
    writeFileSync(path, whole.subarray(0, whole.length - missing));
    await assert.rejects(migrate(url, { create: false }), isDamage, `${missing} bytes missing`);
    assert.equal(statSync(path).size, whole.length - missing);
  }
  writeFileSync(path, whole);
  assert.deepEqual(await migrate(url, { create: false }), []);
});

test('a file that holds something else, or is damaged within, is refused in one sentence', async (t) => {
  const { path, url } = place(t);
  await migrate(url, { create: true });
  const whole = readFileSync(path);
  const damaged: [string, Buffer][] = [
    ['words', Buffer.from('These are words, and no pages of a database. '.repeat(500))],
    ['few words', Buffer.from('words')],
    ['zeros', Buffer.alloc(whole.length)],
    ...[0, 16, 18, 21, 44, 56].map((place): [string, Buffer] => [`a header with something else at ${place}`, Buffer.concat([whole.subarray(0, place), Buffer.from([0xee, 0xee, 0xee, 0xee]), whole.subarray(place + 4)])]),
    ['a page of zeros within', Buffer.concat([whole.subarray(0, 4096 * 5), Buffer.alloc(4096), whole.subarray(4096 * 6)])],
  ];
  for (const [what, bytes] of damaged) {
    writeFileSync(path, bytes);
    await assert.rejects(migrate(url, { create: true }), isDamage, what);
  }
  rmSync(path);
  mkdirSync(path);
  await assert.rejects(migrate(url, { create: true }), isDamage, 'a folder');
});

test('an empty file is no database, and becomes one where it may', async (t) => {
  const { path, url } = place(t);
  writeFileSync(path, '');
  await assert.rejects(migrate(url, { create: false }), /There is no database at .* Run "npm run manage -- migrate" to make one\.$/);
  assert.deepEqual(await migrate(url, { create: true }), NAMES);
});

test('what waits beside a file stands for what it lacks', async (t) => {
  const { path, url } = place(t);
  await migrate(url, { create: true });
  const writing = new Sqlite(path);
  writing.exec(`pragma wal_autocheckpoint = 0; create table long_texts (words text); insert into long_texts values (hex(zeroblob(200000)))`);
  // As after a crash: the file as it was, and beside it what has been written since.
  const [file, log] = [readFileSync(path), readFileSync(`${path}-wal`)];
  writing.close();
  writeFileSync(path, file);
  writeFileSync(`${path}-wal`, log);
  assert.deepEqual(await migrate(url, { create: false }), []);
  const database = new Sqlite(path);
  assert.deepEqual(database.prepare('select length(words) as letters from long_texts').get(), { letters: 400_000 });
  database.close();
});

test('new files are for their user alone, and so is a folder that is made for them', async (t) => {
  const { path } = place(t);
  const before = process.umask(0);
  t.after(() => process.umask(before));
  const made = join(dirname(path), 'made', 'for it', 'music.db');
  await migrate(`sqlite:${made}`, { create: true });
  const db = await connect(`sqlite:${made}`);
  await db.run('create table notes (words text)');
  const modes = Object.fromEntries(readdirSync(dirname(made)).map((name) => [name, (statSync(join(dirname(made), name)).mode & 0o777).toString(8)]));
  assert.deepEqual(modes, { 'music.db': '600', 'music.db-shm': '600', 'music.db-wal': '600', 'music.db.migrate': '600' });
  for (const folder of [dirname(made), dirname(dirname(made))]) assert.equal((statSync(folder).mode & 0o777).toString(8), '700');
  await db.close();
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
  const apart = ['id', 'password_hash', 'confirmed_email', 'hash'];
  for (const model of models) {
    const columns = (database.pragma(`table_xinfo(${model.table})`) as { name: string }[]).map(({ name }) => name);
    const fields = Object.entries(model.fields).filter(([, { kind }]) => kind !== 'set').map(([name]) => name);
    assert.deepEqual(fields.filter((field) => !columns.includes(field)), [], model.table);
    assert.deepEqual(columns.filter((column) => !fields.includes(column) && !apart.includes(column)), [], model.table);
  }
});
