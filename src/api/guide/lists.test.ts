import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { Db, Parameters } from '../../db/db.ts';
import { addAlbum, testApp } from '../../testing/app.ts';
import { person, program } from '../../testing/program.ts';
import type { Call } from '../engine/endpoint.ts';
import { CHUNK, wholeList } from './lists.ts';

const SONGS = CHUNK * 2 + 500;

async function addMany(db: Db, songs = SONGS): Promise<number[]> {
  const added = await addAlbum(db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', songs: Array.from({ length: songs }, (_, index) => [`Song ${index} “é”`, index] as [string, number]) });
  return added.songs;
}

test('a list of any length comes as one array, in the order of ids', async (t) => {
  const site = await testApp(t);
  const ids = await addMany(site.db);
  const anybody = program(site);
  const song = await anybody('GET', '/song');
  assert.deepEqual([song.status, song.headers['content-type'], song.headers['transfer-encoding'], song.headers['cache-control']], [200, 'application/json', 'chunked', 'no-store']);
  assert.deepEqual((song.json as { id: number }[]).map(({ id }) => id), ids);
  assert.deepEqual((song.json as object[])[7], { id: 8, song_name: 'Song 7 “é”', num_streams: 7 });
  assert.deepEqual((await anybody('GET', '/songInAlbum?album=1')).json, song.json);
  const full = (await anybody('GET', '/songFull')).json as object[];
  assert.equal(full.length, SONGS);
  assert.deepEqual(full.at(-1), { id: SONGS, song_name: `Song ${SONGS - 1} “é”`, num_streams: SONGS - 1, myFullAlbumDesc: { name: 'Blue', year_released: '1971-06-22', artist: 'Joni Mitchell', id: 1 } });
  const head = await anybody('HEAD', '/song');
  assert.deepEqual([head.status, head.body, head.headers['content-type']], [200, '', 'application/json']);
  const page = await anybody('GET', '/song', undefined, { accept: 'text/html' });
  assert.deepEqual([page.status, page.headers['content-type']], [200, 'text/html; charset=utf-8']);
  assert.ok(page.body.length < 200_000);
});

test('a list whose last chunk is full ends as it should', async (t) => {
  const site = await testApp(t);
  await addMany(site.db, CHUNK);
  assert.equal(((await program(site)('GET', '/song')).json as unknown[]).length, CHUNK);
});

test('somebody’s likes of any number come in the order in which they were given', async (t) => {
  const site = await testApp(t);
  const ids = await addMany(site.db);
  const ann = await person(site.db, { username: 'ann' });
  const ben = await person(site.db, { username: 'ben' });
  const late = ids.toReversed();
  await site.db.transaction(async (db) => {
    for (const [at, song] of late.entries()) await db.run('insert into likes (user, song, created_at) values (:user, :song, :at)', { user: ann.id, song, at: new Date(Date.UTC(2026, 0, 1, 0, 0, Math.floor(at / 3))).toISOString() });
    await db.run("insert into likes (user, song, created_at) values (:user, 1, '2026-01-01T00:00:00.000Z')", { user: ben.id });
  });
  const likes = (await program(site, ann.token)('GET', '/likes')).json as { id: number; user: number; song: number }[];
  assert.equal(likes.length, SONGS);
  assert.deepEqual(new Set(likes.map(({ song }) => song)), new Set(ids));
  assert.ok(likes.every(({ user }) => user === ann.id));
  assert.equal(((await program(site, ben.token)('GET', '/likes')).json as unknown[]).length, 1);
});

test('each chunk of each list is found by an index, and nothing is sorted for it', async (t) => {
  const site = await testApp(t);
  await addMany(site.db, 3);
  const mara = program(site, (await person(site.db, { username: 'mara', is_superuser: true })).token);
  const asked: [string, Parameters][] = [];
  const all = site.db.all.bind(site.db);
  const watched = t.mock.method(site.db, 'all', (query: string, parameters: Parameters) => {
    if (query.includes(`limit ${CHUNK}`)) asked.push([query, parameters]);
    return all(query, parameters);
  });
  for (const path of ['/song', '/songInAlbum?album=1', '/songFull', '/album', '/like', '/likes']) assert.equal((await mara('GET', path)).status, 200);
  watched.mock.restore();
  assert.equal(asked.length, 6);
  for (const [query, parameters] of asked) {
    const plan = (await site.db.all<{ detail: string }>(`explain query plan ${query}`, parameters)).map(({ detail }) => detail).join('; ');
    assert.doesNotMatch(plan, /SCAN|TEMP B-TREE/, query);
  }
});

test('what is written while a list is sent makes no row come twice', async (t) => {
  const site = await testApp(t);
  await addMany(site.db, CHUNK * 12);
  await site.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = site.app.server.address() as AddressInfo;
  const mara = program(site, (await person(site.db, { username: 'mara', is_superuser: true })).token);

  const body = await new Promise<string>((resolve, reject) => {
    httpRequest({ port, host: '127.0.0.1', path: '/api/song', headers: { host: 'localhost:8000' } }, (answer) => {
      const parts: Buffer[] = [];
      answer.once('data', async (first: Buffer) => {
        parts.push(first);
        answer.pause();
        await mara('DELETE', `/song/${CHUNK * 11 + 7}/delete`);
        await mara('PATCH', '/song/3', { num_streams: 1 });
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.resume();
      });
      answer.on('end', () => resolve(Buffer.concat(parts).toString()));
      answer.on('error', reject);
    }).on('error', reject).end();
  });
  const ids = (JSON.parse(body) as { id: number }[]).map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual(ids, ids.toSorted((one, other) => one - other));
  assert.ok(ids.length >= CHUNK * 12 - 1);
});

test('no more is read than the client takes, and nothing once it has gone', async () => {
  let reads = 0;
  const db = { all: async (_sql: unknown, { after }: { after: number }) => {
    reads += 1;
    return Array.from({ length: CHUNK }, (_, index) => ({ id: after + index + 1 }));
  } } as unknown as Db;
  const call = { request: { method: 'GET' } } as Call;
  const { stream } = await wholeList<{ id: number }>(db, call, { sql: '', start: { after: 0 }, behind: ({ id }) => ({ after: id }) });
  const slow = stream?.[Symbol.asyncIterator]() as AsyncIterator<string>;
  await slow.next();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(reads <= 4, `${reads} chunks were read for one that was taken`);
  await slow.return?.();
  const before = reads;
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual([reads, stream?.destroyed], [before, true]);
});
