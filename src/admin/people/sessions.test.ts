import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createToken } from '../../accounts/tokens.ts';
import { OPERATOR } from '../../db/history/change.ts';
import { act } from '../../db/history/writer.ts';
import { program } from '../../testing/program.ts';
import { insert } from '../../db/save.ts';
import { like } from '../../models/like.ts';
import { token } from '../../models/token.ts';
import { addAlbum } from '../../testing/app.ts';
import { castOf, loggedIn, permit } from '../../testing/cast.ts';

test('sessions are listed by who was seen last, a page at a time, and ended one by one', async (t) => {
  const site = await castOf(t);
  const list = await site.mara.get('/admin/sessions');
  for (const name of ['mara', 'tomas', 'ann']) assert.match(list.body, new RegExp(`Log out ${name} from`));
  const ends = [...(await site.mara.get('/admin/sessions?username=ANN')).body.matchAll(/action="(\/admin\/sessions\/[^"]+\/end)"/g)].map(([, action]) => action as string);
  assert.equal(ends.length, 1);
  const ended = await site.mara.post(ends[0] as string, { next: '/admin/sessions?username=ann' });
  assert.equal(ended.headers.location, '/admin/sessions?username=ann');
  assert.match((await site.mara.get('/admin/sessions?username=ann')).body, /Logged out ann from [\s\S]*ann is not logged in anywhere/);
  assert.equal((await site.ann.get('/account')).statusCode, 303);
  assert.equal((await site.mara.post(ends[0] as string, {})).statusCode, 404);
  assert.match((await site.mara.get('/admin/sessions?username=nobody')).body, /There is no user “nobody”/);
  assert.equal((await site.mara.get('/admin/sessions?after=x')).statusCode, 400);

  const now = Date.now();
  for (let number = 0; number < 120; number += 1) {
    await site.db.run("insert into sessions (id, user, data, device, address, created_at, seen_at, expires_at) values (:id, :user, '{}', 'Device', '203.0.113.9', :seen, :seen, :later)",
      { id: `made-${String(number).padStart(3, '0')}`, user: site.ids.ann, seen: now - 1000 - Math.floor(number / 2), later: now + 1e9 });
  }
  const seen: string[] = [];
  for (let next: string | undefined = '/admin/sessions?username=ann'; next;) {
    const page: { body: string } = await site.mara.get(next);
    seen.push(...[...page.body.matchAll(/\/admin\/sessions\/(made-\d+)\/end/g)].map(([, id]) => id as string));
    next = /rel="next" href="([^"]+)"/.exec(page.body)?.[1]?.replaceAll('&amp;', '&');
  }
  assert.equal(seen.length, 120);
  assert.equal(new Set(seen).size, 120);
});

test('no list of sessions sorts or scans the table', async (t) => {
  const site = await castOf(t);
  for (const [where, index] of [['', 'sessions_of_people'], [' and sessions.user = 3', 'sessions_user_seen_at_index']] as const) {
    const plan = await site.db.all<{ detail: string }>(`explain query plan select sessions.id, users.username from sessions join users on users.id = sessions.user
      where sessions.user is not null and sessions.ended_at is null and sessions.expires_at > 5${where} and (sessions.seen_at, sessions.id) < (9, 'x') order by sessions.seen_at desc, sessions.id desc limit 50`);
    assert.match(plan.map(({ detail }) => detail).join('\n'), new RegExp(index));
    if (where === '') assert.ok(plan.every(({ detail }) => !detail.includes('TEMP B-TREE')));
  }
});

test('a superuser’s session is ended by superusers alone, and sessions are seen by permission', async (t) => {
  const site = await castOf(t);
  assert.equal((await site.tomas.get('/admin/sessions')).statusCode, 403);
  await permit(site, site.ids.tomas, ['view_session']);
  assert.doesNotMatch((await site.tomas.get('/admin/sessions')).body, /Log out ann/);
  const own = (await site.db.first<{ id: string }>('select id from sessions where user = :mara', { mara: site.ids.mara }))?.id;
  assert.equal((await site.tomas.post(`/admin/sessions/${own}/end`, {})).statusCode, 403);
  await permit(site, site.ids.tomas, ['view_session', 'delete_session']);
  const list = await site.tomas.get('/admin/sessions');
  assert.match(list.body, /Log out ann/);
  assert.doesNotMatch(list.body, /Log out mara/);
  assert.equal((await site.tomas.post(`/admin/sessions/${own}/end`, {})).statusCode, 403);
  assert.equal((await site.mara.get('/admin')).statusCode, 200);
});

