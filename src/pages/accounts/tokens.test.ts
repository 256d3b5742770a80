import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createToken } from '../../accounts/tokens.ts';
import { createUser } from '../../accounts/users.ts';
import { OPERATOR } from '../../db/history/change.ts';
import { act } from '../../db/history/writer.ts';
import { type TestApp, testApp, visitor, type Visitor } from '../../testing/app.ts';

const PASSWORD = 'correct-horse-battery';

type Site = TestApp & { ann: Visitor; mara: Visitor };

async function site(t: TestContext): Promise<Site> {
  const made = await testApp(t);
  await createUser(made.db, { username: 'ann', password: PASSWORD });
  await createUser(made.db, { username: 'mara', password: PASSWORD, is_staff: true, is_superuser: true });
  const [ann, mara] = [visitor(made), visitor(made, '203.0.113.8')];
  await ann.post('/login', { username: 'ann', password: PASSWORD, next: '/' });
  await mara.post('/login', { username: 'mara', password: PASSWORD, next: '/' });
  return { ...made, ann, mara };
}

async function make(who: Visitor, fields: [string, string][]): Promise<{ body: string; secret: string }> {
  const answer = await who.post('/account/tokens', fields);
  assert.equal(answer.statusCode, 200);
  return { body: answer.body, secret: /value="(tracklist_[^"]+)"/.exec(answer.body)?.[1] as string };
}

test('a token is made, shown on that answer alone, works, and is revoked', async (t) => {
  const { app, db, ann, mara } = await site(t);
  assert.match((await ann.get('/account/tokens')).body, /You have no tokens/);
  const made = await ann.post('/account/tokens', [['name', ' <Laptop> '], ['scopes', 'read'], ['scopes', 'like'], ['last_day', '2099-12-31']]);
  assert.equal(made.headers['cache-control'], 'no-store');
  const secret = /value="(tracklist_\w{40})"/.exec(made.body)?.[1] as string;
  assert.match(made.body, /Made the token “&lt;Laptop&gt;”\. Copy it now/);

  const list = await ann.get('/account/tokens');
  assert.doesNotMatch(list.body, new RegExp(secret));
  assert.match(list.body, new RegExp(`&lt;Laptop&gt;[\\s\\S]*Read, Like[\\s\\S]*…${secret.slice(-4)}[\\s\\S]*Never[\\s\\S]*31 December 2099`));

  const call = () => app.inject({ url: '/api/song', headers: { authorization: `Token ${secret}` } });
  assert.equal((await call()).statusCode, 200);
  assert.match((await ann.get('/account/tokens')).body, /<time datetime="[^"]+">[^<]+ UTC<\/time>/);

  const { id } = (await db.first<{ id: number }>('select id from tokens')) as { id: number };
  assert.equal((await mara.post(`/account/tokens/${id}/revoke`)).statusCode, 404);
  assert.equal((await call()).statusCode, 200);
  const revoked = await ann.post(`/account/tokens/${id}/revoke`);
  assert.equal(revoked.headers.location, '/account/tokens');
  assert.equal((await call()).statusCode, 401);
  assert.match((await ann.get('/account/tokens')).body, /Revoked the token/);
  assert.equal((await ann.post(`/account/tokens/${id}/revoke`)).statusCode, 404);

  const history = JSON.stringify(await db.all('select person, surface, action, label, before, after from acts join changes on changes.act = acts.id where model = \'tokens\''));
  assert.match(history, /"ann","surface":"account","action":"add","label":"<Laptop>"[\s\S]*"action":"delete"/);
  assert.doesNotMatch(history, new RegExp(`${secret}|hash`));
  for (const { name } of await db.all<{ name: string }>("select name from sqlite_master where type = 'table' and name not like '%fts%'")) {
    assert.equal(JSON.stringify(await db.all(`select * from "${name}"`).catch(() => [])).includes(secret), false, name);
  }
});

test('what was typed wrongly stays, and nothing is made', async (t) => {
  const { db, ann } = await site(t);
  const answer = await ann.post('/account/tokens', [['name', 'x'.repeat(101)], ['scopes', 'like'], ['last_day', '2020-01-01']]);
  assert.equal(answer.statusCode, 422);
  assert.match(answer.body, /Token name must be at most 100 characters[\s\S]*Enter a last day that exists and is not past/);
  assert.match(answer.body, new RegExp(`value="${'x'.repeat(101)}"[\\s\\S]*value="2020-01-01"`));
  assert.match(answer.body, /value="like"[^>]* checked/);
  assert.doesNotMatch(answer.body, /value="read"[^>]* checked/);
  assert.match((await ann.post('/account/tokens', { name: 'x' })).body, /Choose at least one thing/);
  assert.equal((await ann.post('/account/tokens', [['name', 'x'], ['scopes', 'read'], ['last_day', 'soon']])).statusCode, 422);
  assert.equal((await ann.post('/account/tokens', [['name', 'a\0b'], ['scopes', 'read']])).statusCode, 400);
  assert.deepEqual(await db.all('select id from tokens'), []);
});

