/** Whom waits meet and whom they don't, through the front door, by a clock that goes when it is told to. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { knowBrowser } from '../../accounts/known-browsers.ts';
import { setPassword } from '../../accounts/set-password.ts';
import { createUser } from '../../accounts/users.ts';
import { OPERATOR } from '../../db/history/change.ts';
import { program } from '../../testing/program.ts';
import { addAlbum, type TestApp, testApp, type Visitor, visitor } from '../../testing/app.ts';

const OFFICE = '203.0.113.7';
const PASSWORD = 'clouds over Kent';
const NEW_PASSWORD = 'rain over the Downs';
const MONDAY = Date.UTC(2026, 0, 5, 9);
const DAY = 24 * 60 * 60;

type Clock = TestApp & { later: (seconds: number) => void };

/** A site with some people, and a clock. */
async function siteOf(t: TestContext, people: string[], settings: Record<string, string> = {}): Promise<Clock> {
  const site = await testApp(t, settings);
  t.mock.timers.enable({ apis: ['Date'], now: MONDAY });
  for (const username of people) await createUser(site.db, { username, password: PASSWORD, is_superuser: username === 'admin', is_staff: username === 'admin' });
  return { ...site, later: (seconds) => t.mock.timers.setTime(Date.now() + seconds * 1000) };
}

const isSignedIn = async (guest: Visitor) => (await guest.get('/account')).statusCode === 200;
const at = (number: number) => `198.51.100.${number}`;

/** Logs in: 303 when it was right, 422 when it was wrong, 429 with a wait. */
async function logIn(guest: Visitor, username: string, password = PASSWORD): Promise<{ status: number; wait: number }> {
  const answer = await guest.post('/login', { username, password, next: '/' });
  return { status: answer.statusCode, wait: Number(answer.headers['retry-after'] ?? 0) };
}

/** Guesses until nobody is let any more; gives how many guesses were let. */
async function guess(site: Clock, count: number, who: (turn: number) => { username: string; address: string }): Promise<number> {
  let guesses = 0;
  for (let turn = 0; turn < count; turn += 1) {
    const { username, address } = who(turn);
    if ((await logIn(visitor(site, address), username, `wrong ${turn}`)).status === 422) guesses += 1;
  }
  return guesses;
}

/** A browser in which somebody has logged in before, and out again. */
async function knownBrowser(site: Clock, username: string, address = OFFICE): Promise<Visitor> {
  const browser = visitor(site, address);
  assert.equal((await logIn(browser, username)).status, 303);
  await browser.post('/logout');
  return browser;
}

test('the wrong tries of one browser wait, say for how long, and keep what was typed', async (t) => {
  const site = await siteOf(t, ['ann']);
  assert.equal(await guess(site, 5, () => ({ username: 'ann', address: OFFICE })), 5);
  const answer = await visitor(site, OFFICE).post('/login', { username: 'ann', password: PASSWORD });
  assert.deepEqual([answer.statusCode, answer.headers['retry-after']], [429, '10']);
  assert.match(answer.body, /Too many tries\. Wait 10 seconds, then try again\./);
  assert.match(answer.body, /name="username"[^>]*value="ann"/);
  site.later(10);
  assert.equal((await logIn(visitor(site, OFFICE), 'ann')).status, 303);
});

test('an office where everybody mistypes once: nobody ever waits, on the API neither', async (t) => {
  const people = Array.from({ length: 16 }, (_, number) => `person${number}`);
  const site = await siteOf(t, people);
  for (const name of people) {
    assert.equal((await logIn(visitor(site, OFFICE), name, 'mistyped')).status, 422);
    site.later(20);
    assert.equal((await logIn(visitor(site, OFFICE), name)).status, 303, name);
    site.later(120);
  }
  const api = await site.app.inject({ method: 'POST', url: '/api/login', remoteAddress: OFFICE, payload: { username: 'person1', password: PASSWORD } });
  assert.equal(api.statusCode, 200);
});

type Scenario = { name: string; attack: (site: Clock) => Promise<unknown>; who: string; known?: boolean; address?: string; longest: number };

