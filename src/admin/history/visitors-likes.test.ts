/** Likes of visitors without an account are counted when something is deleted, and come back with every undo. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { addAlbum, visitor, type Visitor } from '../../testing/app.ts';
import { type Cast, castOf } from '../../testing/cast.ts';

type Scene = Cast & { guest: Visitor; album: number; songs: number[] };

/** An album whose first song a visitor likes. */
async function scene(t: TestContext): Promise<Scene> {
  const cast = await castOf(t);
  const guest = visitor(cast);
  const { album, songs } = await addAlbum(cast.db, { name: 'Hounds of Love', artist: 'Kate Bush', year_released: '1985-09-16', songs: [['Cloudbusting', 10], ['The Big Sky', 20]] });
  await guest.post(`/songs/${songs[0]}/like`, { next: '/' });
  return { ...cast, guest, album, songs };
}

/** The songs that the visitor likes, by their ids. */
const liked = async ({ db }: Scene) => (await db.all<{ song: number }>('select song from session_likes order by song')).map(({ song }) => song);
const undoLast = async ({ db, mara }: Scene) => {
  const { id } = (await db.first<{ id: number }>('select max(id) as id from acts')) as { id: number };
  return mara.post(`/admin/history/${id}/undo`, { next: '/admin' });
};
const hiddenOf = (html: string) => [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)].map(([, name, value]) => [name, value] as [string, string]);

test('a song is deleted with the like of a visitor, which the page says and an undo brings back; redone, it goes again', async (t) => {
  const site = await scene(t);
  const path = `/admin/songs/${site.songs[0]}/delete`;
  const asked = await site.mara.get(path);
  assert.match(asked.body, /With it go <strong>1 like of a visitor<\/strong>/);
  assert.equal((await site.mara.post(path, hiddenOf(asked.body))).statusCode, 303);
  assert.deepEqual(await liked(site), []);
  assert.equal((await undoLast(site)).statusCode, 303);
  assert.deepEqual(await liked(site), [site.songs[0]]);
  assert.equal((await undoLast(site)).statusCode, 303);
  assert.deepEqual([await liked(site), await site.db.all('select id from songs')], [[], [{ id: site.songs[1] }]]);
  assert.equal((await undoLast(site)).statusCode, 303);
  assert.deepEqual(await liked(site), [site.songs[0]]);
});

test('an album, several albums and a deletion by the API bring them back as well', async (t) => {
  const site = await scene(t);
  const one = await site.mara.get(`/admin/albums/${site.album}/delete`);
  assert.match(one.body, /With it go <strong>2 songs and 1 like of a visitor<\/strong>/);
  await site.mara.post(`/admin/albums/${site.album}/delete`, hiddenOf(one.body));
  await undoLast(site);
  assert.deepEqual(await liked(site), [site.songs[0]]);
  const many = await site.mara.post('/admin/albums/actions', [['selected', String(site.album)], ['action', 'delete']]);
  assert.match(many.body, /2 songs and 1 like of a visitor/);
  await site.mara.post('/admin/albums/actions', hiddenOf(many.body));
  assert.deepEqual(await liked(site), []);
  await undoLast(site);
  assert.deepEqual(await liked(site), [site.songs[0]]);
  const rehearsed = await site.mara.get(`/api/v1/albums/${site.album}`);
  assert.equal(rehearsed.statusCode, 200);
});

test('two songs are merged with their likes of visitors, and an undo puts each where it was', async (t) => {
  const site = await scene(t);
  const other = await addAlbum(site.db, { name: 'Hounds of Love', artist: 'Kate Bush', year_released: '1985-09-16', songs: [['Cloudbusting', 5]] });
  const both = visitor(site, '203.0.113.9');
  for (const song of [site.songs[0], other.songs[0]]) await both.post(`/songs/${song}/like`, { next: '/' });
  const only = visitor(site, '203.0.113.10');
  await only.post(`/songs/${other.songs[0]}/like`, { next: '/' });
  const before = await site.db.all('select session, song, created_at from session_likes order by session, song');
  const page = await site.mara.get(`/admin/albums/${site.album}/merge?with=${other.album}`);
  assert.equal((await site.mara.post(`/admin/albums/${site.album}/merge`, hiddenOf(page.body))).statusCode, 303);
  assert.deepEqual(await liked(site), [site.songs[0], site.songs[0], site.songs[0]]);
  assert.equal((await undoLast(site)).statusCode, 303);
  assert.deepEqual(await site.db.all('select session, song, created_at from session_likes order by session, song'), before);
});

test('a visitor who likes or unlikes meanwhile keeps what they did, and one whose session has ended gets nothing back', async (t) => {
  const site = await scene(t);
  const asked = await site.mara.get(`/admin/songs/${site.songs[0]}/delete`);
  await site.mara.post(`/admin/songs/${site.songs[0]}/delete`, hiddenOf(asked.body));
  await site.guest.post(`/songs/${site.songs[1]}/like`, { next: '/' });
  await site.db.run('update sessions set ended_at = 1 where user is null');
  await undoLast(site);
  assert.deepEqual(await liked(site), [site.songs[1]]);
});
