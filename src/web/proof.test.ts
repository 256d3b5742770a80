/** What asks again who somebody is, once the last proof is old: pages, the admin area and the API, in their own words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Db } from '../db/db.ts';
import { visitor } from '../testing/app.ts';
import { castOf, type Cast, loggedIn, PASSWORD } from '../testing/cast.ts';
import { callApi, personWithToken } from '../testing/api.ts';

/** Makes every proof so many minutes old. */
async function age(db: Db, minutes: number): Promise<void> {
  for (const { id, data } of await db.all<{ id: string; data: string }>('select id, data from sessions')) {
    const session = JSON.parse(data) as { provenAt?: number };
    if (session.provenAt !== undefined) session.provenAt = Date.now() - minutes * 60_000;
    await db.run('update sessions set data = :data where id = :id', { id, data: JSON.stringify(session) });
  }
}

const ASKS = /<input type="password" id="own_password"/;
const MISSING = /Enter your password to confirm it’s you\./;
const WRONG = /This is not your password\. Type it again\./;
const POWERFUL: [string, string][] = [['name', 'Backup'], ['last_day', ''], ['scopes', 'read'], ['scopes', 'admin']];

/** Who does it, where its form is, where it is sent, and what is sent. */
type Deed = { who: 'mara' | 'tomas'; form: string; path: string; fields: [string, string][]; done: RegExp | number };

async function deedsOf({ ids }: Cast): Promise<Record<string, Deed>> {
  return {
    'a token for oneself': { who: 'mara', form: '/account/tokens', path: '/account/tokens', fields: POWERFUL, done: /Made the token “Backup”/ },
    'a token for somebody': { who: 'mara', form: '/admin/tokens/add', path: '/admin/tokens/add', fields: [['username', 'ann'], ['name', 'Reader'], ['last_day', ''], ['scopes', 'read']], done: /Made the token “Reader” for ann/ },
    'somebody’s password': { who: 'mara', form: `/admin/users/${ids.ann}/password`, path: `/admin/users/${ids.ann}/password`, fields: [['new_password', 'rain over Kent']], done: 303 },
    'somebody’s address': { who: 'tomas', form: `/admin/users/${ids.ann}`, path: `/admin/users/${ids.ann}`, fields: [['username', 'ann'], ['email', 'thief@example.org'], ['is_active', 'on'], ['do', 'save']], done: 303 },
    'somebody’s rights': { who: 'mara', form: `/admin/users/${ids.tomas}`, path: `/admin/users/${ids.tomas}`, fields: [['username', 'tomas'], ['email', ''], ['is_active', 'on'], ['is_staff', 'on'], ['is_superuser', 'on'], ['do', 'save']], done: 303 },
  };
}

test('within ten minutes of the log-in nothing asks; after them each form does, keeps what was typed, and a right password counts', async (t) => {
  const site = await castOf(t);
  for (const [name, deed] of Object.entries(await deedsOf(site))) {
    const { who, form, path, fields, done } = deed;
    const browser = site[who];
    await age(site.db, 9);
    assert.doesNotMatch((await browser.get(form)).body, ASKS, name);
    await age(site.db, 11);
    assert.match((await browser.get(form)).body, ASKS, name);
    for (const [password, sentence] of [['', MISSING], ['not this one', WRONG]] as const) {
      const refused = await browser.post(path, [...fields, ['own_password', password]]);
      assert.equal(refused.statusCode, 422, name);
      assert.match(refused.body, sentence, name);
      assert.match(refused.body, ASKS, name);
      assert.doesNotMatch(refused.body, /not this one/);
      for (const [field, typed] of fields.filter(([field]) => ['name', 'email', 'username'].includes(field))) if (typed !== '') assert.ok(refused.body.includes(`value="${typed}"`), `${name}: ${field}`);
    }
    const answer = await browser.post(path, [...fields, ['own_password', PASSWORD]]);
    if (typeof done === 'number') assert.equal(answer.statusCode, done, `${name}: ${/role="alert"[\s\S]{0,300}/.exec(answer.body)?.[0]}`);
    else assert.match(answer.body, done, name);
    assert.doesNotMatch((await browser.get(form)).body, ASKS, name);
  }
  assert.deepEqual(await site.db.first('select email from users where id = :ann', { ann: site.ids.ann }), { email: 'thief@example.org' });
});

test('what hands nothing over is not asked about', async (t) => {
  const site = await castOf(t);
  await age(site.db, 11);
  assert.match((await site.mara.post('/account/tokens', [['name', 'Reader'], ['last_day', ''], ['scopes', 'read']])).body, /Made the token “Reader”/);
  const renamed = await site.tomas.post(`/admin/users/${site.ids.ann}`, { username: 'anna', email: 'ann@example.org', is_active: 'on', do: 'save' });
  assert.equal(renamed.statusCode, 303);
});

