/** A second factor by pages: set up, asked for after the password, used once, lost and removed. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { appOf, resealApps } from '../../../accounts/factors/app.ts';
import { readConfig } from '../../../config.ts';
import { buildApp } from '../../../app.ts';
import { makePasswordLink } from '../../../accounts/password-links.ts';
import { addAlbum, SECRET, type Visitor, visitor } from '../../../testing/app.ts';
import { type Cast, castOf, loggedIn, PASSWORD } from '../../../testing/cast.ts';
import { beginApp, codeOf, codesIn, setUpApp, stopClock } from '../../../testing/factors.ts';

const ANN = { username: 'ann', password: PASSWORD, next: '/songs?page=2' };

/** A browser in which ann has given her password. */
async function afterPassword(site: Cast, address?: string): Promise<Visitor> {
  const browser = visitor(site, address);
  const answer = await browser.post('/login', ANN);
  assert.equal(answer.statusCode, 303);
  assert.equal(answer.headers.location, '/login/code');
  return browser;
}

const isIn = async (browser: Visitor): Promise<boolean> => (await browser.get('/account')).statusCode === 200;

/** Ann with an app, and nothing counted against her. */
async function annWithApp(t: TestContext): Promise<Cast & { key: string; codes: string[] }> {
  stopClock(t);
  const site = await castOf(t);
  return { ...site, ...(await setUpApp(site.ann)) };
}

test('an app counts from its first right code on, and ten recovery codes are shown once', async (t) => {
  stopClock(t);
  const site = await castOf(t);
  const key = await beginApp(site.ann);
  assert.equal(key.length, 32);
  const page = await site.ann.get('/account/security/app/confirm');
  assert.match(page.body, new RegExp(`href="otpauth://totp/Tracklist:ann\\?issuer=Tracklist&amp;secret=${key}&amp;algorithm=SHA1&amp;digits=6&amp;period=30"`));
  assert.match(page.body, /<svg class="qr" viewBox="-4 -4 \d+ \d+"/);
  assert.equal(page.headers['cache-control'], 'no-store');
  assert.equal((await visitor(site).post('/login', ANN)).headers.location, ANN.next, 'no code yet, no factor yet');
  const wrong = await site.ann.post('/account/security/app/confirm', { code: '000000' });
  assert.equal(wrong.statusCode, 422);
  assert.match(wrong.body, /This is not the code/);
  assert.match(wrong.body, new RegExp(key.slice(0, 4)), 'the same key stays');
  const right = await site.ann.post('/account/security/app/confirm', { code: ` ${codeOf(key).slice(0, 3)} ${codeOf(key).slice(3)}` });
  assert.equal(new Set(codesIn(right.body)).size, 10);
  assert.equal(right.headers['cache-control'], 'no-store');
  assert.match(decodeURIComponent(/href="(data:text\/plain[^"]+)" download/.exec(right.body)?.[1] ?? ''), new RegExp(codesIn(right.body)[9] as string));
  const after = await site.ann.get('/account/security');
  assert.match(after.body, /<strong>10 codes<\/strong> left/);
  assert.doesNotMatch(after.body, new RegExp(codesIn(right.body)[0] as string));
  assert.equal((await site.ann.get('/account/security/app/confirm')).headers.location, '/account/security', 'the key is not shown again');
});

test('every change asks for the password', async (t) => {
  const site = await annWithApp(t);
  for (const path of ['app', 'app/remove', 'codes']) {
    const answer = await site.ann.post(`/account/security/${path}`, { password: 'not this one' });
    assert.equal(answer.statusCode, 422, path);
    assert.match(answer.body, /This is not your password/);
  }
  assert.ok(await appOf(site.db, site.ids.ann));
});

