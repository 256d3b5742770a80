import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addAlbum, testApp, visitor } from '../../testing/app.ts';
import { person, program } from '../../testing/program.ts';

const USERS = ['view_user', 'add_user', 'change_user', 'delete_user', 'add_song'];
const names = (page: unknown, field: string) => (page as { results: Record<string, unknown>[] }).results.map((row) => row[field]);

test('people with an account are for staff with the permission, and tokens for administration', async (t) => {
  const site = await testApp(t);
  const staff = await person(site.db, { username: 'sam', is_staff: true, permissions: USERS });
  const little = await person(site.db, { username: 'rae', is_staff: true, permissions: USERS, scopes: ['read', 'write'] });
  const ann = await person(site.db, { username: 'ann', permissions: USERS });
  assert.deepEqual(names((await program(site, staff.token)('GET', '/v1/users?ordering=username')).json, 'username'), ['ann', 'rae', 'sam']);
  for (const token of [little.token, ann.token]) for (const path of ['/v1/users', '/v1/users/1', '/v1/users.csv', '/v1/groups', '/v1/history']) assert.equal((await program(site, token)('GET', path)).status, 403, path);
  assert.equal((await program(site)('GET', '/v1/users')).status, 401);
  const sam = program(site, staff.token);
  assert.deepEqual([(await sam('GET', '/v1/groups')).status, (await sam('GET', '/v1/history')).status], [403, 403]);
  const csv = await sam('GET', '/v1/users.csv?username=ANN');
  assert.deepEqual(csv.body.split('\r\n').length, 3);
  assert.doesNotMatch(csv.body + (await sam('GET', '/v1/users')).body, /password|hash/);
});

test('staff add, change and delete users within the rules of rank', async (t) => {
  const site = await testApp(t);
  const boss = await person(site.db, { username: 'mara', is_staff: true, is_superuser: true });
  const staff = await person(site.db, { username: 'sam', is_staff: true, permissions: USERS });
  const [mara, sam] = [program(site, boss.token), program(site, staff.token)];
  const group = (await mara('POST', '/v1/groups', { name: 'Editors', permissions: ['add_album'] })).json as { id: number };
  const made = await sam('POST', '/v1/users', { username: 'ben', password: 'rain over Kent', email: 'ben@example.org', permissions: ['add_song'] });
  const ben = made.json as { id: number; permissions: string[]; is_active: boolean };
  assert.deepEqual([made.status, ben.permissions, ben.is_active], [201, ['add_song'], true]);
  assert.equal((await visitor(site).post('/login', { username: 'ben', password: 'rain over Kent' })).statusCode, 303);
  assert.deepEqual((await sam('POST', '/v1/users', { username: 'BEN', password: '1', email: 'x', permissions: ['fly'], groups: [99] })).json, {
    password: ['Use at least 8 characters. This password has 1.'], permissions: ['"fly" is not a valid choice.'],
    username: ['This username is taken. Choose another.'], email: ['Enter an e-mail address like ann@example.org.'], groups: ['Invalid pk "99" - object does not exist.'],
  });
  for (const [path, body] of [[`/v1/users/${ben.id}`, { permissions: ['delete_album'] }], [`/v1/users/${ben.id}`, { groups: [group.id] }], [`/v1/users/${ben.id}`, { is_superuser: true }], [`/v1/users/${staff.id}`, { permissions: [...USERS, 'add_album'] }], [`/v1/users/${boss.id}`, { is_active: false }]] as const) {
    assert.equal((await sam('PATCH', path, body)).status, 403, JSON.stringify(body));
  }
  assert.equal((await sam('PATCH', `/v1/users/${ben.id}?dry_run=true`, { is_superuser: true })).status, 403, 'a rehearsal is judged, too');
  assert.equal((await mara('PATCH', `/v1/users/${ben.id}`, { groups: [group.id], password: 'clouds over Kent' })).status, 200);
  assert.equal((await visitor(site).post('/login', { username: 'ben', password: 'clouds over Kent' })).statusCode, 303);
  assert.equal((await mara('PATCH', `/v1/users/${boss.id}`, { is_superuser: false })).status, 422);
  assert.equal((await sam('DELETE', `/v1/users/${boss.id}`)).status, 403);
  assert.equal((await sam('DELETE', `/v1/users/${ben.id}`)).status, 204);
  const history = await mara('GET', '/v1/history?surface=api&expand=changes');
  assert.equal((history.json as { results: unknown[] }).results.length, 4);
  assert.doesNotMatch(history.body, /over Kent|\$2/);
});

