import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { addAlbum, testApp, type TestApp } from '../../testing/app.ts';
import { person, type Program, program } from '../../testing/program.ts';

const CATALOGUE = ['add_album', 'change_album', 'delete_album', 'add_song', 'change_song', 'delete_song'];

/** Hounds of Love with two songs, and Mara, who looks after the catalogue. */
async function shelf(t: TestContext): Promise<{ site: TestApp; mara: Program; guest: Program }> {
  const site = await testApp(t);
  await addAlbum(site.db, { name: 'Hounds of Love', artist: 'Kate Bush', year_released: '1985-09-16', songs: [['Running Up That Hill', 900], ['Cloudbusting', 500]] });
  const { token } = await person(site.db, { username: 'mara', scopes: ['write'], permissions: CATALOGUE });
  return { site, mara: program(site, token), guest: program(site) };
}

const countOf = async ({ db }: TestApp, table: string) => (await db.first<{ rows: number }>(`select count(*) as rows from ${table}`))?.rows;
const lastAct = ({ db }: TestApp) => db.first('select person, surface, summary, size from acts order by id desc limit 1');

test('songs are added, changed and deleted by who may, and the history knows', async (t) => {
  const { site, mara } = await shelf(t);
  const made = await mara('POST', '/v1/songs', { id: 77, song_name: ' Hello Earth ', album: 1, num_streams: '12' });
  const { created_at: _, updated_at: __, ...row } = made.json as Record<string, unknown>;
  assert.deepEqual([made.status, made.headers['location'], row], [201, 'http://localhost:8000/api/v1/songs/3', { id: 3, song_name: 'Hello Earth', album: 1, num_streams: 12, position: 3, artist: 'Kate Bush', year_released: '1985-09-16', like_count: 0 }]);
  assert.deepEqual(await lastAct(site), { person: 'mara', surface: 'api', summary: 'added Hello Earth', size: 1 });
  assert.equal((await mara('PATCH', '/v1/songs/3', { position: 7 })).status, 200);
  assert.equal(((await mara('PATCH', '/v1/songs/3', {})).json as { position: number }).position, 7);
  const put = await mara('PUT', '/v1/songs/3', { song_name: 'Hello Earth' });
  assert.deepEqual([put.status, put.json], [400, { album: ['This field is required.'] }]);
  assert.equal((await mara('PUT', '/v1/songs/3', { song_name: 'Under Ice', album: 1 })).status, 200);
  assert.deepEqual(await lastAct(site), { person: 'mara', surface: 'api', summary: 'changed Under Ice', size: 1 });
  const gone = await mara('DELETE', '/v1/songs/3');
  assert.deepEqual([gone.status, gone.body], [204, '']);
  assert.deepEqual((await mara('DELETE', '/v1/songs/3')).json, { detail: 'Not found.' });
  assert.deepEqual((await mara('POST', '/v1/songs', { song_name: '', num_streams: -1, album: 99, position: 0 })).json, {
    song_name: ['This field may not be blank.'], num_streams: ['Ensure this value is greater than or equal to 0.'], album: ['Invalid pk "99" - object does not exist.'], position: ['Ensure this value is greater than or equal to 1.'],
  });
});

test('strangers, people without the permission and tokens for less write nothing', async (t) => {
  const { site, guest } = await shelf(t);
  const ann = program(site, (await person(site.db, { username: 'ann' })).token);
  const reader = program(site, (await person(site.db, { username: 'rae', scopes: ['read', 'like'], permissions: CATALOGUE })).token);
  for (const [method, path, body] of [
    ['POST', '/v1/songs', { song_name: 'x', album: 1 }], ['PUT', '/v1/songs/1', {}], ['PATCH', '/v1/albums/1', {}], ['DELETE', '/v1/albums/1', undefined], ['PATCH', '/v1/songs', []], ['DELETE', '/v1/songs', { ids: [1] }],
  ] as [string, string, unknown][]) {
    assert.equal((await guest(method, path, body)).status, 401, `${method} ${path}`);
    assert.equal((await ann(method, path, body)).status, 403, `${method} ${path}`);
    assert.equal((await reader(method, path, body)).status, 403, `${method} ${path}`);
  }
  assert.equal((await guest('POST', '/v1/artists', {})).status, 401);
  assert.deepEqual([await countOf(site, 'songs'), (await guest('GET', '/v1/songs')).status], [2, 200]);
});

