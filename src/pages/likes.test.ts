import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addAlbum, type TestApp, testApp, visitor } from '../testing/app.ts';

async function withSongs(site: TestApp, count = 3): Promise<number[]> {
  const { songs } = await addAlbum(site.db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', songs: Array.from({ length: count }, (_, index) => [`Song ${index + 1}`, index]) });
  return songs;
}

test('reading leaves no trace: no cookie, no session, no write', async (t) => {
  const site = await testApp(t);
  await withSongs(site);
  const guest = visitor(site);
  const before = await site.db.version();
  for (const url of ['/', '/albums', '/songs', '/liked', '/nowhere']) await guest.get(url);
  assert.equal(guest.cookies.size, 0);
  assert.equal(await site.db.version(), before);
});

test('the first like begins a session, and the song is on the list', async (t) => {
  const site = await testApp(t);
  const [song] = await withSongs(site);
  const guest = visitor(site);
  const answer = await guest.post(`/songs/${song}/like`, { next: `/albums/1-blue#song-${song}` });
  assert.deepEqual([answer.statusCode, answer.headers.location], [303, `/albums/1-blue#song-${song}`]);
  assert.match(String(answer.headers['set-cookie']), /^tracklist=[^;]+; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/);
  const liked = await guest.get('/liked');
  assert.match(liked.body, /Song 1/);
  assert.match(liked.body, /Keep these songs/);
});

test('fifty likes at once are fifty likes', async (t) => {
  const site = await testApp(t);
  const songs = await withSongs(site, 51);
  const guest = visitor(site);
  await guest.post(`/songs/${songs[50]}/like`);
  const answers = await Promise.all(songs.slice(0, 50).map((song) => guest.post(`/songs/${song}/like`)));
  assert.ok(answers.every((answer) => answer.statusCode === 303));
  assert.deepEqual(await site.db.first('select count(*) as likes from session_likes'), { likes: 51 });
});

test('the same like twice is one, and an unlike of nothing does nothing', async (t) => {
  const site = await testApp(t);
  const [song] = await withSongs(site);
  const guest = visitor(site);
  await guest.post(`/songs/${song}/unlike`);
  assert.equal(guest.cookies.size, 0);
  await guest.post(`/songs/${song}/like`);
  await Promise.all([guest.post(`/songs/${song}/like`), guest.post(`/songs/${song}/like`)]);
  assert.deepEqual(await site.db.first('select count(*) as likes from session_likes'), { likes: 1 });
  await guest.post(`/songs/${song}/unlike`);
  assert.match((await guest.get('/liked')).body, /No liked songs yet/);
});

test('a visitor’s like counts for the visitor alone', async (t) => {
  const site = await testApp(t);
  const [song] = await withSongs(site);
  const [guest, other] = [visitor(site), visitor(site)];
  const json = { accept: 'application/json' };
  assert.deepEqual((await guest.post(`/songs/${song}/like`, {}, json)).json(), { liked: true, like_count: 1, liked_count: 1 });
  assert.deepEqual((await other.post(`/songs/${song}/unlike`, {}, json)).json(), { liked: false, like_count: 0, liked_count: 0 });
});

test('a restart and another process see the same likes', async (t) => {
  const site = await testApp(t);
  const [song] = await withSongs(site);
  const guest = visitor(site);
  await guest.post(`/songs/${song}/like`);
  const { buildApp } = await import('../app.ts');
  const { app } = await buildApp({ db: site.db, config: site.config });
  t.after(() => app.close());
  const later = visitor({ app });
  for (const [name, value] of guest.cookies) later.cookies.set(name, value);
  assert.match((await later.get('/liked')).body, /Song 1/);
});

test('removing one from the list can be undone', async (t) => {
  const site = await testApp(t);
  const [song] = await withSongs(site);
  const guest = visitor(site);
  await guest.post(`/songs/${song}/like`);
  await guest.post(`/songs/${song}/unlike`, { next: '/liked#song-1' });
  const list = (await guest.get('/liked')).body;
  assert.match(list, /Removed “Song 1” from your liked songs\./);
  const undo = /<form method="post" action="([^"]+)"><button class="text"/.exec(list)?.[1];
  assert.equal(undo, `/songs/${song}/like`);
  await guest.post(undo, { next: '/liked' });
  assert.match((await guest.get('/liked')).body, /Song 1/);
  assert.doesNotMatch((await guest.get('/liked')).body, /Removed/);
});

test('removing all is confirmed, and can be undone with the times kept', async (t) => {
  const site = await testApp(t);
  const songs = await withSongs(site);
  const guest = visitor(site);
  for (const song of songs) await guest.post(`/songs/${song}/like`);
  const before = await site.db.all('select song, created_at from session_likes order by song');
  assert.match((await guest.get('/liked/remove-all')).body, /3 songs/);
  assert.equal((await site.db.all('select 1 from session_likes')).length, 3);
  await guest.post('/liked/remove-all');
  assert.match((await guest.get('/liked')).body, /Removed 3 songs from your liked songs\./);
  await guest.post('/liked/restore', { next: '/liked' });
  assert.deepEqual(await site.db.all('select song, created_at from session_likes order by song'), before);
});

test('the list is sorted as asked', async (t) => {
  const site = await testApp(t);
  const songs = await withSongs(site);
  const guest = visitor(site);
  for (const song of [songs[2], songs[0], songs[1]]) await guest.post(`/songs/${song}/like`);
  const order = async (query: string) => [...(await guest.get(`/liked${query}`)).body.matchAll(/>Song (\d)</g)].map(([, number]) => number).join('');
  assert.equal(await order(''), '213');
  assert.equal(await order('?order=artist'), '123');
  assert.equal(await order('?order=streams'), '321');
});

test('exports hold every song, and a name that looks like a formula is harmless', async (t) => {
  const site = await testApp(t);
  const { songs } = await addAlbum(site.db, { name: '+ & "more"', artist: '<I°_°I>', year_released: '2001-01-01', songs: [['=1+1', 7]] });
  const guest = visitor(site);
  await guest.post(`/songs/${songs[0]}/like`);
  const csv = await guest.get('/liked.csv');
  assert.match(csv.body, /^song_name,artist,album,year_released,num_streams,liked_at\r\n'=1\+1,<I°_°I>,"'\+ & ""more""",2001-01-01,7,\d{4}-/);
  assert.match(String(csv.headers['content-disposition']), /filename="liked-songs\.csv"/);
  const [song] = (await guest.get('/liked.json')).json().songs;
  assert.deepEqual([song.song_name, song.artist, song.num_streams], ['=1+1', '<I°_°I>', 7]);
  assert.match((await guest.get('/liked.xspf')).body, /<title>=1\+1<\/title>\s+<creator>&lt;I°_°I&gt;<\/creator>\s+<album>\+ &amp; &quot;more&quot;<\/album>/);
});

test('a forged or foreign session cookie is nobody’s', async (t) => {
  const site = await testApp(t);
  await withSongs(site);
  const guest = visitor(site);
  guest.cookies.set('tracklist', 'abcd1234.forged');
  assert.match((await guest.get('/liked')).body, /No liked songs yet/);
});
