/** When sessions, links and tokens end, by a clock that goes when it is told to, backwards too. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { makePasswordLink } from '../../accounts/password-links.ts';
import { makeSetupLink } from '../../accounts/setup-links.ts';
import { createToken, findToken, tokensOf } from '../../accounts/tokens.ts';
import { createUser } from '../../accounts/users.ts';
import { OPERATOR } from '../../db/history/change.ts';
import { act } from '../../db/history/writer.ts';
import { takeKey } from '../../db/answered.ts';
import { addAlbum, type TestApp, testApp, type Visitor, visitor } from '../../testing/app.ts';
import { program } from '../../testing/program.ts';
import { keepOnce, lookAtOnce } from '../../web/shown-once.ts';

const PASSWORD = 'clouds over Kent';
const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;
const JWT_SECRET = '9d2e7c41b05a4f6e8b13c7d8e2f0a965';

type Clock = TestApp & { later: (milliseconds: number) => void };

async function siteOf(t: TestContext, settings: Record<string, string> = {}): Promise<Clock> {
  const site = await testApp(t, settings);
  t.mock.timers.enable({ apis: ['Date'], now: Date.UTC(2026, 0, 5, 9) });
  return { ...site, later: (milliseconds) => t.mock.timers.setTime(Date.now() + milliseconds) };
}

async function ann(site: Clock): Promise<Visitor> {
  await createUser(site.db, { username: 'ann', password: PASSWORD });
  const browser = visitor(site);
  assert.equal((await browser.post('/login', { username: 'ann', password: PASSWORD })).statusCode, 303);
  return browser;
}

const isIn = async (browser: Visitor) => (await browser.get('/account')).statusCode === 200;

test('a session ends after 14 days without a visit', async (t) => {
  const site = await siteOf(t);
  const browser = await ann(site);
  for (let visit = 0; visit < 3; visit += 1) {
    site.later(13.9 * DAY);
    assert.equal(await isIn(browser), true);
  }
  site.later(14.1 * DAY);
  assert.equal(await isIn(browser), false);
});

test('a visit every day doesn’t keep a session for more than 90 days', async (t) => {
  const site = await siteOf(t);
  const browser = await ann(site);
  for (let day = 1; day < 90; day += 1) {
    site.later(DAY);
    if (day % 9 === 0) assert.equal(await isIn(browser), true, `day ${day}`);
  }
  site.later(DAY + 1);
  assert.equal(await isIn(browser), false);
});

test('what a visitor without an account likes stays for as long as they come', async (t) => {
  const site = await siteOf(t);
  const { songs } = await addAlbum(site.db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', songs: [['River', 1]] });
  const guest = visitor(site);
  await guest.post(`/songs/${songs[0]}/like`);
  for (let visit = 0; visit < 20; visit += 1) {
    site.later(10 * DAY);
    assert.match((await guest.get('/liked')).body, /River/);
  }
});

test('how long sessions last is a setting', async (t) => {
  const site = await siteOf(t, { SESSION_IDLE_DAYS: '2', SESSION_DAYS: '3' });
  const browser = await ann(site);
  site.later(1.9 * DAY);
  assert.equal(await isIn(browser), true);
  site.later(1.2 * DAY);
  assert.equal(await isIn(browser), false);
  assert.match((await browser.get('/privacy')).body, /2 days after your last visit, and 3 days after you log in/);
});

test('a session of JSON Web Tokens ends after 90 days, however often it is renewed', async (t) => {
  const site = await siteOf(t, { JWT_SECRET });
  await createUser(site.db, { username: 'ann', password: PASSWORD });
  const api = program(site);
  let pair = (await api('POST', '/token/', { username: 'ann', password: PASSWORD })).json as { refresh: string };
  let renewals = 0;
  for (; renewals < 120; renewals += 1) {
    site.later(0.9 * DAY);
    const answer = await api('POST', '/token/refresh/', { refresh: pair.refresh });
    if (answer.status !== 200) break;
    pair = answer.json as { refresh: string };
  }
  assert.equal(renewals, 99, 'the last one within 90 days');
});

/** What works now, and after the clock was set back by so much works no longer than it was to. */
test('a clock that is set back makes nothing work for longer', async (t) => {
  const site = await siteOf(t, { JWT_SECRET });
  const setup = await makeSetupLink(site.db);
  const browser = await ann(site);
  const api = program(site);
  const link = await makePasswordLink(site.db, 1);
  const { access } = (await api('POST', '/token/', { username: 'ann', password: PASSWORD })).json as { access: string };
  const ticket = keepOnce('a secret');
  const cookies = [...browser.cookies];
  const withCookies = () => {
    const same = visitor(site);
    for (const [name, value] of cookies) same.cookies.set(name, value);
    return same;
  };
  const works = async () => ({
    session: await isIn(withCookies()),
    link: (await visitor(site).get(`/password?key=${link}`)).statusCode === 200,
    setup: (await visitor(site).get(`/setup?key=${setup}`)).statusCode === 200,
    token: (await api('GET', '/v1/me', undefined, { authorization: `Bearer ${access}` })).status === 200,
    secret: lookAtOnce(ticket) !== undefined,
  });
  assert.deepEqual(await works(), { session: true, link: true, setup: true, token: true, secret: true });
  site.later(-30 * DAY);
  assert.deepEqual(await works(), { session: false, link: false, setup: false, token: false, secret: false });
  site.later(30 * DAY + 60_000);
  assert.deepEqual(await works(), { session: true, link: true, setup: true, token: true, secret: true }, 'when the clock is right again');
});