test('an album takes its songs along, and tells what is wrong with each', async (t) => {
  const { site, mara } = await shelf(t);
  const aerial = { name: 'Aerial', artist: 'Kate Bush', year_released: '2005-11-07' };
  const wrong = await mara('POST', '/v1/albums', { ...aerial, year_released: '2005', songs: [{ song_name: 'Pi' }, { song_name: '' }, 5] });
  assert.deepEqual([wrong.status, wrong.json], [400, {
    songs: [{}, { song_name: ['This field may not be blank.'] }, { non_field_errors: ['Invalid data. Expected a dictionary, but got int.'] }],
    year_released: ['Date has wrong format. Use one of these formats instead: YYYY-MM-DD.'],
  }]);
  const made = await mara('POST', '/v1/albums?expand=songs&fields=id,song_count,songs', { ...aerial, songs: [{ song_name: 'Pi', num_streams: 5 }, { song_name: 'Bertie' }] });
  const album = made.json as { id: number; song_count: number; songs: { song_name: string; position: number }[] };
  assert.deepEqual([album.id, album.song_count, album.songs.map(({ song_name, position }) => `${position} ${song_name}`)], [2, 2, ['1 Pi', '2 Bertie']]);
  assert.deepEqual(await lastAct(site), { person: 'mara', surface: 'api', summary: 'added Aerial and 2 songs', size: 3 });
});

test('songs of an album are not added or deleted along by who may not do that', async (t) => {
  const { site } = await shelf(t);
  const sam = program(site, (await person(site.db, { username: 'sam', permissions: ['add_album', 'delete_album'] })).token);
  const added = await sam('POST', '/v1/albums', { name: 'Aerial', artist: 'Kate Bush', year_released: '2005-11-07', songs: [{ song_name: 'Pi' }] });
  assert.deepEqual([added.status, added.json], [403, { detail: 'You do not have permission to add songs, which the album brings along.' }]);
  assert.equal((await sam('DELETE', '/v1/albums/1')).status, 403);
  assert.equal((await sam('DELETE', '/v1/albums', { ids: [1] })).status, 403);
  assert.equal(await countOf(site, 'songs'), 2);
});

test('If-Match keeps a change from overwriting another', async (t) => {
  const { mara } = await shelf(t);
  const first = (await mara('GET', '/v1/songs/1')).headers['etag'] as string;
  const changed = await mara('PATCH', '/v1/songs/1', { num_streams: 901 }, { 'if-match': first });
  assert.equal(changed.status, 200);
  assert.equal(changed.headers['etag'], (await mara('GET', '/v1/songs/1')).headers['etag']);
  for (const [method, body] of [['PATCH', { num_streams: 5 }], ['PUT', { song_name: 'x', album: 1 }], ['DELETE', undefined]] as const) {
    const answer = await mara(method, '/v1/songs/1', body, { 'if-match': first });
    assert.deepEqual([answer.status, Object.keys(answer.json as object)], [412, ['detail']], method);
  }
  const answers = await Promise.all(Array.from({ length: 8 }, (_, number) => mara('PATCH', '/v1/songs/1', { num_streams: number }, { 'if-match': changed.headers['etag'] as string })));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 412, 412, 412, 412, 412, 412, 412]);
  assert.equal((await mara('DELETE', '/v1/songs/1', undefined, { 'if-match': '*' })).status, 204);
});

test('a body with unknown names is taken, and refused when one asks for strictness', async (t) => {
  const { mara } = await shelf(t);
  const body = { nmae: 'x', name: 'Aerial', artist: 'Kate Bush', year_released: '2005-11-07', like_count: 5, songs: [{ song_name: 'Pi', num_stream: 5 }] };
  const strict = await mara('POST', '/v1/albums', body, { prefer: 'handling=strict' });
  assert.deepEqual([strict.status, strict.headers['preference-applied'], strict.json], [400, 'handling=strict', { nmae: ['Unknown field “nmae”. Did you mean “name”?'], like_count: ['The field “like_count” can’t be written. Leave it out.'], songs: [{ num_stream: ['Unknown field “num_stream”. Did you mean “num_streams”?'] }] }]);
  assert.equal((await mara('POST', '/v1/albums', body)).status, 201);
});

test('who asks for strictness is told of each field that would be ignored, created_at as well', async (t) => {
  const { mara } = await shelf(t);
  const prefer = { prefer: 'handling=strict' };
  const unwritten = (name: string) => [`The field “${name}” can’t be written. Leave it out.`];
  const song = { song_name: 'Pi', album: 1, created_at: '2001-01-01T00:00:00.000Z' };
  assert.deepEqual((await mara('POST', '/v1/songs', song, prefer)).json, { created_at: unwritten('created_at') });
  assert.deepEqual((await mara('POST', '/v1/songs', { song_name: 'Pi', album: 1, id: 77 }, prefer)).json, { id: unwritten('id') });
  assert.deepEqual((await mara('PATCH', '/v1/songs/1', { created_at: song.created_at, id: 2 }, prefer)).json, { created_at: unwritten('created_at'), id: unwritten('id') });
  assert.deepEqual((await mara('PATCH', '/v1/songs', [{ id: 1, like_count: 5 }], prefer)).json, [{ like_count: unwritten('like_count') }]);
  assert.equal((await mara('PATCH', '/v1/songs/1', { id: 1, num_streams: 3 }, prefer)).status, 200);
  assert.equal((await mara('PATCH', '/v1/songs', [{ id: 1, num_streams: 4 }], prefer)).status, 200);
  assert.equal((await mara('PATCH', '/v1/songs/1', { created_at: song.created_at })).status, 200);
});

