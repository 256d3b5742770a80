import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createUser } from '../../accounts/users.ts';
import { undo } from '../../db/history/undo.ts';
import { storeCover } from '../../music/covers.ts';
import { addAlbum, type TestApp, testApp, visitor, type Visitor } from '../../testing/app.ts';
import { formIn } from '../../testing/forms.ts';
import { bomb, imageOf } from '../../testing/images.ts';

const PASSWORD = 'correct-horse-battery';
const OPERATOR = { user: null, person: 'operator', surface: 'command' } as const;

type Desk = { site: TestApp; mara: Visitor; album: number; songs: number[]; path: string; form: () => Promise<Record<string, string>>; coverOf: (album?: number) => Promise<string> };

/** Mara at the form of an album. `form` gives the fields as the page holds them. */
async function desk(t: TestContext, songs: [string, number][] = [['All I Want', 10], ['River', 500]]): Promise<Desk> {
  const site = await testApp(t);
  await createUser(site.db, { username: 'mara', password: PASSWORD, is_staff: true, is_superuser: true });
  const record = await addAlbum(site.db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', songs });
  const mara = visitor(site);
  await mara.post('/login', { username: 'mara', password: PASSWORD, next: '/' });
  const path = `/admin/albums/${record.album}`;
  return {
    site, mara, path, ...record,
    form: async () => formIn((await mara.get(path)).body, path),
    coverOf: async (album = record.album) => (await site.db.first<{ cover: string }>('select cover from albums where id = :album', { album }))?.cover ?? '',
  };
}

test('a cover is uploaded into the form, where everything typed stays, and stored with Save', async (t) => {
  const { mara, path, form, coverOf, site } = await desk(t);
  const typed = { ...(await form()), name: 'Blue, remastered', 'songs.new1.song_name': 'Little Green' };
  const shown = await mara.upload(path, { ...typed, do: 'upload-cover' }, { field: 'cover_file', name: 'blue.jpg', bytes: await imageOf('jpeg') });
  assert.equal(shown.statusCode, 200);
  const again = formIn(shown.body, path);
  assert.match(again['cover'] ?? '', /^[0-9a-f]{32}$/);
  assert.deepEqual([again['name'], again['songs.new1.song_name']], ['Blue, remastered', 'Little Green']);
  assert.ok(shown.body.includes(`/covers/${again['cover']}-320.webp`));
  assert.equal(await coverOf(), '');

  const saved = await mara.upload(path, { ...again, do: 'save' }, { field: 'cover_file' });
  assert.equal(saved.statusCode, 303);
  assert.equal(await coverOf(), again['cover']);
  assert.deepEqual(await site.db.first('select name, song_count from albums'), { name: 'Blue, remastered', song_count: 3 });
});

test('a file that is chosen and saved at once is the cover, is taken away again, and both can be undone', async (t) => {
  const { mara, path, form, coverOf, site } = await desk(t);
  assert.equal((await mara.upload(path, { ...(await form()), do: 'save' }, { field: 'cover_file', name: 'blue.png', bytes: await imageOf('png') })).statusCode, 303);
  const cover = await coverOf();
  assert.match(cover, /^[0-9a-f]{32}$/);
  const removed = await mara.upload(path, { ...(await form()), do: 'remove-cover' }, { field: 'cover_file' });
  assert.equal(formIn(removed.body, path)['cover'], '');
  assert.match(removed.body, /src="\/sleeves\//);
  assert.equal(await coverOf(), cover);
  await mara.upload(path, { ...formIn(removed.body, path), do: 'save' }, { field: 'cover_file' });
  assert.equal(await coverOf(), '');
  const last = await site.db.first<{ id: number }>('select max(id) as id from acts');
  await undo(site.db, OPERATOR, last?.id ?? 0);
  assert.equal(await coverOf(), cover);
});

test('a file that is no cover is told at the field and in the summary, and nothing typed is lost', async (t) => {
  const { mara, path, form, coverOf } = await desk(t);
  const typed = { ...(await form()), name: 'Blue, remastered' };
  const jpeg = await imageOf('jpeg');
  const files: [string, Uint8Array, RegExp][] = [
    ['notes.jpg', Buffer.from('Dear diary'), /not an image/],
    ['blue.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), /an SVG image/],
    ['half.jpg', jpeg.subarray(0, jpeg.length / 2), /damaged/],
    ['bomb.png', bomb(), /more than 50 million pixels/],
    ['large.jpg', Buffer.concat([jpeg, Buffer.alloc(12 * 1024 * 1024)]), /larger than 10 MB/],
    ['empty.jpg', Buffer.alloc(0), /file is empty/],
  ];
  for (const [name, bytes, sentence] of files) {
    for (const verb of ['upload-cover', 'save']) {
      const answer = await mara.upload(path, { ...typed, do: verb }, { field: 'cover_file', name, bytes });
      assert.equal(answer.statusCode, 422, `${name} ${verb}`);
      assert.match(answer.body, new RegExp(`<a href="#cover_file">[^<]*${sentence.source}`));
      assert.match(answer.body, new RegExp(`id="cover_file-error"[^]*?${sentence.source}`));
      assert.equal(formIn(answer.body, path)['name'], 'Blue, remastered');
    }
  }
  const nothing = await mara.upload(path, { ...typed, do: 'upload-cover' }, { field: 'cover_file' });
  assert.equal(nothing.statusCode, 422);
  assert.match(nothing.body, /Choose a file first/);
  assert.equal(await coverOf(), '');
});

test('a file that came with another mistake need not be chosen again', async (t) => {
  const { mara, path, form, coverOf } = await desk(t);
  const answer = await mara.upload(path, { ...(await form()), year_released: '1971-02-30', do: 'save' }, { field: 'cover_file', name: 'blue.webp', bytes: await imageOf('webp') });
  assert.equal(answer.statusCode, 422);
  const again = formIn(answer.body, path);
  assert.match(again['cover'] ?? '', /^[0-9a-f]{32}$/);
  await mara.upload(path, { ...again, year_released: '1971-06-22', do: 'save' }, { field: 'cover_file' });
  assert.equal(await coverOf(), again['cover']);
});

test('a cover that somebody else has changed meanwhile is not overwritten', async (t) => {
  const { mara, path, form, coverOf } = await desk(t);
  const early = await form();
  await mara.upload(path, { ...(await form()), do: 'save' }, { field: 'cover_file', name: 'blue.png', bytes: await imageOf('png') });
  const theirs = await coverOf();
  const conflict = await mara.upload(path, { ...early, do: 'save' }, { field: 'cover_file', name: 'other.png', bytes: await imageOf('png', { width: 90, height: 90 }) });
  assert.equal(conflict.statusCode, 409);
  assert.ok(conflict.body.includes(`src="/covers/${theirs}-320.webp"`));
  const chosen = await mara.post(path, { ...formIn(conflict.body, path), 'pick.cover': 'mine', do: 'save' });
  assert.equal(chosen.statusCode, 303);
  assert.notEqual(await coverOf(), theirs);
});

test('a copy of an album has its cover, and a form of 200 songs arrives whole', async (t) => {
  const { mara, path, form, site, coverOf } = await desk(t, Array.from({ length: 200 }, (_, index) => [`Song ${index + 1}`, index]));
  const copied = await mara.upload(path, { ...(await form()), name: 'Blue again', 'songs.new1.song_name': '', do: 'copy' }, { field: 'cover_file', name: 'blue.avif', bytes: await imageOf('avif') });
  assert.equal(copied.statusCode, 303);
  const copy = await site.db.first<{ id: number; song_count: number }>("select id, song_count from albums where name = 'Blue again'");
  assert.equal(copy?.song_count, 200);
  assert.match(await coverOf(copy?.id), /^[0-9a-f]{32}$/);
});

test('forged and damaged forms are refused in words', async (t) => {
  const { mara, path, form, site, coverOf } = await desk(t);
  const typed = { ...(await form()), do: 'save' };
  for (const forged of ['0'.repeat(32), '../secret', 'x']) {
    const answer = await mara.upload(path, { ...typed, cover: forged }, { field: 'cover_file' });
    assert.equal(answer.statusCode, 422, forged);
    assert.match(answer.body, /The cover is gone/);
  }
  assert.equal((await mara.upload(path, typed, { field: 'other_file', name: 'x.png', bytes: await imageOf('png') })).statusCode, 400);
  assert.equal((await mara.upload(path, { ...typed, nonsense: '1' }, { field: 'cover_file' })).statusCode, 400);
  assert.equal((await mara.upload(path, { ...typed, name: 'x\0' }, { field: 'cover_file' })).statusCode, 400);
  assert.equal((await mara.upload(path, { ...typed, name: 'x'.repeat(70_000) }, { field: 'cover_file' })).statusCode, 413);
  assert.equal((await mara.post(path, typed, { 'content-type': 'multipart/form-data' })).statusCode, 400);
  assert.equal((await mara.post(path, typed, { 'content-type': 'multipart/form-data; boundary=x' })).statusCode, 400);
  const stranger = await visitor(site).upload(path, typed, { field: 'cover_file', name: 'x.png', bytes: await imageOf('png') });
  assert.equal(stranger.statusCode, 303);
  assert.equal(await coverOf(), '');
  assert.deepEqual(await site.db.first('select count(*) as files from covers'), { files: 0 });
});

test('people who may only look see the cover and no way to change it', async (t) => {
  const { site, album, path } = await desk(t);
  const cover = await storeCover(site.db, await imageOf('jpeg'));
  await site.db.run('update albums set cover = :cover where id = :album', { cover, album });
  const id = await createUser(site.db, { username: 'leo', password: PASSWORD, is_staff: true });
  await site.db.run("insert into user_permissions (user, permission) values (:id, 'view_album')", { id });
  const leo = visitor(site);
  await leo.post('/login', { username: 'leo', password: PASSWORD, next: '/' });
  const page = await leo.get(path);
  assert.ok(page.body.includes(`/covers/${cover}-320.webp`));
  assert.doesNotMatch(page.body, /cover_file|remove-cover/);
  assert.equal((await leo.upload(path, { do: 'remove-cover' }, { field: 'cover_file' })).statusCode, 403);
});
