import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createToken } from '../../accounts/tokens.ts';
import { createUser } from '../../accounts/users.ts';
import { OPERATOR } from '../../db/history/change.ts';
import { act, lastChange } from '../../db/history/writer.ts';
import { addGroup, castOf, type Cast, loggedIn, permit } from '../../testing/cast.ts';
import { program } from '../../testing/program.ts';

type Form = [string, string][];

/** The form of a user as it would be sent unchanged, with some fields changed. */
async function formOf(site: Cast, changes: Record<string, string | string[] | undefined>): Promise<Form> {
  const form: Record<string, string | string[] | undefined> = { username: 'ann', email: 'ann@example.org', is_active: 'on', seen: String(await lastChange(site.db)), ...changes };
  return Object.entries(form).flatMap(([name, value]) => (value === undefined ? [] : [value].flat().map((one): [string, string] => [name, one])));
}

const stored = (site: Cast, id: number) => site.db.first<Record<string, unknown>>('select username, email, is_active, is_staff, is_superuser, password_hash from users where id = :id', { id });

test('a user is added in two steps, with a password or with a one-time link that is shown once', async (t) => {
  const site = await castOf(t);
  const faulty = await site.mara.post('/admin/users/add', { username: 'two words', email: 'nobody', login: 'password', password: '1234' });
  assert.equal(faulty.statusCode, 422);
  for (const sentence of [/Use letters, digits/, /Enter an e-mail address like/, /Use at least 8 characters/]) assert.match(faulty.body, sentence);
  assert.match(faulty.body, /value="two words"/);
  assert.doesNotMatch(faulty.body, /1234/);

  const added = await site.mara.post('/admin/users/add', { username: 'zoe', email: '', login: 'password', password: 'rain over Kent' });
  assert.equal(added.statusCode, 303);
  const form = await site.mara.get(String(added.headers.location));
  assert.match(form.body, /Added zoe\. Now choose what they may do\./);
  assert.match(form.body, /Undo/);
  assert.equal((await (await loggedIn(site, 'zoe', 'rain over Kent')).get('/account')).statusCode, 200);

  const linked = await site.mara.post('/admin/users/add', { username: 'lea', email: '', login: 'link', password: '' });
  const shown = await site.mara.get(String(linked.headers.location));
  const link = /value="http:\/\/localhost:8000(\/password\?key=[\w-]+)"/.exec(shown.body)?.[1];
  assert.ok(link);
  assert.doesNotMatch((await site.mara.get(String(linked.headers.location))).body, /password\?key=/, 'it is shown once');
  const kept = await site.db.all<{ data: string }>('select data from sessions');
  assert.ok(kept.every(({ data }) => !data.includes('key=')), 'no session has kept it');
  assert.equal((await (await loggedIn(site, 'lea', '')).get('/account')).statusCode, 303, 'without a password nobody logs in');

  assert.equal((await site.mara.post('/admin/users/add', { username: 'ZOE', email: '', login: 'link', password: '' })).statusCode, 422);
  assert.equal((await site.tomas.get('/admin/users/add')).statusCode, 403);
  assert.equal((await site.ann.get('/admin/users/add')).statusCode, 403);
});

test('saving writes every field with its old and new value, and leads to where the button says', async (t) => {
  const site = await castOf(t);
  const editors = await addGroup(site, 'Editors', ['change_album']);
  const saved = await site.mara.post(`/admin/users/${site.ids.ann}`, await formOf(site, { username: 'Ann', is_staff: 'on', groups: [String(editors)], permissions: ['view_like', 'delete_session'], do: 'continue' }));
  assert.equal(saved.headers.location, `/admin/users/${site.ids.ann}`);
  const page = await site.mara.get(String(saved.headers.location));
  assert.match(page.body, /Saved Ann\./);
  assert.match(page.body, /action="\/admin\/history\/\d+\/undo"/);
  assert.match(page.body, /value="delete_session" checked/);
  const change = await site.db.first<{ before: string; after: string }>('select before, after from changes order by id desc limit 1');
  assert.deepEqual(JSON.parse(change?.before ?? ''), { username: 'ann', is_staff: false, groups: [], permissions: [] });
  assert.deepEqual(JSON.parse(change?.after ?? ''), { username: 'Ann', is_staff: true, groups: [editors], permissions: ['view_like', 'delete_session'] });
  const same = await site.mara.post(`/admin/users/${site.ids.tomas}`, await formOf(site, { username: 'tomas', email: '', is_staff: 'on', permissions: ['view_user', 'change_user'] }));
  assert.equal(same.headers.location, '/admin/users');
  assert.match((await site.mara.get('/admin/users')).body, /Nothing was changed\./);
});