test('a group has a name of its own and permissions that there are', async (t) => {
  const site = await testApp(t);
  const mara = program(site, (await person(site.db, { username: 'mara', is_staff: true, is_superuser: true })).token);
  const made = await mara('POST', '/v1/groups', { name: 'Editors', permissions: ['add_song', 'add_song'] });
  assert.deepEqual([made.status, (made.json as { permissions: string[] }).permissions], [201, ['add_song']]);
  assert.deepEqual((await mara('POST', '/v1/groups', { name: 'EDITORS', permissions: ['x'] })).json, { permissions: ['"x" is not a valid choice.'], name: ['There is a group of this name. Choose another.'] });
  assert.deepEqual((await mara('POST', '/v1/groups', { name: 'x', permissions: 'add_song' })).json, { permissions: ['Expected a list of items but got type "str".'] });
  assert.equal((await mara('PATCH', '/v1/groups/1', { name: 'editors' })).status, 200);
  assert.deepEqual(names((await mara('GET', '/v1/groups?name=Editors')).json, 'name'), ['editors']);
  assert.equal((await mara('DELETE', '/v1/groups/1')).status, 204);
});

test('a token is shown once, is one’s own, and ends when it is revoked', async (t) => {
  const site = await testApp(t);
  const own = await person(site.db, { username: 'ann', password: 'clouds over Kent' });
  const ann = program(site, own.token);
  const ben = program(site, (await person(site.db, { username: 'ben' })).token);
  const made = await ann('POST', '/v1/tokens', { name: 'Script', scopes: ['like', 'read'], last_day: '2099-12-31', user: 2 });
  const { id, token, ...row } = made.json as { id: number; token: string; scopes: string[]; expires_at: string };
  assert.deepEqual([made.status, row.scopes, row.expires_at, made.headers['cache-control'], made.headers['etag']], [201, ['read', 'like'], '2099-12-31T23:59:59.999Z', 'no-store', undefined]);
  assert.match(token, /^tracklist_/);
  assert.equal((await program(site, token)('GET', '/v1/me')).status, 200);
  assert.equal((await program(site, token)('GET', '/v1/tokens')).status, 403, 'a token for less makes and shows no tokens');
  assert.doesNotMatch((await ann('GET', '/v1/tokens')).body, new RegExp(token));
  assert.deepEqual([names((await ann('GET', '/v1/tokens')).json, 'name'), names((await ben('GET', '/v1/tokens')).json, 'name')], [['Script', 'test'], ['test']]);
  assert.deepEqual([(await ben('GET', `/v1/tokens/${id}`)).status, (await ben('DELETE', `/v1/tokens/${id}`)).status], [404, 404]);
  assert.deepEqual((await ann('POST', '/v1/tokens', { name: '', scopes: ['fly'], last_day: '2001-01-01' })).json, { scopes: ['"fly" is not a valid choice.'], name: ['This field may not be blank.'] });
  assert.deepEqual((await ann('POST', '/v1/tokens', { name: 'x', scopes: ['read', 'admin'], current_password: 'clouds over Kent' })).json, { scopes: ['This account may not do all of this. A token of it can be for: read, like.'] });
  assert.equal((await ann('POST', '/v1/tokens', { name: 'x', scopes: [] })).status, 400);
  assert.equal((await ann('DELETE', `/v1/tokens/${id}`)).status, 204);
  assert.equal((await program(site, token)('GET', '/v1/me')).status, 401);
});

test('one sees and changes one’s own account, and asks for nothing but what is one’s own', async (t) => {
  const site = await testApp(t);
  const { token } = await person(site.db, { username: 'ann', password: 'clouds over Kent' });
  const ann = program(site, token);
  const me = (await ann('GET', '/v1/me')).json as Record<string, unknown>;
  assert.deepEqual([me['username'], me['scopes'], me['is_staff']], ['ann', ['admin'], false]);
  assert.equal((await program(site)('GET', '/v1/me')).status, 401);
  const changed = await ann('PATCH', '/v1/me', { email: 'ann@example.org', current_password: 'clouds over Kent', is_superuser: true, permissions: ['add_song'] });
  assert.equal((changed.json as { pending_email: string }).pending_email, 'ann@example.org', 'an address is the account’s once it is confirmed');
  assert.deepEqual([(changed.json as { email: string }).email, (changed.json as { is_superuser: boolean }).is_superuser, (changed.json as { permissions: string[] }).permissions], ['', false, []]);
  assert.deepEqual((await ann('PATCH', '/v1/me', { password: 'rain over Kent' })).json, { current_password: ['This field is required.'] });
  assert.deepEqual((await ann('PATCH', '/v1/me', { username: 'anna', current_password: 'wrong one here' })).json, { current_password: ['This is not your present password.'] });
  assert.equal((await ann('PATCH', '/v1/me', { username: 'anna', password: 'rain over Kent', current_password: 'clouds over Kent' })).status, 200);
  assert.equal((await visitor(site).post('/login', { username: 'anna', password: 'rain over Kent' })).statusCode, 303);
  assert.equal((await ann('PATCH', '/v1/me', {}, { 'if-match': '"other"' })).status, 412);
  const reader = program(site, (await person(site.db, { username: 'rae', scopes: ['read'] })).token);
  assert.deepEqual([(await reader('GET', '/v1/me')).status, (await reader('PATCH', '/v1/me', {})).status], [200, 403]);
});