test('a password that staff set, or a link that they make, ends the sessions, and history keeps neither', async (t) => {
  const site = await castOf(t);
  const { ann } = site.ids;
  assert.match((await site.tomas.post(`/admin/users/${ann}/password`, { new_password: 'ann' })).body, /Use at least 8 characters/);
  assert.equal((await site.tomas.post(`/admin/users/${ann}/password`, { new_password: 'rain over Kent' })).statusCode, 303);
  assert.match((await site.tomas.get(`/admin/users/${ann}`)).body, /Set the password of ann/);
  assert.equal((await site.ann.get('/account')).statusCode, 303);
  const annAgain = await loggedIn(site, 'ann', 'rain over Kent');
  const first = await linkFor(site.tomas, ann);
  const link = await linkFor(site.tomas, ann);
  assert.equal((await site.ann.get(first)).statusCode, 403, 'a newer one replaces it');
  assert.equal((await annAgain.get('/account')).statusCode, 200, 'making a link ends nothing');
  const opened = await site.ann.get(link);
  assert.match(opened.body, /For the account[\s\S]*ann/);
  const key = link.split('=')[1] as string;
  assert.equal((await site.ann.post('/password', { key, password: '12345678' })).statusCode, 422);
  assert.equal((await site.ann.post('/password', { key, password: 'snow over Kent' })).statusCode, 303);
  assert.match((await site.ann.get('/login')).body, /Set the password of ann\. Log in with it\./);
  assert.equal((await annAgain.get('/account')).statusCode, 303);
  for (const used of [await site.ann.get(link), await site.ann.post('/password', { key, password: 'hail over Kent' })]) {
    assert.equal(used.statusCode, 403);
    assert.match(used.body, /This link is no longer valid/);
  }
  const late = await linkFor(site.tomas, ann);
  await site.db.run('update password_links set expires_at = :now', { now: Date.now() - 1 });
  assert.equal((await site.ann.get(late)).statusCode, 403);
  const kept = JSON.stringify(await site.db.all('select * from changes')) + JSON.stringify(await site.db.all('select * from acts')) + JSON.stringify(await site.db.all('select * from sessions'));
  for (const secret of ['rain over', 'snow over', key, '$2b$']) assert.ok(!kept.includes(secret), secret);
});

