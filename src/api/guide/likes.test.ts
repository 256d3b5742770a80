import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addAlbum, testApp, visitor } from '../../testing/app.ts';
import { person, program } from '../../testing/program.ts';

const BLUE = { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', songs: [['All I Want', 3], ['My Old Man', 4]] as [string, number][] };

test('a like is the caller’s own, whatever the body says', async (t) => {
  const site = await testApp(t);
  await addAlbum(site.db, BLUE);
  const [ann, ben] = [await person(site.db, { username: 'ann', scopes: ['like'] }), await person(site.db, { username: 'ben', scopes: ['like'] })];
  const [asAnn, asBen] = [program(site, ann.token), program(site, ben.token)];
  const made = await asAnn('POST', '/like/create', { song: 2 });
  assert.deepEqual([made.status, made.json], [201, { id: 1, user: ann.id, song: 2 }]);
  const forBen = await asAnn('POST', '/like/create', { user: ben.id, song: 1 });
  assert.deepEqual([forBen.status, forBen.json], [400, { user: [`Invalid pk "${ben.id}" - object does not exist.`] }]);
  assert.deepEqual((await asAnn('POST', '/like/create', { user: null })).json, { user: ['This field may not be null.'], song: ['This field is required.'] });

  assert.deepEqual((await asBen('GET', '/likes')).json, []);
  assert.deepEqual((await asBen('GET', '/like')).json, []);
  assert.equal((await asBen('DELETE', '/like/1/delete')).status, 404);
  assert.deepEqual((await asAnn('GET', '/likes/')).json, [{ id: 1, user: ann.id, song: 2 }]);
  assert.equal((await program(site)('GET', '/like')).status, 401);

  // Staff with the permission sees all, unless its token is for less.
  const staff = { username: 'sam', is_staff: true, permissions: ['view_like', 'delete_like'] };
  const sam = await person(site.db, staff);
  assert.equal(((await program(site, sam.token)('GET', '/like')).json as unknown[]).length, 1);
  const little = await person(site.db, { ...staff, username: 'tom', scopes: ['read', 'like'] });
  assert.deepEqual((await program(site, little.token)('GET', '/like')).json, []);
  assert.equal((await program(site, sam.token)('DELETE', '/like/1/delete')).status, 204);
  assert.deepEqual((await asAnn('GET', '/likes')).json, []);
});

test('50 parallel likes make one row', async (t) => {
  const site = await testApp(t);
  await addAlbum(site.db, BLUE);
  const ann = program(site, (await person(site.db, { username: 'ann', scopes: ['like'] })).token);
  const answers = await Promise.all(Array.from({ length: 50 }, () => ann('POST', '/like/create', { song: 1 })));
  assert.deepEqual(new Set(answers.map(({ status, body }) => `${status} ${body}`)).size, 1);
  assert.equal((await site.db.first<{ rows: number }>('select count(*) as rows from likes'))?.rows, 1);
  assert.equal((await site.db.first<{ like_count: number }>('select like_count from songs where id = 1'))?.like_count, 1);
});

test('a read token may not like, and a browser’s session may, but not from another site', async (t) => {
  const site = await testApp(t);
  await addAlbum(site.db, BLUE);
  const reader = program(site, (await person(site.db, { username: 'rea', scopes: ['read'] })).token);
  assert.equal((await reader('POST', '/like/create', { song: 1 })).status, 403);
  await person(site.db, { username: 'ann', password: 'correct-horse-battery' });
  const ann = visitor(site);
  await ann.post('/login', { username: 'ann', password: 'correct-horse-battery' });
  assert.equal((await ann.post('/api/like/create', { song: '1' })).statusCode, 201);
  assert.equal((await ann.post('/api/like/create', { song: '2' }, { 'sec-fetch-site': 'cross-site' })).statusCode, 403);
});
