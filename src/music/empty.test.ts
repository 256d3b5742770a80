import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createUser } from '../accounts/users.ts';
import { changesPage, lastActs } from '../db/history/acts.ts';
import { rebuildFullText } from '../db/sqlite/full-text-rebuild.ts';
import { OPERATOR } from '../db/history/change.ts';
import { undo } from '../db/history/undo.ts';
import { testDb } from '../testing/app.ts';
import { emptyCatalogue } from './albums.ts';
import { loadDemo } from './demo/load.ts';
import { like } from './likes.ts';

test('a catalogue that was emptied comes back as it was, with its likes', async (t) => {
  const db = await testDb(t);
  await loadDemo(db);
  const user = await createUser(db, { username: 'ann', password: 'correct-horse-battery' });
  for (const song of [1, 2, 3]) await like(db, { user }, song);
  const all = () => Promise.all(['albums', 'songs', 'likes', 'artists'].map((table) => db.all(`select * from ${table} order by ${table === 'artists' ? 'name' : 'id'}`)));
  const [albums, songs, likes] = await all();
  await emptyCatalogue(db, OPERATOR);
  assert.deepEqual(await all(), [[], [], [], []]);
  const [emptied] = await lastActs(db, 1);
  assert.equal(emptied?.summary, 'deleted 111 albums, 1,274 songs and 3 likes');
  await undo(db, OPERATOR, emptied?.id ?? 0);
  assert.deepEqual((await all()).slice(0, 3), [albums, songs, likes]);
  assert.deepEqual(await db.transaction((trx) => rebuildFullText(trx)), []);
});

test('of too many rows the history keeps the counts alone, and says that they can’t come back', async (t) => {
  const db = await testDb(t);
  await loadDemo(db);
  await emptyCatalogue(db, OPERATOR, 1000);
  const [emptied] = await lastActs(db, 1);
  assert.deepEqual([emptied?.summary, emptied?.size], ['deleted 111 albums and 1,274 songs; can’t be undone', 1385]);
  assert.deepEqual((await changesPage(db, emptied?.id ?? 0, { size: 9 })).changes.map(({ label, before }) => [label, before]), [['1,274 songs', undefined], ['111 albums', undefined]]);
  await assert.rejects(undo(db, OPERATOR, emptied?.id ?? 0), /More than 1,000 rows were deleted at once/);
});