test('after the password nobody is in until the code is right; then everything is as after any log-in', async (t) => {
  const site = await annWithApp(t);
  const { songs } = await addAlbum(site.db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', songs: [['River', 1]] });
  const browser = visitor(site);
  await browser.post(`/songs/${songs[0]}/like`, { next: '/' });
  const before = browser.cookies.get('tracklist');
  await browser.post('/login', ANN);
  assert.equal(await isIn(browser), false);
  assert.equal((await browser.get('/api/v1/me')).statusCode, 401);
  assert.deepEqual(await site.db.all('select song from likes'), [], 'likes stay where they are until the end');
  const wrong = await browser.post('/login/code', { code: '12345' });
  assert.equal(wrong.statusCode, 422);
  assert.match(wrong.body, /This code is wrong/);
  assert.equal(await isIn(browser), false);
  const answer = await browser.post('/login/code', { code: codeOf(site.key) });
  assert.equal(answer.headers.location, ANN.next);
  assert.match((await browser.get('/account')).body, /Logged in as ann\. 1 liked song moved/);
  assert.notEqual(browser.cookies.get('tracklist'), before, 'the session has a new id');
  assert.equal(browser.cookies.has('tracklist-login'), false);
  assert.deepEqual(await site.db.all('select song from likes'), [{ song: songs[0] }]);
});

test('a code works once, in whichever browser, and so does the code of the set-up', async (t) => {
  const site = await annWithApp(t);
  const code = codeOf(site.key);
  const [one, two] = [await afterPassword(site), await afterPassword(site)];
  assert.equal((await (await afterPassword(site)).post('/login/code', { code: codeOf(site.key, -1) })).statusCode, 422, 'that of the set-up');
  const answers = await Promise.all([one.post('/login/code', { code }), two.post('/login/code', { code })]);
  assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [303, 422]);
  assert.equal((await (await afterPassword(site)).post('/login/code', { code })).statusCode, 422);
});

test('a clock may be one step off, and no more', async (t) => {
  const site = await annWithApp(t);
  await site.db.run('update authenticator_apps set last_step = 0');
  const entered = async (steps: number) => (await (await afterPassword(site, `198.51.100.${steps + 9}`)).post('/login/code', { code: codeOf(site.key, steps) })).statusCode;
  assert.deepEqual([await entered(-2), await entered(2), await entered(-1), await entered(1)], [422, 422, 303, 303]);
  assert.equal(await entered(0), 422, 'an earlier one than the last works no more');
});

test('each recovery code works once, however it is typed, and how many are left is told', async (t) => {
  const site = await annWithApp(t);
  const [first = '', second = ''] = site.codes;
  const browser = await afterPassword(site);
  assert.equal((await browser.post('/login/code', { code: first.toUpperCase().replaceAll('-', ' ').replaceAll('0', 'O') })).statusCode, 303);
  assert.match((await browser.get('/')).body, /You used a recovery code: 9 codes left/);
  assert.equal((await (await afterPassword(site)).post('/login/code', { code: first })).statusCode, 422);
  const [one, two] = [await afterPassword(site), await afterPassword(site)];
  const answers = await Promise.all([one, two].map((each) => each.post('/login/code', { code: second })));
  assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [303, 422]);
  const anew = codesIn((await site.ann.post('/account/security/codes', { password: PASSWORD })).body);
  assert.equal(anew.length, 10);
  assert.equal((await (await afterPassword(site)).post('/login/code', { code: site.codes[2] as string })).statusCode, 422, 'the old ones are gone');
});

test('wrong codes are slowed down, and a right password between them ends no wait', async (t) => {
  const site = await annWithApp(t);
  for (let turn = 0; turn < 5; turn += 1) {
    const browser = await afterPassword(site, '198.51.100.99');
    assert.equal((await browser.post('/login/code', { code: '000000' })).statusCode, 422);
  }
  const browser = await afterPassword(site, '198.51.100.99');
  const answer = await browser.post('/login/code', { code: codeOf(site.key) });
  assert.equal(answer.statusCode, 429);
  assert.match(answer.body, /Too many tries\. Wait \d+ seconds/);
  assert.ok(Number(answer.headers['retry-after']) > 0);
});

test('the second step is over after ten minutes, after a change of the password, and for another browser', async (t) => {
  const site = await annWithApp(t);
  const late = await afterPassword(site);
  await site.db.run('update challenges set expires_at = expires_at - 600000');
  assert.equal((await late.get('/login/code')).headers.location, '/login');
  assert.equal((await late.post('/login/code', { code: codeOf(site.key) })).headers.location, '/login');
  assert.equal(await isIn(late), false);
  const changed = await afterPassword(site);
  t.mock.timers.tick(1);
  await site.ann.post('/account/password', { password: PASSWORD, new_password: 'rain over Kent' });
  assert.equal((await changed.post('/login/code', { code: codeOf(site.key) })).headers.location, '/login');
  assert.equal((await visitor(site).post('/login/code', { code: codeOf(site.key) })).headers.location, '/login');
});

