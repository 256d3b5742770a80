import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createUser } from '../../accounts/users.ts';
import { addAlbum, testApp, type TestApp, visitor, type Visitor } from '../../testing/app.ts';
import { formIn } from '../../testing/forms.ts';

const PASSWORD = 'correct-horse-battery';

test('somebody saved meanwhile: each difference is shown three ways, and the choice is stored', async (t) => {
  const { site, mara, ola, path, ids } = await twoWithTheForm(t);
  const [mine, theirs] = [await formOf(mara, path), await formOf(ola, path)];
  await ola.post(path, { ...theirs, artist: 'K. Bush', year_released: '1985-09-17', [`songs.${ids[0]}.num_streams`]: '100', do: 'save' });
  const typed = { ...mine, name: 'Hounds', year_released: '1985-09-18', [`songs.${ids[0]}.num_streams`]: '200', 'songs.new1.song_name': 'Cloudbusting', do: 'continue' };
  const page = await mara.post(path, typed);
  assert.equal(page.statusCode, 409);
  assert.match(page.body, /Changed by <bdi>ola<\/bdi>/);
  const form = formIn(page.body, path);
  assert.equal(form['pick.name'], 'mine');
  assert.equal(form['pick.artist'], 'theirs');
  assert.equal(form['pick.year_released'], undefined);
  assert.equal(form['songs.new1.song_name'], 'Cloudbusting');
  assert.match(page.body, /Song “Running Up That Hill”, streams/);

  const unanswered = await mara.post(path, { ...form, do: 'continue' });
  assert.equal(unanswered.statusCode, 409);
  assert.match(unanswered.body, /<a href="#pick-year_released">Release date: choose one of these\.<\/a>/);

  const saved = await mara.post(path, { ...formIn(unanswered.body, path), 'pick.year_released': 'theirs', [`pick.songs.${ids[0]}.num_streams`]: 'mine', do: 'continue' });
  assert.equal(saved.statusCode, 303);
  assert.deepEqual(await albumOf(site), { name: 'Hounds', artist: 'K. Bush', year_released: '1985-09-17' });
  assert.deepEqual(await songsOf(site), ['Running Up That Hill 200', 'Hounds of Love 2', 'The Big Sky 3', 'Cloudbusting 0']);
});

test('a choice may itself meet a further conflict, and never overwrites it', async (t) => {
  const { site, mara, ola, path } = await twoWithTheForm(t);
  const mine = await formOf(mara, path);
  await ola.post(path, { ...(await formOf(ola, path)), artist: 'First', do: 'save' });
  const first = await mara.post(path, { ...mine, artist: 'Mine', name: 'Typed', do: 'save' });
  await ola.post(path, { ...(await formOf(ola, path)), artist: 'Second', do: 'save' });
  const second = await mara.post(path, { ...formIn(first.body, path), 'pick.artist': 'mine', do: 'save' });
  assert.equal(second.statusCode, 409);
  assert.match(second.body, /<b>Before<\/b> <bdi>First<\/bdi>/);
  assert.match(second.body, /<b>Theirs<\/b> <bdi>Second<\/bdi>/);
  assert.equal((await mara.post(path, { ...formIn(second.body, path), 'pick.artist': 'mine', do: 'save' })).statusCode, 303);
  assert.deepEqual(await albumOf(site), { name: 'Typed', artist: 'Mine', year_released: '1985-09-16' });
});

test('songs that somebody has added, deleted or moved are chosen about, too', async (t) => {
  const { site, mara, ola, path, ids } = await twoWithTheForm(t);
  const mine = await formOf(mara, path);
  await ola.post(path, { ...(await formOf(ola, path)), [`songs.${ids[0]}.delete`]: 'on', [`songs.${ids[2]}.num_streams`]: '33', 'songs.new1.song_name': 'Theirs', do: 'save' });
  const page = await mara.post(path, { ...mine, [`songs.${ids[0]}.song_name`]: 'Running', [`songs.${ids[2]}.delete`]: 'on', do: 'save' });
  assert.equal(page.statusCode, 409);
  const form = formIn(page.body, path);
  assert.equal(form[`pick.songs.${ids[0]}`], undefined);
  assert.equal(form[`pick.songs.${ids[2]}`], undefined);
  const [added] = await site.db.all<{ id: number }>("select id from songs where song_name = 'Theirs'");
  assert.equal(form[`pick.songs.${added?.id}`], 'theirs');
  await mara.post(path, { ...form, [`pick.songs.${ids[0]}`]: 'mine', [`pick.songs.${ids[2]}`]: 'theirs', do: 'save' });
  assert.deepEqual(await songsOf(site), ['Running 1', 'Hounds of Love 2', 'The Big Sky 33', 'Theirs 0']);
});

test('two who put the songs into another order choose between the orders', async (t) => {
  const { site, mara, ola, path, ids } = await twoWithTheForm(t);
  const mine = await formOf(mara, path);
  await ola.post(path, { ...(await formOf(ola, path)), [`songs.${ids[2]}.position`]: '1', do: 'save' });
  const page = await mara.post(path, { ...mine, [`songs.${ids[1]}.position`]: '1', do: 'save' });
  assert.match(page.body, /Order of the songs/);
  assert.match(page.body, /1 The Big Sky, 2 Running Up That Hill, 3 Hounds of Love/);
  await mara.post(path, { ...formIn(page.body, path), 'pick.songs.order': 'mine', do: 'save' });
  assert.deepEqual(await songsOf(site), ['Hounds of Love 2', 'Running Up That Hill 1', 'The Big Sky 3']);
});

