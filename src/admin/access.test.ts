import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addAlbum, testApp, visitor } from '../testing/app.ts';
import { createUser } from '../accounts/users.ts';

const PASSWORD = 'correct-horse-battery';

test('the admin area leads visitors to the log-in and back, and tells people who are no staff that they aren’t', async (t) => {
  const site = await testApp(t);
  await addAlbum(site.db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', songs: [['All I Want', 3]] });
  await createUser(site.db, { username: 'ann', password: PASSWORD });
  await createUser(site.db, { username: 'mara', password: PASSWORD, is_staff: true, is_superuser: true });

  const stranger = await visitor(site).get('/admin/albums?q=blue');
  assert.equal(stranger.statusCode, 303);
  assert.equal(stranger.headers.location, '/login?next=%2Fadmin%2Falbums%3Fq%3Dblue');

  const ann = visitor(site);
  await ann.post('/login', { username: 'ann', password: PASSWORD, next: '/' });
  const refused = await ann.get('/admin/albums');
  assert.equal(refused.statusCode, 403);
  assert.match(refused.body, /it is not a staff account/);

  const mara = visitor(site);
  await mara.post('/login', { username: 'mara', password: PASSWORD, next: '/admin/albums' });
  const list = await mara.get('/admin/albums?q=blue');
  assert.equal(list.statusCode, 200);
  assert.match(list.body, /Joni Mitchell/);
});