test('likes and tokens are read and deleted on pages of their own; a token never comes back', async (t) => {
  const site = await castOf(t);
  const { songs } = await addAlbum(site.db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', songs: [['River', 3]] });
  const liked = await insert(site.db, like, { user: site.ids.ann, song: songs[0] as number });
  const made = await insert(site.db, token, { user: site.ids.ann, name: 'Laptop', scopes: 'read', ending: 'a1b2' }, { hash: 'thesecrethash' });
  const alongIn = async (path: string) => /name="along" value="(\w+)"/.exec((await site.mara.get(path)).body)?.[1] ?? '';
  const page = await site.mara.get(`/admin/tokens/${made}`);
  assert.match(page.body, /Laptop[\s\S]*…a1b2[\s\S]*Revoke token/);
  assert.doesNotMatch(page.body, /thesecrethash/);
  assert.match((await site.mara.get(`/admin/likes/${liked}`)).body, /Like of River by ann[\s\S]*Delete like/);
  assert.equal((await site.tomas.get(`/admin/tokens/${made}`)).statusCode, 403);
  await permit(site, site.ids.tomas, ['view_token']);
  assert.doesNotMatch((await site.tomas.get(`/admin/tokens/${made}`)).body, /Revoke token/);
  assert.match((await site.mara.get(`/admin/tokens/${made}/delete`)).body, /Revoke Laptop\?[\s\S]*You can’t undo this/);
  assert.equal((await site.mara.post(`/admin/tokens/${made}/delete`, { along: await alongIn(`/admin/tokens/${made}/delete`) })).statusCode, 303);
  assert.doesNotMatch((await site.mara.get('/admin/tokens')).body, /Undo/);
  assert.equal((await site.mara.post(`/admin/likes/${liked}/delete`, { along: await alongIn(`/admin/likes/${liked}/delete`) })).statusCode, 303);
  assert.equal((await site.mara.get(`/admin/likes/${liked}`)).statusCode, 404);
});

async function linkFor(staff: { post(url: string): Promise<unknown>; get(url: string): Promise<{ body: string }> }, user: number): Promise<string> {
  await staff.post(`/admin/users/${user}/password-link`);
  return /value="http:\/\/localhost:8000(\/password\?key=[\w-]+)"/.exec((await staff.get(`/admin/users/${user}`)).body)?.[1] as string;
}

test('all sessions of a person are ended at once, from their form and from the list, within the rules of rank', async (t) => {
  const site = await castOf(t);
  const { ann, mara } = site.ids;
  const phone = await loggedIn(site, 'ann');
  const end = `/admin/users/${ann}/end-sessions`;
  for (const path of [`/admin/users/${ann}`, '/admin/sessions?username=ann']) assert.match((await site.mara.get(path)).body, new RegExp(`action="${end}"`), path);
  assert.doesNotMatch((await site.tomas.get(`/admin/users/${ann}`)).body, /Log out everywhere/);
  assert.equal((await site.tomas.post(end)).statusCode, 403);
  assert.equal((await site.mara.post(end)).headers.location, '/admin/sessions?username=ann');
  assert.match((await site.mara.get('/admin/sessions?username=ann')).body, /Logged out ann everywhere: ended 2 sessions\.[\s\S]*ann is not logged in anywhere/);
  for (const browser of [site.ann, phone]) assert.equal((await browser.get('/account')).statusCode, 303);
  assert.equal((await site.db.first<{ before: string }>('select before from changes order by id desc limit 1'))?.before, '{"sessions":2}');

  await permit(site, site.ids.tomas, ['view_user', 'view_session', 'delete_session']);
  assert.equal((await site.tomas.post(`/admin/users/${mara}/end-sessions`)).statusCode, 403);
  const other = await loggedIn(site, 'mara');
  await site.mara.post(`/admin/users/${mara}/end-sessions`);
  assert.deepEqual([(await site.mara.get('/admin')).statusCode, (await other.get('/account')).statusCode], [200, 303], 'whoever ends their own stays here');
  assert.equal((await site.mara.post('/admin/users/4711/end-sessions')).statusCode, 404);
});

test('tokens of a deactivated account come back with it only when that is chosen', async (t) => {
  const site = await castOf(t);
  const { ann } = site.ids;
  const { secret } = await act(site.db, OPERATOR, (writer) => createToken(writer, { user: ann, name: 'laptop', scopes: ['read'] }));
  const status = async () => (await program(site, secret)('GET', '/v1/me')).status;
  const save = async (fields: Record<string, string>) => {
    const page = (await site.mara.get(`/admin/users/${ann}`)).body;
    const seen = /name="seen" value="(\d+)"/.exec(page)?.[1] ?? '';
    assert.equal((await site.mara.post(`/admin/users/${ann}`, { seen, username: 'ann', email: 'ann@example.org', ...fields })).statusCode, 303);
    return page;
  };
  assert.doesNotMatch(await save({}), /keep_tokens/, 'nothing to choose while it is active');
  assert.equal(await status(), 401);
  assert.match(await save({ is_active: 'on', keep_tokens: 'on' }), /name="keep_tokens"[\s\S]*1 token of this account is revoked when you make it active, unless you tick this/);
  assert.equal(await status(), 200);
  await save({});
  await save({ is_active: 'on' });
  assert.equal(await status(), 401);
  assert.deepEqual(await site.db.all('select id from tokens'), []);
});

test('an account that an undo deactivates loses its sessions for good', async (t) => {
  const site = await castOf(t);
  const { ann } = site.ids;
  const undoLast = async () => {
    const last = await site.db.first<{ id: number }>('select max(id) as id from acts');
    assert.equal((await site.mara.post(`/admin/history/${last?.id}/undo`)).statusCode, 303);
  };
  await site.db.run('update users set is_active = 0 where id = :ann', { ann });
  const seen = String((await site.db.first<{ id: number }>('select max(id) as id from acts'))?.id);
  assert.equal((await site.mara.post(`/admin/users/${ann}`, { seen, username: 'ann', email: 'ann@example.org', is_active: 'on' })).statusCode, 303);
  const browser = await loggedIn(site, 'ann');
  assert.equal((await browser.get('/account')).statusCode, 200);
  await undoLast();
  assert.equal((await browser.get('/account')).statusCode, 303);
  await undoLast();
  assert.equal((await site.db.first<{ is_active: number }>('select is_active from users where id = :ann', { ann }))?.is_active, 1);
  assert.equal((await browser.get('/account')).statusCode, 303);
});
