/** Accounts through the front door: coming in, moving songs along, and what nobody may do. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeSetupLink } from '../../accounts/setup-links.ts';
import { setPassword } from '../../accounts/set-password.ts';
import { createUser } from '../../accounts/users.ts';
import { buildApp } from '../../app.ts';
import { addAlbum, type TestApp, testApp, type Visitor, visitor } from '../../testing/app.ts';

const ANN = { username: 'Ann', password: 'clouds over Kent' };

async function withAnn(site: TestApp): Promise<number> {
  return createUser(site.db, ANN);
}

async function withSongs(site: TestApp): Promise<number[]> {
  return (await addAlbum(site.db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', songs: [['River', 1], ['Carey', 2], ['Blue', 3]] })).songs;
}

const isSignedIn = async (guest: Visitor) => (await guest.get('/account')).statusCode === 200;

test('signing up makes an account, signs in, and takes liked songs along', async (t) => {
  const site = await testApp(t);
  const songs = await withSongs(site);
  const guest = visitor(site);
  await guest.post(`/songs/${songs[0]}/like`);
  await guest.post(`/songs/${songs[1]}/like`);
  const before = guest.cookies.get('tracklist');
  assert.match((await guest.get('/signup')).body, /2 liked songs will move to your account/);
  const answer = await guest.post('/signup', { ...ANN, next: '/liked' });
  assert.deepEqual([answer.statusCode, answer.headers.location], [303, '/liked']);
  assert.notEqual(guest.cookies.get('tracklist'), before);
  assert.match((await guest.get('/liked')).body, /Welcome, Ann\. 2 liked songs moved to your account\./);
  assert.deepEqual(await site.db.first('select like_count from users'), { like_count: 2 });
  assert.deepEqual(await site.db.first('select like_count from songs where id = :id', { id: songs[0] as number }), { like_count: 1 });
});

test('at log-in songs that were there already are kept once', async (t) => {
  const site = await testApp(t);
  const songs = await withSongs(site);
  const user = await withAnn(site);
  await site.db.run('insert into likes (user, song, created_at) values (:user, :song, :now)', { user, song: songs[0] as number, now: '2026-01-01T00:00:00.000Z' });
  const guest = visitor(site);
  for (const song of songs) await guest.post(`/songs/${song}/like`);
  await guest.post('/login', { username: 'ANN', password: ANN.password, next: '/liked' });
  assert.match((await guest.get('/liked')).body, /Logged in as Ann\. 2 liked songs moved to your account, 1 was there already\./);
});

test('the id that was used before the log-in opens nothing afterwards', async (t) => {
  const site = await testApp(t);
  await withAnn(site);
  const [song] = await withSongs(site);
  const guest = visitor(site);
  await guest.post(`/songs/${song}/like`);
  const planted = guest.cookies.get('tracklist') as string;
  await guest.post('/login', ANN);
  const thief = visitor(site);
  thief.cookies.set('tracklist', planted);
  assert.equal(await isSignedIn(thief), false);
  assert.equal(await isSignedIn(guest), true);
});

test('a wrong password and an unknown name get the same words', async (t) => {
  const site = await testApp(t);
  await withAnn(site);
  const answers = [await visitor(site, '203.0.113.1').post('/login', { ...ANN, password: 'wrong one' }), await visitor(site, '203.0.113.2').post('/login', { ...ANN, username: 'Nobody' })];
  for (const answer of answers) {
    assert.equal(answer.statusCode, 422);
    assert.match(answer.body, /<title>Error: Log in/);
    assert.match(answer.body, /The username or the password is wrong/);
  }
  const without = (body: string) => body.replace(/value="[^"]*"/g, '');
  assert.equal(without(answers[0]?.body ?? ''), without(answers[1]?.body ?? ''));
  assert.match(answers[0]?.body ?? '', /value="Ann"/);
  assert.doesNotMatch(answers[0]?.body ?? '', /wrong one/);
});

test('twenty people log in at once, all come in, and pages are shown meanwhile', async (t) => {
  const site = await testApp(t);
  await withAnn(site);
  const first = visitor(site);
  let isOver = false;
  const coming = Promise.all(Array.from({ length: 20 }, () => visitor(site).post('/login', ANN))).finally(() => { isOver = true; });
  let shown = 0;
  for (; !isOver; shown += 1) {
    assert.equal((await first.get('/albums')).statusCode, 200);
    // Requests without a port leave threads and timers no turn.
    await sleep(5);
  }
  assert.deepEqual((await coming).map((answer) => answer.statusCode), Array.from({ length: 20 }, () => 303));
  assert.ok(shown > 0);
});

test('a log-in that waited while the password was changed doesn’t come in', async (t) => {
  const site = await testApp(t);
  const id = await withAnn(site);
  const first = site.db.first.bind(site.db);
  site.db.first = async <Row>(...asked: Parameters<typeof first>) => {
    const found = await first<Row>(...asked);
    if (String(asked[0]).includes('password_hash')) {
      site.db.first = first;
      await setPassword(site.db, { user: null, person: 'operator', surface: 'command' }, { id, username: 'Ann' }, 'rain over Kent');
    }
    return found;
  };
  const guest = visitor(site);
  const answer = await guest.post('/login', ANN);
  assert.equal(answer.statusCode, 403);
  assert.match(answer.body, /changed while you logged in\. Log in again/);
  assert.equal(await isSignedIn(guest), false);
});

test('logging out ends the session for good, and a request still running can’t bring it back', async (t) => {
  const site = await testApp(t);
  await withAnn(site);
  const guest = visitor(site);
  await guest.post('/login', ANN);
  const cookie = guest.cookies.get('tracklist') as string;
  const { SessionStore } = await import('../../web/session-store.ts');
  const id = decodeURIComponent(cookie).split('.')[0] as string;
  const running = await site.db.first<{ data: string }>('select data from sessions where id = :id', { id: SessionStore.keyOf(id) });
  assert.equal((await guest.post('/logout')).statusCode, 303);
  assert.equal(guest.cookies.has('tracklist'), false);
  // What a slow request does at its end: it saves the session that it read at its beginning.
  await new Promise((resolve) => new SessionStore(site.db, { idle: 1e9, all: 1e9 }).set(id, JSON.parse(running?.data ?? '{}'), resolve));
  guest.cookies.set('tracklist', cookie);
  assert.equal(await isSignedIn(guest), false);
});

test('logging out leaves no liked songs behind', async (t) => {
  const site = await testApp(t);
  const [song] = await withSongs(site);
  const guest = visitor(site);
  await guest.post('/signup', ANN);
  await guest.post(`/songs/${song}/like`);
  await guest.post('/logout');
  assert.match((await guest.get('/liked')).body, /No liked songs yet/);
});

test('a new secret logs nobody out, and a secret that is gone does', async (t) => {
  const site = await testApp(t);
  await withAnn(site);
  const guest = visitor(site);
  await guest.post('/login', ANN);
  const newer = 'c1149afbf4c8996fb92427ae41e4649b';
  for (const [secrets, expected] of [[[newer, ...site.config.secrets], true], [[newer], false]] as const) {
    const { app } = await buildApp({ db: site.db, config: { ...site.config, secrets: [...secrets] } });
    const later = visitor({ app });
    later.cookies.set('tracklist', guest.cookies.get('tracklist') as string);
    assert.equal(await isSignedIn(later), expected);
    assert.equal(await isSignedIn(later), expected);
    await app.close();
  }
});

test('a new password ends the other sessions and not this one', async (t) => {
  const site = await testApp(t);
  await withAnn(site);
  const [here, there] = [visitor(site), visitor(site)];
  for (const guest of [here, there]) await guest.post('/login', ANN);
  const wrong = await here.post('/account/password', { password: 'not mine', new_password: 'rain over Kent' });
  assert.match(wrong.body, /This is not your password/);
  const weak = await here.post('/account/password', { password: ANN.password, new_password: '12345678' });
  assert.match(weak.body, /Add something besides digits/);
  assert.equal((await here.post('/account/password', { password: ANN.password, new_password: 'rain over Kent' })).statusCode, 303);
  assert.deepEqual([await isSignedIn(here), await isSignedIn(there)], [true, false]);
  assert.equal((await there.post('/login', { ...ANN, password: 'rain over Kent' })).statusCode, 303);
});

test('own sessions can be seen and ended, and nobody else’s', async (t) => {
  const site = await testApp(t);
  await withAnn(site);
  await createUser(site.db, { username: 'bob', password: 'rain over Kent' });
  const [laptop, phone, bob] = [visitor(site), visitor(site), visitor(site)];
  await laptop.post('/login', ANN, { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' });
  await phone.post('/login', ANN, { 'user-agent': 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1' });
  await bob.post('/login', { username: 'bob', password: 'rain over Kent' });
  const list = (await laptop.get('/account/sessions')).body;
  assert.match(list, /Firefox on Linux/);
  assert.match(list, /Safari on iPhone/);
  const end = /action="(\/account\/sessions\/[^"]+\/end)"/.exec(list)?.[1] as string;
  assert.equal((await bob.post(end)).statusCode, 404);
  assert.equal(await isSignedIn(phone), true);
  assert.equal((await laptop.post(end)).statusCode, 303);
  assert.deepEqual([await isSignedIn(laptop), await isSignedIn(phone)], [true, false]);
});

test('ending the session in use is a log-out, and one that is gone is told', async (t) => {
  const site = await testApp(t);
  await withAnn(site);
  const guest = visitor(site);
  await guest.post('/login', ANN);
  const row = await site.db.first<{ id: string }>('select id from sessions where ended_at is null');
  assert.equal((await guest.post('/account/sessions/4711/end')).statusCode, 404);
  assert.equal((await guest.post(`/account/sessions/${row?.id}/end`)).headers.location, '/');
  assert.equal(guest.cookies.has('tracklist'), false);
  assert.equal(await isSignedIn(guest), false);
});

test('a new password gives this session a new id, so that a copied cookie is worth nothing', async (t) => {
  const site = await testApp(t);
  await withAnn(site);
  const [guest, thief] = [visitor(site), visitor(site)];
  await guest.post('/login', ANN);
  thief.cookies.set('tracklist', guest.cookies.get('tracklist') as string);
  await guest.post('/account/password', { password: ANN.password, new_password: 'rain over Kent' });
  assert.deepEqual([await isSignedIn(guest), await isSignedIn(thief)], [true, false]);
});

test('own data can be taken along, and the account deleted', async (t) => {
  const site = await testApp(t);
  const [song] = await withSongs(site);
  const guest = visitor(site);
  await guest.post('/signup', ANN);
  await guest.post(`/songs/${song}/like`);
  const data = (await guest.get('/account/data.json')).json();
  assert.equal(data.account.username, 'Ann');
  assert.deepEqual(data.likes.map((like: { song_name: string }) => like.song_name), ['River']);
  assert.equal((await guest.post('/account/delete', { password: 'not mine' })).statusCode, 422);
  assert.equal((await guest.post('/account/delete', { password: ANN.password })).statusCode, 303);
  assert.equal(await isSignedIn(guest), false);
  assert.deepEqual(await site.db.all('select name, size from table_sizes where name in (\'likes\', \'users\') order by name'), [{ name: 'likes', size: 0 }, { name: 'users', size: 0 }]);
});

test('an account’s pages send visitors to the log-in and back', async (t) => {
  const site = await testApp(t);
  const guest = visitor(site);
  for (const url of ['/account', '/account/password', '/account/sessions', '/account/data.json', '/account/delete']) {
    const answer = await guest.get(url);
    assert.deepEqual([answer.statusCode, answer.headers.location], [303, `/login?next=${encodeURIComponent(url)}`]);
  }
});

test('next leads only inside the site', async (t) => {
  const site = await testApp(t);
  await withAnn(site);
  const next = async (path: string) => (await visitor(site).post('/login', { ...ANN, next: path })).headers.location;
  assert.equal(await next('/songs?page=2#song-7'), '/songs?page=2#song-7');
  assert.equal(await next('/artists/Bj%C3%B6rk'), '/artists/Bj%C3%B6rk');
  for (const path of ['https://evil.test/', '//evil.test', '/\\evil.test', '/\t/evil.test', 'javascript:alert(1)', '/a\\..\\b', '']) assert.equal(await next(path), '/', path);
});

test('usernames are of any script, and unique whatever the case', async (t) => {
  const site = await testApp(t);
  const signUp = async (username: string) => visitor(site).post('/signup', { username, password: 'clouds over Kent' });
  for (const name of ['Жанна', '宇多田ヒカル', 'ann.b+c@d_e-f', 'x'.repeat(150)]) assert.equal((await signUp(name)).statusCode, 303, name);
  for (const name of ['жанна', 'ANN.B+C@D_E-F', 'two words', 'semi;colon', '', 'x'.repeat(151)]) assert.equal((await signUp(name)).statusCode, 422, name);
  assert.match((await signUp('ЖАННА')).body, /This username is taken\. Choose another\./);
});

test('two people who want one name at once: one gets it, the other is told', async (t) => {
  const site = await testApp(t);
  const answers = await Promise.all(['Zoe', 'zoe', 'ZOE'].map((username) => visitor(site).post('/signup', { username, password: 'clouds over Kent' })));
  assert.deepEqual(answers.map((answer) => answer.statusCode).sort(), [303, 422, 422]);
});

test('weak passwords are refused with the reason, and a password is never trimmed', async (t) => {
  const site = await testApp(t);
  const refusal = async (password: string) => /id="password-error"[^>]*>(?:<span[^>]*>[^<]*<\/span>)?([^<]*)/.exec((await visitor(site).post('/signup', { username: 'kathleen', password })).body)?.[1];
  assert.match(await refusal('short') ?? '', /at least 8 characters/);
  assert.match(await refusal('password1') ?? '', /among the most common/);
  assert.match(await refusal('7315948260') ?? '', /besides digits/);
  assert.match(await refusal('Kathleen99') ?? '', /not like your username/);
  assert.match(await refusal('clouds over Kent '.repeat(5)) ?? '', /at most 64 characters/);
  assert.match(await refusal('P@ssw0rd1') ?? '', /among the most common/);
  const guest = visitor(site);
  assert.equal((await guest.post('/signup', { username: 'kathleen', password: '  p a d d e d  ' })).statusCode, 303);
  assert.equal((await visitor(site).post('/login', { username: 'kathleen', password: 'p a d d e d' })).statusCode, 422);
  assert.equal((await visitor(site).post('/login', { username: 'kathleen', password: '  p a d d e d  ' })).statusCode, 303);
});

test('a closed site lets nobody sign up', async (t) => {
  const site = await testApp(t, { SIGNUP: 'closed' });
  const guest = visitor(site);
  assert.equal((await guest.get('/signup')).statusCode, 403);
  assert.equal((await guest.post('/signup', ANN)).statusCode, 403);
  assert.doesNotMatch((await guest.get('/login')).body, /href="\/signup/);
});

test('the first administrator is made by a link that works once, and only while there is none', async (t) => {
  const site = await testApp(t);
  const key = await makeSetupLink(site.db);
  const guest = visitor(site);
  assert.equal((await guest.get('/setup?key=guess')).statusCode, 403);
  assert.equal((await guest.get('/setup')).statusCode, 403);
  assert.equal((await guest.get(`/setup?key=${key}`)).statusCode, 200);
  assert.equal((await guest.post('/setup', { key, username: 'Ann', password: 'short' })).statusCode, 422);
  assert.equal((await guest.post('/setup', { key, ...ANN })).statusCode, 303);
  assert.deepEqual(await site.db.first('select username, is_staff, is_superuser from users'), { username: 'Ann', is_staff: 1, is_superuser: 1 });
  assert.equal((await visitor(site).post('/setup', { key, username: 'Bob', password: 'rain over Kent' })).statusCode, 403);
  const later = await makeSetupLink(site.db);
  assert.equal((await visitor(site).get(`/setup?key=${later}`)).statusCode, 403);
});

test('an hour later the link is too old', async (t) => {
  const site = await testApp(t);
  const key = await makeSetupLink(site.db);
  await site.db.run('update setup_links set expires_at = expires_at - 3600001');
  assert.equal((await visitor(site).get(`/setup?key=${key}`)).statusCode, 403);
});

test('an account that is not active can’t log in, and its open session is nobody’s', async (t) => {
  const site = await testApp(t);
  const user = await withAnn(site);
  const guest = visitor(site);
  await guest.post('/login', ANN);
  await site.db.run('update users set is_active = 0 where id = :user', { user });
  assert.equal(await isSignedIn(guest), false);
  assert.equal((await visitor(site).post('/login', ANN)).statusCode, 422);
});