test('what is wrong is told at the field, and what was typed stays', async (t) => {
  const site = await castOf(t);
  const answer = await site.mara.post(`/admin/users/${site.ids.ann}`, await formOf(site, { username: 'tomas', email: 'no address', permissions: ['view_album'] }));
  assert.equal(answer.statusCode, 422);
  assert.match(answer.body, /There is a problem/);
  assert.match(answer.body, /This username is taken/);
  assert.match(answer.body, /value="no address"/);
  assert.match(answer.body, /value="view_album" checked/);
  for (const [field, value] of [['permissions', 'fly_moon'], ['groups', '1e3'], ['colour', 'red'], ['seen', 'x'], ['do', 'explode']] as const) {
    assert.equal((await site.mara.post(`/admin/users/${site.ids.ann}`, await formOf(site, { [field]: value }))).statusCode, 400, field);
  }
  assert.equal((await site.mara.post(`/admin/users/${site.ids.ann}`, await formOf(site, { groups: '99' }))).statusCode, 422);
  assert.equal((await site.mara.post('/admin/users/4711', await formOf(site, {}))).statusCode, 404);
});

test('nobody can lock out the last active superuser', async (t) => {
  const site = await castOf(t);
  const own = { username: 'mara', email: '', is_staff: 'on' };
  for (const flags of [{ is_superuser: undefined }, { is_superuser: 'on', is_active: undefined }, { is_superuser: 'on', is_staff: undefined }]) {
    const answer = await site.mara.post(`/admin/users/${site.ids.mara}`, await formOf(site, { ...own, ...flags }));
    assert.equal(answer.statusCode, 422);
    assert.match(answer.body, /This would leave no active superuser/);
  }
  const removed = await site.mara.post(`/admin/users/${site.ids.mara}/delete`, { along: '' });
  assert.equal(removed.statusCode, 422);
  const many = await site.mara.post('/admin/users/actions', [['action', 'delete'], ['selected', String(site.ids.mara)], ['selected', String(site.ids.ann)]]);
  assert.equal(many.statusCode, 422);
  assert.equal((await site.mara.post('/account/delete', { password: 'correct-horse-battery' })).statusCode, 422);
  assert.equal((await stored(site, site.ids.mara))?.['is_superuser'], 1);

  // Two superusers, each of whom takes the other's flag at once: one of them stays.
  await site.mara.post(`/admin/users/${site.ids.ann}`, await formOf(site, { is_staff: 'on', is_superuser: 'on' }));
  const [one, other] = await Promise.all([
    site.mara.post(`/admin/users/${site.ids.ann}`, await formOf(site, { is_staff: 'on' })),
    site.ann.post(`/admin/users/${site.ids.mara}`, await formOf(site, own)),
  ]);
  assert.deepEqual([one.statusCode, other.statusCode].filter((status) => status === 303).length, 1);
  assert.equal((await site.db.first<{ rows: number }>('select count(*) as rows from users where is_superuser and is_active'))?.rows, 1);
});