test('a one-time link for a password doesn’t get around the second factor', async (t) => {
  const site = await annWithApp(t);
  const key = await makePasswordLink(site.db, site.ids.ann);
  const browser = visitor(site);
  const answer = await browser.post('/password', { key, password: 'rain over Kent' });
  assert.equal(answer.headers.location, '/login');
  assert.equal(await isIn(browser), false);
  assert.equal((await browser.post('/login', { username: 'ann', password: 'rain over Kent', next: '/' })).headers.location, '/login/code');
  assert.equal(await isIn(browser), false);
  await browser.post('/login/code', { code: codeOf(site.key) });
  assert.equal(await isIn(browser), true);
});

test('a key is stored encrypted, and secrets rotate: the first seals, all open', async (t) => {
  const site = await annWithApp(t);
  const stored = await site.db.first<{ secret: string }>('select secret from authenticator_apps');
  assert.doesNotMatch(JSON.stringify(stored), new RegExp(site.key));
  const anew = 'Qw8Zr5Tn1Lx7Kd3Vb6Hy0Gm4Ju2Pc9Es';
  const rotated = async (secrets: string) => {
    const config = readConfig({ SESSION_SECRET: secrets, LOG_LEVEL: 'silent' });
    const { app } = await buildApp({ db: site.db, config });
    t.after(() => app.close());
    return { ...site, app, config };
  };
  const both = await rotated(`${anew} ${SECRET}`);
  assert.equal((await (await afterPassword(both)).post('/login/code', { code: codeOf(site.key) })).statusCode, 303);
  assert.equal((await (await afterPassword(await rotated(anew))).post('/login/code', { code: codeOf(site.key, 1) })).statusCode, 422, 'not opened by another secret');
  assert.equal(await resealApps(site.db, both.config.secrets), 1);
  assert.equal((await (await afterPassword(await rotated(anew))).post('/login/code', { code: codeOf(site.key, 1) })).statusCode, 303, 'the old secret can go');
  await site.db.run('update authenticator_apps set user_id = :tomas', { tomas: site.ids.tomas });
  assert.equal(await resealApps(site.db, [SECRET, anew]), 0, 'moved to another account, it opens for nobody');
});

test('what is removed is asked for no more, and the recovery codes go with it', async (t) => {
  const site = await annWithApp(t);
  assert.equal((await site.ann.post('/account/security/app/remove', { password: PASSWORD })).statusCode, 303);
  assert.deepEqual(await site.db.all('select * from recovery_codes'), []);
  assert.equal((await visitor(site).post('/login', ANN)).headers.location, ANN.next);
  assert.equal((await site.ann.get('/account/security/codes')).headers.location, '/account/security');
});

test('no secret is in the history or in what an account can take along', async (t) => {
  const site = await annWithApp(t);
  await (await afterPassword(site)).post('/login/code', { code: site.codes[0] as string });
  const kept = JSON.stringify([await site.db.all('select * from changes'), await site.db.all('select * from acts'), (await site.ann.get('/account/data.json')).body]);
  for (const secret of [site.key, ...site.codes, 'v1.']) assert.ok(!kept.includes(secret), secret);
  assert.match(kept, /authenticator app/);
  assert.match(kept, /recovery codes/);
});

test('after a change of a factor one can log out everywhere else', async (t) => {
  stopClock(t);
  const site = await castOf(t);
  const button = /<form class="after" method="post" action="\/account\/sessions\/end-others">[\s\S]*Log out everywhere else/;
  assert.doesNotMatch((await site.ann.get('/account/security')).body, button, 'nothing to end');
  const other = await loggedIn(site, 'ann');
  await setUpApp(site.ann);
  assert.match((await site.ann.get('/account/security')).body, button);
  assert.match((await site.ann.post('/account/security/codes', { password: PASSWORD })).body, /<button[^>]*>Log out<\/button>/, 'the page of new codes has a way out');
  await site.ann.post('/account/sessions/end-others');
  assert.deepEqual(await Promise.all([site.ann, other].map(isIn)), [true, false]);
});
