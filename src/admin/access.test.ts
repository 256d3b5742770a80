/** Who may pass, written down a second time: every route of the site × everybody who may come. The API's endpoints name their rules, which its own tests hold. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { permissionsByNoun } from '../accounts/permissions.ts';
import { createUser } from '../accounts/users.ts';
import { buildApp } from '../app.ts';
import { readConfig } from '../config.ts';
import { addAlbum, SECRET, testApp, testDb, type Visitor, visitor } from '../testing/app.ts';
import { loggedIn, PASSWORD, permit } from '../testing/cast.ts';

const LIST = ['GET /admin/X', 'GET /admin/X/export.csv', 'GET /admin/X/export.json', 'POST /admin/X/actions'];
const ADD = ['GET /admin/X/add', 'POST /admin/X/add'];
const DELETE = ['GET /admin/X/:id/delete', 'POST /admin/X/:id/delete'];
const of = (section: string, routes: readonly string[]) => routes.map((route) => route.replace('X', section));

const ADMIN: Record<string, string[]> = {
  staff: ['GET /admin', 'POST /admin/history/:id/undo'],
  view_history: ['GET /admin/history', 'GET /admin/history/:id', ...['albums', 'songs', 'users', 'groups', 'likes', 'tokens'].map((section) => `GET /admin/${section}/:id/history`)],
  view_session: ['GET /admin/sessions'],
  delete_session: ['POST /admin/sessions/:id/end', 'POST /admin/users/:id/end-sessions'],
  view_album: of('albums', [...LIST, 'GET /admin/X/choices', 'GET /admin/X/:id']),
  add_album: of('albums', ADD),
  change_album: of('albums', ['POST /admin/X/:id', 'GET /admin/X/:id/merge', 'POST /admin/X/:id/merge']),
  delete_album: of('albums', DELETE),
  view_song: of('songs', [...LIST, 'GET /admin/X/choices', 'GET /admin/X/:id']),
  add_song: of('songs', ADD),
  change_song: of('songs', ['POST /admin/X/:id']),
  delete_song: of('songs', DELETE),
  view_user: of('users', [...LIST, 'GET /admin/X/choices', 'GET /admin/X/:id']),
  add_user: of('users', ADD),
  change_user: of('users', ['POST /admin/X/:id', 'GET /admin/X/:id/password', 'POST /admin/X/:id/password', 'POST /admin/X/:id/password-link', 'GET /admin/X/:id/second-factor', 'POST /admin/X/:id/second-factor']),
  delete_user: of('users', DELETE),
  view_group: of('groups', [...LIST, 'GET /admin/X/:id']),
  add_group: of('groups', ADD),
  change_group: of('groups', ['POST /admin/X/:id']),
  delete_group: of('groups', DELETE),
  view_like: of('likes', [...LIST, 'GET /admin/X/choices', 'GET /admin/X/:id']),
  delete_like: of('likes', DELETE),
  view_token: of('tokens', [...LIST, 'GET /admin/X/choices', 'GET /admin/X/:id']),
  add_token: of('tokens', ADD),
  delete_token: of('tokens', DELETE),
};

const ACCESS = new Map(Object.entries(ADMIN).flatMap(([access, routes]) => routes.map((route) => [route, access] as const)));

type Persona = { name: string; visitor: Visitor; may: (access: string) => 'login' | 'refused' | 'passes' };

test('every route lets pass whom it should, and nobody else', async (t) => {
  const db = await testDb(t);
  const config = readConfig({ SESSION_SECRET: SECRET, LOG_LEVEL: 'silent' });
  const { app, routes, post } = await buildApp({ db, config });
  t.after(() => app.close());
  const site = { app, db, config, post, routes };
  const admin = routes.filter(({ path }) => /^\/admin($|\/)/.test(path));
  assert.deepEqual(admin.map(({ method, path, access }) => `${access}: ${method} ${path}`).sort(), [...ACCESS].map(([route, access]) => `${access}: ${route}`).sort());

  const { songs: [song] } = await addAlbum(db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', songs: [['All I Want', 3]] });
  const all = permissionsByNoun.flatMap(({ permissions }) => permissions);
  const ids = {
    ann: await createUser(db, { username: 'ann', password: PASSWORD }),
    none: await createUser(db, { username: 'none', password: PASSWORD, is_staff: true }),
    viewer: await createUser(db, { username: 'viewer', password: PASSWORD, is_staff: true }),
    editor: await createUser(db, { username: 'editor', password: PASSWORD, is_staff: true }),
    mara: await createUser(db, { username: 'mara', password: PASSWORD, is_staff: true, is_superuser: true }),
  };
  await permit(site, ids.viewer, all.filter((permission) => permission.startsWith('view_')));
  await permit(site, ids.editor, all);
  await db.run("insert into likes (user, song, created_at) values (:user, :song, '')", { user: ids.ann, song: song as number });

  const signedIn = (access: string) => access === 'signed in';
  const staff: Persona['may'] = (access) => (access === 'staff' || signedIn(access) ? 'passes' : 'refused');
  const personas: Persona[] = [
    { name: 'anonymous', visitor: visitor(site), may: (access) => (access === 'signed in' || access === 'staff' || access.includes('_') ? 'login' : 'passes') },
    { name: 'user', visitor: await loggedIn(site, 'ann'), may: (access) => (signedIn(access) ? 'passes' : 'refused') },
    { name: 'staff without rights', visitor: await loggedIn(site, 'none'), may: staff },
    { name: 'staff who may view', visitor: await loggedIn(site, 'viewer'), may: (access) => (access.startsWith('view_') ? 'passes' : staff(access)) },
    { name: 'staff who may edit', visitor: await loggedIn(site, 'editor'), may: () => 'passes' },
    { name: 'superuser', visitor: await loggedIn(site, 'mara'), may: () => 'passes' },
  ];
  const wrong: string[] = [];
  for (const persona of personas) {
    for (const { method, path, access } of routes) {
      // Files and programs have tests of their own; logging out would end the persona.
      if (/^\/(api|fonts|.*\.(css|js|svg|png|webmanifest|html))/.test(path) || path === '/logout' || access === 'one-time link') continue;
      const url = path.replace(':id', path.startsWith('/admin/users/') ? String(ids.ann) : '1').replace(':name', 'Joni%20Mitchell').replace(/:\w+|\*/, 'x');
      const answer = method === 'GET' ? await persona.visitor.get(url) : await persona.visitor.post(url, {});
      const expected = access === 'everybody' ? 'passes' : persona.may(access);
      const met = String(answer.headers.location ?? '').startsWith('/login?') ? 'login' : answer.statusCode === 403 ? 'refused' : answer.statusCode < 500 ? 'passes' : 'broken';
      // Undoing asks, besides, for the right to each change that it takes back.
      const also = path === '/admin/history/:id/undo' && met === 'refused';
      if (met !== expected && !(also && expected === 'passes' && /without|view/.test(persona.name))) wrong.push(`${persona.name}: ${method} ${url} should be ${expected}, is ${met} (${answer.statusCode})`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('the admin area leads visitors to the log-in and back, and tells people who are no staff that they aren’t', async (t) => {
  const site = await testApp(t);
  const { app, db } = site;
  await addAlbum(db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22' });
  await createUser(db, { username: 'ann', password: PASSWORD });
  await createUser(db, { username: 'mara', password: PASSWORD, is_staff: true, is_superuser: true });
  const stranger = await visitor({ app }).get('/admin/albums?q=blue');
  assert.equal(stranger.statusCode, 303);
  assert.equal(stranger.headers.location, '/login?next=%2Fadmin%2Falbums%3Fq%3Dblue');
  const refused = await (await loggedIn(site, 'ann')).get('/admin/albums');
  assert.equal(refused.statusCode, 403);
  assert.match(refused.body, /it is not a staff account/);
  const list = await (await loggedIn(site, 'mara')).get('/admin/albums?q=blue');
  assert.equal(list.statusCode, 200);
  assert.match(list.body, /Joni Mitchell/);
});