test('a clock that is put right by a few minutes logs nobody out', async (t) => {
  const site = await siteOf(t);
  const browser = await ann(site);
  site.later(-10 * 60_000);
  assert.equal(await isIn(browser), true);
});

test('what began before the clock was set back holds up no other', async (t) => {
  const site = await siteOf(t);
  await createUser(site.db, { username: 'ann', password: PASSWORD });
  assert.ok('begun' in (await takeKey(site.db, 'key', 'form')));
  const { secret } = await act(site.db, OPERATOR, (writer) => createToken(writer, { user: 1, name: 'laptop', scopes: ['read'] }));
  await findToken(site.db, secret);
  const api = program(site);
  for (let call = 0; call < 3; call += 1) await api('GET', '/v1/albums');
  site.later(-30 * DAY);
  assert.ok('begun' in (await takeKey(site.db, 'key', 'form')), 'a form that was being stored');
  await findToken(site.db, secret);
  assert.equal((await tokensOf(site.db, 1))[0]?.last_used_at, new Date().toISOString(), 'a token’s last use');
  const { headers } = await api('GET', '/v1/albums');
  assert.match(String(headers['ratelimit']), /r=599;t=\d+/);
});

test('“Log out everywhere else” ends every other session at one press', async (t) => {
  const site = await siteOf(t, { JWT_SECRET });
  const here = await ann(site);
  assert.doesNotMatch((await here.get('/account/sessions')).body, /everywhere else/, 'nothing to end');
  const others = [visitor(site), visitor(site)];
  for (const browser of others) await browser.post('/login', { username: 'ann', password: PASSWORD });
  const { access } = (await program(site)('POST', '/token/', { username: 'ann', password: PASSWORD })).json as { access: string };
  assert.match((await here.get('/account/sessions')).body, /<form method="post" action="\/account\/sessions\/end-others"><button[^>]*>Log out everywhere else</);
  assert.equal((await here.post('/account/sessions/end-others')).headers.location, '/account/sessions');
  assert.match((await here.get('/account/sessions')).body, /Logged out everywhere else: 2 other sessions\./);
  assert.deepEqual(await Promise.all([here, ...others].map(isIn)), [true, false, false]);
  assert.equal((await program(site)('GET', '/v1/me', undefined, { authorization: `Bearer ${access}` })).status, 401);
});

test('every page of an account has a way out', async (t) => {
  const site = await siteOf(t);
  const browser = await ann(site);
  site.later(11 * 60_000);
  for (const path of ['', '/email', '/password', '/security', '/security/app', '/security/passkeys', '/sessions', '/tokens', '/confirm', '/delete'].map((page) => `/account${page}`)) {
    assert.match((await browser.get(path)).body, /<form method="post" action="\/logout"><button[^>]*>Log out<\/button>/, path);
  }
});

test('an account has a hundred sessions at most, the latest', async (t) => {
  const site = await siteOf(t);
  const browser = await ann(site);
  await site.db.run(`with recursive n(i) as (select 1 union all select i + 1 from n where i < 150)
    insert into sessions (id, user, data, created_at, seen_at, expires_at) select 's' || i, 1, '{}', :now, :now - i, :now + 1000 from n`, { now: Date.now() });
  site.later(1);
  await browser.post('/login', { username: 'ann', password: PASSWORD });
  assert.deepEqual(await site.db.first('select count(*) as rows from sessions where user = 1 and ended_at is null'), { rows: 100 });
  assert.equal(await isIn(browser), true);
});
