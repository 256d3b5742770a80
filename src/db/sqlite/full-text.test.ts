/** The search index follows every write, gives rows in the order of their streams, and is read no further than needed. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { parseQuery } from '../../music/search-query.ts';
import { addAlbum, testDb } from '../../testing/app.ts';
import type { Db } from '../db.ts';
import { completed, find, type Findable, statements } from './full-text.ts';
import { rebuildFullText } from './full-text-rebuild.ts';

const WORDS = ['love', 'lover', 'loveless', 'lovelessness', 'night', 'nights', 'the', 'blue', 'river', 'tnt', 't.n.t.', 'l’amour', '風街', 'ночь', '1959'];

/** Albums whose names are drawn from few words, so that most queries find many. */
async function filled(t: TestContext): Promise<Db> {
  const db = await testDb(t);
  const random = randomOf(20261124);
  const name = (most: number) => Array.from({ length: 1 + random(most) }, () => WORDS[random(WORDS.length)]).join(' ');
  for (let album = 0; album < 60; album += 1) {
    const songs = Array.from({ length: 6 }, (): [string, number] => [name(3), random(4) === 0 ? 0 : random(5) * 10 ** random(7)]);
    await addAlbum(db, { name: name(3), artist: name(2), year_released: `${1955 + random(8)}-01-01`, songs });
  }
  return db;
}

async function first(db: Db, table: Findable, text: string, limit: number): Promise<number[]> {
  const found = await find(db, table, await completed(db, parseQuery(text)), limit);
  return found.ids({ skip: 0, size: limit });
}

const QUERIES = ['love', 'lov', 'l', 'lovel', 'the night', 'night the', '"the night"', 'blue 1959', '1959', 'tnt', 'T.N.T.', 'amour', '風', '風街', 'ноч', 'love love', '"love" lovele', 'river "blue'];

test('the order is the same whether all rows are looked at or only the first', async (t) => {
  const db = await filled(t);
  for (const table of ['albums', 'songs', 'artists'] as const) {
    for (const query of QUERIES) {
      const all = await first(db, table, query, 10_000);
      for (const limit of [1, 3, 10, 50]) assert.deepEqual(await first(db, table, query, limit), all.slice(0, limit), `${table} ${query} ${limit}`);
      const pages = await find(db, table, await completed(db, parseQuery(query)), 50);
      assert.deepEqual(await pages.ids({ skip: 7, size: 5 }), all.slice(7, Math.min(12, all.length)), `${table} ${query} from 7`);
    }
  }
});

test('songs come by exact name, then by their own name, then by the rest, each by streams', async (t) => {
  const db = await testDb(t);
  const blue = await addAlbum(db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', songs: [['River', 900], ['Blue', 5], ['Blue Boy', 7], ['Deep Blue', 60]] });
  const [river, exact, boy, deep] = blue.songs;
  assert.deepEqual(await first(db, 'songs', 'blue', 1000), [exact, deep, boy, river]);
  assert.deepEqual(await first(db, 'songs', 'blue', 3), [exact, deep, boy]);
});

test('a count ends at the limit and says so', async (t) => {
  const db = await filled(t);
  const wanted = await completed(db, parseQuery('love'));
  const { value } = (await find(db, 'songs', wanted, 10_000)).count;
  assert.ok(value > 100);
  assert.deepEqual((await find(db, 'songs', wanted, value)).count, { value, isCapped: false });
  assert.deepEqual((await find(db, 'songs', wanted, value - 1)).count, { value: value - 1, isCapped: true });
  assert.deepEqual(await (await find(db, 'songs', wanted, 20)).ids({ skip: 20, size: 10 }), []);
});

test('a year is found as that of the release, and only for what has one', async (t) => {
  const db = await testDb(t);
  const old = await addAlbum(db, { name: 'Kind of Blue', artist: 'Miles Davis', year_released: '1959-08-17', songs: [['So What', 3]] });
  const young = await addAlbum(db, { name: 'Blue 1959', artist: 'Somebody', year_released: '1999-01-01' });
  await addAlbum(db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22' });
  assert.deepEqual(new Set(await first(db, 'albums', 'blue 1959', 1000)), new Set([old.album, young.album]));
  assert.deepEqual(await first(db, 'songs', 'blue 1959', 1000), old.songs);
  assert.deepEqual(await first(db, 'albums', '1959', 1000), [young.album]);
  assert.deepEqual(await first(db, 'artists', 'miles 1959', 1000), []);
});

test('the index and the vocabulary are what a new one would be after any write', async (t) => {
  const db = await filled(t);
  const writes = [
    'update songs set num_streams = num_streams * 7 where id % 3 = 0',
    'update songs set num_streams = 9007199254740991 where id = 5',
    "update songs set song_name_key = 'other words' where id % 5 = 0",
    'update songs set album = 1 + id % 7, position = 1000 + id where id % 4 = 0',
    "update albums set year_released = '2001-02-03' where id % 3 = 0",
    "update albums set name_key = 'renamed', artist = 'Another', artist_key = 'another', year_released = '1901-01-01' where id % 5 = 1",
    'delete from songs where id % 6 = 0',
    'delete from albums where id % 4 = 0',
    'delete from albums',
  ];
  for (const write of writes) {
    await db.run(write);
    assert.deepEqual(await db.transaction(rebuildFullText), [], write);
  }
  assert.deepEqual(await db.all('select * from words'), []);
});

test('no statement reads a whole table or sorts more than the rows it was given', async (t) => {
  const db = await filled(t);
  await db.run('analyze');
  const parameters = { match: '"love" *', count: 8, after: 0, end: 2 ** 50, ids: '[1,2]', key: 'love', year: 1959 };
  for (const [table, all] of Object.entries(statements)) {
    for (const [name, sql] of Object.entries(all)) {
      const used = Object.fromEntries(Object.entries(parameters).filter(([parameter]) => sql.includes(`:${parameter}`)));
      const steps = (await db.all<{ detail: string }>(`explain query plan ${sql}`, used)).map(({ detail }) => detail);
      for (const step of steps) assert.match(step, /^(SCAN \w+_text VIRTUAL TABLE INDEX \d+:M|SCAN json_each VIRTUAL TABLE|SEARCH \w+ USING |USE TEMP B-TREE FOR ORDER BY|MATERIALIZE|CO-ROUTINE|SCAN \(?subquery)/, `${table} ${name}: ${steps.join('; ')}`);
      if (name === 'rest') assert.match(steps.join(), /_text VIRTUAL TABLE INDEX \d+:M\d+><$/, `${table}: the bounds are the index's to keep`);
      const sorts = steps.some((step) => step.startsWith('USE TEMP B-TREE'));
      assert.equal(sorts, name === 'sorted' || name === 'rows' || (table === 'artists' && name.startsWith('named')), `${table} ${name}: ${steps.join('; ')}`);
    }
  }
});

/** Whole numbers below a limit, always the same for a seed. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
