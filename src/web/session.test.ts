/** Sessions through the front door: what is stored when, what is refused, and what survives. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createUser } from '../accounts/users.ts';
import { buildApp } from '../app.ts';
import { addAlbum, type TestApp, testApp, type Visitor, visitor } from '../testing/app.ts';
import { deviceOf } from './device.ts';
import { SessionStore } from './session-store.ts';

const ANN = { username: 'Ann', password: 'clouds over Kent' };
const DAY = 24 * 60 * 60 * 1000;

async function withSong(site: TestApp): Promise<number> {
  const { songs } = await addAlbum(site.db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', songs: [['River', 5]] });
  return songs[0] as number;
}

/** Somebody who is logged in. */
async function ann(site: TestApp): Promise<Visitor> {
  await createUser(site.db, ANN);
  const guest = visitor(site);
  assert.equal((await guest.post('/login', ANN)).statusCode, 303);
  // Takes the message, so that what follows changes nothing.
  await guest.get('/');
  return guest;
}

const isSignedIn = async (guest: Visitor) => (await guest.get('/account')).statusCode === 200;
const cookieOf = (guest: Visitor) => guest.cookies.get('tracklist') as string;
const idIn = (cookie: string) => decodeURIComponent(cookie).split('.')[0] as string;

test('a visitor who only looks gets no cookie and leaves no row', async (t) => {
  const site = await testApp(t);
  const guest = visitor(site);
  for (const url of ['/', '/liked', '/login', '/signup', '/nowhere', '/account']) assert.equal((await guest.get(url)).headers['set-cookie'], undefined, url);
  for (const [url, fields] of [['/login', { username: 'nobody', password: 'wrong one' }], ['/logout', {}], ['/signup', { username: '', password: '' }]] as const) {
    assert.equal((await guest.post(url, fields)).headers['set-cookie'], undefined, url);
  }
  assert.deepEqual(await site.db.all('select * from sessions'), []);
});

test('the cookie is for this host and for the server alone', async (t) => {
  const site = await testApp(t);
  const song = await withSong(site);
  const cookie = String((await visitor(site).post(`/songs/${song}/like`)).headers['set-cookie']);
  assert.match(cookie, /^tracklist=[^;]+; (?:Max-Age=\d+; )?Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/);
  const https = await testApp(t, { PUBLIC_URL: 'https://music.example.org', TRUST_PROXY: '203.0.113.7/32' });
  const secure = await withSong(https);
  const answer = await visitor(https).post(`/songs/${secure}/like`, {}, { host: 'music.example.org', 'x-forwarded-proto': 'https' });
  assert.match(String(answer.headers['set-cookie']), /^__Host-tracklist=[^;]+; (?:Max-Age=\d+; )?Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/);
});

test('the database holds nothing that opens a session', async (t) => {
  const site = await testApp(t);
  const guest = await ann(site);
  const rows = JSON.stringify(await site.db.all('select * from sessions'));
  assert.equal(rows.includes(idIn(cookieOf(guest))), false);
  assert.equal(rows.includes(ANN.password), false);
});

test('a session ends two weeks after the last visit, and its cookie is set anew once a day', async (t) => {
  const site = await testApp(t);
  const guest = await ann(site);
  const row = () => site.db.first<{ expires_at: number }>('select expires_at from sessions where ended_at is null');
  assert.ok(Math.abs(((await row())?.expires_at ?? 0) - Date.now() - 14 * DAY) < 60_000);
  // Two days later.
  const { data } = await site.db.first<{ data: string }>('select data from sessions where ended_at is null') ?? { data: '' };
  const then = Date.now() - 2 * DAY;
  await site.db.run('update sessions set data = :data, expires_at = expires_at - :time, seen_at = seen_at - :time where ended_at is null',
    { data: JSON.stringify({ ...JSON.parse(data), renewed: then }), time: 2 * DAY });
  const answer = await guest.get('/account');
  assert.match(String(answer.headers['set-cookie']), /^tracklist=/);
  assert.ok(((await row())?.expires_at ?? 0) > Date.now() + 13.9 * DAY);
  assert.equal((await guest.get('/account')).headers['set-cookie'], undefined);
  await site.db.run('update sessions set expires_at = :now', { now: Date.now() - 1 });
  assert.equal(await isSignedIn(guest), false);
});

test('reading as somebody with a session writes nothing', async (t) => {
  const site = await testApp(t);
  const guest = await ann(site);
  const before = await site.db.version();
  for (const url of ['/', '/albums', '/liked', '/account']) await guest.get(url);
  assert.equal(await site.db.version(), before);
});

test('when sessions can’t be read, public pages are shown as to anybody, and nothing else is done', async (t) => {
  const site = await testApp(t);
  const song = await withSong(site);
  const guest = await ann(site);
  const cookie = cookieOf(guest);
  const { data } = await site.db.first<{ data: string }>('select data from sessions where ended_at is null') ?? { data: '' };
  await site.db.run("update sessions set data = '{broken' where ended_at is null");
  for (const url of ['/', '/albums', `/songs/${song}-river`, '/login']) {
    const answer = await guest.get(url);
    assert.equal(answer.statusCode, 200, url);
    assert.match(answer.body, /Log in/, url);
    assert.equal(answer.headers['set-cookie'], undefined, url);
  }
  for (const url of ['/account', '/account/sessions', '/account/data.json']) assert.equal((await guest.get(url)).statusCode, 503, url);
  for (const [url, fields] of [[`/songs/${song}/like`, {}], ['/logout', {}], ['/login', ANN], ['/account/delete', ANN]] as const) {
    assert.equal((await guest.post(url, fields)).statusCode, 503, url);
  }
  assert.equal(cookieOf(guest), cookie);
  await site.db.run('update sessions set data = :data where ended_at is null', { data });
  assert.equal(await isSignedIn(guest), true);
});