test('a one-time link leads to the confirmation, and from there back', async (t) => {
  const site = await castOf(t);
  const path = `/admin/users/${site.ids.ann}/password-link`;
  await age(site.db, 11);
  const sent = await site.mara.post(path);
  const confirm = String(sent.headers.location);
  assert.deepEqual([sent.statusCode, confirm], [303, `/account/confirm?next=${encodeURIComponent(`/admin/users/${site.ids.ann}`)}`]);
  assert.equal(await site.db.first('select 1 from password_links'), undefined);
  const factor = `/admin/users/${site.ids.ann}/second-factor`;
  assert.equal((await site.mara.post(factor)).headers.location, `/account/confirm?next=${encodeURIComponent(factor)}`);
  assert.match((await site.mara.get(confirm)).body, /Confirm it’s you/);
  const next = `/admin/users/${site.ids.ann}`;
  assert.match((await site.mara.post('/account/confirm', { own_password: 'not this one', next })).body, WRONG);
  const back = await site.mara.post('/account/confirm', { own_password: PASSWORD, next });
  assert.deepEqual([back.statusCode, back.headers.location], [303, next]);
  assert.equal((await site.mara.get(confirm)).headers.location, next);
  await site.mara.post(path);
  assert.match((await site.mara.get(next)).body, /Send this link to ann/);
  await age(site.db, 11);
  assert.equal((await site.mara.post('/account/confirm', { own_password: PASSWORD, next: 'https://evil.example/' })).headers.location, '/');
});

test('a confirmation is for whoever is signed in, under the waits of logging in, and a clock set back proves nothing', async (t) => {
  const site = await castOf(t);
  await age(site.db, -60);
  assert.match((await site.ann.get('/account/confirm')).body, ASKS);
  await age(site.db, 11);
  for (let turn = 0; turn < 5; turn += 1) assert.match((await site.ann.post('/account/confirm', { own_password: 'not this one', next: '/' })).body, WRONG);
  assert.match((await site.ann.post('/account/confirm', { own_password: PASSWORD, next: '/' })).body, /Too many tries\. Wait \d+ seconds, then try again\./);
});

test('a token or a session changes the address and makes powerful tokens only with the password or a fresh proof', async (t) => {
  const site = await castOf(t);
  const { token, id } = await personWithToken(site.db, { username: 'root', isSuperuser: true });
  const call = (method: string, url: string, body: object) => callApi(site.app, { method, url, token, body });
  const address = async () => (await site.db.first<{ email: string }>('select email from users where id = :id', { id }))?.email;

  const refused = await call('PATCH', '/api/v1/me', { email: 'thief@example.org' });
  assert.equal(refused.statusCode, 403);
  assert.match(refused.json().detail, /Send your password as "current_password", or confirm it’s you at \/account\/confirm/);
  const wrong = await call('PATCH', '/api/v1/me', { email: 'thief@example.org', current_password: 'not this one' });
  assert.deepEqual([wrong.statusCode, wrong.json()], [400, { current_password: ['This is not your present password.'] }]);
  assert.equal(await address(), '');
  assert.equal((await call('PATCH', '/api/v1/me', { email: 'root@example.org', current_password: PASSWORD })).statusCode, 200);
  assert.equal(await address(), '', 'it is the account’s once its link was opened');
  await site.db.run("update users set email = 'root@example.org' where id = :id", { id });
  assert.equal((await call('PATCH', '/api/v1/me', { email: 'root@example.org' })).statusCode, 200, 'the same address is no change');

  for (const scopes of [['write'], ['read', 'admin']]) {
    assert.equal((await call('POST', '/api/v1/tokens', { name: 'Script', scopes })).statusCode, 403);
    assert.equal((await call('POST', '/api/v1/tokens', { name: 'Script', scopes, current_password: 'not this one' })).statusCode, 400);
    assert.equal((await call('POST', '/api/v1/tokens', { name: 'Script', scopes, current_password: PASSWORD })).statusCode, 201);
  }
  assert.equal((await call('POST', '/api/v1/tokens', { name: 'Script', scopes: ['read', 'like'] })).statusCode, 201);

  for (const body of [{ email: 'thief@example.org' }, { password: 'rain over Kent' }]) {
    const own = await call('PATCH', `/api/v1/users/${id}`, body);
    assert.deepEqual([own.statusCode, own.json()], [403, { detail: 'Change your own account at /api/v1/me, with your password.' }]);
  }
  assert.equal((await call('PATCH', `/api/v1/users/${site.ids.ann}`, { email: 'ann@example.com' })).statusCode, 200);
});

