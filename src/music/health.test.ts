import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Db } from '../db/db.ts';
import { update } from '../db/save.ts';
import { album } from '../models/album.ts';
import { addAlbum, testDb } from '../testing/app.ts';
import { countFaults, faultRange } from './health.ts';
import { recountTotals } from './totals.ts';

const TODAY = '2026-11-24';

const counts = async (db: Db, table: 'albums' | 'songs' = 'albums') => Object.fromEntries((await countFaults(db, table, TODAY)).map(({ value, count }) => [value, count.value]));
const flags = (db: Db, column: 'is_double' | 'has_stray_spaces') => db.all<{ id: number }>(`select id from albums where ${column} = 1 order by id`).then((rows) => rows.map(({ id }) => id));
const named = (db: Db, name: string, artist = 'Kate Bush') => addAlbum(db, { name, artist, year_released: '1985-09-16' }).then((added) => added.album);

async function rename(db: Db, id: number, values: { name?: string; artist?: string }): Promise<void> {
  const old = await db.first<{ id: number }>('select * from albums where id = :id', { id });
  await update(db, album, old as never, values);
}

test('names with stray spaces are told from those whose spaces belong there', async (t: TestContext) => {
  const db = await testDb(t);
  const sound = ['Blue', 'Hounds of Love', '椎名\u3000林檎', 'ÀÉ *[x]?', '…Baby One More Time'];
  const stray = [' Blue', 'Blue ', 'Hounds  of Love', 'Hounds\u00a0of Love', 'Hounds of\u3000 Love', 'Hounds\tof Love', 'Hounds\nof Love', '\u3000林檎', 'Que\u202f?', 'A \u2009B'];
  for (const name of [...sound, ...stray]) await named(db, name, `Artist of ${name.trim().replace(/\s+/g, ' ')}`);
  const flagged = await db.all<{ name: string }>('select name from albums where has_stray_spaces = 1 order by id');
  assert.deepEqual(flagged.map(({ name }) => name), stray);
  await named(db, 'Aerial', 'Kate  Bush');
  assert.equal((await counts(db))['spaces'], stray.length + 1);
  await addAlbum(db, { name: 'Debut', artist: 'Björk', year_released: '1993-07-05', songs: [['Human  Behaviour', 1], ['Crying', 1]] });
  assert.deepEqual(await counts(db, 'songs'), { spaces: 1 });
});

test('a title is there twice when name and artist read the same, until one of them changes or goes', async (t) => {
  const db = await testDb(t);
  const [first, second, third, other] = [await named(db, 'Hounds of Love'), await named(db, 'HOUNDS OF LOVE!'), await named(db, 'Aerial'), await named(db, 'Hounds of Love', 'The Futureheads')];
  assert.deepEqual(await flags(db, 'is_double'), [first, second]);
  await rename(db, third, { name: 'Hounds of  love' });
  assert.deepEqual(await flags(db, 'is_double'), [first, second, third]);
  await rename(db, first, { name: 'Never for Ever' });
  assert.deepEqual(await flags(db, 'is_double'), [second, third]);
  await rename(db, other, { artist: 'Kate Bush' });
  await db.run('delete from albums where id = :second', { second });
  assert.deepEqual(await flags(db, 'is_double'), [third, other]);
  await rename(db, third, { name: 'Never for ever' });
  assert.deepEqual(await flags(db, 'is_double'), [first, third]);
  await db.run('delete from albums where id = :third', { third });
  assert.deepEqual(await flags(db, 'is_double'), []);
  assert.deepEqual(await db.transaction(recountTotals), []);
});

test('a date is in the future from tomorrow on', async (t) => {
  const db = await testDb(t);
  for (const year_released of ['2026-11-23', TODAY, '2026-11-25', '9999-12-31']) await addAlbum(db, { name: year_released, artist: 'Kate Bush', year_released, songs: [['Song', 1]] });
  assert.deepEqual(await counts(db), { empty: 0, future: 2, double: 0, spaces: 0 });
  assert.deepEqual(faultRange('albums', 'future', '2026-12-31'), { column: 'year_released', from: '2027-01-01', to: '9999-12-31' });
  assert.equal(faultRange('songs', 'future', TODAY), undefined);
});

test('faults are counted up to a thousand', async (t) => {
  const db = await testDb(t);
  await db.run(`with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < 1001)
    insert into albums (name, artist, year_released, name_key, artist_key, sleeve, created_at, updated_at) select 'Album ' || n, 'Nobody', '1985-09-16', 'album ' || n, 'nobody', '', '', '' from numbers`);
  assert.deepEqual((await countFaults(db, 'albums', TODAY))[0]?.count, { value: 1000, isCapped: true });
});
