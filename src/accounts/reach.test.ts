/** What a permission reaches, by every door: one table of people × doors. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { insert } from '../db/save.ts';
import { album } from '../models/album.ts';
import { like } from '../models/like.ts';
import { addAlbum, type Visitor } from '../testing/app.ts';
import { type Cast, castOf, PASSWORD, permit } from '../testing/cast.ts';
import { person, program } from '../testing/program.ts';
import { createUser } from './users.ts';

type Subject = { path: 'albums' | 'users'; make: (cast: Cast) => Promise<number>; without: string[]; missing: string };

const ALBUM: Subject = {
  path: 'albums',
  make: async ({ db }) => (await addAlbum(db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', songs: [['Carey', 1]] })).album,
  without: ['view_album', 'delete_album'],
  missing: 'delete_song',
};
const USER: Subject = {
  path: 'users',
  make: async ({ db }) => {
    const id = await createUser(db, { username: `u${Math.random()}`.slice(0, 12), password: PASSWORD });
    await db.run("insert into tokens (user, name, hash, ending, created_at, updated_at) values (:id, 'kiosk', :hash, 'abcd', '', '')", { id, hash: `h${id}` });
    return id;
  },
  without: ['view_user', 'delete_user'],
  missing: 'delete_token',
};

/** Each door deletes a row, and gives the status of its last answer. */
const DOORS: Record<string, (by: { browser: Visitor; call: ReturnType<typeof program> }, path: string, id: number) => Promise<number>> = {
  'the page': async ({ browser }, path, id) => {
    const asked = await browser.get(`/admin/${path}/${id}/delete`);
    return asked.statusCode === 200 ? (await browser.post(`/admin/${path}/${id}/delete`, hiddenOf(asked.body))).statusCode : asked.statusCode;
  },
  'many at once': async ({ browser }, path, id) => {
    const asked = await browser.post(`/admin/${path}/actions`, [['selected', String(id)], ['action', 'delete']]);
    return asked.statusCode === 200 ? (await browser.post(`/admin/${path}/actions`, hiddenOf(asked.body))).statusCode : asked.statusCode;
  },
  'the API': async ({ call }, path, id) => (await call('DELETE', `/v1/${path}/${id}`)).status,
  'many by the API': async ({ call }, path, id) => (path === 'albums' ? (await call('DELETE', `/v1/${path}`, { ids: [id] })).status : (await call('DELETE', `/v1/${path}/${id}`)).status),
  'the guide’s address': async ({ call }, path, id) => (path === 'albums' ? (await call('DELETE', `/album/${id}/delete`)).status : (await call('DELETE', `/v1/${path}/${id}`)).status),
};

for (const subject of [ALBUM, USER]) {
  test(`${subject.path} that hold something go only with the permission for that, by every door`, async (t) => {
    const cast = await castOf(t);
    const { id: robot, token } = await person(cast.db, { username: 'robot', is_staff: true });
    const by = { browser: cast.tomas, call: program(cast, token) };
    for (const [door, remove] of Object.entries(DOORS)) {
      const row = await subject.make(cast);
      for (const who of [cast.ids.tomas, robot]) await permit(cast, who, subject.without);
      assert.equal(await remove(by, subject.path, row), 403, `${door}, without ${subject.missing}`);
      assert.ok(await cast.db.first(`select 1 from ${subject.path} where id = :row`, { row }), `${door}: it stays`);
      for (const who of [cast.ids.tomas, robot]) await permit(cast, who, [...subject.without, subject.missing]);
      assert.ok([200, 204, 303].includes(await remove(by, subject.path, row)), `${door}, with ${subject.missing}`);
      assert.equal(await cast.db.first(`select 1 from ${subject.path} where id = :row`, { row }), undefined, `${door}: it goes`);
    }
  });
}

