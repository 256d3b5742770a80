import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addAlbum, testApp } from '../../testing/app.ts';
import { person, program } from '../../testing/program.ts';

test('albums are read, created, replaced, changed and deleted the same way, with the year as a day', async (t) => {
  const site = await testApp(t);
  const mara = program(site, (await person(site.db, { username: 'mara', is_superuser: true })).token);
  const created = await mara('POST', '/album/create', { artist: ' Drake ', name: 'Views', year_released: '2016-4-29' });
  assert.deepEqual([created.status, created.body], [201, '{"name":"Views","year_released":"2016-04-29","artist":"Drake","id":1}']);
  assert.equal((await mara('GET', '/album')).body, '[{"name":"Views","year_released":"2016-04-29","artist":"Drake","id":1}]');
  assert.equal((await mara('PATCH', '/album/1/', { year_released: '2016-04-30' })).body, '{"name":"Views","year_released":"2016-04-30","artist":"Drake","id":1}');
  assert.deepEqual((await mara('PUT', '/album/1', { name: 'Views' })).json, { year_released: ['This field is required.'], artist: ['This field is required.'] });
  for (const year of ['2016', '2016-02-30', '2016-04-29T00:00', 2016, true, null]) assert.equal((await mara('PATCH', '/album/1', { year_released: year })).status, 400, String(year));
  assert.deepEqual((await mara('PATCH', '/album/1', { year_released: '2016' })).json, { year_released: ['Date has wrong format. Use one of these formats instead: YYYY-MM-DD.'] });
  const { actions } = (await mara('OPTIONS', '/album/1')).json as { actions: { PUT: object } };
  assert.deepEqual(Object.keys(actions.PUT), ['name', 'year_released', 'artist', 'id']);
  assert.equal((await mara('DELETE', '/album/1/delete/')).status, 204);
  assert.deepEqual((await mara('GET', '/album/1')).json, { detail: 'Not found.' });
});

