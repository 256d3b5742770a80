import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildApp } from '../../../app.ts';
import { connect } from '../../../db/connect.ts';
import { addAlbum, testApp } from '../../../testing/app.ts';
import { person, program } from '../../../testing/program.ts';

const SONG = { song_name: 'Hello Earth', album: 1 };
const PERMISSIONS = ['add_song', 'add_album'];

test('a POST that is sent again with its Idempotency-Key gets the same answer, and nothing is done twice', async (t) => {
  const site = await testApp(t);
  await addAlbum(site.db, { name: 'Hounds of Love', artist: 'Kate Bush', year_released: '1985-09-16' });
  const mara = program(site, (await person(site.db, { username: 'mara', permissions: PERMISSIONS })).token);
  const ann = program(site, (await person(site.db, { username: 'ann', permissions: PERMISSIONS })).token);
  const key = { 'idempotency-key': '4f1c' };
  const first = await mara('POST', '/v1/songs', SONG, key);
  const again = await mara('POST', '/v1/songs', SONG, key);
  assert.deepEqual([again.status, again.body, again.headers['location'], again.headers['etag']], [201, first.body, first.headers['location'], first.headers['etag']]);
  assert.deepEqual([first.headers['idempotency-replayed'], again.headers['idempotency-replayed']], [undefined, 'true']);
  const other = await mara('POST', '/v1/songs', { ...SONG, song_name: 'Under Ice' }, key);
  assert.deepEqual([other.status, other.json], [422, { detail: 'This Idempotency-Key was used for another request. Use a new one for each request.' }]);
  assert.equal((await ann('POST', '/v1/songs', SONG, key)).status, 201, 'a key belongs to its caller');
  assert.equal((await program(site)('POST', '/v1/songs', SONG, key)).status, 401);
  assert.equal((await mara('POST', '/v1/songs', SONG, { 'idempotency-key': 'x'.repeat(256) })).status, 400);

  // What was refused has used nothing up.
  assert.equal((await mara('POST', '/v1/songs', {}, { 'idempotency-key': 'second' })).status, 400);
  assert.equal((await mara('POST', '/v1/songs', SONG, { 'idempotency-key': 'second' })).status, 201);
  assert.equal((await site.db.first<{ rows: number }>('select count(*) as rows from songs'))?.rows, 3);

  // Kept for a day.
  await site.db.run('update api_answers set created_at = created_at - 86400001');
  assert.equal((await mara('POST', '/v1/songs', SONG, key)).headers['idempotency-replayed'], undefined);
});

test('while the first request runs the second is told to wait, in another process too', async (t) => {
  const site = await testApp(t);
  await addAlbum(site.db, { name: 'Hounds of Love', artist: 'Kate Bush', year_released: '1985-09-16' });
  const { token } = await person(site.db, { username: 'mara', permissions: PERMISSIONS });
  const { file } = (await site.db.first<{ file: string }>('select file from pragma_database_list limit 1')) as { file: string };
  const secondDb = await connect(`sqlite:${file}`);
  const { app } = await buildApp({ db: secondDb, config: site.config });
  t.after(async () => {
    await app.close();
    await secondDb.close();
  });
  const callers = [program(site, token), program({ app }, token)];
  const key = { 'idempotency-key': 'parallel' };
  const answers = await Promise.all(Array.from({ length: 10 }, (_, number) => (callers[number % 2] as (typeof callers)[number])('POST', '/v1/albums', [{ name: 'Aerial', artist: 'Kate Bush', year_released: '2005-11-07' }], key)));
  assert.deepEqual([...new Set(answers.map(({ status }) => status))].filter((status) => status !== 409), [201]);
  for (const { status, headers } of answers) if (status === 409) assert.equal(headers['retry-after'], '1');
  for (const caller of callers) assert.equal((await caller('POST', '/v1/albums', [{ name: 'Aerial', artist: 'Kate Bush', year_released: '2005-11-07' }], key)).headers['idempotency-replayed'], 'true');
  assert.equal((await site.db.first<{ rows: number }>('select count(*) as rows from albums'))?.rows, 2);

  // One that was cut off by a crash is free again after a minute.
  const { created_at } = (await site.db.first<{ created_at: number }>('select created_at from api_answers')) as { created_at: number };
  await site.db.run('update api_answers set status = null, body = null');
  assert.equal((await callers[0]?.('POST', '/v1/albums', [{ name: 'Aerial', artist: 'Kate Bush', year_released: '2005-11-07' }], key))?.status, 409);
  await site.db.run('update api_answers set created_at = :before', { before: created_at - 61_000 });
  assert.equal((await callers[0]?.('POST', '/v1/albums', [{ name: 'Aerial', artist: 'Kate Bush', year_released: '2005-11-07' }], key))?.status, 201);
});

test('the secret of a token is kept nowhere, and so is no answer that has it', async (t) => {
  const site = await testApp(t);
  const ann = program(site, (await person(site.db, { username: 'ann' })).token);
  const answer = await ann('POST', '/v1/tokens', { name: 'Script', scopes: ['read'] }, { 'idempotency-key': 'token' });
  assert.equal(answer.status, 400);
  assert.match((answer.json as { detail: string }).detail, /holds the secret/);
});
