import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createUser } from '../../accounts/users.ts';
import { callApi, PASSWORD, personWithToken } from '../../testing/api.ts';
import { addAlbum, type TestApp, testApp, type Visitor, visitor } from '../../testing/app.ts';

const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

test('an address opened in a browser shows the answer, its links and how a program calls', async (t) => {
  const { site, songs } = await catalogue(t);
  const page = await visitor(site).get(`/api/song/${songs[0]}`, BROWSER);
  assert.equal(page.statusCode, 200);
  assert.match(String(page.headers['vary']), /^Accept, Cookie/);
  assert.equal(page.headers['cache-control'], 'no-store');
  assert.match(page.body, /<b>GET<\/b> <span>\/api\/song\/1<\/span>/);
  assert.match(page.body, /<a href="\/api\/album\/1">1<\/a>/);
  assert.match(page.body, /curl &#39;http:\/\/localhost:8000\/api\/song\/1&#39;/);
  assert.match(page.body, /await fetch\(/);
  assert.match(page.body, /You are not logged in/);
  assert.doesNotMatch(page.body, /<form class="close" method="post"/);
});

test('what came from people is text, and only addresses of this site are links', async (t) => {
  const { site } = await catalogue(t, '<img src=x onerror=alert(1)> //evil.example/');
  const page = (await visitor(site).get('/api/album/1', BROWSER)).body;
  assert.match(page, /&lt;img src=x onerror=alert\(1\)&gt;/);
  assert.doesNotMatch(page, /<img src=x/);
  assert.doesNotMatch(page, /href="[^"]*evil/);
});

test('a form creates, replaces and deletes for who may, and shows what came', async (t) => {
  const { site } = await catalogue(t);
  const mara = await loggedIn(site, 'mara', { is_superuser: true });
  const empty = (await mara.get('/api/song/create', BROWSER)).body;
  assert.match(empty, /<input type="text" inputmode="numeric" id="post-album" name="album"/);
  assert.match(empty, /The id of an album\. <a href="\/api\/album">/);

  const made = await mara.post('/api/song/create', { song_name: 'The Big Sky', num_streams: '12', album: '1' }, BROWSER);
  assert.equal(made.statusCode, 201);
  assert.match(made.body, /<b>201<\/b> Created/);
  assert.match(made.body, /The Big Sky/);

  const replaced = await mara.post('/api/song/1', { _method: 'PUT', song_name: 'Cloudbusting (live)', num_streams: '13', album: '1' }, BROWSER);
  assert.equal(replaced.statusCode, 200);
  assert.match(replaced.body, /<b>PUT<\/b> <span>\/api\/song\/1/);
  const changed = await mara.post('/api/song/1', { _method: 'PATCH', _content: '{"num_streams": 14}' }, BROWSER);
  assert.match(changed.body, /Cloudbusting \(live\)/);
  assert.deepEqual((await mara.get('/api/song/1')).json(), { id: 1, song_name: 'Cloudbusting (live)', num_streams: 14, album: 1 });

  const gone = await mara.post('/api/song/1/delete', { _method: 'DELETE' }, BROWSER);
  assert.equal(gone.statusCode, 200, 'a browser shows nothing of a 204');
  assert.match(gone.body, /<b>204<\/b> No Content/);
  assert.equal((await mara.get('/api/song/1')).statusCode, 404);
});

test('what is refused comes back with what was typed and a sentence at each field', async (t) => {
  const { site } = await catalogue(t);
  const mara = await loggedIn(site, 'mara', { is_superuser: true });
  const page = await mara.post('/api/song/create', { song_name: '', num_streams: 'many', album: '99' }, BROWSER);
  assert.equal(page.statusCode, 400);
  assert.match(page.body, /id="post-song_name-error"><span class="sr">Error: <\/span>This field may not be blank\./);
  assert.match(page.body, /id="post-num_streams" name="num_streams" value="many"/);
  assert.match(page.body, /Invalid pk &quot;99&quot; - object does not exist\./);

  const raw = await mara.post('/api/song/create', { _content: '{"song_name": "Half' }, BROWSER);
  assert.equal(raw.statusCode, 400);
  assert.match(raw.body, /<details open>/);
  assert.match(raw.body, /\{&quot;song_name&quot;: &quot;Half<\/textarea>/);
  assert.match(raw.body, /JSON parse error/);
});

test('a secret that was typed is not shown again', async (t) => {
  const { site } = await catalogue(t);
  const guest = visitor(site);
  for (const fields of [{ username: 'a b', password: 'sesame-open-7' }, { _content: '{"username": "a b", "password": "sesame-open-7"}' }]) {
    const page = await guest.post('/api/register', fields as unknown as Record<string, string>, BROWSER);
    assert.equal(page.statusCode, 400);
    assert.doesNotMatch(page.body, /sesame-open-7/);
    assert.match(page.body, /<input type="password" id="post-password" name="password" value="" autocapitalize/, 'password managers may fill it in');
  }
});

test('another method in a form is honoured for nobody but a browser that is logged in', async (t) => {
  const { site, songs } = await catalogue(t);
  const { token } = await personWithToken(site.db, { username: 'ann', isSuperuser: true });
  const form = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' };
  const asked = { method: 'POST', url: `/api/song/${songs[0]}`, body: '_method=PATCH&num_streams=99' };
  assert.equal((await callApi(site.app, { ...asked, token, headers: form })).statusCode, 405, 'a program');
  assert.equal((await callApi(site.app, { ...asked, token, headers: { ...form, ...BROWSER } })).statusCode, 405, 'a token');
  assert.equal((await callApi(site.app, { ...asked, headers: { ...form, ...BROWSER } })).statusCode, 401, 'a stranger');
  const mara = await loggedIn(site, 'mara', { is_superuser: true });
  assert.equal((await mara.post(asked.url, { _method: 'PATCH', num_streams: '99' })).statusCode, 405, 'JSON by a session');
  assert.equal((await mara.post(asked.url, { _method: 'PATCH', num_streams: '99' }, { ...BROWSER, 'sec-fetch-site': 'cross-site' })).statusCode, 403, 'another site');
  assert.equal((await mara.post(asked.url, { _method: 'PATCH', num_streams: '99' }, BROWSER)).statusCode, 200);
});

test('nobody is offered a form for what they may not do, and a refusal says what is missing', async (t) => {
  const { site } = await catalogue(t);
  const ann = await loggedIn(site, 'ann', {});
  const page = (await ann.get('/api/song/1', BROWSER)).body;
  assert.doesNotMatch(page, /name="_method"/);
  assert.match(page, /<b>PUT<\/b> Replace a song <small>For whoever has the permission\./);
  const refused = await ann.post('/api/song/1', { _method: 'PUT', song_name: 'Mine', num_streams: '1', album: '1' }, BROWSER);
  assert.equal(refused.statusCode, 403);
  assert.match(refused.body, /ann is not among them/);
  const stranger = await visitor(site).get('/api/likes', BROWSER);
  assert.equal(stranger.statusCode, 401);
  assert.match(stranger.body, /Log in, or send a token/);
  assert.match(stranger.body, /href="\/login\?next=%2Fapi%2Flikes"/);
});

test('a long list is shown from its beginning, and the page says so', async (t) => {
  const { site } = await catalogue(t);
  await addAlbum(site.db, { name: 'Long', artist: 'Many', year_released: '2001-01-01', songs: Array.from({ length: 3000 }, (_none, index): [string, number] => [`Song ${index}`, index]) });
  const page = await visitor(site).get('/api/song', BROWSER);
  assert.equal(page.statusCode, 200);
  assert.ok(page.body.length < 200_000, `${page.body.length} characters`);
  assert.match(page.body, /This page shows the (beginning|first)/);
  assert.equal((await callApi(site.app, { method: 'GET', url: '/api/song' })).json<unknown[]>().length, 3002);
});

async function catalogue(t: TestContext, name = 'Hounds of Love'): Promise<{ site: TestApp; songs: number[] }> {
  const site = await testApp(t);
  const { songs } = await addAlbum(site.db, { name, artist: 'Kate Bush', year_released: '1985-09-16', songs: [['Cloudbusting', 5], ['Hello Earth', 7]] });
  return { site, songs };
}

async function loggedIn(site: TestApp, username: string, rights: { is_superuser?: boolean }): Promise<Visitor> {
  await createUser(site.db, { username, password: PASSWORD, ...rights });
  const person = visitor(site);
  assert.equal((await person.post('/login', { username, password: PASSWORD })).statusCode, 303);
  return person;
}
