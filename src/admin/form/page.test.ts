import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createUser } from '../../accounts/users.ts';
import { addAlbum, testApp, type TestApp, visitor, type Visitor } from '../../testing/app.ts';
import { formIn } from '../../testing/forms.ts';

const PASSWORD = 'correct-horse-battery';

test('an album is added with its songs in one act, and a year alone is its first day', async (t) => {
  const { site, mara } = await siteWithAlbum(t);
  const form = formIn((await mara.get('/admin/albums/add')).body, '/admin/albums/add');
  assert.equal(form['songs.new1.num_streams'], '0');
  const answer = await mara.post('/admin/albums/add', { ...form, name: 'Aerial', artist: 'Kate Bush', year_released: '2005', 'songs.new1.song_name': 'Bertie', 'songs.new2.song_name': 'Pi', 'songs.new2.num_streams': '1,200', 'songs.new2.position': '1', do: 'continue' });
  assert.equal(answer.statusCode, 303);
  const page = await mara.get(answer.headers.location as string);
  assert.match(page.body, /Added Aerial\./);
  assert.match(page.body, /action="\/admin\/history\/\d+\/undo"/);
  assert.match(page.body, /1 other album uses this name\./);
  assert.match(page.body, /, by <bdi>mara<\/bdi>/);
  assert.deepEqual(await songsOf(site, 'Aerial'), ['Pi 1200 1', 'Bertie 0 2']);
  assert.deepEqual(await site.db.all("select summary from acts where surface = 'admin'"), [{ summary: 'added Aerial and 2 songs' }]);
});

test('songs are changed, added, moved and deleted with their album, and saving nothing writes nothing', async (t) => {
  const { site, mara, path, ids } = await siteWithAlbum(t);
  const form = formIn((await mara.get(path)).body, path);
  const nothing = await mara.post(path, { ...form, do: 'save' });
  assert.equal(nothing.headers.location, '/admin/albums');
  assert.match((await mara.get('/admin/albums')).body, /Nothing was changed\./);
  assert.deepEqual(await site.db.all("select id from acts where surface = 'admin'"), []);

  const [first, second, third] = ids;
  await mara.post(path, { ...form, artist: 'K. Bush', [`songs.${third}.position`]: '1', [`songs.${second}.delete`]: 'on', [`songs.${first}.num_streams`]: '7', 'songs.new1.song_name': 'Cloudbusting', do: 'save' });
  assert.deepEqual(await songsOf(site, 'Hounds of Love'), ['The Big Sky 3 1', 'Running Up That Hill 7 2', 'Cloudbusting 0 3']);
  assert.equal((await site.db.all("select id from acts where surface = 'admin'")).length, 1);
});

test('what is wrong is told at the field and on top, and everything typed stays', async (t) => {
  const { site, mara, path, ids } = await siteWithAlbum(t);
  const form = formIn((await mara.get(path)).body, path);
  const answer = await mara.post(path, { ...form, year_released: '1985-09-31', [`songs.${ids[1]}.num_streams`]: '12,8 million', [`songs.${ids[2]}.delete`]: 'on', 'songs.new1.song_name': '"New" <b>', 'songs.new4.song_name': 'Row that was added', do: 'save' });
  assert.equal(answer.statusCode, 422);
  assert.match(answer.body, /<title>Error: /);
  assert.match(answer.body, /<a href="#year_released">Enter a release date that exists, like 1985-09-16\.<\/a>/);
  assert.match(answer.body, new RegExp(`<a href="#songs-${ids[1]}-num_streams">Song 2: streams must be a whole number`));
  const again = formIn(answer.body, path);
  assert.equal(again['year_released'], '1985-09-31');
  assert.equal(again[`songs.${ids[1]}.num_streams`], '12,8 million');
  assert.equal(again[`songs.${ids[2]}.delete`], 'on');
  assert.equal(again['songs.new1.song_name'], '"New" <b>');
  assert.equal(again['songs.new4.song_name'], 'Row that was added');
  assert.equal(again['songs.new5.song_name'], '');
  assert.equal(again['seen'], form['seen']);
  assert.deepEqual(await site.db.all("select id from acts where surface = 'admin'"), []);

  const more = await mara.post(path, { ...again, do: 'add-songs' });
  assert.equal(more.statusCode, 200);
  assert.match(more.body, /name="songs\.new6\.song_name"[^>]* autofocus/);
});

