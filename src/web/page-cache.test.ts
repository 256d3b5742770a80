import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import Sqlite from 'better-sqlite3';
import { createUser } from '../accounts/users.ts';
import { catalogueVersion } from '../db/remember.ts';
import { addAlbum, testApp, visitor } from '../testing/app.ts';

const BLUE = { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', songs: [['River', 5]] as [string, number][] };

test('a page is made once and answered 304 to a browser that has it', async (t) => {
  const site = await testApp(t);
  await addAlbum(site.db, BLUE);
  const guest = visitor(site);
  await guest.get('/albums');
  const kept = await guest.get('/albums');
  const etag = String(kept.headers.etag);
  assert.match(etag, /^"[^"]+"$/);
  assert.equal(kept.headers['cache-control'], 'private, no-cache');
  const again = await guest.get('/albums', { 'if-none-match': etag });
  assert.equal(again.statusCode, 304);
  assert.equal(again.body, '');
});

test('the page changes with the next write, from this process or another', async (t) => {
  const site = await testApp(t);
  const guest = visitor(site);
  await guest.get('/albums');
  await addAlbum(site.db, BLUE);
  assert.match((await guest.get('/albums')).body, /Joni Mitchell/);
  await guest.get('/albums');
  const { file } = (await site.db.first<{ file: string }>('select file from pragma_database_list')) ?? { file: '' };
  const other = new Sqlite(file);
  other.exec("update albums set name = 'Ladies of the Canyon'");
  other.close();
  assert.match((await guest.get('/albums')).body, /Ladies of the Canyon/);
});

test('bodies are compressed as the browser takes them, and the same in every form', async (t) => {
  const site = await testApp(t);
  await addAlbum(site.db, BLUE);
  const guest = visitor(site);
  const plain = (await guest.get('/about')).body;
  for (const turn of ['made', 'kept']) {
    const brotli = await guest.get('/privacy', { 'accept-encoding': 'gzip, deflate, br, zstd' });
    assert.equal(brotli.headers['content-encoding'], 'br', turn);
    assert.match(brotliDecompressSync(brotli.rawPayload).toString(), /<!DOCTYPE html>/);
    const gzip = await guest.get('/accessibility', { 'accept-encoding': 'gzip, br;q=0' });
    assert.equal(gzip.headers['content-encoding'], 'gzip', turn);
    assert.match(gunzipSync(gzip.rawPayload).toString(), /<!DOCTYPE html>/);
    assert.equal(gzip.headers.vary, 'Accept-Encoding');
  }
  assert.equal((await guest.get('/about')).body, plain);
});

test('a visitor with a session never gets a kept page, and nobody gets theirs', async (t) => {
  const site = await testApp(t);
  const { songs } = await addAlbum(site.db, BLUE);
  const [ann, guest] = [visitor(site), visitor(site)];
  await ann.post(`/songs/${songs[0]}/like`, { next: '/songs' });
  assert.match((await ann.get('/songs')).body, /aria-pressed="true"/);
  assert.match((await guest.get('/songs')).body, /aria-pressed="false"/);
  assert.match((await guest.get('/songs')).body, /aria-pressed="false"/);
  const own = await ann.get('/songs');
  assert.match(own.body, /aria-pressed="true"/);
  assert.equal(own.headers['cache-control'], 'no-store');
});

test('the chosen theme has pages of its own', async (t) => {
  const site = await testApp(t);
  const [guest, other] = [visitor(site), visitor(site)];
  await other.get('/about');
  const answer = await guest.post('/theme', { theme: 'dark', next: '/about' });
  assert.equal(answer.headers.location, '/about');
  assert.match((await guest.get('/about')).body, /data-theme="dark"/);
  assert.match((await guest.get('/about')).body, /data-theme="dark"/);
  assert.doesNotMatch((await other.get('/about')).body, /data-theme/);
});

test('what is stored beside the catalogue drops no kept page', async (t) => {
  const site = await testApp(t);
  await addAlbum(site.db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', songs: [['All I Want', 3]] });
  const before = await catalogueVersion(site.db);
  await createUser(site.db, { username: 'ann', password: 'clouds over Kent' });
  assert.equal(await catalogueVersion(site.db), before);
  await site.db.run("insert into likes (user, song, created_at) select id, 1, '' from users");
  assert.notEqual(await catalogueVersion(site.db), before, 'a like changes the likes of its song');
});