test('a superuser who can’t get in counts as none', async (t) => {
  const site = await castOf(t);
  const { mara, ann, tomas } = site.ids;
  // Three more superusers: one is no staff, one has no password, one is not active.
  await site.db.run('update users set is_superuser = 1, is_staff = 0 where id = :ann', { ann });
  await site.db.run("update users set is_superuser = 1, password_hash = '!' where id = :tomas", { tomas });
  const away = await createUser(site.db, { username: 'away', password: 'correct-horse-battery', is_staff: true, is_superuser: true });
  await site.db.run('update users set is_active = 0 where id = :away', { away });
  const tries = [
    await site.mara.post(`/admin/users/${mara}`, await formOf(site, { username: 'mara', email: '', is_superuser: 'on' })),
    await site.mara.post(`/admin/users/${mara}`, await formOf(site, { username: 'mara', email: '', is_staff: 'on' })),
    await site.mara.post(`/admin/users/${mara}/delete`, { along: '' }),
    await site.mara.post('/account/delete', { password: 'correct-horse-battery' }),
    await site.mara.post('/admin/users/actions', [['action', 'delete'], ['selected', String(mara)]]),
  ];
  assert.deepEqual(tries.map(({ statusCode }) => statusCode), [422, 422, 422, 422, 422]);
  const { secret } = await act(site.db, OPERATOR, (writer) => createToken(writer, { user: mara, name: 'test', scopes: ['admin'] }));
  const api = program(site, secret);
  assert.equal((await api('PATCH', `/v1/users/${mara}`, { is_staff: false })).status, 422);
  assert.equal((await api('PATCH', `/v1/users/${mara}`, { is_active: false })).status, 422);
  assert.equal((await api('DELETE', `/v1/users/${mara}`)).status, 422);
  assert.deepEqual(await site.db.first('select is_staff, is_superuser, is_active from users where id = :mara', { mara }), { is_staff: 1, is_superuser: 1, is_active: 1 });
  // With another who can get in, it is possible, and taking that back is judged as well.
  await site.db.run('update users set is_staff = 1 where id = :ann', { ann });
  assert.equal((await api('PATCH', `/v1/users/${mara}`, { is_staff: false })).status, 200);
  assert.equal((await site.ann.post(`/admin/users/${ann}`, await formOf(site, { username: 'ann', is_superuser: 'on' }))).statusCode, 422);
});

test('nobody raises their own rights, gives what they don’t have, or touches a superuser', async (t) => {
  const site = await castOf(t);
  const editors = await addGroup(site, 'Editors', ['change_album']);
  const { mara, tomas, ann } = site.ids;
  const tomasForm = { username: 'tomas', email: 't@example.org', is_staff: 'on' };
  const raised: [number, Record<string, string | string[]>, RegExp][] = [
    [tomas, { ...tomasForm, is_superuser: 'on' }, /Only a superuser can make somebody a superuser/],
    [tomas, { ...tomasForm, permissions: ['change_user', 'view_album'] }, /You cannot raise your own rights/],
    [tomas, { ...tomasForm, groups: [String(editors)] }, /You cannot raise your own rights/],
    [ann, { is_superuser: 'on' }, /Only a superuser can make somebody a superuser/],
    [ann, { permissions: ['delete_album'] }, /You do not have “delete albums”/],
    [ann, { groups: [String(editors)] }, /You do not have “change albums”/],
    [mara, { username: 'mara', email: 'x@example.org', is_superuser: 'on', is_staff: 'on' }, /Only a superuser can change or delete the account of a superuser/],
  ];
  for (const [id, changes, sentence] of raised) {
    const answer = await site.tomas.post(`/admin/users/${id}`, await formOf(site, changes));
    assert.equal(answer.statusCode, 403, JSON.stringify(changes));
    assert.match(answer.body, sentence);
  }
  assert.equal((await site.db.first<{ rows: number }>('select count(*) as rows from user_permissions'))?.rows, 2);

  // What they have, they may give; what they can't give stays as it is.
  await permit(site, ann, ['delete_song']);
  assert.equal((await site.tomas.post(`/admin/users/${ann}`, await formOf(site, { is_staff: 'on', permissions: ['view_user'] }))).statusCode, 303);
  assert.deepEqual((await site.db.all<{ permission: string }>('select permission from user_permissions where user = :ann order by permission', { ann })).map((row) => row.permission), ['delete_song', 'view_user']);

  const superuser = await site.tomas.get(`/admin/users/${mara}`);
  assert.match(superuser.body, /Only a superuser can change/);
  assert.doesNotMatch(superuser.body, /Set a password|>Delete user<|>Save</);
  for (const path of ['password', 'password-link']) assert.equal((await site.tomas.post(`/admin/users/${mara}/${path}`, path === 'password' ? { new_password: 'rain over Kent' } : {})).statusCode, 403);
  // Ann may do something now that Tomas may not: her password would open it to him.
  assert.equal((await site.tomas.post(`/admin/users/${ann}/password`, { new_password: 'rain over Kent' })).statusCode, 403);

  await permit(site, tomas, ['view_user', 'change_user', 'delete_user']);
  assert.equal((await site.tomas.post(`/admin/users/${mara}/delete`, { along: '' })).statusCode, 403);
  assert.equal((await site.tomas.post('/admin/users/actions', [['action', 'delete'], ['selected', String(mara)]])).statusCode, 403);
});

