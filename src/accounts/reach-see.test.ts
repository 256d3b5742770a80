/** Who may not see a kind of thing learns nothing of it, by whatever door: one table of what is told elsewhere of people. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OPERATOR } from '../db/history/change.ts';
import { act } from '../db/history/writer.ts';
import { insert } from '../db/save.ts';
import { group as group_ } from '../models/group.ts';
import { like } from '../models/like.ts';
import { token } from '../models/token.ts';
import { user } from '../models/user.ts';
import { addAlbum, visitor } from '../testing/app.ts';
import { castOf, loggedIn, PASSWORD, permit } from '../testing/cast.ts';
import { person, program } from '../testing/program.ts';
import { createUser } from './users.ts';

/** What must not be told: the name of somebody, and an address of theirs. */
const NAME = 'zelda.q';
const ADDRESS = 'zelda@example.org';

test('staff who may not view users find no name and no address of one, in lists, histories, groups, exports and the API', async (t) => {
  const cast = await castOf(t);
  const { db, ids } = cast;
  const { songs } = await addAlbum(db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', songs: [['Carey', 1]] });
  const zelda = await act(db, OPERATOR, async (writer) => {
    const id = await writer.insert(user, { username: NAME, email: '', is_active: true, is_staff: false, is_superuser: false });
    await writer.update(user, id, { email: ADDRESS });
    return id;
  });
  const group = await act(db, OPERATOR, (writer) => writer.insert(group_, { name: 'Editors', permissions: [], members: [zelda] }));
  const liking = await insert(db, like, { user: zelda, song: songs[0] as number });
  const key = await act(db, OPERATOR, (writer) => writer.insert(token, { user: zelda, name: 'kiosk', ending: 'abcd' }, { hash: 'h' }));
  const acts = (await db.all<{ id: number }>('select id from acts order by id')).map(({ id }) => id);
  const rights = ['view_history', 'view_group', 'view_like', 'view_token', 'delete_like', 'delete_token', 'view_album'];
  await permit(cast, ids.tomas, rights);
  const robot = await person(db, { username: 'robot', is_staff: true });
  await permit(cast, robot.id, rights);
  const call = program(cast, robot.token);

  const pages = [
    '/admin', '/admin/history', ...acts.map((id) => `/admin/history/${id}`), `/admin/groups/${group}`, `/admin/groups/${group}/history`, '/admin/groups',
    '/admin/likes', `/admin/likes/${liking}`, `/admin/likes/${liking}/delete`, `/admin/likes/${liking}/history`, '/admin/likes/export.csv', '/admin/likes/export.json',
    `/admin/likes?q=${NAME}`, `/admin/likes/choices?q=${NAME}`, '/admin/tokens', `/admin/tokens/${key}`, `/admin/tokens/${key}/delete`, `/admin/tokens/${key}/history`, '/admin/tokens/export.csv',
  ];
  for (const [who, browser, isTold] of [['tomas', cast.tomas, false], ['mara', cast.mara, true]] as const) {
    let told = 0;
    for (const page of pages) {
      const answer = await browser.get(page);
      assert.ok(answer.statusCode < 500, page);
      // What was asked for may stand in the page again.
      const body = page.includes('?q=') ? answer.body.replaceAll(`value="${NAME}"`, '').replaceAll(`q=${NAME}`, '') : answer.body;
      const found = [NAME, ADDRESS].filter((text) => body.includes(text));
      if (!isTold) assert.deepEqual(found, [], `${who} reads ${page}`);
      told += found.length;
    }
    if (isTold) assert.ok(told > 8, 'the same pages tell it to who may see it');
  }
  for (const path of ['/v1/history?expand=changes', '/v1/history.ndjson?expand=changes', '/v1/history.csv', '/v1/history?fields=summary', ...acts.map((id) => `/v1/history/${id}?expand=changes`)]) {
    const answer = await call('GET', path);
    assert.equal(answer.status, 200, path);
    assert.deepEqual([NAME, ADDRESS].filter((text) => answer.body.includes(text)), [], path);
  }
  assert.equal((await call('GET', '/v1/users')).status, 403);
  const made = (await db.first<{ act: number }>("select act from changes where model = 'users' and object = :zelda", { zelda }))?.act;
  const told = (await call('GET', `/v1/history/${made}?expand=changes`)).json as { summary: string; changes: { model: string; before: unknown; label: string }[] };
  assert.equal(told.summary, 'added 1 user; changed 1 user');
  assert.deepEqual(told.changes.map(({ model, before, label }) => [model, before, label]), [['users', null, ''], ['users', null, '']]);

  await permit(cast, robot.id, [...rights, 'view_user']);
  assert.match((await call('GET', '/v1/history?expand=changes')).body, new RegExp(`${NAME}[\\s\\S]*${ADDRESS}`));
  await createUser(db, { username: 'otto', password: PASSWORD, is_staff: true });
  const otto = await loggedIn(cast, 'otto');
  assert.equal((await otto.get('/admin/history')).statusCode, 403);
  assert.equal((await visitor(cast).get('/admin/history')).statusCode, 303);
});

test('an order of the admin’s lists is what its head says, or is not offered', async (t) => {
  const { mara } = await castOf(t);
  for (const path of ['/admin/likes', '/admin/tokens']) {
    assert.doesNotMatch((await mara.get(path)).body, /order=-?username/, path);
    assert.equal((await mara.get(`${path}?order=username`)).statusCode, 400, path);
  }
});
