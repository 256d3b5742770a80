/** The story of the guide's screenshots, in their order (A44). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addAlbum, testApp } from '../../testing/app.ts';
import { person, program } from '../../testing/program.ts';

test('the guide’s story: read, create, update, delete, a mishap, one album, an account, a token', async (t) => {
  const site = await testApp(t);
  await addAlbum(site.db, { name: 'Views', artist: 'Drake', year_released: '2016-04-29', songs: [['Hotline Bling', 900]] });
  await addAlbum(site.db, { name: 'Fearless', artist: 'Taylor', year_released: '2008-11-11', songs: [['Love Story', 100], ['White Horse', 50]] });
  const anybody = program(site);
  const author = program(site, (await person(site.db, { username: 'mara', scopes: ['write'], permissions: ['add_song', 'change_song', 'delete_song'] })).token);

  // A simple GET request.
  assert.deepEqual((await anybody('GET', '/song')).json, [
    { id: 1, song_name: 'Hotline Bling', num_streams: 900 }, { id: 2, song_name: 'Love Story', num_streams: 100 }, { id: 3, song_name: 'White Horse', num_streams: 50 },
  ]);

  // A POST request with the keys and values in the body.
  const created = await author('POST', '/song/create', { song_name: 'One Dance', num_streams: 1500, album: 1 });
  assert.equal(created.status, 201);
  assert.equal(created.body, '{"id":4,"song_name":"One Dance","num_streams":1500,"album":1}');

  // To update, PUT or PATCH to the pattern with the pk.
  assert.deepEqual((await author('PUT', '/song/4', { song_name: 'One Dance', num_streams: 1501, album: 1 })).json, { id: 4, song_name: 'One Dance', num_streams: 1501, album: 1 });
  assert.deepEqual((await author('PATCH', '/song/4', { num_streams: 1502 })).json, { id: 4, song_name: 'One Dance', num_streams: 1502, album: 1 });

  // Taylor's song is deleted (pk: 2), and it is gone.
  const deleted = await author('DELETE', '/song/2/delete');
  assert.deepEqual([deleted.status, deleted.body], [204, '']);
  const again = await author('DELETE', '/song/2/delete');
  assert.deepEqual([again.status, again.json], [404, { detail: 'Not found.' }]);

  // A mishap: song 3 goes, too, and is added again by a POST request, but its id is now 5.
  assert.equal((await author('DELETE', '/song/3/delete')).status, 204);
  assert.deepEqual((await author('POST', '/song/create', { song_name: 'White Horse', num_streams: 50, album: 2 })).json, { id: 5, song_name: 'White Horse', num_streams: 50, album: 2 });

  // What is inside now, and in one album.
  assert.deepEqual((await anybody('GET', '/song')).json, [
    { id: 1, song_name: 'Hotline Bling', num_streams: 900 }, { id: 4, song_name: 'One Dance', num_streams: 1502 }, { id: 5, song_name: 'White Horse', num_streams: 50 },
  ]);
  assert.deepEqual((await anybody('GET', '/songInAlbum?album=1')).json, [{ id: 1, song_name: 'Hotline Bling', num_streams: 900 }, { id: 4, song_name: 'One Dance', num_streams: 1502 }]);

  // Registration, then a login from the user that was just made.
  const registered = await anybody('POST', '/register', { username: 'bob', password: 'correct-horse-battery' });
  assert.deepEqual([registered.status, Object.keys(registered.json as object)], [201, ['id', 'username']]);
  const login = await anybody('POST', '/login', { username: 'bob', password: 'correct-horse-battery' });
  assert.equal(login.status, 200);
  const { token } = login.json as { token: string };

  // The token in the header makes every further request bob's.
  const bob = program(site, token);
  const { id } = registered.json as { id: number };
  assert.deepEqual((await bob('POST', '/like/create', { user: id, song: 4 })).json, { id: 1, user: id, song: 4 });
  assert.deepEqual((await bob('GET', '/likes')).json, [{ id: 1, user: id, song: 4 }]);
  assert.equal((await bob('DELETE', '/song/4/delete')).status, 403);
  assert.equal((await bob('DELETE', '/like/1/delete')).status, 204);
  assert.deepEqual((await bob('GET', '/likes')).json, []);
  // The guide's “key: token” is no way to send it.
  assert.equal((await anybody('GET', '/likes', undefined, { token })).status, 401);
});