test('undo is bound by the same rules', async (t) => {
  const site = await castOf(t);
  await permit(site, site.ids.tomas, ['view_user', 'change_user', 'view_history']);
  await site.mara.post(`/admin/users/${site.ids.tomas}`, await formOf(site, { username: 'tomas', email: '', is_staff: 'on', permissions: ['view_user', 'change_user'] }));
  const act = (await site.db.first<{ id: number }>('select max(id) as id from acts'))?.id;
  const answer = await site.tomas.post(`/admin/history/${act}/undo`, {});
  assert.equal(answer.statusCode, 403);
  assert.match(answer.body, /You cannot raise your own rights/);
  assert.equal((await site.db.first("select 1 from user_permissions where permission = 'view_history'")), undefined);
});

test('who may only view sees a page to read, and who is deactivated is logged out', async (t) => {
  const site = await castOf(t);
  await permit(site, site.ids.tomas, ['view_user']);
  const page = await site.tomas.get(`/admin/users/${site.ids.ann}`);
  assert.equal(page.statusCode, 200);
  assert.match(page.body, /may look at this, not change it/);
  assert.doesNotMatch(page.body, /<input type="checkbox"|>Save<|Set a password/);
  assert.equal((await site.tomas.post(`/admin/users/${site.ids.ann}`, await formOf(site, {}))).statusCode, 403);
  await permit(site, site.ids.tomas, []);
  assert.equal((await site.tomas.get(`/admin/users/${site.ids.ann}`)).statusCode, 403);

  await site.mara.post(`/admin/users/${site.ids.ann}`, await formOf(site, { is_active: undefined }));
  assert.equal((await site.ann.get('/account')).statusCode, 303);
  await site.mara.post(`/admin/users/${site.ids.ann}`, await formOf(site, {}));
  assert.equal((await site.ann.get('/account')).statusCode, 303, 'the old session does not come back');
});

test('somebody who saved meanwhile is not overwritten: each field is chosen', async (t) => {
  const site = await castOf(t);
  const { ann } = site.ids;
  const stale = await formOf(site, { email: 'mine@example.org' });
  await site.mara.post(`/admin/users/${ann}`, await formOf(site, { username: 'annie', email: 'theirs@example.org' }));
  const asked = await site.tomas.post(`/admin/users/${ann}`, stale);
  assert.equal(asked.statusCode, 409);
  for (const text of ['mine@example.org', 'theirs@example.org', 'ann@example.org', 'annie']) assert.match(asked.body, new RegExp(text));
  assert.equal((await stored(site, ann))?.['email'], 'theirs@example.org');
  const hidden = [...asked.body.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)].map(([, name, value]): [string, string] => [name as string, value as string]);
  const unanswered = await site.tomas.post(`/admin/users/${ann}`, [...hidden, ['pick.username', 'theirs']]);
  assert.equal(unanswered.statusCode, 409);
  assert.match(unanswered.body, /choose one of these/);
  const done = await site.tomas.post(`/admin/users/${ann}`, [...hidden, ['pick.username', 'theirs'], ['pick.email', 'mine']]);
  assert.equal(done.statusCode, 303);
  assert.deepEqual([(await stored(site, ann))?.['username'], (await stored(site, ann))?.['email']], ['annie', 'mine@example.org']);
});

test('a deletion counts what goes along, and brings the account back without its password', async (t) => {
  const site = await castOf(t);
  const { ann } = site.ids;
  const page = await site.mara.get(`/admin/users/${ann}/delete`);
  assert.match(page.body, /1 session of this user ends/);
  const along = /name="along" value="([^"]*)"/.exec(page.body)?.[1] ?? '';
  assert.equal((await site.mara.post(`/admin/users/${ann}/delete`, { along })).statusCode, 303);
  assert.equal(await stored(site, ann), undefined);
  assert.equal((await site.ann.get('/account')).statusCode, 303);
  assert.ok(await site.db.first("select 1 from sessions where ended_at > 1700000000000 and user is null and data = '{}'"), 'its session is kept as ended, so that nothing brings it back');
  assert.match((await site.mara.get(`/admin/users/${ann}`)).body, /mara deleted .?ann/);
  const act = (await site.db.first<{ id: number }>('select max(id) as id from acts'))?.id;
  assert.equal((await site.mara.post(`/admin/history/${act}/undo`, {})).statusCode, 303);
  assert.equal((await stored(site, ann))?.['email'], 'ann@example.org');
  assert.equal((await (await loggedIn(site, 'ann')).get('/account')).statusCode, 303, 'the password is not kept');
});