test('a form with a mistake that meets somebody else’s song keeps what was typed', async (t) => {
  const { site, mara, ola, path } = await twoWithTheForm(t);
  const mine = await formOf(mara, path);
  await ola.post(path, { ...(await formOf(ola, path)), 'songs.new1.song_name': 'Theirs', do: 'save' });
  const wrong = await mara.post(path, { ...mine, year_released: 'then', 'songs.new1.song_name': 'Mine', do: 'save' });
  assert.equal(wrong.statusCode, 422);
  const page = await mara.post(path, { ...formIn(wrong.body, path), year_released: '1986', do: 'save' });
  assert.equal(page.statusCode, 409);
  assert.equal((await mara.post(path, { ...formIn(page.body, path), do: 'save' })).statusCode, 303);
  assert.deepEqual(await songsOf(site), ['Running Up That Hill 1', 'Hounds of Love 2', 'The Big Sky 3', 'Theirs 0', 'Mine 0']);
});

test('changes that don’t touch are both kept without a question', async (t) => {
  const { site, mara, ola, path } = await twoWithTheForm(t);
  const mine = await formOf(mara, path);
  await ola.post(path, { ...(await formOf(ola, path)), artist: 'Both', do: 'save' });
  assert.equal((await mara.post(path, { ...mine, artist: 'Both', name: 'Mine', do: 'save' })).statusCode, 303);
  assert.deepEqual(await albumOf(site), { name: 'Mine', artist: 'Both', year_released: '1985-09-16' });
});

test('an album that was deleted meanwhile: what was typed can be saved as a new one', async (t) => {
  const { site, mara, ola, path } = await twoWithTheForm(t);
  const mine = await formOf(mara, path);
  const question = await ola.get(`${path}/delete`);
  assert.match(question.body, /Delete Hounds of Love\?<\/bdi><\/h1>/);
  assert.match(question.body, /<strong>3 songs<\/strong>/);
  assert.match(question.body, /<bdi>The Big Sky<\/bdi>/);
  const confirmation = formIn(question.body, `${path}/delete`);
  await ola.post(`${path}/delete`, confirmation);
  const again = await mara.post(`${path}/delete`, confirmation);
  assert.equal(again.statusCode, 404);
  assert.match(again.body, /ola deleted Hounds of Love on /);

  const page = await mara.post(path, { ...mine, name: 'Typed', do: 'save' });
  assert.equal(page.statusCode, 409);
  assert.match(page.body, /ola deleted Hounds of Love on /);
  const form = formIn(page.body, '/admin/albums/add');
  assert.equal(form['name'], 'Typed');
  assert.equal((await mara.post('/admin/albums/add', { ...form, do: 'save' })).statusCode, 303);
  assert.deepEqual(await songsOf(site, 'Typed'), ['Running Up That Hill 1', 'Hounds of Love 2', 'The Big Sky 3']);
  assert.equal((await mara.get('/admin/albums/424242')).statusCode, 404);
});

test('a deletion asks again when a song was added meanwhile, and for the right to delete songs', async (t) => {
  const { site, mara, ola, path } = await twoWithTheForm(t);
  const confirmation = formIn((await mara.get(`${path}/delete`)).body, `${path}/delete`);
  await ola.post(path, { ...(await formOf(ola, path)), 'songs.new1.song_name': 'More', do: 'save' });
  const asked = await mara.post(`${path}/delete`, confirmation);
  assert.equal(asked.statusCode, 409);
  assert.match(asked.body, /4 songs/);
  const id = Number(await createUser(site.db, { username: 'eda', password: PASSWORD, is_staff: true }));
  await site.db.run("insert into user_permissions (user, permission) values (:id, 'delete_album')", { id });
  const eda = await loggedIn(site, 'eda');
  assert.equal((await eda.get(`${path}/delete`)).statusCode, 403);
  const done = await mara.post(`${path}/delete`, formIn(asked.body, `${path}/delete`));
  assert.equal(done.headers.location, '/admin/albums');
  assert.match((await mara.get('/admin/albums')).body, /Deleted Hounds of Love with 4 songs\./);
});

async function twoWithTheForm(t: TestContext): Promise<{ site: TestApp; mara: Visitor; ola: Visitor; path: string; ids: number[] }> {
  const site = await testApp(t);
  const { album, songs } = await addAlbum(site.db, { name: 'Hounds of Love', artist: 'Kate Bush', year_released: '1985-09-16', songs: [['Running Up That Hill', 1], ['Hounds of Love', 2], ['The Big Sky', 3]] });
  for (const username of ['mara', 'ola']) await createUser(site.db, { username, password: PASSWORD, is_staff: true, is_superuser: true });
  return { site, mara: await loggedIn(site, 'mara'), ola: await loggedIn(site, 'ola'), path: `/admin/albums/${album}`, ids: songs };
}

async function loggedIn(site: TestApp, username: string): Promise<Visitor> {
  const somebody = visitor(site);
  await somebody.post('/login', { username, password: PASSWORD, next: '/admin/albums' });
  return somebody;
}

async function formOf(somebody: Visitor, path: string): Promise<Record<string, string>> {
  return formIn((await somebody.get(path)).body, path);
}

function albumOf({ db }: TestApp): Promise<unknown> {
  return db.first('select name, artist, year_released from albums');
}

async function songsOf({ db }: TestApp, album?: string): Promise<string[]> {
  const rows = await db.all<{ song_name: string; num_streams: number }>('select song_name, num_streams from songs where :album is null or album = (select id from albums where name = :album) order by position, id', { album: album ?? null });
  return rows.map((row) => `${row.song_name} ${row.num_streams}`);
}
