import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import Sqlite from 'better-sqlite3';
import { GuestError } from '../../errors.ts';
import { connect } from '../connect.ts';
import type { Db } from '../db.ts';

async function notebook(t: TestContext, patience = 5000): Promise<{ db: Db; path: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'tracklist-'));
  const path = join(folder, 'notes.db');
  const db = await connect(`sqlite:${path}`, { create: true, patience });
  t.after(async () => {
    await db.close();
    rmSync(folder, { recursive: true });
  });
  await db.run('create table notes (id integer primary key, words text unique)');
  return { db, path };
}

test('every acknowledged write is on the disk, also on a file that is opened again', async (t) => {
  const { path } = await notebook(t);
  const again = await connect(`sqlite:${path}`);
  t.after(() => again.close());
  assert.deepEqual(await again.first('pragma synchronous'), { synchronous: 2 });
  assert.deepEqual(await again.first('pragma foreign_keys'), { foreign_keys: 1 });
  assert.deepEqual(await again.first('pragma journal_mode'), { journal_mode: 'wal' });
});

test('a query is a text with named parameters or one that Knex has built', async (t) => {
  const { db } = await notebook(t);
  const added = await db.first<{ id: number }>('insert into notes (words) values (:words) returning id', { words: 'one' });
  assert.equal(await db.run(db.table('notes').insert({ words: 'two' })), 1);
  assert.equal(added?.id, 1);
  assert.deepEqual(await db.all(db.table('notes').select('words').orderBy('id')), [{ words: 'one' }, { words: 'two' }]);
});

test('a transaction that throws leaves nothing behind', async (t) => {
  const { db } = await notebook(t);
  await assert.rejects(db.transaction(async (trx) => {
    await trx.run('insert into notes (words) values (:words)', { words: 'gone' });
    throw new Error('no');
  }), /no/);
  assert.deepEqual(await db.all('select * from notes'), []);
});

test('transactions of one process wait for each other', async (t) => {
  const { db } = await notebook(t);
  await Promise.all(Array.from({ length: 20 }, (_, index) => db.transaction(async (trx) => {
    const before = await trx.first<{ rows: number }>('select count(*) as rows from notes');
    await new Promise((resume) => setTimeout(resume, 1));
    await trx.run('insert into notes (id, words) values (:id, :words)', { id: (before?.rows ?? 0) + 1, words: `note ${index}` });
  })));
  assert.deepEqual(await db.first('select count(*) as rows, max(id) as last from notes'), { rows: 20, last: 20 });
});

test('a write beside its own transaction is a fault at once, not a wait without end', async (t) => {
  const { db } = await notebook(t);
  await assert.rejects(db.transaction(() => db.run("insert into notes (words) values ('beside')")), /use the db that the work is given/);
});

test('while another process writes, readers go on and the event loop is free', async (t) => {
  const { db, path } = await notebook(t);
  const other = new Sqlite(path);
  other.exec("begin immediate; insert into notes (words) values ('theirs')");
  const ours = db.run("insert into notes (words) values ('ours')");
  let ticks = 0;
  const ticking = setInterval(() => { ticks += 1; }, 5);
  await new Promise((resume) => setTimeout(resume, 400));
  assert.deepEqual(await db.all('select words from notes'), []);
  other.exec('commit');
  other.close();
  clearInterval(ticking);
  assert.equal(await ours, 1);
  assert.ok(ticks >= 3, `${ticks} ticks`);
});

test('a writer that waits too long is told to try again', async (t) => {
  const { db, path } = await notebook(t, 50);
  const other = new Sqlite(path);
  other.exec('begin immediate');
  await assert.rejects(db.run("insert into notes (words) values ('late')"), (error) => error instanceof GuestError && error.status === 503);
  other.close();
});

test('the version changes with a write of this process and of another', async (t) => {
  const { db, path } = await notebook(t);
  const first = await db.version();
  assert.equal(await db.version(), first);
  await db.run("insert into notes (words) values ('ours')");
  const second = await db.version();
  assert.notEqual(second, first);
  const other = new Sqlite(path);
  other.exec("insert into notes (words) values ('theirs')");
  other.close();
  assert.notEqual(await db.version(), second);
});

test('a missing file and one that is no database are told in one sentence', async (t) => {
  const { path } = await notebook(t);
  await assert.rejects(connect(`sqlite:${path}.missing`), /There is no database at .* Run "npm run manage -- migrate"/);
  writeFileSync(`${path}.txt`, 'These are words, not pages of a database. '.repeat(200));
  await assert.rejects(connect(`sqlite:${path}.txt`), /can't be used as a database/);
});