const SCENARIOS: Scenario[] = [
  { name: 'a colleague who guesses at one account doesn’t keep another from theirs', attack: (site) => guess(site, 40, () => ({ username: 'bob', address: OFFICE })), who: 'ann', longest: 0 },
  { name: 'a colleague who guesses at many accounts costs a stranger’s browser less than two minutes', attack: (site) => guess(site, 35, (turn) => ({ username: `name${turn}`, address: OFFICE })), who: 'ann', longest: 120 },
  { name: 'a colleague who guesses at many accounts costs a known browser nothing', attack: (site) => guess(site, 60, (turn) => ({ username: `name${turn}`, address: OFFICE })), who: 'ann', known: true, longest: 0 },
  { name: 'a colleague who guesses at somebody’s own account costs their browser nothing', attack: (site) => guess(site, 40, () => ({ username: 'ann', address: OFFICE })), who: 'ann', known: true, longest: 0 },
  { name: 'who guesses at the only administrator from one address doesn’t keep them out elsewhere', attack: (site) => guess(site, 40, () => ({ username: 'admin', address: at(1) })), who: 'admin', longest: 0 },
  { name: 'who guesses at the only administrator from many addresses costs a known browser nothing', attack: (site) => guess(site, 200, (turn) => ({ username: 'admin', address: at(turn) })), who: 'admin', known: true, longest: 0 },
  { name: 'twenty-six wrong tries from everywhere cost the only administrator’s new browser a quarter of an hour at most', attack: (site) => guess(site, 26, (turn) => ({ username: 'admin', address: at(turn) })), who: 'admin', longest: 900 },
];

for (const { name, attack, who, known = false, address = OFFICE, longest } of SCENARIOS) {
  test(name, async (t) => {
    const site = await siteOf(t, ['ann', 'bob', 'admin']);
    const browser = known ? await knownBrowser(site, who, address) : visitor(site, address);
    await attack(site);
    const first = await logIn(browser, who);
    if (longest === 0) return assert.equal(first.status, 303);
    assert.equal(first.status, 429);
    assert.ok(first.wait <= longest, `${first.wait} seconds`);
    // What was told is the longest that they wait, though the attack goes on.
    site.later(first.wait / 2);
    await attack(site);
    site.later(first.wait / 2);
    await attack(site);
    assert.equal((await logIn(browser, who)).status, 303);
  });
}

test('one request every fifteen minutes keeps nobody out', async (t) => {
  const site = await siteOf(t, ['admin']);
  await guess(site, 20, (turn) => ({ username: 'admin', address: at(turn) }));
  for (let turn = 0; turn < 4; turn += 1) {
    site.later(900);
    await guess(site, 1, () => ({ username: 'admin', address: at(200 + turn) }));
    assert.equal((await logIn(visitor(site, OFFICE), 'admin')).status, 303);
  }
});

test('many addresses together guess twenty passwords of an account, then thirty an hour', async (t) => {
  const site = await siteOf(t, ['ann']);
  let guesses = 0;
  for (let turn = 0; turn < 60; turn += 1) {
    guesses += await guess(site, 2, (one) => ({ username: 'ann', address: at((turn * 2 + one) % 100) }));
    site.later(60);
  }
  assert.ok(guesses > 20 && guesses <= 50, String(guesses));
});

test('a known browser has a count of its own, which others don’t feel', async (t) => {
  const site = await siteOf(t, ['ann', 'bob']);
  const browser = await knownBrowser(site, 'ann');
  for (let turn = 0; turn < 5; turn += 1) assert.equal((await logIn(browser, 'ann', 'wrong one')).status, 422);
  assert.deepEqual(await logIn(browser, 'ann'), { status: 429, wait: 10 });
  assert.equal((await logIn(visitor(site, OFFICE), 'ann')).status, 303);
  // At another account it is a stranger.
  for (let turn = 0; turn < 5; turn += 1) assert.equal((await logIn(browser, 'bob', 'wrong one')).status, 422);
  assert.equal((await logIn(visitor(site, OFFICE), 'bob')).status, 429);
});