test('who did something may undo it at once, likes and all; others need the opposite permission, and are offered no undo without it', async (t) => {
  const cast = await castOf(t);
  const { db, tomas, ann, ids } = cast;
  await permit(cast, ids.tomas, ['view_album', 'delete_album', 'delete_song', 'view_history']);
  await db.run('update users set is_staff = 1 where id = :ann', { ann: ids.ann });
  const { album: blue, songs } = await addAlbum(db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', songs: [['Carey', 1]] });
  await insert(db, like, { user: ids.ann, song: songs[0] as number });
  const asked = await tomas.get(`/admin/albums/${blue}/delete`);
  await tomas.post(`/admin/albums/${blue}/delete`, hiddenOf(asked.body));
  const { id } = (await db.first<{ id: number }>('select max(id) as id from acts')) as { id: number };

  for (const [rights, offered] of [[['view_history'], false], [['view_history', 'add_album', 'add_song'], true]] as const) {
    await permit(cast, ids.ann, [...rights]);
    assert.equal((await ann.get('/admin/history')).body.includes(`/admin/history/${id}/undo`), offered, String(rights));
  }
  await permit(cast, ids.ann, ['view_history']);
  const refused = await ann.post(`/admin/history/${id}/undo`, { next: '/admin' });
  assert.equal(refused.statusCode, 403);
  assert.match(refused.body, /it takes the permission to add songs and add albums|it takes the permission to add albums and add songs/);
  assert.ok((await tomas.get('/admin/history')).body.includes(`/admin/history/${id}/undo`));
  assert.equal((await tomas.post(`/admin/history/${id}/undo`, { next: '/admin' })).statusCode, 303);
  assert.deepEqual(await db.all('select user, song from likes'), [{ user: ids.ann, song: songs[0] }]);
});

test('likes that staff have taken back come back only by who may', async (t) => {
  const cast = await castOf(t);
  const { db, mara, tomas, ids } = cast;
  const { songs } = await addAlbum(db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', songs: [['Carey', 1]] });
  const liking = await insert(db, like, { user: ids.ann, song: songs[0] as number });
  const asked = await mara.get(`/admin/likes/${liking}/delete`);
  await mara.post(`/admin/likes/${liking}/delete`, hiddenOf(asked.body));
  const { id } = (await db.first<{ id: number }>('select max(id) as id from acts')) as { id: number };
  assert.equal((await tomas.post(`/admin/history/${id}/undo`, { next: '/admin' })).statusCode, 403);
  assert.equal((await mara.post(`/admin/history/${id}/undo`, { next: '/admin' })).statusCode, 303);
});

test('of two acts in flight on the same rows the second is shown what the first has done', async (t) => {
  const cast = await castOf(t);
  const { db, mara } = cast;
  const made = async () => (await addAlbum(db, { name: 'Blue', artist: 'Joni', year_released: '1971-06-22', songs: [['Carey', 1]] })).album;

  const [one, two] = [await made(), await made()].map(String) as [string, string];
  const edit = (artist: string): [string, string][] => [['selected', one], ['selected', two], ['action', 'edit'], ['how.artist', 'set'], ['value.artist', artist]];
  const previews = await Promise.all(['Joni Mitchell', 'J. Mitchell'].map((artist) => mara.post('/admin/albums/actions', [...edit(artist), ['step', 'preview']])));
  const applied = await Promise.all(previews.map(({ body }) => mara.post('/admin/albums/actions', [...hiddenOf(body), ['step', 'apply']])));
  assert.deepEqual(applied.map(({ statusCode }) => statusCode).sort(), [303, 409]);
  assert.match(applied.find(({ statusCode }) => statusCode === 409)?.body ?? '', /Change 2 albums\?/);

  const asked = await mara.get(`/admin/albums/${one}/delete`);
  const song = { song_name: 'River', album: Number(one), num_streams: 0, position: 2 };
  const robot = program(cast, (await person(db, { username: 'robot', is_staff: true, is_superuser: true })).token);
  const [added, removed] = await Promise.all([robot('POST', '/v1/songs', song), mara.post(`/admin/albums/${one}/delete`, hiddenOf(asked.body))]);
  assert.deepEqual([added?.status, removed?.statusCode], [201, 409]);
  assert.ok(await db.first('select 1 from albums where id = :one', { one }));

  const many = await mara.post('/admin/albums/actions', [['selected', one], ['selected', two], ['action', 'delete']]);
  const [again, refused] = await Promise.all([robot('POST', '/v1/songs', { ...song, song_name: 'Blue', position: 3 }), mara.post('/admin/albums/actions', hiddenOf(many.body))]);
  assert.deepEqual([again?.status, refused?.statusCode], [201, 409]);
  assert.equal((await db.all(`select 1 from ${album.table}`)).length, 2);
});

function hiddenOf(html: string): [string, string][] {
  return [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)].map(([, name, value]) => [name as string, value as string]);
}
