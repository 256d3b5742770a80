/** A thousand acts at random, through every door: afterwards, and after each undo, kept totals are what a count gives. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rebuildFullText } from '../db/sqlite/full-text-rebuild.ts';
import { addAlbum, testApp, type Visitor, visitor } from '../testing/app.ts';
import { castOf } from '../testing/cast.ts';
import { person, program } from '../testing/program.ts';
import { recountTotals } from './totals.ts';

const ACTS = 1000;
const CHECK_EVERY = 100;

test('a song that is deleted takes its likes off its album once', async (t) => {
  const site = await testApp(t);
  const { album, songs } = await addAlbum(site.db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', songs: [['Carey', 1], ['Blue', 2], ['River', 3]] });
  const ann = await person(site.db, { username: 'ann', is_staff: true, is_superuser: true });
  const call = program(site, ann.token);
  for (const song of songs) await call('PUT', `/v1/me/likes/${song}`);
  assert.equal((await call('DELETE', `/song/${songs[0]}/delete`)).status, 204);
  assert.deepEqual(await site.db.first('select like_count, song_count from albums where id = :album', { album }), { like_count: 2, song_count: 2 });
});

test('totals are right after a thousand random acts through all doors, and their undo', async (t) => {
  const cast = await castOf(t);
  const { db, mara, ann } = cast;
  const call = program(cast, (await person(db, { username: 'robot', is_staff: true, is_superuser: true })).token);
  const guests = [visitor(cast), visitor(cast)];
  const random = mulberry(20261129);
  const some = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const idsOf = async (table: string) => (await db.all<{ id: number }>(`select id from ${table} order by id`)).map(({ id }) => id);
  const acts = async () => (await db.all<{ act: number }>("select distinct act from act_kinds where model in ('albums', 'songs') order by act")).map(({ act }) => act);
  const one = async (table: string) => some([0, ...(await idsOf(table))]);
  const name = () => some(['Blue', 'Hejira', 'Court and Spark', 'Ladies of the Canyon', 'Straße', '日本', 'A B']);
  const artist = () => some(['Joni Mitchell', 'Kate Bush', 'Nirvana']);
  const year = () => some(['1971-06-22', '1985-09-16', '1991-09-24', '2001-01-01']);
  const status = (answer: { status: number }) => answer.status;
  const posted = (answer: Awaited<ReturnType<Visitor['post']>>) => answer.statusCode;

  const doors: (() => Promise<number>)[] = [
    async () => status(await call('POST', '/v1/albums', { name: name(), artist: artist(), year_released: year() })),
    async () => status(await call('POST', '/album/create', { name: name(), artist: artist(), year_released: year() })),
    async () => status(await call('POST', '/v1/songs', { song_name: name(), album: await one('albums'), num_streams: Math.floor(random() * 9999) })),
    async () => status(await call('POST', '/song/create', { song_name: name(), album: await one('albums'), num_streams: 7 })),
    async () => status(await call('PATCH', `/v1/albums/${await one('albums')}`, { artist: artist(), year_released: year() })),
    async () => status(await call('PATCH', `/v1/songs/${await one('songs')}`, { album: await one('albums'), num_streams: Math.floor(random() * 9999) })),
    async () => status(await call('DELETE', `/v1/songs/${await one('songs')}`)),
    async () => (random() < 0.3 ? status(await call('DELETE', `/v1/albums/${await one('albums')}`)) : 0),
    async () => status(await call('DELETE', `/song/${await one('songs')}/delete`)),
    async () => status(await call('PUT', `/v1/me/likes/${await one('songs')}`)),
    async () => status(await call('DELETE', `/v1/me/likes/${await one('songs')}`)),
    async () => posted(await some([ann, mara, ...guests]).post(`/songs/${await one('songs')}/like`, { next: '/' })),
    async () => posted(await some([ann, mara, ...guests]).post(`/songs/${await one('songs')}/unlike`, { next: '/' })),
    async () => removeByForm(mara, `/admin/songs/${await one('songs')}/delete`),
    async () => (random() < 0.3 ? removeByForm(mara, `/admin/albums/${await one('albums')}/delete`) : 0),
    async () => mergeByForm(mara, await one('albums'), await one('albums')),
    async () => posted(await mara.post(`/admin/history/${some([0, ...(await acts())])}/undo`, { next: '/admin' })),
    async () => posted(await mara.post(`/admin/history/${(await acts()).at(-1) ?? 0}/undo`, { next: '/admin' })),
  ];
  const met = new Map<number, number>();
  for (let count = 1; count <= ACTS; count += 1) {
    const answer = await some(doors)();
    met.set(answer, (met.get(answer) ?? 0) + 1);
    assert.ok(answer < 500, `act ${count} answered ${answer}`);
    if (count % CHECK_EVERY > 0) continue;
    assert.deepEqual(await db.transaction(recountTotals), [], `after ${count} acts`);
    assert.deepEqual(await db.transaction(rebuildFullText), [], `after ${count} acts`);
  }
  const done = [200, 201, 204, 303].reduce((sum, code) => sum + (met.get(code) ?? 0), 0);
  assert.ok(done > ACTS / 2, `most acts did something: ${JSON.stringify([...met])}`);
});

/** Asks for a deletion, and confirms what is shown. */
async function removeByForm(browser: Visitor, path: string): Promise<number> {
  const asked = await browser.get(path);
  const along = /name="along" value="([^"]*)"/.exec(asked.body)?.[1];
  return along === undefined ? asked.statusCode : (await browser.post(path, { along })).statusCode;
}

/** Compares two albums, and merges them as they were shown. */
async function mergeByForm(browser: Visitor, kept: number, other: number): Promise<number> {
  const asked = await browser.get(`/admin/albums/${kept}/merge?with=${other}`);
  const seen = /name="seen" value="([^"]*)"/.exec(asked.body)?.[1];
  return seen === undefined ? asked.statusCode : (await browser.post(`/admin/albums/${kept}/merge`, { with: String(other), seen })).statusCode;
}

/** Numbers from 0 to 1 that look random and are the same at each run. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
