import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createUser } from '../../accounts/users.ts';
import type { Db } from '../../db/db.ts';
import { undo } from '../../db/history/undo.ts';
import { recountTotals } from '../../music/totals.ts';
import { formIn } from '../../testing/forms.ts';
import { addAlbum, type TestApp, testApp, visitor, type Visitor } from '../../testing/app.ts';

const PASSWORD = 'correct-horse-battery';
const OPERATOR = { user: null, person: 'operator', surface: 'command' } as const;

type Two = { site: TestApp; mara: Visitor; kept: { album: number; songs: number[] }; other: { album: number; songs: number[] }; users: number[] };

/** Blue twice: River is on both, and liked by three people, by one of them twice. */
async function twice(t: TestContext): Promise<Two> {
  const site = await testApp(t);
  const { db } = site;
  await createUser(db, { username: 'mara', password: PASSWORD, is_staff: true, is_superuser: true });
  const users: number[] = [];
  for (const username of ['ann', 'ben', 'cleo']) users.push(await createUser(db, { username, password: PASSWORD }));
  const kept = await addAlbum(db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', songs: [['All I Want', 10], ['River', 500]] });
  const other = await addAlbum(db, { name: 'BLUE', artist: 'Joni Mitchel', year_released: '1971-06-23', songs: [['A Case of You', 40], ['RIVER', 700], ['River', 5]] });
  const likes: [number, number, string][] = [
    [0, kept.songs[1] as number, '2026-02-02'], [0, other.songs[1] as number, '2026-01-01'],
    [1, other.songs[1] as number, '2026-03-03'], [2, kept.songs[1] as number, '2026-01-05'], [2, other.songs[0] as number, '2026-04-04'],
  ];
  for (const [user, song, day] of likes) await db.run('insert into likes (user, song, created_at) values (:user, :song, :at)', { user: users[user] as number, song, at: `${day}T00:00:00.000Z` });
  const mara = visitor(site);
  await mara.post('/login', { username: 'mara', password: PASSWORD, next: '/' });
  return { site, mara, kept, other, users };
}

const seenIn = (body: string) => /name="seen" value="([0-9a-f]+)"/.exec(body)?.[1] ?? '';

async function everything(db: Db): Promise<unknown> {
  const rows = async (table: string) => (await db.all<Record<string, unknown>>(`select * from ${table} order by id`)).map(({ updated_at, ...row }) => row);
  return { albums: await rows('albums'), songs: await rows('songs'), likes: await rows('likes'), redirects: await rows('redirects') };
}

async function wrongTotals(db: Db): Promise<unknown[]> {
  return db.transaction((trx) => recountTotals(trx));
}

test('two albums that are the same become one, with its songs and likes joined, and old addresses lead there', async (t) => {
  const { site, mara, kept, other, users } = await twice(t);
  const { db } = site;
  const guest = visitor(site);
  await guest.post(`/songs/${other.songs[1]}/like`, { next: '/' });

  const choose = await mara.get(`/admin/albums/${kept.album}/merge`);
  assert.equal(choose.statusCode, 200);
  assert.match(choose.body, new RegExp(`name="with" value="${other.album}"`));
  const found = await mara.get(`/admin/albums/${kept.album}/merge?q=mitchel`);
  assert.match(found.body, new RegExp(`name="with" value="${other.album}"`));
  assert.doesNotMatch(found.body, new RegExp(`name="with" value="${kept.album}"`));

  const compare = await mara.get(`/admin/albums/${kept.album}/merge?with=${other.album}`);
  assert.equal(compare.statusCode, 200);
  const told = compare.body.replace(/\s+/g, ' ');
  for (const sentence of ['One album with 4 songs stays.', '1 song is on both and becomes one each', '2 songs move to the end', '2 likes come along', '1 like is there twice', 'One song with 700 streams']) assert.ok(told.includes(sentence), sentence);

  const merged = await mara.post(`/admin/albums/${kept.album}/merge`, { with: String(other.album), seen: seenIn(compare.body), name: 'kept', artist: 'kept', year_released: 'other' });
  assert.deepEqual([merged.statusCode, merged.headers.location], [303, `/admin/albums/${kept.album}`]);

  assert.deepEqual(await db.all('select id, name, artist, year_released, song_count, stream_total, like_count from albums'),
    [{ id: kept.album, name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-23', song_count: 4, stream_total: 755, like_count: 4 }]);
  assert.deepEqual((await db.all<{ id: number; song_name: string; num_streams: number; like_count: number }>('select id, song_name, num_streams, like_count from songs order by position')), [
    { id: kept.songs[0], song_name: 'All I Want', num_streams: 10, like_count: 0 },
    { id: kept.songs[1], song_name: 'River', num_streams: 700, like_count: 3 },
    { id: other.songs[0], song_name: 'A Case of You', num_streams: 40, like_count: 1 },
    { id: other.songs[2], song_name: 'River', num_streams: 5, like_count: 0 },
  ]);
  assert.deepEqual(await db.all('select user, created_at from likes where song = :song order by user', { song: kept.songs[1] as number }),
    ['2026-01-01', '2026-03-03', '2026-01-05'].map((day, index) => ({ user: users[index], created_at: `${day}T00:00:00.000Z` })));
  assert.deepEqual(await wrongTotals(db), []);

  for (const [old, stays] of [[`/albums/${other.album}-blue`, `/albums/${kept.album}-blue`], [`/songs/${other.songs[1]}-river`, `/songs/${kept.songs[1]}-river`]] as const) {
    const answer = await guest.get(old);
    assert.deepEqual([answer.statusCode, answer.headers.location], [301, stays]);
  }
  for (const [old, stays] of [[`/admin/albums/${other.album}`, `/admin/albums/${kept.album}`], [`/admin/songs/${other.songs[1]}`, `/admin/songs/${kept.songs[1]}`]] as const) {
    const answer = await mara.get(old);
    assert.deepEqual([answer.statusCode, answer.headers.location], [301, stays]);
  }
  assert.match((await guest.get('/liked')).body, new RegExp(`/songs/${kept.songs[1]}-river`));
});

test('a merge is one act, and its undo brings everything back with its ids', async (t) => {
  const { site, mara, kept, other } = await twice(t);
  const before = await everything(site.db);
  const compare = await mara.get(`/admin/albums/${kept.album}/merge?with=${other.album}`);
  await mara.post(`/admin/albums/${kept.album}/merge`, { with: String(other.album), seen: seenIn(compare.body), name: 'other', artist: 'other' });
  const acts = await site.db.all<{ id: number }>("select id from acts where surface = 'admin' and person = 'mara'");
  assert.equal(acts.length, 1);
  assert.match((await site.db.first<{ summary: string }>('select summary from acts where id = :id', acts[0]))?.summary ?? '', /^changed BLUE.*; merged it into Blue$/);
  await undo(site.db, OPERATOR, (acts[0] as { id: number }).id);
  assert.deepEqual(await everything(site.db), before);
  assert.deepEqual(await wrongTotals(site.db), []);
  assert.equal((await visitor(site).get(`/albums/${other.album}-blue`)).statusCode, 200);
});

test('a merge of merges leads all the way', async (t) => {
  const { site, mara, kept, other } = await twice(t);
  const third = await addAlbum(site.db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-01-01', songs: [['River', 9]] });
  for (const [stays, goes] of [[kept.album, other.album], [third.album, kept.album]] as const) {
    const compare = await mara.get(`/admin/albums/${stays}/merge?with=${goes}`);
    assert.equal((await mara.post(`/admin/albums/${stays}/merge`, { with: String(goes), seen: seenIn(compare.body) })).statusCode, 303);
  }
  const answer = await visitor(site).get(`/albums/${other.album}-blue`);
  assert.deepEqual([answer.statusCode, answer.headers.location], [301, `/albums/${third.album}-blue`]);
  assert.equal((await visitor(site).get(`/songs/${other.songs[1]}-river`)).headers.location, `/songs/${third.songs[0]}-river`);
  assert.deepEqual(await wrongTotals(site.db), []);
});

test('what can’t be merged is told in words, and nothing is half done', async (t) => {
  const { site, mara, kept, other } = await twice(t);
  const path = `/admin/albums/${kept.album}/merge`;
  for (const [chosen, sentence] of [[String(kept.album), /can’t be merged with itself/], ['999', /is gone/], ['1e3', /is gone/], ['-1', /is gone/], ['9'.repeat(30), /is gone/]] as const) {
    const answer = await mara.get(`${path}?with=${chosen}`);
    assert.equal(answer.statusCode, 422, chosen);
    assert.match(answer.body, sentence, chosen);
    assert.equal((await mara.post(path, { with: chosen, seen: '' })).statusCode, 422, chosen);
  }
  for (const nowhere of ['/admin/albums/999/merge', '/admin/albums/x/merge', `/admin/albums/999/merge?with=${kept.album}`]) assert.equal((await mara.get(nowhere)).statusCode, 404, nowhere);
  for (const forged of [{ name: 'both' }, { id: '3' }, { 'name\0': 'kept' }]) {
    assert.equal((await mara.post(path, { with: String(other.album), seen: '', ...(forged as Record<string, string>) })).statusCode, 400);
  }
  const nothing = await mara.get(`${path}?q=zzzzzz`);
  assert.match(nothing.body, /Nothing else matches “zzzzzz”/);
  assert.deepEqual(await site.db.first('select count(*) as acts from acts where person = :mara', { mara: 'mara' }), { acts: 0 });
});

test('what somebody has changed meanwhile is shown before it is merged', async (t) => {
  const { site, mara, kept, other } = await twice(t);
  const path = `/admin/albums/${kept.album}/merge`;
  const seen = seenIn((await mara.get(`${path}?with=${other.album}`)).body);
  await site.db.run("update albums set artist = 'J. Mitchell' where id = :album", { album: other.album });
  const stale = await mara.post(path, { with: String(other.album), seen, artist: 'other' });
  assert.equal(stale.statusCode, 409);
  assert.match(stale.body, /Somebody has changed one of these albums/);
  assert.match(stale.body, /name="artist" value="other" checked/);
  assert.match(stale.body, /J\. Mitchell/);
  assert.equal((await mara.post(path, { with: String(other.album), seen: seenIn(stale.body), artist: 'other' })).statusCode, 303);
  // Sent twice, by two people or by one.
  const again = await mara.post(path, { with: String(other.album), seen: seenIn(stale.body), artist: 'other' });
  assert.equal(again.statusCode, 422);
  assert.match(again.body, /merged already/);
  assert.deepEqual(await site.db.all('select id, artist from albums'), [{ id: kept.album, artist: 'J. Mitchell' }]);
});

test('a form that was open while its album was merged loses nothing, and says where the album is now', async (t) => {
  const { mara, kept, other } = await twice(t);
  const open = formIn((await mara.get(`/admin/albums/${other.album}`)).body, `/admin/albums/${other.album}`);
  const compare = await mara.get(`/admin/albums/${kept.album}/merge?with=${other.album}`);
  await mara.post(`/admin/albums/${kept.album}/merge`, { with: String(other.album), seen: seenIn(compare.body) });
  const late = await mara.post(`/admin/albums/${other.album}`, { ...open, name: 'Typed too late', do: 'save' });
  assert.equal(late.statusCode, 409);
  assert.match(late.body, /mara merged this album into another one meanwhile/);
  assert.match(late.body, new RegExp(`href="/admin/albums/${kept.album}">The one that stays`));
  assert.match(late.body, /value="Typed too late"/);
});

test('merging asks for every right that it uses', async (t) => {
  const { site, kept, other } = await twice(t);
  const rights = ['change_album', 'delete_album', 'change_song', 'delete_song'];
  for (const missing of [...rights, 'none']) {
    const id = await createUser(site.db, { username: `without-${missing}`, password: PASSWORD, is_staff: true });
    for (const permission of rights.filter((right) => right !== missing)) await site.db.run('insert into user_permissions (user, permission) values (:id, :permission)', { id, permission });
    const person = visitor(site);
    await person.post('/login', { username: `without-${missing}`, password: PASSWORD, next: '/' });
    const expected = missing === 'none' ? 200 : 403;
    assert.equal((await person.get(`/admin/albums/${kept.album}/merge?with=${other.album}`)).statusCode, expected, missing);
    if (missing !== 'none') assert.equal((await person.post(`/admin/albums/${kept.album}/merge`, { with: String(other.album), seen: '' })).statusCode, 403, missing);
  }
});

test('an empty album, one with many likes and one with a cover are merged, too', async (t) => {
  const { site, mara, kept, other, users } = await twice(t);
  const { db } = site;
  await db.run('update albums set cover = :cover where id = :id', { cover: 'c'.repeat(32), id: other.album });
  for (let person = 0; person < 1200; person += 1) {
    const user = await createUserQuickly(db, `listener${person}`);
    await db.run("insert into likes (user, song, created_at) values (:user, :song, '2026-05-05T00:00:00.000Z')", { user, song: other.songs[1] as number });
    if (person % 3 === 0) await db.run("insert into likes (user, song, created_at) values (:user, :song, '2026-06-06T00:00:00.000Z')", { user, song: kept.songs[1] as number });
  }
  const compare = await mara.get(`/admin/albums/${kept.album}/merge?with=${other.album}`);
  assert.match(compare.body, /name="cover" value="other" checked/);
  assert.match(compare.body, /802 likes come along/);
  assert.match(compare.body, /401 likes are there twice/);
  await mara.post(`/admin/albums/${kept.album}/merge`, { with: String(other.album), seen: seenIn(compare.body), cover: 'other' });
  assert.deepEqual(await db.first('select cover, like_count from albums where id = :id', { id: kept.album }), { cover: 'c'.repeat(32), like_count: 1204 });
  assert.deepEqual(await wrongTotals(db), []);

  const empty = await addAlbum(db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22' });
  const page = await mara.get(`/admin/albums/${empty.album}/merge?with=${kept.album}`);
  assert.equal((await mara.post(`/admin/albums/${empty.album}/merge`, { with: String(kept.album), seen: seenIn(page.body), cover: 'other' })).statusCode, 303);
  assert.deepEqual(await db.all('select id, song_count from albums'), [{ id: empty.album, song_count: 4 }]);
  assert.deepEqual(await wrongTotals(db), []);
  assert.equal(users.length, 3);
});

async function createUserQuickly(db: Db, username: string): Promise<number> {
  const row = await db.first<{ id: number }>("insert into users (username, username_key, password_hash, created_at, updated_at) values (:username, :username, '', '', '') returning id", { username });
  return (row as { id: number }).id;
}
