/** Passkeys by pages: added, logged in with, refused when they are not what they seem, and removed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Authenticator } from '../../../testing/authenticator.ts';
import { type TestApp, type Visitor, visitor } from '../../../testing/app.ts';
import { castOf, loggedIn, PASSWORD } from '../../../testing/cast.ts';
import { codesIn } from '../../../testing/factors.ts';

type Options<Kind extends 'register' | 'sign'> = { options: Parameters<Authenticator[Kind]>[0] };

const FORM = { name: 'my phone', password: PASSWORD, credential: '' };

/** Adds a passkey by the two requests that the script sends. */
async function add(browser: Visitor, device: Authenticator, name = 'my phone') {
  const asked = await browser.post('/account/security/passkeys/options', { ...FORM, name });
  assert.equal(asked.statusCode, 200, asked.body);
  return browser.post('/account/security/passkeys', { ...FORM, name, credential: device.register(asked.json<Options<'register'>>().options) });
}

async function questionFor(browser: Visitor) {
  return (await browser.post('/login/passkey/options', { next: '/songs', credential: '' })).json<Options<'sign'>>().options;
}

async function logIn(browser: Visitor, device: Authenticator) {
  return browser.post('/login/passkey', { next: '/songs', credential: device.sign(await questionFor(browser)) });
}

const isIn = async (browser: Visitor): Promise<boolean> => (await browser.get('/account')).statusCode === 200;
const stranger = (site: TestApp): Visitor => visitor(site);

test('a passkey opens the account without a password, and a password alone opens it no more', async (t) => {
  const site = await castOf(t);
  const device = new Authenticator();
  const added = await add(site.ann, device);
  assert.equal(codesIn(added.body).length, 10);
  const browser = stranger(site);
  const answer = await logIn(browser, device);
  assert.equal(answer.headers.location, '/songs');
  assert.match((await browser.get('/account')).body, /Logged in as ann\./);
  const other = stranger(site);
  assert.equal((await other.post('/login', { username: 'ann', password: PASSWORD, next: '/songs' })).headers.location, '/login/code');
  assert.match((await other.get('/login/code')).body, /Use a passkey/);
  assert.equal((await questionFor(other) as { allowCredentials?: { id: string }[] }).allowCredentials?.[0]?.id, device.id.toString('base64url'));
  assert.equal((await logIn(other, device)).headers.location, '/songs');
  assert.match((await site.ann.get('/account/security')).body, /my phone[\s\S]*Remove/);
  const byCode = stranger(site);
  await byCode.post('/login', { username: 'ann', password: PASSWORD, next: '/' });
  assert.equal((await byCode.post('/login/code', { code: codesIn(added.body)[0] as string })).statusCode, 303);
});

test('an answer counts once, within five minutes, and only for what was asked', async (t) => {
  const site = await castOf(t);
  const device = new Authenticator();
  await add(site.ann, device);
  const browser = stranger(site);
  const credential = device.sign(await questionFor(browser));
  const answers = await Promise.all([1, 2].map(() => stranger(site).post('/login/passkey', { next: '/songs', credential })));
  assert.deepEqual(answers.map(({ headers }) => headers.location).toSorted(), ['/login?next=%2Fsongs', '/songs']);
  const question = await questionFor(browser);
  await site.db.run('update challenges set expires_at = expires_at - 300000');
  await browser.post('/login/passkey', { next: '/', credential: device.sign(question) });
  await browser.post('/login/passkey', { next: '/', credential: device.sign({ ...question, challenge: 'bm90IG91cnM' }) });
  // What was asked for adding one is no question for a log-in.
  const asked = await site.ann.post('/account/security/passkeys/options', FORM);
  const { challenge } = asked.json<Options<'register'>>().options;
  await browser.post('/login/passkey', { next: '/', credential: device.sign({ challenge, rpId: 'localhost' }) });
  for (const nonsense of ['', '{}', 'null', '[]', '{"id":1}', 'x'.repeat(30_000), '{"id":"a","response":{"clientDataJSON":"e30"}}']) assert.equal((await browser.post('/login/passkey', { next: '/', credential: nonsense })).statusCode, 303);
  assert.equal(await isIn(browser), false);
});

