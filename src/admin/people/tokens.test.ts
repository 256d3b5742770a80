import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OPERATOR } from '../../db/history/change.ts';
import { act } from '../../db/history/writer.ts';
import { createToken } from '../../accounts/tokens.ts';
import { castOf, permit } from '../../testing/cast.ts';

const fields = (username: string, name: string, scopes: string[], last_day = ''): [string, string][] => [['username', username], ['name', name], ['last_day', last_day], ...scopes.map((scope): [string, string] => ['scopes', scope])];
const secretIn = (body: string): string => /value="(tracklist_\w{40})"/.exec(body)?.[1] as string;

test('staff with the permission make a token for a user, and see its secret once', async (t) => {
  const site = await castOf(t);
  assert.match((await site.mara.get('/admin/tokens')).body, /href="\/admin\/tokens\/add"/);
  const made = await site.mara.post('/admin/tokens/add', fields('ANN', ' Phone ', ['read', 'like']));
  assert.equal(made.statusCode, 200);
  assert.equal(made.headers['cache-control'], 'no-store');
  assert.match(made.body, /Made the token “Phone” for ann\. Copy it now/);
  const secret = secretIn(made.body);
  const call = await site.app.inject({ url: '/api/likes', headers: { host: 'localhost:8000', authorization: `Token ${secret}` } });
  assert.equal(call.statusCode, 200);
  for (const page of ['/admin/tokens', '/admin/tokens/add', '/admin/tokens/1', '/admin/tokens/1/history', '/admin/history']) assert.doesNotMatch((await site.mara.get(page)).body, new RegExp(secret), page);
  assert.match((await site.mara.get('/admin/tokens/1/history')).body, /mara/);
  assert.match((await site.mara.get(`/admin/users/${site.ids.ann}`)).body, /href="\/admin\/tokens\?q=ann"/);
});

test('mistakes are told together, and what was typed stays', async (t) => {
  const site = await castOf(t);
  const answer = await site.mara.post('/admin/tokens/add', fields('nobody', '', [], '2020-02-30'));
  assert.equal(answer.statusCode, 422);
  assert.match(answer.body, /There is no user of this name[\s\S]*Enter a token name[\s\S]*Choose at least one thing[\s\S]*Enter a last day/);
  assert.match(answer.body, /value="nobody"[\s\S]*value="2020-02-30"/);
  assert.match((await site.mara.post('/admin/tokens/add', fields('ann', 'x', ['write']))).body, /This account may not do all of this\. A token of it can be for: read, like\./);
  assert.equal((await site.mara.post('/admin/tokens/add', fields('ann', 'x', ['everything']))).statusCode, 400);
  await site.db.run("update users set is_active = 0 where username = 'ann'");
  assert.match((await site.mara.post('/admin/tokens/add', fields('ann', 'x', ['read']))).body, /This user is not active/);
  assert.deepEqual(await site.db.all('select id from tokens'), []);
});

test('nobody makes a token for somebody who may do more, or revokes a superuser’s', async (t) => {
  const site = await castOf(t);
  assert.equal((await site.tomas.get('/admin/tokens/add')).statusCode, 403);
  await permit(site, site.ids.tomas, ['add_token', 'delete_token', 'view_album']);
  const over = await site.tomas.post('/admin/tokens/add', fields('mara', 'x', ['admin']));
  assert.equal(over.statusCode, 403);
  assert.match(over.body, /Only a superuser can make or revoke the tokens of a superuser/);
  await permit(site, site.ids.ann, ['change_album']);
  assert.match((await site.tomas.post('/admin/tokens/add', fields('ann', 'x', ['read']))).body, /You cannot make a token for somebody who may do more than you/);
  assert.deepEqual(await site.db.all('select id from tokens'), []);
  await permit(site, site.ids.ann, ['view_album']);
  assert.ok(secretIn((await site.tomas.post('/admin/tokens/add', fields('ann', 'x', ['read']))).body));
  assert.ok(secretIn((await site.tomas.post('/admin/tokens/add', fields('tomas', 'own', ['admin']))).body));

  const { id } = await act(site.db, OPERATOR, (writer) => createToken(writer, { user: site.ids.mara, name: 'hers', scopes: ['read'] }));
  assert.equal((await site.tomas.post(`/admin/tokens/${id}/delete`, { along: '' })).statusCode, 403);
  const many = await site.tomas.post('/admin/tokens/actions', { action: 'delete', selected: String(id) });
  assert.equal(many.statusCode, 403);
  assert.equal((await site.db.all('select id from tokens')).length, 3);
});

test('tokens are found by their name and by whose they are, and by whether they still work', async (t) => {
  const site = await castOf(t);
  const made = (user: number, name: string, lastDay = '') => act(site.db, OPERATOR, (writer) => createToken(writer, { user, name, scopes: ['read'], lastDay }));
  await made(site.ids.ann, 'Backup');
  await made(site.ids.ann, 'Phone', '2099-12-31');
  const old = await made(site.ids.mara, 'Annual report');
  await site.db.run("update tokens set expires_at = '2020-01-01T23:59:59.999Z' where id = :id", { id: old.id });
  const namesIn = async (query: string) => ['Backup', 'Phone', 'Annual report'].filter(((body) => (name: string) => body.includes(`>${name}<`) || body.includes(`<bdi>${name}</bdi>`))((await site.mara.get(`/admin/tokens?${query}`)).body));
  assert.deepEqual(await namesIn('q=ANN'), ['Backup', 'Phone', 'Annual report']);
  assert.deepEqual(await namesIn('q=bac'), ['Backup']);
  assert.deepEqual(await namesIn('q=mara'), ['Annual report']);
  assert.deepEqual(await namesIn('ends=ended'), ['Annual report']);
  assert.deepEqual(await namesIn('ends=still'), ['Phone']);
  assert.deepEqual(await namesIn('ends=always&ends=still'), ['Backup', 'Phone']);
  assert.deepEqual(await namesIn('order=name'), ['Backup', 'Phone', 'Annual report']);
});

test('setting a password may revoke the tokens along', async (t) => {
  const site = await castOf(t);
  const password = `/admin/users/${site.ids.ann}/password`;
  assert.doesNotMatch((await site.mara.get(password)).body, /Revoke their API tokens/);
  await site.mara.post('/admin/tokens/add', fields('ann', 'x', ['read']));
  assert.match((await site.mara.get(password)).body, /Revoke their API tokens, too[\s\S]*There is 1 token/);
  await site.mara.post(password, { new_password: 'another-horse-battery' });
  assert.equal((await site.db.all('select id from tokens')).length, 1);
  await site.mara.post(password, { new_password: 'a-third-horse-battery', tokens: 'on' });
  assert.deepEqual(await site.db.all('select id from tokens'), []);
});