test('a browser’s session calls the API with a fresh proof, and none that is old or another’s', async (t) => {
  const site = await castOf(t);
  const calls = async () => {
    const cookie = [...site.mara.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { host: 'localhost:8000', cookie, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };
    const send = async (method: 'PATCH' | 'POST', url: string, payload: object) => (await site.app.inject({ method, url, headers, payload: JSON.stringify(payload) })).statusCode;
    return [
      await send('PATCH', '/api/v1/me', { email: `${Math.random()}@example.org` }),
      await send('POST', '/api/v1/tokens', { name: 'Script', scopes: ['admin'] }),
      await send('PATCH', `/api/v1/users/${site.ids.ann}`, { is_staff: true }),
      await send('POST', '/api/v1/users', { username: `helper${Math.random()}`, is_superuser: true }),
    ];
  };
  assert.deepEqual(await calls(), [200, 201, 200, 201]);
  await age(site.db, 11);
  assert.deepEqual(await calls(), [403, 403, 403, 403]);
  await site.mara.post('/account/confirm', { own_password: PASSWORD, next: '/' });
  assert.deepEqual(await calls(), [200, 201, 200, 201]);
});

test('a proof gives the session a new id: the old one opens nothing, and it ends when it would have ended', async (t) => {
  const site = await castOf(t);
  const theirs = (columns: string) => site.db.all<Record<string, unknown>>(`select ${columns} from sessions where user = :ann and ended_at is null`, { ann: site.ids.ann });
  const began = await theirs('created_at');
  const doors: [path: string, fields: Record<string, string>][] = [
    ['/account/confirm', { own_password: PASSWORD, next: '/' }],
    ['/account/security/app', { password: PASSWORD }],
  ];
  for (const [path, fields] of doors) {
    await age(site.db, 11);
    const copied = visitor(site);
    for (const [name, value] of site.ann.cookies) copied.cookies.set(name, value);
    assert.equal((await copied.get('/account')).statusCode, 200);
    assert.equal((await site.ann.post(path, fields)).statusCode, 303, path);
    assert.equal((await site.ann.get('/account')).statusCode, 200, path);
    assert.equal((await copied.get('/account')).statusCode, 303, path);
    assert.deepEqual(await theirs('created_at'), began, path);
    // The browser stays known with the session, and is forgotten with it.
    assert.deepEqual(await site.db.all('select session as id from known_browsers where account = :ann', { ann: site.ids.ann }), await theirs('id'), path);
  }
});

test('a session that was ended while its person typed the password stays ended', async (t) => {
  const site = await castOf(t);
  await age(site.db, 11);
  // In the moment in which the try is counted, before the password is compared.
  await site.db.run(`create trigger meanwhile after insert on attempts begin
    update sessions set ended_at = 1, user = null where user = ${site.ids.ann}; end`);
  const late = await site.ann.post('/account/confirm', { own_password: PASSWORD, next: '/' });
  assert.equal(late.statusCode, 403);
  assert.match(late.body, /Your session has ended meanwhile\. Log in again\./);
  assert.equal((await site.ann.get('/account')).statusCode, 303);
  assert.deepEqual(await site.db.all('select 1 from sessions where user = :ann', { ann: site.ids.ann }), []);
});

test('logging out another device takes a fresh proof, logging out this one none', async (t) => {
  const site = await castOf(t);
  const other = await loggedIn(site, 'ann');
  await age(site.db, 11);
  const end = /action="(\/account\/sessions\/[^"]+\/end)"/.exec((await site.ann.get('/account/sessions')).body)?.[1] as string;
  for (const path of ['/account/sessions/end-others', end]) {
    assert.equal((await site.ann.post(path)).headers.location, `/account/confirm?next=${encodeURIComponent('/account/sessions')}`, path);
    assert.equal((await other.get('/account')).statusCode, 200, path);
  }
  await site.ann.post('/account/confirm', { own_password: PASSWORD, next: '/account/sessions' });
  assert.equal((await site.ann.post(end)).headers.location, '/account/sessions');
  assert.equal((await other.get('/account')).statusCode, 303);
  await age(site.db, 11);
  const own = await site.db.first<{ id: string }>('select id from sessions where user = :ann and ended_at is null', { ann: site.ids.ann });
  assert.equal((await site.ann.post(`/account/sessions/${own?.id}/end`)).headers.location, '/');
  assert.equal((await site.ann.get('/account')).statusCode, 303);
});