test('a session of a browser may do all that its person may', async (t) => {
  const site = await testApp(t);
  await person(site.db, { username: 'ann', password: 'clouds over Kent' });
  const ann = visitor(site);
  await ann.post('/login', { username: 'ann', password: 'clouds over Kent' });
  assert.equal((await ann.get('/api/v1/me', { accept: 'application/json' })).json<{ scopes: null }>().scopes, null);
  const elsewhere = await ann.post('/api/v1/tokens', { name: 'x', scopes: 'read' }, { 'sec-fetch-site': 'cross-site' });
  assert.equal(elsewhere.statusCode, 403);
});

test('likes are put and taken back as often as one likes', async (t) => {
  const site = await testApp(t);
  await addAlbum(site.db, { name: 'Hounds of Love', artist: 'Kate Bush', year_released: '1985-09-16', songs: [['Cloudbusting', 5], ['Hello Earth', 4], ['Under Ice', 3]] });
  const [ann, ben] = [program(site, (await person(site.db, { username: 'ann', scopes: ['like'] })).token), program(site, (await person(site.db, { username: 'ben', scopes: ['read'] })).token)];
  assert.deepEqual([(await ann('PUT', '/v1/me/likes/2')).status, (await ann('PUT', '/v1/me/likes/2')).status, (await ann('PUT', '/v1/me/likes/2')).status], [201, 200, 200]);
  assert.deepEqual([(await ann('GET', '/v1/me/likes/2')).status, (await ann('GET', '/v1/me/likes/1')).status, (await ann('PUT', '/v1/me/likes/99')).status], [200, 404, 404]);
  assert.equal((await ben('PUT', '/v1/me/likes/2')).status, 403);
  assert.deepEqual((await ben('GET', '/v1/me/likes')).json, { next: null, previous: null, results: [] });
  assert.deepEqual((await ann('PUT', '/v1/me/likes?dry_run=true', { songs: [1, 3] })).json, { dry_run: true, added: 2, removed: 1, likes: 2 });
  assert.deepEqual((await ann('PUT', '/v1/me/likes', { songs: [3, 1, 1] })).json, { added: 2, removed: 1, likes: 2 });
  assert.deepEqual((await ann('PUT', '/v1/me/likes', { songs: [3, 1] })).json, { added: 0, removed: 0, likes: 2 });
  assert.deepEqual((await ann('PUT', '/v1/me/likes', { songs: [3, 99] })).json, { songs: ['Invalid pk "99" - object does not exist.'] });
  const page = (await ann('GET', '/v1/me/likes?expand=song&page=1')).json as { count: number; results: { song: { song_name: string } }[] };
  assert.deepEqual([page.count, page.results.map(({ song }) => song.song_name)], [2, ['Cloudbusting', 'Under Ice']]);
  assert.deepEqual([(await ann('DELETE', '/v1/me/likes/3')).status, (await ann('DELETE', '/v1/me/likes/3')).status], [204, 204]);
  assert.deepEqual((await ann('GET', '/v1/songs/1?fields=like_count')).json, { like_count: 1 });
});

test('50 parallel likes make one row', async (t) => {
  const site = await testApp(t);
  await addAlbum(site.db, { name: 'Hounds of Love', artist: 'Kate Bush', year_released: '1985-09-16', songs: [['Cloudbusting', 5]] });
  const ann = program(site, (await person(site.db, { username: 'ann' })).token);
  const answers = await Promise.all(Array.from({ length: 50 }, () => ann('PUT', '/v1/me/likes/1')));
  assert.deepEqual([answers.filter(({ status }) => status === 201).length, answers.filter(({ status }) => status === 200).length], [1, 49]);
  assert.equal((await site.db.first<{ rows: number }>('select count(*) as rows from likes'))?.rows, 1);
});

test('who is deactivated loses sessions and tokens, and gets none back', async (t) => {
  const site = await testApp(t);
  const boss = program(site, (await person(site.db, { username: 'mara', is_staff: true, is_superuser: true })).token);
  const ann = await person(site.db, { username: 'ann', password: 'rain over Kent' });
  const browser = visitor(site);
  await browser.post('/login', { username: 'ann', password: 'rain over Kent' });
  assert.equal((await boss('PATCH', `/v1/users/${ann.id}`, { is_active: false })).status, 200);
  assert.equal((await boss('PATCH', `/v1/users/${ann.id}`, { is_active: true })).status, 200);
  assert.deepEqual([(await browser.get('/account')).statusCode, (await program(site, ann.token)('GET', '/v1/me')).status], [303, 401]);
});
