/** A lost second factor, removed by an administrator or on the command line; and staff who have to have one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { removeSecondFactor } from '../../accounts/factors/second-factor.ts';
import { OPERATOR } from '../../db/history/change.ts';
import { visitor } from '../../testing/app.ts';
import { castOf, PASSWORD, permit } from '../../testing/cast.ts';
import { codeOf, setUpApp, stopClock } from '../../testing/factors.ts';
import { person, program } from '../../testing/program.ts';

const NEEDS = 'Staff need a second factor on this site. Set one up under Account, Security.';
const pathOf = (id: number): string => `/admin/users/${id}/second-factor`;

test('an administrator removes a lost factor: it stands in the history, and its owner is told once', async (t) => {
  stopClock(t);
  const site = await castOf(t);
  await setUpApp(site.ann);
  const page = await site.tomas.get(`/admin/users/${site.ids.ann}`);
  assert.match(page.body, /<dt>Second factor<\/dt><dd>Authenticator app/);
  assert.match(page.body, new RegExp(`href="${pathOf(site.ids.ann)}"`));
  assert.match((await site.tomas.get(pathOf(site.ids.ann))).body, /Authenticator app, and the recovery codes/);
  assert.equal((await site.tomas.post(pathOf(site.ids.ann))).headers.location, `/admin/users/${site.ids.ann}`);
  for (const table of ['authenticator_apps', 'passkeys', 'recovery_codes', 'challenges']) assert.deepEqual(await site.db.all(`select 1 from ${table}`), [], table);
  assert.match((await site.mara.get(`/admin/users/${site.ids.ann}/history`)).body, /Second factor[\s\S]*removed/);
  const browser = visitor(site);
  assert.equal((await browser.post('/login', { username: 'ann', password: PASSWORD, next: '/' })).headers.location, '/');
  assert.match((await browser.get('/')).body, /tomas removed your second factor on \d{4}-\d\d-\d\d\. If you did not ask for this, change your password\./);
  const again = visitor(site);
  await again.post('/login', { username: 'ann', password: PASSWORD, next: '/' });
  assert.doesNotMatch((await again.get('/')).body, /removed your second factor/);
  assert.equal((await site.tomas.post(pathOf(site.ids.ann))).statusCode, 422, 'there is none any more');
});

test('nobody removes the factor of somebody of higher rank, or without the permission', async (t) => {
  stopClock(t);
  const site = await castOf(t);
  const { key } = await setUpApp(site.mara);
  assert.equal((await site.tomas.get(pathOf(site.ids.mara))).statusCode, 403);
  assert.equal((await site.tomas.post(pathOf(site.ids.mara))).statusCode, 403);
  await setUpApp(site.ann);
  await permit(site, site.ids.ann, ['view_user', 'delete_song']);
  assert.equal((await site.tomas.post(pathOf(site.ids.ann))).statusCode, 403, 'ann may do what tomas may not');
  assert.doesNotMatch((await site.tomas.get(`/admin/users/${site.ids.ann}`)).body, new RegExp(pathOf(site.ids.ann)));
  await permit(site, site.ids.tomas, ['view_user', 'delete_song']);
  assert.equal((await site.tomas.post(pathOf(site.ids.ann))).statusCode, 403, 'may not change users');
  await assert.rejects(removeSecondFactor(site.db, { user: site.ids.tomas, person: 'tomas', surface: 'admin' }, { id: site.ids.mara, username: 'mara' }), { status: 403 });
  await removeSecondFactor(site.db, OPERATOR, { id: site.ids.mara, username: 'mara' });
  const browser = visitor(site);
  await browser.post('/login', { username: 'mara', password: PASSWORD, next: '/' });
  assert.match((await browser.get('/')).body, /An administrator removed your second factor/);
  assert.equal(codeOf(key).length, 6);
});

test('where staff need a second factor, they are led to set one up before the admin area', async (t) => {
  stopClock(t);
  const site = await castOf(t, { REQUIRE_MFA: 'staff' });
  const refused = await site.tomas.get('/admin');
  assert.equal(refused.headers.location, '/account/security');
  const page = await site.tomas.get('/account/security');
  assert.match(page.body, /Staff need a second factor on this site\. Set one up/);
  assert.equal((await site.tomas.post(`/admin/users/${site.ids.ann}`, {})).statusCode, 403);
  assert.equal((await site.ann.get('/account')).statusCode, 200);
  assert.doesNotMatch((await site.ann.get('/account/security')).body, /Staff need/);
  await setUpApp(site.tomas);
  assert.equal((await site.tomas.get('/admin')).statusCode, 200);
  const last = await site.tomas.post('/account/security/app/remove', { password: PASSWORD });
  assert.equal(last.statusCode, 422);
  assert.match(last.body, /Set up another one before you remove this one/);
  assert.equal((await site.tomas.get('/admin')).statusCode, 200, 'it is still there');
});

test('until then their sessions and tokens may do by the API what any account may', async (t) => {
  const site = await castOf(t, { REQUIRE_MFA: 'staff' });
  const { id, token } = await person(site.db, { username: 'ed', is_staff: true, is_superuser: true });
  const album = { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22' };
  const call = program(site, token);
  assert.deepEqual([(await call('POST', '/v1/albums', album)).status, (await call('POST', '/v1/albums', album)).json], [403, { detail: NEEDS }]);
  assert.equal((await call('GET', '/v1/users')).status, 403);
  assert.equal((await call('GET', '/v1/albums')).status, 200);
  assert.equal((await call('GET', '/v1/me')).status, 200);
  assert.equal((await site.mara.get('/api/v1/users', { accept: 'application/json' })).statusCode, 403);
  await site.db.run("insert into passkeys (user_id, credential, public_key, counter, transports, handle, name, created_at) values (:id, 'a', 'b', 0, '', 'c', 'd', '')", { id });
  assert.equal((await call('POST', '/v1/albums', album)).status, 201);
});