test('refused: another origin, another site, nobody known by the device, a count that went back, another’s signature', async (t) => {
  const site = await castOf(t);
  const device = new Authenticator();
  device.counter = 7;
  await add(site.ann, device);
  const tries: [string, (browser: Visitor) => Promise<unknown>][] = [
    ['origin', async (browser) => { device.origin = 'http://localhost:8001'; await logIn(browser, device); device.origin = 'http://localhost:8000'; }],
    ['site', async (browser) => browser.post('/login/passkey', { next: '/', credential: device.sign({ ...(await questionFor(browser)), rpId: 'evil.test' }) })],
    ['nobody known', async (browser) => { device.isVerified = false; await logIn(browser, device); device.isVerified = true; }],
    ['count', async (browser) => { device.counter = 6; await logIn(browser, device); }],
    ['signature', async (browser) => browser.post('/login/passkey', { next: '/', credential: new Authenticator().sign(await questionFor(browser)).replaceAll(/"(id|rawId)":"[^"]+"/g, `"$1":"${device.id.toString('base64url')}"`) })],
  ];
  for (const [what, attempt] of tries) {
    const browser = stranger(site);
    await attempt(browser);
    assert.equal(await isIn(browser), false, what);
  }
  device.counter = 8;
  assert.equal((await logIn(stranger(site), device)).headers.location, '/songs');
  await site.db.run('update users set is_active = 0 where id = :ann', { ann: site.ids.ann });
  device.counter = 9;
  assert.equal((await logIn(stranger(site), device)).headers.location, '/login?next=%2Fsongs', 'an account that is not active');
});

test('after ann’s password the passkey of somebody else is no second factor', async (t) => {
  const site = await castOf(t);
  const [anns, tomass] = [new Authenticator(), new Authenticator()];
  await add(site.ann, anns);
  await add(await loggedIn(site, 'tomas'), tomass);
  const browser = stranger(site);
  await browser.post('/login', { username: 'ann', password: PASSWORD, next: '/songs' });
  assert.equal((await logIn(browser, tomass)).headers.location, '/login/code');
  assert.equal(await isIn(browser), false);
});

test('adding one asks for a name, the password and a device that knows who is there', async (t) => {
  const site = await castOf(t);
  const wrong = await site.ann.post('/account/security/passkeys', { name: '', password: 'x', credential: '' });
  assert.equal(wrong.statusCode, 422);
  assert.match(wrong.body, /Enter a name[\s\S]*This is not your password/);
  assert.equal((await site.ann.post('/account/security/passkeys/options', { ...FORM, password: 'x' })).statusCode, 422);
  const none = await site.ann.post('/account/security/passkeys', FORM);
  assert.match(none.body, /Your browser sent no passkey\. Passkeys need JavaScript/);
  assert.match(none.body, /value="my phone"/);
  const device = new Authenticator();
  device.isVerified = false;
  assert.equal((await add(site.ann, device)).statusCode, 422);
  const [question] = [(await site.ann.post('/account/security/passkeys/options', FORM)).json<Options<'register'>>().options];
  const credential = new Authenticator().register(question);
  assert.equal((await site.tomas.post('/account/security/passkeys', { ...FORM, credential })).statusCode, 422, 'asked for by somebody else');
  device.isVerified = true;
  assert.equal((await add(site.ann, device)).statusCode, 200);
  assert.equal((await add(site.ann, device, 'again')).statusCode, 422, 'it is there already');
  assert.deepEqual(await site.db.all('select name from passkeys'), [{ name: 'my phone' }]);
});

test('several have names and are removed one by one; the last takes the recovery codes along', async (t) => {
  const site = await castOf(t);
  const devices = [new Authenticator(), new Authenticator()] as const;
  for (const [index, device] of devices.entries()) await add(site.ann, device, `device ${index}`);
  const [first, second] = await site.db.all<{ id: number; handle: string }>('select id, handle from passkeys order by id');
  assert.ok(first && second);
  assert.equal(first.handle, second.handle, 'devices know one account');
  const remove = (id: number, password = PASSWORD, browser = site.ann) => browser.post(`/account/security/passkeys/${id}/remove`, { password });
  assert.equal((await remove(first.id, 'not this one')).statusCode, 422);
  await remove(first.id, PASSWORD, site.tomas);
  assert.equal((await site.db.all('select 1 from passkeys')).length, 2, 'somebody else’s');
  assert.equal((await remove(first.id)).statusCode, 303);
  assert.equal((await logIn(stranger(site), devices[0])).headers.location, '/login?next=%2Fsongs');
  assert.equal((await logIn(stranger(site), devices[1])).headers.location, '/songs');
  assert.equal((await site.db.all('select 1 from recovery_codes')).length, 10);
  await remove(second.id);
  assert.equal((await site.db.all('select 1 from recovery_codes')).length, 0);
});
