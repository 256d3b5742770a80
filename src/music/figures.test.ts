import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Db } from '../db/db.ts';
import { addAlbum, testDb } from '../testing/app.ts';
import { addDays, addedThisMonth, artistsByStreams, likesByDay, signUps } from './figures.ts';
import { recountTotals } from './totals.ts';

const TODAY = '2026-03-01';

async function addUser(db: Db, name: string, created_at: string): Promise<number> {
  const row = await db.first<{ id: number }>(`insert into users (username, username_key, password_hash, created_at, updated_at)
    values (:name, :name, '', :created_at, :created_at) returning id`, { name, created_at });
  return (row as { id: number }).id;
}

test('likes are told for each of thirty days, and a like taken back is not among them', async (t) => {
  const db = await testDb(t);
  const { songs } = await addAlbum(db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', songs: [['All I Want', 3], ['My Old Man', 2]] });
  const days = ['2025-12-31', '2026-01-01', '2026-01-29', '2026-01-30', '2026-02-28', '2026-03-01', '2026-03-01', '2026-03-02'];
  for (const [number, day] of days.entries()) {
    const user = await addUser(db, `user ${number}`, `${day}T00:00:00.000Z`);
    await db.run(`insert into likes ("user", song, created_at) values (:user, :song, :at)`, { user, song: songs[0] as number, at: `${day}T23:59:59.999Z` });
  }
  const { days: byDay, total, before } = await likesByDay(db, TODAY);
  assert.equal(byDay.length, 30);
  assert.deepEqual([byDay[0], byDay[28], byDay[29]], [{ day: '2026-01-31', likes: 0 }, { day: '2026-02-28', likes: 1 }, { day: '2026-03-01', likes: 2 }]);
  assert.deepEqual([total, before], [3, 3]);
  assert.deepEqual(await signUps(db, TODAY), { now: { value: 3, isCapped: false }, before: { value: 3, isCapped: false } });

  await db.run("delete from likes where created_at like '2026-03-01%' and id = (select max(id) from likes where created_at like '2026-03-01%')");
  await db.run("update likes set created_at = '2026-02-27T10:00:00.000Z' where created_at like '2026-02-28%'");
  assert.deepEqual((await likesByDay(db, TODAY)).days.slice(-3).map(({ likes }) => likes), [1, 0, 1]);
  assert.deepEqual(await db.transaction(recountTotals), []);
  await db.run('delete from albums');
  assert.deepEqual(await db.all('select * from like_days'), []);
});

test('what was added is counted from the first of the month', async (t) => {
  const db = await testDb(t);
  await addAlbum(db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', songs: [['All I Want', 3], ['My Old Man', 2]] });
  await db.run("update albums set created_at = '2026-02-28T23:59:59.999Z'");
  await db.run("update songs set created_at = '2026-03-01T00:00:00.000Z' where position = 1");
  await db.run("update songs set created_at = '2026-02-28T00:00:00.000Z' where position = 2");
  assert.deepEqual(await addedThisMonth(db, 'albums', TODAY), { value: 0, isCapped: false });
  assert.deepEqual(await addedThisMonth(db, 'songs', TODAY), { value: 1, isCapped: false });
});

test('artists are told by their streams, those without left out', async (t) => {
  const db = await testDb(t);
  for (const [artist, streams] of [['Joni Mitchell', 3], ['Kate Bush', 9], ['Nobody', 0]] as const) await addAlbum(db, { name: 'First', artist, year_released: '1971-06-22', songs: [['Song', streams]] });
  assert.deepEqual(await artistsByStreams(db, 8), [{ name: 'Kate Bush', name_key: 'kate bush', stream_total: 9 }, { name: 'Joni Mitchell', name_key: 'joni mitchell', stream_total: 3 }]);
});

test('days are added across months and leap years', () => {
  assert.deepEqual([addDays('2024-02-28', 1), addDays('2026-03-01', -1), addDays('2026-12-31', 1)], ['2024-02-29', '2026-02-28', '2027-01-01']);
});