test('only staff can make tokens that write the catalogue or do everything', async (t) => {
  const { ann, mara } = await site(t);
  assert.doesNotMatch((await ann.get('/account/tokens')).body, /value="write"|value="admin"/);
  for (const scope of ['admin', 'write', 'everything', 'toString']) {
    const refused = await ann.post('/account/tokens', [['name', 'x'], ['scopes', scope]]);
    assert.equal(refused.statusCode, 422, scope);
    assert.match(refused.body, /This account may not do all of this\. A token of it can be for: read, like\./);
  }
  assert.match((await make(mara, [['name', 'x'], ['scopes', 'admin'], ['scopes', 'write']])).body, /Write the catalogue, Admin/);
});

test('nobody has more than a hundred', async (t) => {
  const { app, db, ann, mara } = await site(t);
  for (let number = 1; number <= 100; number += 1) await db.run("insert into tokens (user, name, hash, ending, created_at, updated_at) values (1, 'x', :hash, 'abcd', '', '')", { hash: String(number) });
  const FULL = /There are 100 tokens already\. Revoke one that is not needed any more\./;
  assert.match((await ann.post('/account/tokens', [['name', 'x'], ['scopes', 'read']])).body, FULL);
  const cookie = [...ann.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const json = { host: 'localhost:8000', 'content-type': 'application/json' };
  const byApi = await app.inject({ method: 'POST', url: '/api/v1/tokens', headers: { ...json, cookie, 'sec-fetch-site': 'same-origin' }, payload: { name: 'x', scopes: ['read'] } });
  assert.equal(byApi.statusCode, 400);
  assert.match(byApi.body, FULL);
  assert.match((await mara.post('/admin/tokens/add', [['username', 'ann'], ['name', 'x'], ['last_day', ''], ['scopes', 'read']])).body, FULL);
  await assert.rejects(act(db, OPERATOR, (writer) => createToken(writer, { user: 1, name: 'x', scopes: ['read'] })), { status: 422 });
  assert.equal((await db.all('select 1 from tokens where user = 1')).length, 100);
  const login = await app.inject({ method: 'POST', url: '/api/login', headers: json, payload: { username: 'ann', password: PASSWORD } });
  assert.equal(login.statusCode, 200, 'a log-in by the API has tokens of its own');
});

test('tokens outlive a changed password, unless they are revoked along; those of an account that is not active do not work', async (t) => {
  const { app, db, ann } = await site(t);
  const call = async (secret: string) => (await app.inject({ url: '/api/song', headers: { authorization: `Bearer ${secret}` } })).json();
  const first = await make(ann, [['name', 'x'], ['scopes', 'read']]);
  assert.match((await ann.get('/account/password')).body, /Revoke my API tokens, too[\s\S]*You have 1 token\./);
  await ann.post('/account/password', { password: PASSWORD, new_password: 'another-horse-battery' });
  assert.deepEqual(await call(first.secret), []);
  assert.match((await ann.post('/account/password', { password: 'wrong', new_password: PASSWORD, tokens: 'on' })).body, /name="tokens"[^>]* checked/);
  await db.run("update users set is_active = 0 where username = 'ann'");
  assert.deepEqual(await call(first.secret), { detail: 'User inactive or deleted.' });
  await db.run("update users set is_active = 1 where username = 'ann'");
  assert.deepEqual(await call(first.secret), []);
  await ann.post('/account/password', { password: 'another-horse-battery', new_password: PASSWORD, tokens: 'on' });
  assert.deepEqual(await call(first.secret), { detail: 'Invalid token.' });
  assert.match((await ann.get('/account/tokens')).body, /Your API tokens are revoked[\s\S]*You have no tokens/);
});

test('the pages are for people with an account', async (t) => {
  const stranger = visitor(await testApp(t));
  assert.equal((await stranger.get('/account/tokens')).headers.location, '/login?next=%2Faccount%2Ftokens');
  assert.equal((await stranger.post('/account/tokens', { name: 'x', scopes: 'read' })).statusCode, 303);
});
