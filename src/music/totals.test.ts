import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Db } from '../db/db.ts';
import { rebuildFullText } from '../db/sqlite/full-text-rebuild.ts';
import { testDb } from '../testing/app.ts';
import { loadDemo } from './demo/load.ts';
import { recountTotals } from './totals.ts';

/** The demo catalogue, with somebody who likes five songs of it. */
async function catalogue(t: TestContext): Promise<Db> {
  const db = await testDb(t);
  await loadDemo(db);
  await db.run(`insert into users (username, username_key, password_hash, created_at, updated_at) values ('ann', 'ann', '', '', '')`);
  for (const song of [1, 2, 3, 20, 30]) await db.run(`insert into likes ("user", song, created_at) values (1, :song, '')`, { song });
  return db;
}

const recount = (db: Db) => db.transaction(recountTotals);
const rebuild = (db: Db) => db.transaction(rebuildFullText);

test('what triggers have kept is what a count gives', async (t) => {
  const db = await catalogue(t);
  assert.deepEqual(await recount(db), []);
  assert.deepEqual(await rebuild(db), []);
  await db.run('update albums set artist = :artist, artist_key = :key where id = 3', { artist: 'Somebody', key: 'somebody' });
  await db.run('update songs set album = 7, position = 99, num_streams = 5 where id = 3');
  await db.run('delete from albums where id = 2');
  await db.run('delete from likes where song = 30');
  assert.deepEqual(await recount(db), []);
  assert.deepEqual(await rebuild(db), []);
});

test('an empty catalogue has nothing to repair', async (t) => {
  const db = await catalogue(t);
  await db.run('delete from albums');
  assert.deepEqual(await recount(db), []);
  assert.deepEqual(await rebuild(db), []);
  assert.deepEqual(await db.all('select * from words'), []);
});

test('each column that is off is told and repaired', async (t) => {
  const db = await catalogue(t);
  const columns: [table: string, column: string, key: string][] = [
    ['songs', 'like_count', 'id = 2'], ['songs', 'decade', 'id = 9'], ['users', 'like_count', 'id = 1'],
    ['albums', 'song_count', 'id = 1'], ['albums', 'stream_total', 'id = 2'], ['albums', 'like_count', 'id = 3'],
    ['artists', 'album_count', 'id = 1'], ['artists', 'song_count', 'id = 2'], ['artists', 'stream_total', 'id = 3'],
    ['letters', 'artist_count', 'position = 1'], ['years', 'album_count', 'year = 1955'], ['years', 'song_count', 'year = 1956'],
    ['table_sizes', 'size', "name = 'songs'"], ['table_sizes', 'size', "name = 'groups'"], ['like_days', 'likes', "day = ''"], ['albums', 'is_double', 'id = 5'],
  ];
  for (const [table, column, key] of columns) {
    await db.run(`update ${table} set ${column} = ${column} + 7 where ${key}`);
    const found = await recount(db);
    assert.deepEqual(found.map(({ total, kept, counted }) => [total, Number(kept) - Number(counted)]), [[`${table}.${column}`, 7]]);
    assert.deepEqual(await recount(db), []);
  }
  for (const column of ['released', 'album_sort', 'artist_sort']) {
    await db.run(`update songs set ${column} = '1900-01-01' where id = 4`);
    assert.deepEqual((await recount(db)).map(({ total, row, kept }) => [total, row, kept]), [[`songs.${column}`, 4, '1900-01-01']]);
  }
  assert.deepEqual(await recount(db), []);
});

test('rows that are missing or too many are told and repaired, with what depends on them', async (t) => {
  const db = await catalogue(t);
  await db.run("delete from artists where name = 'Frank Sinatra'");
  await db.run("insert into artists (name, name_key, letter) values ('Nobody', 'nobody', 14)");
  await db.run('delete from years where year = 1955');
  await db.run('insert into years (year) values (1800)');
  await db.run("delete from table_sizes where name = 'likes'");
  await db.run("update like_days set day = '2026-01-01'");
  const found = await recount(db);
  const rows = found.filter(({ total }) => !total.includes('.'));
  assert.deepEqual(rows, [
    { total: 'artists', row: 'Frank Sinatra', kept: null, counted: 1 },
    { total: 'artists', row: 'Nobody', kept: 1, counted: null },
    { total: 'years', row: 1955, kept: null, counted: 1 },
    { total: 'years', row: 1800, kept: 1, counted: null },
    { total: 'like_days', row: '', kept: null, counted: 1 },
    { total: 'like_days', row: '2026-01-01', kept: 1, counted: null },
    { total: 'table_sizes', row: 'likes', kept: null, counted: 1 },
  ]);
  assert.deepEqual(await recount(db), []);
  assert.deepEqual(await rebuild(db), []);
});

test('words that are missing, wrong or used by nobody are told and repaired', async (t) => {
  const db = await catalogue(t);
  await db.run("delete from words where word = 'love'");
  await db.run("update words set uses = 1 where word = 'the'");
  await db.run("insert into words (word, uses) values ('xyzzy', 3)");
  const found = await recount(db);
  assert.deepEqual(found.map(({ row }) => row).sort(), ['love', 'the', 'xyzzy']);
  assert.deepEqual(found.map(({ kept }) => kept), [1, 3, null]);
  assert.deepEqual(await recount(db), []);
});

test('sums beyond JavaScript’s numbers are repaired to the digit', async (t) => {
  const db = await catalogue(t);
  await db.run('update songs set num_streams = 9007199254740991 where album = 1');
  const sum = "select cast(stream_total as text) as streams from albums where id = 1";
  const before = await db.first(sum);
  await db.run('update albums set stream_total = 0 where id = 1');
  await recount(db);
  assert.deepEqual(await db.first(sum), before);
  assert.deepEqual(await recount(db), []);
});

test('an index of the search that lacks a row, has one too many or other words is built anew', async (t) => {
  const db = await catalogue(t);
  const count = () => db.first("select count(*) as hits from songs_text where songs_text match 'love'");
  const before = await count();
  await db.run('delete from songs_text where rowid = (select docid from songs_to_find where id = 5)');
  assert.deepEqual(await rebuild(db), ['songs_text']);
  await db.run("insert into albums_text (rowid, name, artist) values (100000, 'love', 'nobody')");
  assert.deepEqual(await rebuild(db), ['albums_text']);
  await db.run('delete from artists_text where rowid = (select docid from artists_to_find where id = 1)');
  await db.run("insert into artists_text (rowid, name) select docid, 'somebody else' from artists_to_find where id = 1");
  assert.deepEqual(await rebuild(db), ['artists_text']);
  assert.deepEqual(await rebuild(db), []);
  assert.deepEqual(await count(), before);
});

test('undone, it has compared only', async (t) => {
  const db = await catalogue(t);
  await db.run('update albums set song_count = 0 where id = 1');
  await db.run('delete from songs_text where rowid = (select docid from songs_to_find where id = 5)');
  const compare = () => db.transaction(async (trx) => {
    const found = [await recountTotals(trx), await rebuildFullText(trx)];
    throw Object.assign(new Error('undone'), { found });
  }).catch((error) => error.found);
  const first = await compare();
  assert.deepEqual([first[0].length, first[1].length], [1, 1]);
  assert.deepEqual(await compare(), first);
});
