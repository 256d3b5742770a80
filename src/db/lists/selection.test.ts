import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { testDb } from '../../testing/app.ts';
import type { Db } from '../db.ts';
import { beginningsOf, type Order, type Page, type Range, selectedIds, type Selection, selectionPage } from './selection.ts';

/** 1,200 songs in four albums of four decades, with many equal values. */
async function songs(t: TestContext): Promise<Db> {
  const db = await testDb(t);
  await db.transaction(async (trx) => {
    for (const [index, year] of [1975, 1984, 1994, 1994].entries()) {
      await trx.run(`insert into albums (name, artist, year_released, name_key, artist_key, sleeve, created_at, updated_at)
        values ('a', 'b', '${year}-05-0${index + 1}', 'a${index}', 'b', '', '2026-11-0${index + 1}T10:00:00.000Z', '')`);
    }
    for (let number = 0; number < 1200; number += 1) {
      await trx.run(`insert into songs (song_name, album, num_streams, position, song_name_key, created_at, updated_at)
        values ('s', ${(number % 4) + 1}, ${(number * 7) % 40}, ${number + 1}, 'name ${(number * 13) % 30}', '', '')`);
    }
  });
  return db;
}

const streams: Order = { column: 'num_streams', descending: true };
const name: Order = { column: 'song_name_key', descending: false };
const seventies: Range = { column: 'released', from: '1970-', to: '1979~' };
const nineties: Range = { column: 'released', from: '1990-', to: '1999~' };
const many: Range = { column: 'num_streams', from: 10, to: 39 };

/** What plain SQL says: the ids in order. */
async function expected(db: Db, where: string, order: string): Promise<number[]> {
  return (await db.all<{ id: number }>(`select id from songs where ${where} order by ${order}`)).map(({ id }) => id);
}

async function all(db: Db, selection: Selection, size: number): Promise<number[]> {
  const ids: number[] = [];
  for await (const some of selectedIds(db, selection, size)) ids.push(...some);
  return ids;
}

for (const [title, selection, where, order] of [
  ['one order', { narrowed: [], order: [streams] }, 'true', 'num_streams desc, id desc'],
  ['two orders', { narrowed: [], order: [streams, name] }, 'true', 'num_streams desc, song_name_key, id desc'],
  ['two orders, ascending first', { narrowed: [], order: [name, streams] }, 'true', 'song_name_key, num_streams desc, id'],
  ['a range of the ordered column', { narrowed: [[many]], order: [streams, name] }, 'num_streams >= 10', 'num_streams desc, song_name_key, id desc'],
  ['a range of another column', { narrowed: [[seventies]], order: [streams] }, "decade = 1970", 'num_streams desc, id desc'],
  ['one value that an index serves with the order', { narrowed: [[{ column: 'decade', from: 1990, to: 1990 }]], order: [streams, name] }, 'decade = 1990', 'num_streams desc, song_name_key, id desc'],
  ['several values of one column', { narrowed: [[seventies, nineties]], order: [name] }, 'decade in (1970, 1990)', 'song_name_key, id'],
  ['ranges of two columns', { narrowed: [[seventies, nineties], [many]], order: [streams, name] }, 'decade in (1970, 1990) and num_streams >= 10', 'num_streams desc, song_name_key, id desc'],
] as [string, Omit<Selection, 'table'>, string, string][]) {
  test(`pages follow each other without gap or double: ${title}`, async (t) => {
    const db = await songs(t);
    const ids = await expected(db, where, order);
    assert.deepEqual(await all(db, { table: 'songs', ...selection }, 70), ids);
    const third: Page = await selectionPage(db, { table: 'songs', total: { value: 1200, isCapped: false }, ...selection }, { skip: 100, size: 50 });
    assert.deepEqual(third.ids, ids.slice(100, 150));
    if (selection.narrowed.length > 0) assert.ok((await selectionPage(db, { table: 'songs', ...selection }, { skip: 0, size: 1 })).count?.value === ids.length);
  });
}

test('what a search has found stays in its order, or takes another, and is narrowed', async (t) => {
  const db = await songs(t);
  const found = [900, 4, 17, 333, 2, 1];
  const page = (selection: Partial<Selection>) => selectionPage(db, { table: 'songs', narrowed: [], order: [], found, ...selection }, { skip: 0, size: 10 });
  assert.deepEqual((await page({})).ids, found);
  assert.deepEqual((await page({ order: [{ column: 'song_name_key', descending: false }] })).ids, await expected(db, `id in (${found.join(', ')})`, 'song_name_key, id'));
  assert.deepEqual((await page({ narrowed: [[seventies]] })).ids, found.filter((id) => id % 4 === 1));
  assert.equal((await page({ narrowed: [[seventies]] })).count?.value, 3);
});

test('dates are found by their beginnings, without reading the rows between', async (t) => {
  const db = await songs(t);
  assert.deepEqual(await beginningsOf(db, 'albums', 'year_released', { within: '', length: 3 }), ['197', '198', '199']);
  assert.deepEqual(await beginningsOf(db, 'albums', 'year_released', { within: '199', length: 4 }), ['1994']);
  assert.deepEqual(await beginningsOf(db, 'albums', 'year_released', { within: '1994', length: 7 }), ['1994-05']);
  assert.deepEqual(await beginningsOf(db, 'albums', 'year_released', { within: '1994-05', length: 10 }), ['1994-05-03', '1994-05-04']);
  assert.deepEqual(await beginningsOf(db, 'albums', 'created_at', { within: '2026-11', length: 10 }), ['2026-11-01', '2026-11-02', '2026-11-03', '2026-11-04']);
});

test('many rows under two ranges are walked in stretches, each page behind the last', async (t) => {
  const db = await testDb(t);
  await db.run(`insert into albums (name, artist, year_released, name_key, artist_key, sleeve, created_at, updated_at) values ('a', 'b', '1994-05-01', 'a', 'b', '', '', '')`);
  await db.run(`with recursive numbers (number) as (select 1 union all select number + 1 from numbers where number < 45000)
    insert into songs (song_name, album, num_streams, position, song_name_key, created_at, updated_at)
    select 's', 1, number % 9000, number, 'name', '', '' from numbers`);
  await db.run('update songs set like_count = id % 2');
  const selection: Selection = { table: 'songs', narrowed: [[{ column: 'like_count', from: 1, to: 9 }], [{ column: 'num_streams', from: 0, to: 8000 }]], order: [streams] };
  const first = await selectionPage(db, selection, { skip: 0, size: 50 });
  assert.equal(first.isNumbered, false);
  assert.equal(first.count, undefined, 'nobody has counted them');
  const onlyLow: Selection = { ...selection, narrowed: [[{ column: 'like_count', from: 1, to: 9 }], [{ column: 'num_streams', from: 0, to: 4500 }]] };
  const low = await expected(db, 'like_count = 1 and num_streams <= 4500', 'num_streams desc, id desc');
  assert.deepEqual((await selectionPage(db, onlyLow, { skip: 0, size: 50 })).ids, low.slice(0, 50), 'the walk begins where the range does');
  assert.deepEqual(await all(db, selection, 1000), await expected(db, 'like_count = 1 and num_streams <= 8000', 'num_streams desc, id desc'));
});