test('a cookie may hold anything, and opens nothing', async (t) => {
  const site = await testApp(t);
  const guest = await ann(site);
  const real = decodeURIComponent(cookieOf(guest));
  const [id, signature] = real.split('.') as [string, string];
  const forged = [
    'x', '.', `${id}.`, `.${signature}`, id, `${id}.${'A'.repeat(signature.length)}`, `${id}.${'é'.repeat(signature.length)}`,
    `${id}x.${signature}`, `${id}.${signature}x`, `${id.slice(0, 4)}${'A'.repeat(43)}.${signature}`, '__proto__.x', '\ud83c\udfb5'.repeat(20),
  ];
  for (const value of forged) {
    const thief = visitor(site);
    thief.cookies.set('tracklist', encodeURIComponent(value));
    assert.equal((await thief.get('/')).statusCode, 200, value);
    assert.equal(await isSignedIn(thief), false, value);
  }
  const odd = visitor(site);
  odd.cookies.set('tracklist', '%E9%ff%');
  assert.equal((await odd.get('/')).statusCode, 200);
  assert.equal(await isSignedIn(guest), true);
});

test('secrets rotate: who was logged in stays so, with the same cookie, and new sessions use the new secret', async (t) => {
  const site = await testApp(t);
  const song = await withSong(site);
  const guest = await ann(site);
  const cookie = cookieOf(guest);
  const newer = 'c1149afbf4c8996fb92427ae41e4649b';
  const { app } = await buildApp({ db: site.db, config: { ...site.config, secrets: [newer, ...site.config.secrets] } });
  t.after(() => app.close());
  const later = visitor({ app });
  later.cookies.set('tracklist', cookie);
  for (let turn = 0; turn < 3; turn += 1) {
    const answer = await later.get('/account');
    assert.deepEqual([answer.statusCode, answer.headers['set-cookie']], [200, undefined]);
  }
  assert.equal((await later.post(`/songs/${song}/like`)).statusCode, 303);
  assert.equal(await isSignedIn(later), true);
  assert.equal(cookieOf(later), cookie);
  const fresh = visitor({ app });
  await fresh.post(`/songs/${song}/like`);
  assert.notEqual(idIn(cookieOf(fresh)).slice(0, 4), idIn(cookie).slice(0, 4));
});

test('a slow request that began before the log-out can’t undo it, whatever it stores', async (t) => {
  const site = await testApp(t);
  const song = await withSong(site);
  const guest = await ann(site);
  const cookie = cookieOf(guest);
  const key = SessionStore.keyOf(idIn(cookie));
  // The request leaves a message in the session; it stops after it has read the session, until the log-out is through.
  let reached = () => {};
  const isThere = new Promise<void>((resolve) => { reached = resolve; });
  let go = () => {};
  const mayGo = new Promise<void>((resolve) => { go = resolve; });
  const run = site.db.run.bind(site.db);
  site.db.run = async (query, parameters) => {
    if (typeof query === 'string' && query.startsWith('delete from likes')) {
      reached();
      await mayGo;
    }
    return run(query, parameters);
  };
  const slow = guest.post(`/songs/${song}/unlike`, { next: '/liked' });
  await isThere;
  const other = visitor(site);
  other.cookies.set('tracklist', cookie);
  assert.equal((await other.post('/logout')).statusCode, 303);
  go();
  assert.equal((await slow).statusCode, 303);
  guest.cookies.set('tracklist', cookie);
  assert.equal(await isSignedIn(guest), false);
  const row = await site.db.first<{ data: string; ended_at: number | null }>('select data, user, ended_at from sessions where id = :key', { key });
  assert.deepEqual({ ...row, ended_at: typeof row?.ended_at }, { data: '{}', user: null, ended_at: 'number' });
});

test('an old page’s log-out button doesn’t throw a visitor’s likes away', async (t) => {
  const site = await testApp(t);
  const song = await withSong(site);
  const guest = visitor(site);
  await guest.post(`/songs/${song}/like`);
  assert.equal((await guest.post('/logout')).statusCode, 303);
  assert.match((await guest.get('/liked')).body, /River/);
});

test('what has expired is removed, and nothing else', async (t) => {
  const site = await testApp(t);
  const guest = await ann(site);
  await site.db.run(`insert into sessions (id, data, created_at, seen_at, expires_at) values ('old', '{}', 1, 1, 2)`);
  await new SessionStore(site.db, { idle: DAY, all: DAY }).purge();
  assert.equal(await site.db.first("select 1 from sessions where id = 'old'"), undefined);
  assert.equal(await isSignedIn(guest), true);
});

test('a browser and its system are told in plain words', () => {
  const cases: [string | undefined, string][] = [
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36', 'Chrome on Windows'],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0', 'Edge on Windows'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15', 'Safari on macOS'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1', 'Chrome on iPhone'],
    ['Mozilla/5.0 (Linux; Android 15; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/26.0 Chrome/122.0 Mobile Safari/537.36', 'Samsung Internet on Android'],
    ['Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36', 'Chrome on ChromeOS'],
    ['Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1', 'Safari on iPad'],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36 OPR/120.0.0.0', 'Opera on Windows'],
    // A name that somebody makes up is no device's.
    ['Your-bank-asks-for-your-password/1 on it/2', 'Unknown device'], [`${'CFNetwork Version/'.repeat(3500)}`, 'Unknown device'],
    ['curl/8.5.0', 'curl'], ['Mozilla/5.0 (X11; Linux x86_64)', 'Linux'], ['', 'Unknown device'], [undefined, 'Unknown device'],
  ];
  for (const [agent, words] of cases) assert.equal(deviceOf(agent), words);
});
