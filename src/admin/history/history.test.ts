/** The history and its undo, as staff meet them. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createUser } from '../../accounts/users.ts';
import { lastActs } from '../../db/history/acts.ts';
import type { Db } from '../../db/db.ts';
import type { Author } from '../../db/history/change.ts';
import { act, type Writer } from '../../db/history/writer.ts';
import { album } from '../../models/album.ts';
import { group } from '../../models/group.ts';
import { song } from '../../models/song.ts';
import { user } from '../../models/user.ts';
import { addAlbum, testApp, type Visitor, visitor } from '../../testing/app.ts';

const PASSWORD = 'correct-horse-battery';
const tomas: Author = { user: null, person: 'tomas', surface: 'api' };

async function site(t: TestContext) {
  const site = await testApp(t);
  const { album: blue, songs } = await addAlbum(site.db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', songs: [['All I Want', 3], ['Carey', 2]] });
  const id = await createUser(site.db, { username: 'mara', password: PASSWORD, is_staff: true, is_superuser: true });
  const staff = async (username: string, permissions: string[]): Promise<Visitor> => {
    const other = await createUser(site.db, { username, password: PASSWORD, is_staff: true });
    for (const permission of permissions) await site.db.run('insert into user_permissions (user, permission) values (:other, :permission)', { other, permission });
    return logIn(username);
  };
  const logIn = async (username: string): Promise<Visitor> => {
    const someone = visitor(site);
    await someone.post('/login', { username, password: PASSWORD, next: '/' });
    return someone;
  };
  return { ...site, blue, songs: songs as [number, number], id, staff, mara: await logIn('mara') };
}

async function doing(db: Db, author: Author, work: (writer: Writer) => Promise<unknown>): Promise<number> {
  return act(db, author, async (writer) => {
    await work(writer);
    return writer.act as number;
  });
}

const plain = (html: string) => html.replace(/<[^>]+>/g, '').replace(/\s+/g, ' ');

test('the history tells who changed what, when and where, with old and new values', async (t) => {
  const { db, mara, blue, songs } = await site(t);
  await doing(db, tomas, (writer) => writer.update(album, blue, { artist: 'Joni <b>' }));
  await doing(db, tomas, (writer) => writer.update(song, songs[0], { num_streams: 12_345 }));
  const { body } = await mara.get('/admin/history');
  assert.match(body, /Artist: <del><bdi>Joni Mitchell<\/bdi><\/del> <span aria-hidden="true">→<\/span> <ins><bdi>Joni &lt;b&gt;<\/bdi><\/ins>/);
  assert.match(plain(body), /tomas changed All I Want Streams: 3 → 12,345/);
  assert.match(plain(body), /command line added mara/);
  assert.match(body, /<form method="post" action="\/admin\/history\/\d+\/undo">/);
});

test('the history narrows by person, door, kind, action and day, pages, and says when nothing matches', async (t) => {
  const { db, mara, blue } = await site(t);
  for (let number = 1; number <= 60; number += 1) await doing(db, tomas, (writer) => writer.update(album, blue, { name: `Blue ${number}` }));
  const removed = await doing(db, { ...tomas, person: 'zoe', surface: 'import' }, (writer) => writer.remove(album, blue));
  const entries = async (query: string) => [...(await mara.get(`/admin/history?${query}`)).body.matchAll(/<li id="act-(\d+)">/g)].map(([, id]) => Number(id));
  assert.equal((await entries('')).length, 50);
  assert.deepEqual(await entries('person=zoe'), [removed]);
  assert.deepEqual(await entries('surface=import'), [removed]);
  assert.deepEqual(await entries('action=delete'), [removed]);
  assert.deepEqual(await entries('model=songs'), [removed]);
  assert.deepEqual(await entries('model=songs&action=change'), []);
  assert.deepEqual(await entries('person=tomas&action=delete'), []);
  assert.equal((await entries('person=tomas&model=albums&surface=api')).length, 50);
  const today = new Date().toISOString().slice(0, 10);
  assert.equal((await entries(`from=${today}&to=${today}&model=albums`)).length, 50);
  assert.deepEqual(await entries('to=2020-01-01'), []);
  const first = (await mara.get('/admin/history?person=tomas')).body;
  const next = /<a rel="next" href="([^"]+)"/.exec(first)?.[1]?.replaceAll('&amp;', '&') ?? '';
  assert.equal([...(await mara.get(next)).body.matchAll(/<li id="act-/g)].length, 10);
  assert.match((await mara.get('/admin/history?person=nobody')).body, /Nothing in the history matches these filters/);
  for (const query of ['surface=moon', 'model=x', 'action=eat', 'from=yesterday', 'to=2026-02-31', 'q=1', 'before=x', 'person=a&person=b']) {
    const answer = await mara.get(`/admin/history?${query}`);
    assert.equal(answer.statusCode, query === 'to=2026-02-31' ? answer.statusCode : 400, query);
    assert.notEqual(answer.statusCode, 500);
  }
});

test('an entry is undone and done again, each in one step, with a message that offers the opposite', async (t) => {
  const { db, mara, blue } = await site(t);
  const deleted = await doing(db, tomas, (writer) => writer.remove(album, blue));
  const undone = await mara.post(`/admin/history/${deleted}/undo`, { next: '/admin/history?person=tomas' });
  assert.deepEqual([undone.statusCode, undone.headers.location], [303, '/admin/history?person=tomas']);
  const page = (await mara.get('/admin/history')).body;
  assert.match(plain(page), /Undone: tomas deleted Blue and 2 songs\. ?Redo/);
  assert.match(plain(page), /mara brought back Blue and 2 songs.*Undo of an earlier entry.*Undone by mara/);
  assert.equal((await db.first<{ n: number }>('select count(*) as n from songs'))?.n, 2);
  const redo = /<div class="flash ok".*?action="([^"]+)"/s.exec(page)?.[1] ?? '';
  assert.equal((await mara.post(redo, { next: '//evil.example' })).headers.location, '/');
  assert.match((await mara.get('/admin')).body, /Redone: mara brought back Blue and 2 songs/);
  assert.equal((await db.first<{ n: number }>('select count(*) as n from songs'))?.n, 0);
});

test('an undo that something stands in the way of says what, changes nothing and leads back', async (t) => {
  const { db, mara, blue } = await site(t);
  const first = await doing(db, tomas, (writer) => writer.update(album, blue, { artist: 'Joni' }));
  await doing(db, { ...tomas, person: 'zoe' }, (writer) => writer.update(album, blue, { artist: 'J. M.' }));
  const refused = await mara.post(`/admin/history/${first}/undo`, { next: '/admin/albums/1' });
  assert.equal(refused.statusCode, 409);
  assert.match(refused.body, /Artist was changed again by zoe on \d+ [A-Z][a-z]+ \d{4}, \d\d:\d\d UTC\./);
  assert.match(refused.body, /<a class="btn" href="\/admin\/albums\/1">Go back<\/a>/);
  assert.equal((await mara.post('/admin/history/9999/undo', { next: '/' })).statusCode, 404);
  assert.equal((await mara.post('/admin/history/x/undo')).statusCode, 404);
  assert.equal((await mara.post(`/admin/history/${first}/undo`, { more: '1' })).statusCode, 400);
});

test('only who may do the opposite may undo, and only who may see a thing sees its values', async (t) => {
  const { db, staff, blue } = await site(t);
  const deleted = await doing(db, tomas, (writer) => writer.remove(album, blue));
  await doing(db, tomas, (writer) => writer.insert(user, { username: 'bob', email: 'bob@example.org' }, { password_hash: '' }));
  const ann = await staff('ann', ['view_history', 'delete_album', 'delete_song']);
  assert.doesNotMatch((await ann.get('/admin/history')).body, new RegExp(`/admin/history/${deleted}/undo`));
  assert.equal((await ann.post(`/admin/history/${deleted}/undo`, { next: '/admin' })).statusCode, 403);
  const [latest] = await lastActs(db, 3).then((acts) => acts.filter(({ summary }) => summary === 'added bob'));
  assert.doesNotMatch((await ann.get(`/admin/history/${latest?.id}`)).body, /bob@example\.org/);
  assert.equal((await ann.get('/admin/users/1/history')).statusCode, 403);
  const eve = await staff('eve', ['add_album', 'add_song']);
  assert.equal((await eve.get('/admin/history')).statusCode, 403);
  assert.equal((await eve.post(`/admin/history/${deleted}/undo`, { next: '/admin' })).statusCode, 303);
});

test('an undo is no way around the rules for rights', async (t) => {
  const { db, staff, id } = await site(t);
  const demoted = await createUser(db, { username: 'dora', password: PASSWORD, is_superuser: true });
  const lowered = await doing(db, tomas, (writer) => writer.update(user, demoted, { is_superuser: false }));
  const editors = await act(db, tomas, (writer) => writer.insert(group, { name: 'Editors', permissions: ['delete_user'], members: [] }));
  const ann = await staff('ann', ['change_user', 'change_group', 'view_history']);
  assert.equal((await ann.post(`/admin/history/${lowered}/undo`, { next: '/admin' })).statusCode, 403);
  const narrowed = await doing(db, tomas, (writer) => writer.update(group, editors, { permissions: [] }));
  assert.equal((await ann.post(`/admin/history/${narrowed}/undo`, { next: '/admin' })).statusCode, 403);
  const mara = await doing(db, tomas, (writer) => writer.update(user, id, { email: 'mara@example.org' }));
  assert.equal((await ann.post(`/admin/history/${mara}/undo`, { next: '/admin' })).statusCode, 403);
});

test('the history of one row has its songs’ too, and stays when the row is gone', async (t) => {
  const { db, mara, blue, songs } = await site(t);
  await doing(db, tomas, (writer) => writer.update(album, blue, { artist: 'Joni' }));
  await doing(db, tomas, (writer) => writer.update(song, songs[1], { song_name: 'Carey (live)' }));
  await doing(db, tomas, async (writer) => {
    await writer.update(album, blue, { name: 'Blue!' });
    await writer.remove(song, songs[0]);
    await writer.insert(album, { name: 'Hejira', artist: 'Joni Mitchell', year_released: '1976-11-22' });
  });
  const here = `/admin/albums/${blue}/history`;
  const before = plain((await mara.get(here)).body);
  assert.match(before, /History of Blue!/);
  assert.match(before, /Album name: Blue → Blue!.*Song deleted: All I Want.*See all 3 changes.*Carey → Carey \(live\).*Joni Mitchell → Joni/);
  await doing(db, tomas, (writer) => writer.remove(album, blue));
  const after = await mara.get(here);
  assert.equal(after.statusCode, 200);
  assert.match(plain(after.body), /History of Blue!.*tomas deleted Blue! and Carey \(live\)/);
  assert.equal((await mara.get('/admin/albums/4711/history')).statusCode, 404);
  assert.equal((await mara.get('/admin/likes/4711/history')).statusCode, 404);
});

test('an entry has a page with every change and value, in pages', async (t) => {
  const { db, mara, id } = await site(t);
  const many = await doing(db, tomas, async (writer) => {
    const hejira = await writer.insert(album, { name: 'Hejira', artist: 'Joni Mitchell', year_released: '1976-11-22' });
    for (let position = 1; position <= 120; position += 1) await writer.insert(song, { song_name: `Song ${position}`, num_streams: position, album: hejira, position });
  });
  const first = await mara.get(`/admin/history/${many}`);
  assert.match(plain(first.body), /Album added Hejira Album name: Hejira Artist: Joni Mitchell Release date: 1976-11-22/);
  assert.match(plain(first.body), /Song added Song 99 Song name: Song 99 Album: Hejira Streams: 99 Position: 99/);
  assert.doesNotMatch(first.body, /Song 100/);
  const next = /<a rel="next" href="([^"]+)"/.exec(first.body)?.[1] ?? '';
  assert.match((await mara.get(next)).body, /Song 120/);
  const grouped = await doing(db, tomas, (writer) => writer.insert(group, { name: 'Editors', permissions: ['change_album'], members: [id] }));
  assert.match(plain((await mara.get(`/admin/history/${grouped}`)).body), /Group name: Editors Permissions: change albums Members: mara/);
  assert.equal((await mara.get('/admin/history/4711')).statusCode, 404);
});

test('who deletes the own account takes along what the history has of it', async (t) => {
  const site = await testApp(t);
  const ann = visitor(site);
  await ann.post('/signup', { username: 'Annabel', password: PASSWORD, next: '/' });
  const { id } = (await site.db.first<{ id: number }>('select id from users')) as { id: number };
  await act(site.db, tomas, (writer) => writer.update(user, id, { email: 'annabel@example.org' }));
  await act(site.db, { user: id, person: 'Annabel', surface: 'admin' }, (writer) => writer.insert(album, { name: 'Hejira', artist: 'Joni Mitchell', year_released: '1976-11-22' }));
  assert.match(JSON.stringify(await site.db.all('select * from acts')), /Annabel/);
  assert.equal((await ann.post('/account/delete', { password: PASSWORD })).statusCode, 303);
  const kept = JSON.stringify([await site.db.all('select * from acts'), await site.db.all('select * from changes')]);
  assert.doesNotMatch(kept, /annabel/i);
  assert.deepEqual((await lastActs(site.db, 4)).map(({ person, summary }) => `${person} ${summary}`), ['a former user deleted 1 user', 'a former user added Hejira', 'tomas changed 1 user', 'a former user added 1 user']);
  await createUser(site.db, { username: 'mara', password: PASSWORD, is_staff: true, is_superuser: true });
  const mara = visitor(site);
  await mara.post('/login', { username: 'mara', password: PASSWORD, next: '/' });
  for (const { id: entry } of await lastActs(site.db, 5)) assert.equal((await mara.get(`/admin/history/${entry}`)).statusCode, 200);
  assert.equal((await mara.get('/admin/history')).statusCode, 200);
});

test('a password that was changed can’t be brought back, and nothing of it is kept', async (t) => {
  const { db, mara, id } = await site(t);
  await mara.post('/account/password', { password: PASSWORD, new_password: 'clouds over Kent' });
  const [changed] = await lastActs(db, 1);
  assert.deepEqual([changed?.person, changed?.surface, changed?.summary, changed?.user], ['mara', 'account', 'changed mara', id]);
  const refused = await mara.post(`/admin/history/${changed?.id}/undo`, { next: '/admin' });
  assert.equal(refused.statusCode, 409);
  assert.match(refused.body, /nobody knows it/);
  assert.doesNotMatch(JSON.stringify(await db.all('select * from changes')), /clouds over Kent|\$2b\$/);
});