test('several people in one browser are each known', async (t) => {
  const site = await siteOf(t, ['ann', 'bob']);
  const browser = visitor(site, OFFICE);
  for (const name of ['ann', 'bob', 'ann']) {
    await logIn(browser, name);
    await browser.post('/logout');
  }
  assert.deepEqual(await site.db.first('select count(*) as rows from known_browsers'), { rows: 2 });
  for (const name of ['ann', 'bob']) await guess(site, 10, () => ({ username: name, address: OFFICE }));
  for (const name of ['ann', 'bob']) assert.equal((await logIn(browser, name)).status, 303, name);
});

const REVOKED: [string, (site: Clock, browser: Visitor) => Promise<unknown>, boolean][] = [
  ['logging out leaves a browser known', async () => {}, true],
  ['a new password revokes it', async ({ db }) => setPassword(db, OPERATOR, { id: 1, username: 'ann' }, NEW_PASSWORD), false],
  ['a new password by the person revokes it elsewhere', async (site) => {
    const other = visitor(site, at(9));
    await logIn(other, 'ann');
    assert.equal((await other.post('/account/password', { password: PASSWORD, new_password: NEW_PASSWORD })).statusCode, 303);
  }, false],
  ['half a year without a log-in revokes it', async ({ later }) => later(181 * DAY), false],
];

for (const [name, act, stays] of REVOKED) {
  test(name, async (t) => {
    const site = await siteOf(t, ['ann']);
    const browser = await knownBrowser(site, 'ann');
    await act(site, browser);
    await guess(site, 6, () => ({ username: 'ann', address: OFFICE }));
    assert.equal((await logIn(browser, 'ann', stays ? PASSWORD : NEW_PASSWORD)).status, stays ? 303 : 429);
  });
}

test('a session that is ended from elsewhere takes along that its browser is known', async (t) => {
  const site = await siteOf(t, ['ann']);
  const [lost, own] = [visitor(site, at(1)), visitor(site, at(2))];
  for (const browser of [lost, own]) await logIn(browser, 'ann');
  const ends = [...(await own.get('/account/sessions')).body.matchAll(/action="(\/account\/sessions\/[\w-]+\/end)"/g)].map(([, path]) => path as string);
  for (const path of ends) if (await isSignedIn(lost)) await own.post(path);
  assert.deepEqual([await isSignedIn(lost), (await site.db.all('select account from known_browsers')).length], [false, 1]);
});

