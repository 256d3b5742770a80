/** The rules about passwords at every door through which one can come: what one refuses, all refuse, in the same words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makePasswordLink } from '../../accounts/password-links.ts';
import { makeSetupLink } from '../../accounts/setup-links.ts';
import { authenticate, createUser } from '../../accounts/users.ts';
import { buildApp } from '../../app.ts';
import { testApp, visitor } from '../../testing/app.ts';
import { callApi, personWithToken } from '../../testing/api.ts';
import { castOf, PASSWORD } from '../../testing/cast.ts';

const REFUSED: [password: string, sentence: RegExp][] = [
  ['qwertzuiop', /more than letters, digits or keys in a row/],
  ['P@ssw0rd1', /among the most common/],
  ['Wharf-Side', /not like the name of this site/],
];

test('a weak password is refused at each door, and one of 64 letters of any script lets somebody in', async (t) => {
  const site = await castOf(t);
  const { app } = await buildApp({ db: site.db, config: { ...site.config, siteName: 'Wharfside' } });
  t.after(() => app.close());
  const { token } = await personWithToken(site.db, { username: 'root', isSuperuser: true });
  const link = await makePasswordLink(site.db, await createUser(site.db, { username: 'bob', password: undefined }));
  const call = (method: string, url: string, body: object) => callApi(app, { method, url, token, body });
  const doors: Record<string, (password: string) => Promise<{ body: string; statusCode: number }>> = {
    'sign up': (password) => visitor({ app }).post('/signup', { username: 'zoe', password }),
    'own password': (password) => site.ann.post('/account/password', { password: PASSWORD, new_password: password }),
    'one-time link': (password) => visitor({ app }).post('/password', { key: link, password }),
    'a new user': (password) => site.mara.post('/admin/users/add', { username: 'lea', email: '', login: 'password', password }),
    'somebody’s password': (password) => site.mara.post(`/admin/users/${site.ids.tomas}/password`, { new_password: password }),
    '/api/register': (password) => call('POST', '/api/register', { username: 'ida', password }),
    '/api/v1/users': (password) => call('POST', '/api/v1/users', { username: 'eva', password }),
    '/api/v1/users/:id': (password) => call('PATCH', `/api/v1/users/${site.ids.tomas}`, { password }),
    '/api/v1/me': (password) => call('PATCH', '/api/v1/me', { password, current_password: PASSWORD }),
  };
  for (const [door, knock] of Object.entries(doors)) {
    for (const [password, sentence] of REFUSED) {
      const answer = await knock(password);
      assert.ok(answer.statusCode === 422 || answer.statusCode === 400, `${door}: ${answer.statusCode}`);
      assert.match(answer.body.replaceAll('&#39;', '’'), sentence, `${door}, ${password}`);
    }
  }
  const secret = '山川异域风月同天'.repeat(8);
  for (const [door, knock] of Object.entries(doors)) assert.ok([200, 201, 303].includes((await knock(secret)).statusCode), door);
  for (const username of ['zoe', 'ann', 'bob', 'lea', 'tomas', 'ida', 'eva', 'root']) assert.ok(await authenticate(site.db, username, secret), username);
});

test('the set-up link keeps to them, too', async (t) => {
  const { db, app } = await testApp(t);
  const key = await makeSetupLink(db);
  for (const [password, sentence] of REFUSED.slice(0, 2)) assert.match((await visitor({ app }).post('/setup', { key, username: 'ann', password })).body, sentence);
});

test('an account whose stored password can’t be read is told what anybody is, and the log hears of it', async (t) => {
  const site = await castOf(t);
  const lines = t.mock.method(site.app.log, 'error', () => {});
  await site.db.run("update users set password_hash = 'md5:5f4dcc3b5aa765d61d8327deb882cf99' where id = :id", { id: site.ids.ann });
  const answer = await visitor(site).post('/login', { username: 'ann', password: PASSWORD });
  assert.equal(answer.statusCode, 422);
  assert.match(answer.body, /The username or the password is wrong/);
  assert.equal(lines.mock.callCount(), 1);
  assert.match(String(lines.mock.calls[0]?.arguments[0]), /^The stored password of account \d+ can’t be read/);
});
