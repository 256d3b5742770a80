/** Every list of the site is read from an index, and its pages are those of the plain order. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { albumList } from '../../music/albums.ts';
import { songList } from '../../music/songs.ts';
import { testDb } from '../../testing/app.ts';
import type { Db } from '../db.ts';
import { type List, rankOf, rowsOfPage, statements } from './list.ts';

const albumOrders = ['newest', 'oldest', 'name', 'streams'] as const;
const songOrders = ['streams', 'likes', 'newest', 'name'] as const;
const lists: [name: string, list: List][] = [
  ...albumOrders.flatMap((order): [string, List][] => [
    [`albums by ${order}`, albumList({ order })],
    [`albums of a decade by ${order}`, albumList({ order, decade: 1980 })],
    [`albums of a year by ${order}`, albumList({ order, year: 1985 })],
  ]),
  ...songOrders.flatMap((order): [string, List][] => [
    [`songs by ${order}`, songList({ order })],
    [`songs of a decade by ${order}`, songList({ order, decade: 1980 })],
  ]),
];

/** More rows than two marks are apart, and so many equal values that marks stand among them. */
const SONGS = 20_000;

/** A catalogue of which only the columns of the lists matter, without the triggers that would make it slowly, but for its version. */
async function filled(t: TestContext): Promise<Db> {
  const db = await testDb(t);
  for (const { name } of await db.all<{ name: string }>("select name from sqlite_master where type = 'trigger' and name not like '%version%'")) await db.run(`drop trigger ${name}`);
  const numbers = 'with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < :most)';
  await db.run(`insert into albums (name, artist, year_released, name_key, artist_key, sleeve, stream_total, created_at, updated_at)
    ${numbers} select 'Name', 'Artist', printf('%d-%02d-01', 1980 + n % 10, 1 + n % 3), 'name ' || (n * 7919 % 50), 'artist', n, n * 7919 % 100, '', '' from numbers`, { most: SONGS });
  await db.run(`insert into songs (song_name, album, num_streams, position, song_name_key, like_count, released, decade, created_at, updated_at)
    ${numbers} select 'Name', n, case when n % 4 = 0 then 0 else n * 7919 % 9000 end, 1, 'name ' || (n * 7919 % 50), n % 50 = 0, year_released, albums.decade, '', ''
    from numbers join albums on albums.id = n`, { most: SONGS });
  return db;
}

describe('pages of a list', () => {
  for (const analysed of [false, true]) {
    it(`are read from an index without sorting${analysed ? ', when SQLite knows its statistics too' : ''}`, async (t) => {
      const db = await filled(t);
      if (analysed) await db.run('analyze');
      for (const [name, list] of lists) {
        const { walk, tied, countTied, beyond } = statements(list);
        for (const sql of [walk, tied, countTied, beyond]) {
          const plan = (await db.all<{ detail: string }>(`explain query plan ${sql}`, parametersOf(list))).map(({ detail }) => detail).join('; ');
          assert.match(plan, /^(SCAN|SEARCH) \w+ USING (COVERING )?INDEX \w+( \((?!ANY)[^;]*\))?$/, `${name}: ${sql}`);
        }
      }
    });
  }

  it('hold the rows of the plain order, equal values included', async (t) => {
    const db = await filled(t);
    for (const [name, list] of lists) {
      const ids = await plainOrder(db, list);
      for (const offset of [0, 30, 3990, 4000, 4001, 7990, 12_345, ids.length - 48, ids.length + 10].filter((each) => each >= 0)) {
        assert.deepEqual(await idsOfPage(db, list, offset, 48), ids.slice(offset, offset + 48), `${name} from ${offset}`);
      }
    }
  });

  it('follow a change at once', async (t) => {
    const db = await filled(t);
    const list = songList({ order: 'streams' });
    await idsOfPage(db, list, 12_000, 24);
    const [first] = await idsOfPage(db, list, 0, 1);
    await db.run('update songs set num_streams = 0 where id = :first', { first: first as number });
    assert.deepEqual(await idsOfPage(db, list, 12_000, 24), (await plainOrder(db, list)).slice(12_000, 12_024));
  });
});

describe('the rank of a row', () => {
  it('is its place in the list', async (t) => {
    const db = await filled(t);
    for (const [column, list] of [['num_streams', songList({ order: 'streams' })], ['like_count', songList({ order: 'likes' })]] as const) {
      const ids = await plainOrder(db, list);
      for (const place of [1, 2, 3999, 4000, 4001, 8000, 12_345, 17_000, SONGS]) {
        const id = ids[place - 1] as number;
        const row = await db.first<{ value: number }>(`select ${column} as value from songs where id = :id`, { id });
        assert.equal(await rankOf(db, list, { value: row?.value as number, id }), place, `by ${column}, place ${place}`);
      }
    }
  });
});

/** As the site reads them: joined to the page, in its order. */
async function idsOfPage(db: Db, list: List, offset: number, size: number): Promise<number[]> {
  const rows = await rowsOfPage<{ id: number }>(db, list, offset, size, (page) =>
    `select shown.id from (${page}) as page cross join ${list.table} as shown on shown.id = page.id cross join albums on albums.id = ${list.table === 'albums' ? 'shown.id' : 'shown.album'}`);
  return rows.map((row) => row.id);
}

async function plainOrder(db: Db, { table, column, descending, where, within }: List): Promise<number[]> {
  const order = descending ? 'desc' : 'asc';
  const rows = await db.all<{ id: number; value: string; filter: number }>(`select id, ${column} as value, ${where?.column ?? 'id'} as filter from ${table} order by ${column} ${order}, id ${order}`);
  return rows.filter(({ value, filter }) => (!where || filter === where.value) && (!within || (value >= within.from && value <= within.to))).map(({ id }) => id);
}

function parametersOf({ where, within }: List): Record<string, string | number> {
  return { size: 1, skip: 1, value: 1, id: 1, where: where?.value ?? 0, from: within?.from ?? '', to: within?.to ?? '' };
}