test('the cookie is for this host and the server alone, opens nothing, and no page is kept for it', async (t) => {
  const site = await siteOf(t, ['ann'], { PUBLIC_URL: 'https://music.example.org', TRUST_PROXY: '203.0.113.7/32' });
  const headers = { host: 'music.example.org', 'x-forwarded-proto': 'https' };
  const answer = await visitor(site, OFFICE).post('/login', { username: 'ann', password: PASSWORD }, headers);
  const cookie = [answer.headers['set-cookie'] ?? []].flat().find((text) => text.includes('known')) ?? '';
  assert.match(cookie, /^__Host-known-browser=[\w-]{22}; Max-Age=15552000; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  assert.doesNotMatch(JSON.stringify(await site.db.all('select * from known_browsers')), new RegExp(/=([\w-]{22})/.exec(cookie)?.[1] ?? 'none'));
  const alone = visitor(site, OFFICE);
  alone.cookies.set('__Host-known-browser', /=([^;]*)/.exec(cookie)?.[1] ?? '');
  assert.equal((await alone.get('/account', headers)).statusCode, 303);
});

test('a visitor whose browser is known is served kept pages, as any without a session', async (t) => {
  const site = await siteOf(t, ['ann']);
  const browser = await knownBrowser(site, 'ann');
  assert.deepEqual([...browser.cookies.keys()], ['known-browser']);
  await visitor(site).get('/albums');
  const reads = t.mock.method(site.db, 'all');
  assert.equal((await browser.get('/albums')).statusCode, 200);
  assert.equal(reads.mock.callCount(), 0);
});

test('a cookie may hold anything', async (t) => {
  const site = await siteOf(t, ['ann']);
  for (const value of ['x', '.', 'a'.repeat(22), `${'a'.repeat(22)}.`.repeat(200), '%E9%ff%', '__proto__', "' or 1=1 --"]) {
    const guest = visitor(site, OFFICE);
    guest.cookies.set('known-browser', value);
    assert.equal((await logIn(guest, 'ann')).status, 303, value);
  }
});

test('an account has twenty known browsers, the latest', async (t) => {
  const { db, later } = await siteOf(t, ['ann']);
  for (let number = 0; number < 25; number += 1) {
    await knowBrowser(db, { account: 1, session: `session ${number}`, browsers: [] });
    later(1);
  }
  assert.deepEqual(await db.first('select count(*) as rows, min(used_at) as oldest from known_browsers'), { rows: 20, oldest: MONDAY + 5000 });
});

test('a network signs up thirty accounts at once, by page and API together, then one every ten minutes', async (t) => {
  const site = await siteOf(t, []);
  const signUp = (name: string, address = OFFICE) => visitor(site, address).post('/signup', { username: name, password: PASSWORD });
  const register = (name: string) => site.app.inject({ method: 'POST', url: '/api/register', remoteAddress: OFFICE, payload: { username: name, password: PASSWORD } });
  for (let number = 0; number < 15; number += 1) assert.deepEqual([(await signUp(`page${number}`)).statusCode, (await register(`api${number}`)).statusCode], [303, 201]);
  const refused = await signUp('late');
  assert.deepEqual([refused.statusCode, refused.headers['retry-after']], [429, '600']);
  assert.match(refused.body, /Many accounts were made from your network\. Wait 10 minutes, then try again\./);
  assert.match(refused.body, /name="username"[^>]*value="late"/);
  const api = await register('late');
  assert.deepEqual([api.statusCode, api.headers['retry-after']], [429, '600']);
  assert.match(api.json().detail, /Wait 10 minutes/);
  assert.equal((await signUp('elsewhere', at(1))).statusCode, 303);
  site.later(600);
  assert.equal((await signUp('page0')).statusCode, 422, 'a name that is taken counts for nothing');
  assert.deepEqual([(await signUp('late')).statusCode, (await signUp('later')).statusCode], [303, 429]);
  site.later(-30 * DAY);
  assert.equal((await signUp('later')).statusCode, 303, 'a clock that is set back lengthens no wait');
});

test('a network begins a thousand sessions at once, and a visitor who has one goes on', async (t) => {
  const site = await siteOf(t, []);
  const { songs } = await addAlbum(site.db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', songs: [['River', 1], ['Carey', 2]] });
  const school = visitor(site, OFFICE);
  await school.post(`/songs/${songs[0]}/like`);
  for (let number = 1; number < 1000; number += 1) await visitor(site, OFFICE).post(`/songs/${songs[0]}/like`);
  const refused = await visitor(site, OFFICE).post(`/songs/${songs[0]}/like`);
  assert.deepEqual([refused.statusCode, Number(refused.headers['retry-after']) <= 10], [429, true]);
  assert.match(refused.body, /Many visitors came from your network\. Wait \d+ seconds?, then try again, or log in\./);
  assert.deepEqual(await site.db.first('select count(*) as rows from sessions'), { rows: 1000 });
  assert.equal((await school.post(`/songs/${songs[1]}/like`)).statusCode, 303);
  assert.equal((await visitor(site, at(1)).post(`/songs/${songs[0]}/like`)).statusCode, 303);
});

test('programs wait as people do', async (t) => {
  const site = await siteOf(t, ['ann'], { JWT_SECRET: '9d2e7c41b05a4f6e8b13c7d8e2f0a965' });
  const api = program(site);
  for (let turn = 0; turn < 5; turn += 1) await api('POST', turn % 2 === 0 ? '/login' : '/token/', { username: 'ann', password: 'wrong one' });
  for (const path of ['/login', '/token/']) {
    const { status, headers } = await api('POST', path, { username: 'ann', password: PASSWORD });
    assert.deepEqual([status, headers['retry-after']], [429, '10'], path);
  }
});
