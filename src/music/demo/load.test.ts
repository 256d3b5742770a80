import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testDb } from '../../testing/app.ts';
import { tableSizes } from '../sizes.ts';
import catalogue from './catalogue.json' with { type: 'json' };
import { isDemo } from './is-demo.ts';
import { loadDemo } from './load.ts';

test('the demo fills an empty catalogue with every album and song, in the order of the records', async (t) => {
  const db = await testDb(t);
  const added = await loadDemo(db);
  const sizes = await tableSizes(db);
  assert.deepEqual(added, { albums: sizes.albums, songs: sizes.songs });
  assert.equal(sizes.albums, catalogue.albums.length);
  assert.equal(await isDemo(db), true);
  const [first] = catalogue.albums;
  const songs = await db.all<{ song_name: string }>('select song_name from songs where album = 1 order by position');
  assert.deepEqual(songs.map(({ song_name }) => song_name), first?.songs.map(([name]) => name));
});

test('the demo is refused by a catalogue that holds something, and adds nothing to it', async (t) => {
  const db = await testDb(t);
  await loadDemo(db);
  const before = await tableSizes(db);
  await assert.rejects(loadDemo(db), /empty catalogue only/);
  assert.deepEqual(await tableSizes(db), before);
});