test('a new song comes last in its album, a changed one stays where it is, and the history knows who did it', async (t) => {
  const site = await testApp(t);
  await addAlbum(site.db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', songs: [['All I Want', 3], ['My Old Man', 4]] });
  const mara = program(site, (await person(site.db, { username: 'mara', is_superuser: true })).token);
  assert.deepEqual((await mara('POST', '/song/create', { song_name: 'Little Green', num_streams: 9_007_199_254_740_991, album: 1 })).status, 201);
  await mara('PUT', '/song/1', { song_name: 'All I Want', num_streams: 5, album: 1 });
  const rows = await site.db.all<{ song_name: string; position: number }>('select song_name, position from songs order by position');
  assert.deepEqual(rows.map(({ song_name, position }) => [song_name, position]), [['All I Want', 1], ['My Old Man', 2], ['Little Green', 3]]);
  const acts = await site.db.all<{ person: string; surface: string }>("select person, surface from acts where surface = 'api' order by id");
  assert.deepEqual(acts.map(({ person: who, surface }) => [who, surface]), [['mara', 'api'], ['mara', 'api']]);
});

test('whoever may write only with another token, or not at all, is refused', async (t) => {
  const site = await testApp(t);
  await addAlbum(site.db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', songs: [['All I Want', 3]] });
  const body = { song_name: 'Little Green', num_streams: 1, album: 1 };
  const stranger = await program(site)('POST', '/song/create', body);
  assert.deepEqual([stranger.status, stranger.headers['www-authenticate']], [401, 'Token']);
  const ann = program(site, (await person(site.db, { username: 'ann' })).token);
  assert.equal((await ann('POST', '/song/create', body)).status, 403);
  const reader = program(site, (await person(site.db, { username: 'rea', is_superuser: true, scopes: ['read'] })).token);
  assert.deepEqual((await reader('POST', '/song/create', body)).json, { detail: 'You do not have permission to perform this action.' });
  const adder = program(site, (await person(site.db, { username: 'add', scopes: ['write'], permissions: ['add_song', 'delete_album'] })).token);
  assert.equal((await adder('POST', '/song/create', body)).status, 201);
  assert.equal((await adder('PATCH', '/song/1', { num_streams: 2 })).status, 403);
  // An album takes its songs along.
  const kept = await adder('DELETE', '/album/1/delete');
  assert.deepEqual([kept.status, (kept.json as { detail: string }).detail], [403, 'Songs would be deleted with it, and you do not have permission to delete songs.']);
});

test('whatever is sent is refused in words, never with a 500', async (t) => {
  const site = await testApp(t, { API_LIMITS: 'off' });
  await addAlbum(site.db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', songs: [['All I Want', 3]] });
  const mara = program(site, (await person(site.db, { username: 'mara', is_superuser: true })).token);
  const good = { song_name: 'Little Green', num_streams: 1, album: 1 };
  const fault = async (field: string, value: unknown): Promise<unknown> => ((await mara('POST', '/song/create', { ...good, [field]: value })).json as Record<string, unknown>)[field];
  assert.deepEqual(await fault('song_name', 'a\0b'), ['Null characters are not allowed.']);
  assert.deepEqual(await fault('song_name', { a: 1 }), ['Not a valid string.']);
  assert.deepEqual(await fault('num_streams', 9_007_199_254_740_992), ['Ensure this value is less than or equal to 9007199254740991.']);
  assert.deepEqual(await fault('num_streams', '9'.repeat(2000)), ['String value too large.']);
  for (const value of [1.5, '1e3', [], {}, '']) assert.deepEqual(await fault('num_streams', value), ['A valid integer is required.']);
  assert.deepEqual(await fault('album', '9'.repeat(30)), [`Invalid pk "${'9'.repeat(30)}" - object does not exist.`]);
  assert.deepEqual(await fault('album', []), ['Incorrect type. Expected pk value, received list.']);
  for (const [value, id] of [['2.0', 2], [' 5 ', 5], [2, 2]] as const) assert.equal(((await mara('PATCH', '/song/1', { num_streams: value })).json as { num_streams: number }).num_streams, id);

  const bodies: [string, Record<string, string>?][] = [
    ['[]'], ['"a"'], ['12'], ['null'], ['true'], ['{'], [''], ['{"song_name":"\\ud800","num_streams":1,"album":1}'], ['\u{feff}{}'], ['{"__proto__":{"album":1}}'],
    ['x', { 'content-type': 'text/plain' }], ['x', { 'content-type': 'application/xml' }], ['x', { 'content-type': ';;' }], ['a=%zz', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['--x', { 'content-type': 'multipart/form-data; boundary=y' }], ['--x', { 'content-type': 'multipart/form-data' }],
  ];
  for (const path of ['/song/create', '/album/create', '/like/create', '/register', '/login']) {
    for (const [body, headers] of bodies) {
      const { status, json } = await mara('POST', path, body, headers);
      assert.ok([400, 415].includes(status) && typeof json === 'object', `${path} ${body} -> ${status}`);
    }
    const large = await mara('POST', path, Buffer.alloc(2 * 1024 * 1024, 'x'));
    assert.deepEqual([large.status, typeof (large.json as { detail: string }).detail], [413, 'string'], path);
    const bytes = await mara('POST', path, Buffer.from([0x7b, 0xff, 0xfe, 0x7d]));
    assert.equal(bytes.status, 400, path);
  }
  for (const pk of ['0', '-1', '1.0', '1e3', 'abc', '9'.repeat(25), '%00', '1%20', '٣']) {
    for (const noun of ['song', 'album']) assert.equal((await mara('GET', `/${noun}/${pk}`)).status, 404, pk);
    assert.equal((await mara('DELETE', `/like/${pk}/delete`)).status, 404, pk);
  }
  assert.equal((await mara('GET', '/song/001')).status, 200);
  for (const album of ['', 'abc', '-', '1.5', '%00', '1&album=x', 'a'.repeat(3000)]) {
    const { status, json } = await mara('GET', `/songInAlbum?album=${album}`);
    assert.deepEqual([status, Object.keys(json as object)], [400, ['album']], album);
  }
  assert.deepEqual((await mara('GET', `/songInAlbum?album=${'9'.repeat(18)}`)).json, []);
});

test('HEAD, OPTIONS and TRACE are answered on every address', async (t) => {
  const site = await testApp(t);
  await addAlbum(site.db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', songs: [['All I Want', 3]] });
  const mara = program(site, (await person(site.db, { username: 'mara', is_superuser: true })).token);
  for (const path of ['/song', '/song/1', '/songInAlbum?album=1', '/songFull', '/album', '/album/1', '/like', '/likes']) {
    const [head, get] = [await mara('HEAD', path), await mara('GET', path)];
    assert.deepEqual([head.status, head.body, head.headers['content-length']], [200, '', get.headers['content-length']], path);
  }
  for (const path of ['/song', '/song/create', '/song/1', '/song/1/delete', '/login', '/register', '/like/create']) {
    const options = await mara('OPTIONS', path);
    assert.deepEqual([options.status, options.headers['vary']], [200, 'Accept, Accept-Encoding'], path);
    const trace = await mara('TRACE', path);
    assert.deepEqual([trace.status, trace.json], [405, { detail: 'Method "TRACE" not allowed.' }], path);
  }
});

test('what is wrong first is told first, in the order of Django REST framework', async (t) => {
  const site = await testApp(t, { API_LIMITS: '100,6' });
  const mara = program(site, (await person(site.db, { username: 'mara', is_superuser: true })).token);
  const ann = program(site, (await person(site.db, { username: 'ann' })).token);
  const worst = { accept: 'application/xml', authorization: 'Token nope', 'content-type': 'text/plain' };
  const { accept: _accept, ...acceptable } = worst;
  const text = { 'content-type': 'text/plain' };
  const told = async (caller: typeof mara, path: string, headers: Record<string, string>): Promise<number> => (await caller('PUT', path, '{', headers)).status;
  assert.equal(await told(mara, '/song/create', worst), 406);
  assert.equal(await told(mara, '/song/create', acceptable), 401);
  assert.equal(await told(program(site), '/song/create', text), 401);
  assert.equal(await told(ann, '/song/create', text), 403);
  assert.equal(await told(mara, '/song/create', text), 405);
  assert.equal(await told(mara, '/song/9', text), 404);
  await addAlbum(site.db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', songs: [['All I Want', 3]] });
  assert.equal(await told(mara, '/song/1', text), 415);
  assert.equal(await told(mara, '/song/1', {}), 400);
  assert.deepEqual((await mara('PUT', '/song/1', {})).status, 400);
  await mara('PUT', '/song/1', {});
  // The limit comes before the method.
  assert.equal(await told(mara, '/song/create', text), 429);
});
