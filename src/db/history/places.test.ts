/** Each song has a place of its own on its album, whoever moves it, by every door. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { addAlbum, testDb } from '../../testing/app.ts';
import { castOf } from '../../testing/cast.ts';
import { person, program } from '../../testing/program.ts';
import type { Db } from '../db.ts';
import { song } from '../../models/song.ts';
import { OPERATOR } from './change.ts';
import { undo } from './undo.ts';
import { act } from './writer.ts';

async function twoAlbums(db: Db) {
  const blue = await addAlbum(db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', songs: [['Carey', 1], ['River', 2], ['Blue', 3]] });
  const hejira = await addAlbum(db, { name: 'Hejira', artist: 'Joni Mitchell', year_released: '1976-11-22', songs: [['Coyote', 1], ['Amelia', 2], ['Furry', 3]] });
  return { blue, hejira };
}

const places = async (db: Db, album: number) => (await db.all<{ song_name: string; position: number }>('select song_name, position from songs where album = :album order by position', { album })).map(({ song_name, position }) => `${position} ${song_name}`);

test('a song that moves to another album gets the next free place there, by every door', async (t: TestContext) => {
  const cast = await castOf(t);
  const { db, mara } = cast;
  const { blue, hejira } = await twoAlbums(db);
  const call = program(cast, (await person(db, { username: 'robot', is_staff: true, is_superuser: true })).token);
  const [carey, river, third] = blue.songs as [number, number, number];
  assert.equal((await call('PATCH', `/v1/songs/${third}`, { album: hejira.album })).status, 200);
  assert.equal((await call('PATCH', `/song/${river}`, { album: hejira.album })).status, 200);
  const edit: [string, string][] = [['selected', String(carey)], ['action', 'edit'], ['how.album', 'set'], ['value.album', String(hejira.album)]];
  const preview = await mara.post('/admin/songs/actions', [...edit, ['step', 'preview']]);
  const hidden = [...preview.body.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)].map(([, name, value]) => [name, value] as [string, string]);
  assert.equal((await mara.post('/admin/songs/actions', [...hidden, ['step', 'apply']])).statusCode, 303);
  assert.deepEqual(await places(db, hejira.album), ['1 Coyote', '2 Amelia', '3 Furry', '4 Blue', '5 River', '6 Carey']);
});

test('places can be exchanged in one act and back, and one that is taken is refused with the name of who has it', async (t) => {
  const cast = await castOf(t);
  const { db } = cast;
  const { blue } = await twoAlbums(db);
  const [carey, river, third] = blue.songs as [number, number, number];
  const call = program(cast, (await person(db, { username: 'robot', is_staff: true, is_superuser: true })).token);
  const around = await call('PATCH', '/v1/songs', [{ id: carey, position: 2 }, { id: river, position: 3 }, { id: third, position: 1 }]);
  assert.equal(around.status, 200);
  assert.deepEqual(await places(db, blue.album), ['1 Blue', '2 Carey', '3 River']);
  const { id } = (await db.first<{ id: number }>('select max(id) as id from acts')) as { id: number };
  assert.deepEqual((await db.all<{ before: string; after: string }>('select before, after from changes where act = :id order by id', { id })).map(({ before, after }) => [before, after]), [
    ['{"position":1}', '{"position":2}'], ['{"position":2}', '{"position":3}'], ['{"position":3}', '{"position":1}'],
  ]);
  await undo(db, OPERATOR, id);
  assert.deepEqual(await places(db, blue.album), ['1 Carey', '2 River', '3 Blue']);

  const refused = await call('PATCH', `/v1/songs/${carey}`, { position: 2 });
  assert.deepEqual([refused.status, refused.json], [400, { position: ['Position 2 is taken by “River”. Choose another, or leave it empty for the last.'] }]);
  assert.equal((await call('POST', '/v1/songs', { song_name: 'California', album: blue.album, position: 3 })).status, 400);
  assert.equal((await call('POST', '/v1/songs', { song_name: 'California', album: blue.album, position: 9 })).status, 201);
  assert.equal((await call('POST', '/v1/songs', { song_name: 'A Case of You', album: blue.album })).status, 201);
  assert.deepEqual(await places(db, blue.album), ['1 Carey', '2 River', '3 Blue', '9 California', '10 A Case of You']);
});

test('a song whose place was given away comes back behind the last', async (t) => {
  const db = await testDb(t);
  const { blue } = await twoAlbums(db);
  const [carey] = blue.songs as [number];
  let removed = 0;
  await act(db, OPERATOR, async (writer) => {
    await writer.remove(song, carey);
    removed = writer.act as number;
  });
  await act(db, OPERATOR, (writer) => writer.insert(song, { song_name: 'All I Want', num_streams: 0, album: blue.album, position: 1 }));
  await undo(db, OPERATOR, removed);
  assert.deepEqual(await places(db, blue.album), ['1 All I Want', '2 River', '3 Blue', '4 Carey']);
});
