import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addGroup, castOf, permit } from '../../testing/cast.ts';

test('a group is added and changed with a grid of permissions in words, and tells who is in it', async (t) => {
  const site = await castOf(t);
  const form = await site.mara.get('/admin/groups/add');
  for (const words of ['View albums', 'Delete API tokens', 'View history']) assert.match(form.body, new RegExp(`<span class="sr">${words}</span>`));
  assert.equal((await site.mara.post('/admin/groups/add', [['name', ''], ['permissions', 'view_album']])).statusCode, 422);
  const added = await site.mara.post('/admin/groups/add', [['name', 'Editors'], ['permissions', 'view_album'], ['permissions', 'change_album'], ['do', 'continue']]);
  assert.equal(added.statusCode, 303);
  const own = String(added.headers.location);
  assert.match((await site.mara.get(own)).body, /Added Editors\.[\s\S]*value="change_album" checked/);
  const twice = await site.mara.post('/admin/groups/add', { name: 'EDITORS' });
  assert.equal(twice.statusCode, 422);
  assert.match(twice.body, /There is a group of this name/);

  const id = Number(own.split('/').at(-1));
  await site.db.run('insert into user_groups (user, group_id) values (:ann, :id)', { ann: site.ids.ann, id });
  const page = await site.mara.get(own);
  assert.match(page.body, new RegExp(`<a href="/admin/users/${site.ids.ann}"><bdi>ann</bdi>`));
  const seen = /name="seen" value="(\d+)"/.exec(page.body)?.[1] as string;
  assert.equal((await site.mara.post(own, { name: 'Curators', permissions: 'view_song', seen })).statusCode, 303);
  const stale = await site.mara.post(own, { name: 'Librarians', seen });
  assert.equal(stale.statusCode, 409);
  assert.match(stale.body, /Curators[\s\S]*Librarians[\s\S]*View albums, change albums[\s\S]*View songs/);

  const asked = await site.mara.get(`${own}/delete`);
  assert.match(asked.body, /1 member loses what the group allows/);
  assert.equal((await site.mara.post(`${own}/delete`, { along: /name="along" value="(\w+)"/.exec(asked.body)?.[1] ?? '' })).statusCode, 303);
  assert.equal((await site.mara.get(own)).statusCode, 404);
  const act = (await site.db.first<{ id: number }>('select max(id) as id from acts'))?.id;
  assert.equal((await site.mara.post(`/admin/history/${act}/undo`, {})).statusCode, 303);
  assert.match((await site.mara.get(own)).body, /<bdi>ann<\/bdi>[\s\S]*/, 'with its members');
});

test('nobody gives a group what they don’t have themselves, or gets in without the permission', async (t) => {
  const site = await castOf(t);
  const editors = await addGroup(site, 'Editors', ['delete_album'], [site.ids.tomas]);
  assert.equal((await site.tomas.get(`/admin/groups/${editors}`)).statusCode, 403);
  await permit(site, site.ids.tomas, ['view_group']);
  const read = await site.tomas.get(`/admin/groups/${editors}`);
  assert.equal(read.statusCode, 200);
  assert.match(read.body, /<span class="sr">Delete albums: <\/span>Yes/);
  assert.doesNotMatch(read.body, />Save<|href="\/admin\/users\//);
  assert.equal((await site.tomas.post(`/admin/groups/${editors}`, { name: 'Mine' })).statusCode, 403);

  await permit(site, site.ids.tomas, ['change_group', 'add_group']);
  const seen = String((await site.db.first<{ id: number | null }>('select max(id) as id from changes'))?.id ?? 0);
  const refused = await site.tomas.post(`/admin/groups/${editors}`, [['name', 'Editors'], ['permissions', 'delete_album'], ['permissions', 'change_user'], ['seen', seen]]);
  assert.equal(refused.statusCode, 403);
  assert.match(refused.body, /You do not have “change users”/);
  assert.match(refused.body, /value="change_user" checked/);
  assert.equal((await site.tomas.post('/admin/groups/add', { name: 'Superheroes', permissions: 'delete_user' })).statusCode, 403);
  assert.equal((await site.tomas.post('/admin/groups/add', { name: 'Gardeners', permissions: 'delete_album' })).statusCode, 303);
});