test('many are written at once, all or nothing, as one act', async (t) => {
  const { site, mara } = await shelf(t);
  const half = await mara('POST', '/v1/songs', [{ song_name: 'Pi', album: 1 }, { song_name: '', album: 1 }]);
  assert.deepEqual([half.status, half.json, await countOf(site, 'songs')], [400, [{}, { song_name: ['This field may not be blank.'] }], 2]);
  const made = await mara('POST', '/v1/songs', Array.from({ length: 1000 }, (_, number) => ({ song_name: `Take ${number}`, album: 1 })));
  assert.deepEqual([made.status, (made.json as { position: number }[]).at(-1)?.position], [201, 1002]);
  assert.deepEqual(await lastAct(site), { person: 'mara', surface: 'api', summary: 'added 1,000 songs', size: 1000 });
  assert.equal((await mara('POST', '/v1/songs', Array.from({ length: 1001 }, () => ({})))).status, 400);
  assert.deepEqual((await mara('POST', '/v1/songs', [])).json, { non_field_errors: ['This list may not be empty.'] });

  const wrong = await mara('PATCH', '/v1/songs', [{ id: 1, num_streams: 1 }, { id: 9999 }, { num_streams: 5 }, { id: 1 }, { id: 2, num_streams: 'x' }]);
  assert.deepEqual([wrong.status, wrong.json], [400, [{}, { id: ['Invalid pk "9999" - object does not exist.'] }, { id: ['This field is required.'] }, { id: ['The id 1 is there twice.'] }, { num_streams: ['A valid integer is required.'] }]]);
  const changed = await mara('PATCH', '/v1/songs?fields=id,num_streams', [{ id: 2, num_streams: 2 }, { id: 1, num_streams: 1 }]);
  assert.deepEqual(changed.json, [{ id: 2, num_streams: 2 }, { id: 1, num_streams: 1 }]);
  assert.deepEqual(await lastAct(site), { person: 'mara', surface: 'api', summary: 'changed 2 songs', size: 2 });

  assert.deepEqual((await mara('DELETE', '/v1/songs', { ids: [1, 9999, 'x', 1] })).json, { ids: ['Invalid pk "9999" - object does not exist.', 'A valid integer is required.', 'The id 1 is there twice.'] });
  assert.deepEqual((await mara('DELETE', '/v1/songs', { ids: [1, 2] })).json, { deleted: 2, along: {} });
  assert.deepEqual((await mara('DELETE', '/v1/albums', { ids: [1] })).json, { deleted: 1, along: { songs: 1000 } });
  assert.equal(await countOf(site, 'songs'), 0);
});

test('a rehearsal does everything, tells it, and takes it back', async (t) => {
  const { site, mara } = await shelf(t);
  const acts = await countOf(site, 'acts');
  const aerial = { name: 'Aerial', artist: 'Kate Bush', year_released: '2005-11-07', songs: [{ song_name: 'Pi' }] };
  const made = await mara('POST', '/v1/albums?dry_run=true&fields=id,name,song_count', [aerial]);
  assert.deepEqual([made.status, made.json], [200, { dry_run: true, created: 1, results: [{ id: null, name: 'Aerial', song_count: 1 }] }]);
  assert.deepEqual((await mara('PATCH', '/v1/songs/1?dry_run=1&fields=num_streams', { num_streams: 7 })).json, { dry_run: true, updated: 1, results: [{ num_streams: 7 }] });
  assert.deepEqual((await mara('DELETE', '/v1/albums/1?dry_run=true')).json, { dry_run: true, deleted: 1, along: { songs: 2 } });
  assert.deepEqual((await mara('POST', '/v1/songs?dry_run=true', { album: 99 })).json, { song_name: ['This field is required.'], album: ['Invalid pk "99" - object does not exist.'] });
  assert.deepEqual((await mara('POST', '/v1/songs?dry_run=perhaps', { song_name: 'x', album: 1 })).json, { dry_run: ['Must be a valid boolean.'] });
  assert.deepEqual([await countOf(site, 'albums'), await countOf(site, 'songs'), await countOf(site, 'acts')], [1, 2, acts]);
  assert.equal(((await mara('POST', '/v1/albums?dry_run=false', aerial)).json as { id: number }).id, 2);
});
