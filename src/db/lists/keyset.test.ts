import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { testDb } from '../../testing/app.ts';
import type { Db } from '../db.ts';
import { allIds, keysetPage, type Place } from './keyset.ts';
import type { Order, Range, Selection } from './selection.ts';

/** 600 songs in three albums of three decades, with many equal values. */
async function songs(t: TestContext, count = 600): Promise<Db> {
  const db = await testDb(t);
  for (const year of [1975, 1984, 1994]) {
    await db.run(`insert into albums (name, artist, year_released, name_key, artist_key, sleeve, created_at, updated_at) values ('a', 'b', '${year}-05-01', 'a', 'b', '', '', '')`);
  }
  await db.run(`with recursive numbers (number) as (select 1 union all select number + 1 from numbers where number < ${count})
    insert into songs (song_name, album, num_streams, position, song_name_key, created_at, updated_at)
    select 's', number % 3 + 1, (number * 7) % 40, number, 'name ' || ((number * 13) % 30), '', '' from numbers`);
  return db;
}

const id: Order = { column: 'id', descending: false };
const streams: Order = { column: 'num_streams', descending: true };
const name: Order = { column: 'song_name_key', descending: false };
const seventies: Range = { column: 'decade', from: 1970, to: 1970 };
const nineties: Range = { column: 'released', from: '1990-', to: '1999~' };
const many: Range = { column: 'num_streams', from: 10, to: 39 };

for (const [title, selection, where, order] of [
  ['by id', { narrowed: [], order: [id] }, 'true', 'id'],
  ['by id, last first', { narrowed: [], order: [{ ...id, descending: true }] }, 'true', 'id desc'],
  ['one order', { narrowed: [], order: [streams] }, 'true', 'num_streams desc, id desc'],
  ['two orders', { narrowed: [], order: [streams, name] }, 'true', 'num_streams desc, song_name_key, id desc'],
  ['two orders, both turned', { narrowed: [], order: [name, streams] }, 'true', 'song_name_key, num_streams desc, id'],
  ['a range of the ordered column', { narrowed: [[many]], order: [streams, name] }, 'num_streams >= 10', 'num_streams desc, song_name_key, id desc'],
  ['one value that an index serves with the order', { narrowed: [[seventies]], order: [streams, name] }, 'decade = 1970', 'num_streams desc, song_name_key, id desc'],
  ['one value, by id', { narrowed: [[{ column: 'album', from: 2, to: 2 }]], order: [id] }, 'album = 2', 'id'],
  ['several values of two columns', { narrowed: [[seventies, nineties]], order: [name] }, 'decade in (1970, 1990)', 'song_name_key, id'],
  ['ranges of two columns', { narrowed: [[nineties], [many]], order: [name, streams] }, 'decade = 1990 and num_streams >= 10', 'song_name_key, num_streams desc, id'],
  ['what a search has found, in another order', { narrowed: [[many]], found: [599, 3, 4, 5, 200, 6, 1], order: [name] }, 'num_streams >= 10 and id in (599, 3, 4, 5, 200, 6, 1)', 'song_name_key, id'],
] as [string, Omit<Selection, 'table'>, string, string][]) {
  test(`pages by a place follow each other onward and back: ${title}`, async (t) => {
    const db = await songs(t);
    const expected = (await db.all<{ id: number }>(`select id from songs where ${where} order by ${order}`)).map((row) => row.id);
    const full: Selection = { table: 'songs', ...selection };
    const size = selection.found ? 2 : 37;
    const onward: number[] = [];
    for await (const ids of allIds(db, full, size)) onward.push(...ids);
    assert.deepEqual(onward, expected);
    const back = await backFromTheEnd(db, full, size);
    assert.deepEqual(back, expected);
  });
}

test('what a search has found stays in its order, page by page', async (t) => {
  const db = await songs(t);
  const found = [500, 4, 17, 333, 2, 1, 599];
  const selection: Selection = { table: 'songs', narrowed: [[{ column: 'num_streams', from: 8, to: 39 }]], order: [], found };
  const ids: number[] = [];
  for await (const some of allIds(db, selection, 3)) ids.push(...some);
  assert.deepEqual(ids, found.filter((one) => one !== 1));
  assert.deepEqual(await backFromTheEnd(db, selection, 4), ids);
});

test('a row that comes or goes moves no other row', async (t) => {
  const db = await songs(t);
  const selection: Selection = { table: 'songs', narrowed: [], order: [streams] };
  const first = await keysetPage(db, selection, { size: 50 });
  await db.run(`delete from songs where id in (${first.ids.slice(-3).join(', ')})`);
  await db.run("insert into songs (song_name, album, num_streams, position, song_name_key, created_at, updated_at) values ('s', 1, 1000, 1000000, 'new', '', '')");
  const second = await keysetPage(db, selection, { size: 50, from: first.next });
  const expected = (await db.all<{ id: number }>('select id from songs where num_streams < 1000 order by num_streams desc, id desc')).map((row) => row.id);
  assert.deepEqual([...first.ids.slice(0, -3), ...second.ids], expected.slice(0, 97));
});

test('too many equal values are ordered by the first column alone, and still without gap or double', async (t) => {
  const db = await songs(t, 21_000);
  await db.run('update songs set num_streams = 5');
  const ids = new Set<number>();
  let count = 0;
  for await (const some of allIds(db, { table: 'songs', narrowed: [], order: [streams, name] }, 5000)) {
    for (const one of some) ids.add(one);
    count += some.length;
  }
  assert.deepEqual([ids.size, count], [21_000, 21_000]);
});

async function backFromTheEnd(db: Db, selection: Selection, size: number): Promise<number[]> {
  let last: Place | undefined;
  let end: number[] = [];
  for (let from: Place | undefined; ;) {
    const page = await keysetPage(db, selection, { size, from });
    end = page.ids;
    last = page.previous;
    if (!page.next) break;
    from = page.next;
  }
  const back = [end];
  while (last) {
    const page = await keysetPage(db, selection, { size, from: last, backwards: true });
    back.unshift(page.ids);
    last = page.previous;
  }
  return back.flat();
}