test('a field that is not in the form, a repeated one and a song of another album are refused', async (t) => {
  const { site, mara, path, ids } = await siteWithAlbum(t);
  const other = await addAlbum(site.db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', songs: [['All I Want', 3]] });
  const form = formIn((await mara.get(path)).body, path);
  assert.equal((await mara.post(path, { ...form, sleeve: 'x' })).statusCode, 400);
  assert.equal((await mara.post(path, [...Object.entries(form), ['name', 'Twice']])).statusCode, 400);
  assert.equal((await mara.post(path, { ...form, do: 'explode' })).statusCode, 400);
  const foreign = await mara.post(path, { ...form, [`songs.${other.songs[0]}.song_name`]: 'Stolen', [`songs.${other.songs[0]}.position`]: '1', do: 'save' });
  assert.equal(foreign.statusCode, 400);
  assert.match(foreign.body, /not one of this album/);
  assert.equal((await mara.post(path, { ...form, [`songs.0${ids[0]}.song_name`]: 'x' })).statusCode, 400);
});

test('save as new makes a copy with the typed values and the songs', async (t) => {
  const { site, mara, path } = await siteWithAlbum(t);
  const form = formIn((await mara.get(path)).body, path);
  const answer = await mara.post(path, { ...form, name: 'Hounds again', do: 'copy' });
  assert.match(answer.headers.location as string, /^\/admin\/albums\/\d+$/);
  assert.notEqual(answer.headers.location, path);
  assert.deepEqual(await songsOf(site, 'Hounds again'), await songsOf(site, 'Hounds of Love'));
});

test('with the right to view alone the page is read-only; inline songs ask for rights of their own', async (t) => {
  const { site, path, ids } = await siteWithAlbum(t);
  const viewer = await person(site, 'vera', ['view_album']);
  const page = await viewer.get(path);
  assert.equal(page.statusCode, 200);
  assert.doesNotMatch(page.body, /name="name"|name="do"|Delete album/);
  assert.match(page.body, /Running Up That Hill/);
  assert.equal((await viewer.post(path, { name: 'x' })).statusCode, 403);
  assert.equal((await viewer.get('/admin/albums/add')).statusCode, 403);

  const editor = await person(site, 'eda', ['change_album']);
  const form = formIn((await editor.get(path)).body, path);
  assert.deepEqual(Object.keys(form).sort(), ['artist', 'cover', 'name', 'seen', 'year_released']);
  assert.equal((await editor.post(path, { ...form, [`songs.${ids[0]}.song_name`]: 'x' })).statusCode, 403);
  assert.equal((await editor.post(path, { ...form, 'songs.new1.song_name': 'x' })).statusCode, 403);
  assert.equal((await editor.post(path, { ...form, [`songs.${ids[0]}.delete`]: 'on' })).statusCode, 403);
  assert.equal((await editor.post(path, { ...form, do: 'copy' })).statusCode, 403);
  assert.equal((await editor.post(path, { ...form, name: 'Hounds', do: 'save' })).statusCode, 303);
});

test('the album of a song is looked for, and the one that is chosen stays on offer', async (t) => {
  const { site, mara, ids } = await siteWithAlbum(t);
  const other = await addAlbum(site.db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22' });
  const path = `/admin/songs/${ids[0]}`;
  const form = formIn((await mara.get(path)).body, path);
  const found = await mara.post(path, { ...form, song_name: 'Typed', 'album.find': 'blue', do: 'save' });
  assert.equal(found.statusCode, 200);
  assert.match(found.body, /Blue<\/bdi> <small><bdi>Joni Mitchell, 1971/);
  const again = formIn(found.body, path);
  assert.equal(again['song_name'], 'Typed');
  assert.equal(again['album'], form['album']);
  assert.equal((await mara.post(path, { ...again, album: '99999', do: 'save' })).statusCode, 422);
  assert.equal((await mara.post(path, { ...again, album: String(other.album), do: 'save' })).statusCode, 303);
  assert.deepEqual(await songsOf(site, 'Blue'), ['Typed 1 1']);
  assert.match((await mara.post(path, { ...again, 'album.find': 'zzzz', do: 'find' })).body, /Nothing matches “zzzz”/);

  const choices = await mara.get('/admin/albums/choices?q=hounds');
  assert.deepEqual(choices.json().choices.map((choice: { label: string }) => choice.label), ['Hounds of Love']);
  assert.equal((await (await person(site, 'sam', ['view_song'])).get('/admin/albums/choices?q=hounds')).statusCode, 403);
});

test('a song without a place comes last on its album', async (t) => {
  const { site, mara } = await siteWithAlbum(t);
  const form = formIn((await mara.get('/admin/songs/add')).body, '/admin/songs/add');
  assert.equal((await mara.post('/admin/songs/add', { ...form, song_name: 'Last', do: 'save' })).statusCode, 422);
  const found = await mara.post('/admin/songs/add', { ...form, song_name: 'Last', 'album.find': 'hounds', do: 'find' });
  const [, album = ''] = /name="album" value="(\d+)"/.exec(found.body) ?? [];
  assert.equal((await mara.post('/admin/songs/add', { ...formIn(found.body, '/admin/songs/add'), album, do: 'save' })).statusCode, 303);
  assert.equal((await songsOf(site, 'Hounds of Love')).at(-1), 'Last 0 4');
});

test('an album of 200 songs is drawn and saved', async (t) => {
  const { site, mara } = await siteWithAlbum(t);
  const { album } = await addAlbum(site.db, { name: 'Large', artist: 'Many', year_released: '2001-01-01', songs: Array.from({ length: 200 }, (_, index): [string, number] => [`Song ${index}`, index]) });
  const path = `/admin/albums/${album}`;
  const form = formIn((await mara.get(path)).body, path);
  const last = Object.keys(form).filter((name) => name.endsWith('.position')).at(-2) as string;
  assert.equal((await mara.post(path, { ...form, [last]: '1', do: 'save' })).statusCode, 303);
  assert.equal((await songsOf(site, 'Large'))[0], 'Song 199 199 1');
});

async function siteWithAlbum(t: TestContext): Promise<{ site: TestApp; mara: Visitor; path: string; ids: number[] }> {
  const site = await testApp(t);
  const { album, songs } = await addAlbum(site.db, { name: 'Hounds of Love', artist: 'Kate Bush', year_released: '1985-09-16', songs: [['Running Up That Hill', 1], ['Hounds of Love', 2], ['The Big Sky', 3]] });
  await createUser(site.db, { username: 'mara', password: PASSWORD, is_staff: true, is_superuser: true });
  return { site, mara: await loggedIn(site, 'mara'), path: `/admin/albums/${album}`, ids: songs };
}

async function person(site: TestApp, username: string, permissions: string[]): Promise<Visitor> {
  const id = await createUser(site.db, { username, password: PASSWORD, is_staff: true });
  for (const permission of permissions) await site.db.run('insert into user_permissions (user, permission) values (:id, :permission)', { id: Number(typeof id === 'object' ? (id as { id: number }).id : id), permission });
  return loggedIn(site, username);
}

async function loggedIn(site: TestApp, username: string): Promise<Visitor> {
  const somebody = visitor(site);
  await somebody.post('/login', { username, password: PASSWORD, next: '/admin/albums' });
  return somebody;
}

async function songsOf({ db }: TestApp, album: string): Promise<string[]> {
  const rows = await db.all<{ song_name: string; num_streams: number; position: number }>('select song_name, num_streams, position from songs where album = (select id from albums where name = :album) order by position', { album });
  return rows.map((row) => `${row.song_name} ${row.num_streams} ${row.position}`);
}
