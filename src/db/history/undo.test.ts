import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { InTheWay } from '../../errors.ts';
import { album } from '../../models/album.ts';
import { group } from '../../models/group.ts';
import { like } from '../../models/like.ts';
import { song } from '../../models/song.ts';
import { token } from '../../models/token.ts';
import { user } from '../../models/user.ts';
import { addAlbum, testDb } from '../../testing/app.ts';
import { lastActs } from './acts.ts';
import type { Db } from '../db.ts';
import { rebuildFullText } from '../sqlite/full-text-rebuild.ts';
import type { Author } from './change.ts';
import { act, type Writer } from './writer.ts';
import { undo } from './undo.ts';

const mara: Author = { user: null, person: 'mara', surface: 'admin' };
const tomas: Author = { user: null, person: 'tomas', surface: 'api' };
const MOMENT = String.raw`\d+ [A-Z][a-z]+ \d{4}, \d\d:\d\d UTC`;

async function site(t: TestContext) {
  const db = await testDb(t);
  const { album: blue, songs } = await addAlbum(db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', songs: [['All I Want', 3], ['Carey', 2]] });
  const [wanted, carey] = songs as [number, number];
  const ann = await act(db, mara, (writer) => writer.insert(user, { username: 'ann', is_active: true }, { password_hash: 'x' }));
  return { db, blue, wanted, carey, ann };
}

/** Does something as one act and gives its number. */
async function doing(db: Db, author: Author, work: (writer: Writer) => Promise<unknown>): Promise<number> {
  return act(db, author, async (writer) => {
    await work(writer);
    return writer.act as number;
  });
}

function everything(db: Db, table: string): Promise<unknown[]> {
  return db.all(`select * from ${table} order by id`);
}

async function reasonsAgainst(undoing: Promise<unknown>): Promise<readonly string[]> {
  const error = await undoing.then(() => assert.fail('was undone'), (thrown: unknown) => thrown);
  assert.ok(error instanceof InTheWay, String(error));
  return error.reasons;
}

test('a deleted album comes back with its songs and likes, as they were, and goes again when that is undone', async (t) => {
  const { db, blue, wanted, ann } = await site(t);
  await db.run("update albums set cover = 'abc', created_at = '2020-01-01T00:00:00.000Z' where id = :blue", { blue });
  await act(db, mara, (writer) => writer.insert(like, { user: ann, song: wanted, created_at: '2021-02-03T04:05:06.789Z' }));
  const tables = ['albums', 'songs', 'likes', 'users'];
  const before = await Promise.all(tables.map((table) => everything(db, table)));
  const deleted = await doing(db, mara, (writer) => writer.remove(album, blue));
  assert.deepEqual(await everything(db, 'songs'), []);

  const undone = await undo(db, tomas, deleted);
  assert.deepEqual(await Promise.all(tables.map((table) => everything(db, table))), before);
  const [latest, original] = await lastActs(db, 2);
  assert.deepEqual([latest?.summary, latest?.person, latest?.undoes, latest?.size], ['brought back Blue, 2 songs and 1 like', 'tomas', deleted, 4]);
  assert.equal(original?.undone_by, undone.act);
  assert.deepEqual(await db.transaction((trx) => rebuildFullText(trx)), []);

  await undo(db, mara, undone.act);
  for (const table of ['albums', 'songs', 'likes']) assert.deepEqual(await everything(db, table), []);
  assert.match((await reasonsAgainst(undo(db, mara, deleted))).join('\n'), new RegExp(`^This was undone already, by tomas on ${MOMENT}\\.\nIt was done again by mara on ${MOMENT}: undo that instead\\.$`));
});

test('changed fields get their old values back, and nothing is undone where one has changed since', async (t) => {
  const { db, blue } = await site(t);
  const first = await doing(db, mara, (writer) => writer.update(album, blue, { artist: 'Joni', name: 'Blue!' }));
  const second = await doing(db, tomas, (writer) => writer.update(album, blue, { artist: 'J. Mitchell' }));
  const [reason, ...others] = await reasonsAgainst(undo(db, mara, first));
  assert.match(reason ?? '', new RegExp(`^Artist was changed again by tomas on ${MOMENT}\\.$`));
  assert.deepEqual(others, []);
  assert.deepEqual(await db.first('select name, artist from albums where id = :blue', { blue }), { name: 'Blue!', artist: 'J. Mitchell' });

  await undo(db, mara, second);
  await undo(db, mara, first);
  assert.deepEqual(await db.first('select name, name_key, artist from albums where id = :blue', { blue }), { name: 'Blue', name_key: 'blue', artist: 'Joni Mitchell' });
  const gone = await doing(db, mara, (writer) => writer.update(album, blue, { artist: 'Joni' }));
  await doing(db, tomas, (writer) => writer.remove(album, blue));
  assert.match((await reasonsAgainst(undo(db, mara, gone)))[0] ?? '', /^“Blue” was deleted by tomas on /);
});

test('what was added goes again, unless it was changed, or something hangs on it since', async (t) => {
  const { db, wanted, ann } = await site(t);
  let hejira = 0;
  const added = await doing(db, mara, async (writer) => {
    hejira = await writer.insert(album, { name: 'Hejira', artist: 'Joni Mitchell', year_released: '1976-11-22' });
    await writer.insert(song, { song_name: 'Coyote', num_streams: 1, album: hejira, position: 1 });
  });
  const { id: coyote } = (await db.first<{ id: number }>("select id from songs where song_name = 'Coyote'")) as { id: number };
  const amelia = await doing(db, tomas, (writer) => writer.insert(song, { song_name: 'Amelia', num_streams: 1, album: hejira, position: 2 }));
  await db.run("insert into likes (user, song, created_at) values (:ann, :coyote, '2026-11-24T14:02:09.000Z')", { ann, coyote });
  await db.run("insert into sessions (id, data, created_at, seen_at, expires_at) values ('s', '{}', 0, 0, 9)");
  await db.run("insert into session_likes (session, song, created_at) values ('s', :coyote, '2126-11-25T14:02:09.000Z')", { coyote });
  const reasons = await reasonsAgainst(undo(db, mara, added));
  assert.equal(reasons.length, 3, reasons.join('\n'));
  assert.equal(reasons[0], '“Coyote” has 1 like since then, the last on 24 November 2026, 14:02 UTC (ann).');
  assert.equal(reasons[1], '“Coyote” has 1 like of a visitor since then, the last on 25 November 2126, 14:02 UTC.');
  assert.match(reasons[2] ?? '', new RegExp(`^The song “Amelia” belongs to “Hejira” since it was written by tomas on ${MOMENT}\\.$`));

  await undo(db, tomas, amelia);
  await db.run('delete from likes');
  await db.run('delete from session_likes');
  await undo(db, mara, added);
  assert.deepEqual(await db.all('select name from albums'), [{ name: 'Blue' }]);

  const another = await doing(db, mara, (writer) => writer.insert(album, { name: 'Mingus', artist: 'Joni Mitchell', year_released: '1979-06-13' }));
  const { id: mingus } = (await db.first<{ id: number }>("select id from albums where name = 'Mingus'")) as { id: number };
  await act(db, tomas, (writer) => writer.update(album, mingus, { name: 'Mingus (live)' }));
  await act(db, tomas, (writer) => writer.update(song, wanted, { album: mingus }));
  assert.equal((await reasonsAgainst(undo(db, mara, another))).length, 2);
});

test('a user comes back without a password, with groups that are still there; a token does not', async (t) => {
  const { db, ann } = await site(t);
  const [editors, guests] = await act(db, mara, async (writer) => [
    await writer.insert(group, { name: 'Editors', permissions: ['change_album'], members: [ann] }),
    await writer.insert(group, { name: 'Guests', permissions: [], members: [ann] }),
  ] as const);
  await act(db, mara, (writer) => writer.insert(token, { user: ann, name: 'kiosk', ending: 'abcd' }, { hash: 'h' }));
  const deleted = await doing(db, mara, (writer) => writer.remove(user, ann));
  const ungrouped = await doing(db, mara, (writer) => writer.remove(group, guests));
  const { remarks } = await undo(db, mara, deleted);
  assert.deepEqual(remarks.sort(), [
    'One of the groups is gone and not put back.',
    'The deleted token “kiosk” can’t come back: its secret is not kept. Make a new one.',
    '“ann” has no password until one is set.',
  ]);
  assert.deepEqual(await db.first('select username, username_key, password_hash, is_active from users where id = :ann', { ann }), { username: 'ann', username_key: 'ann', password_hash: '!', is_active: 1 });
  assert.deepEqual(await db.all('select * from user_groups'), [{ user: ann, group_id: editors }]);
  await undo(db, mara, ungrouped);
  assert.equal((await db.all('select * from user_groups')).length, 1, 'the user had left before the group was deleted');

  await act(db, mara, (writer) => writer.insert(token, { user: ann, name: 'kiosk', ending: 'abcd' }, { hash: 'h' }));
  const { id } = (await db.first<{ id: number }>('select id from tokens')) as { id: number };
  const revoked = await doing(db, mara, (writer) => writer.remove(token, id));
  assert.match((await reasonsAgainst(undo(db, mara, revoked))).join(), /^The deleted token “kiosk” can’t come back: its secret is not kept/);
});

test('a name that somebody else has taken stands in the way, and what belongs to something gone', async (t) => {
  const { db, ann, blue, carey } = await site(t);
  const renamed = await doing(db, mara, (writer) => writer.update(user, ann, { username: 'anna' }));
  const taken = await doing(db, tomas, (writer) => writer.insert(user, { username: 'ANN' }, { password_hash: '' }));
  assert.match((await reasonsAgainst(undo(db, mara, renamed))).join(), /^“ann” is the name of another user now, written by tomas on /);
  await undo(db, tomas, taken);
  await undo(db, mara, renamed);

  const removed = await doing(db, mara, (writer) => writer.remove(song, carey));
  await doing(db, tomas, (writer) => writer.remove(album, blue));
  assert.match((await reasonsAgainst(undo(db, mara, removed))).join(), /^“Carey” can’t be put back: its album “Blue” was deleted by tomas on /);
});

test('likes that are given again, taken back or orphaned hold nothing up', async (t) => {
  const { db, ann, blue, wanted, carey } = await site(t);
  const bob = await act(db, mara, (writer) => writer.insert(user, { username: 'bob' }, { password_hash: '' }));
  for (const song of [wanted, carey]) await db.run("insert into likes (user, song, created_at) values (:bob, :song, '2026-01-01T00:00:00.000Z')", { bob, song });
  await db.run("insert into likes (user, song, created_at) values (:ann, :wanted, '2026-01-01T00:00:00.000Z')", { ann, wanted });
  const deleted = await doing(db, mara, (writer) => writer.remove(album, blue));
  await db.run('delete from users where id = :bob', { bob });
  assert.deepEqual((await undo(db, mara, deleted)).remarks, ['2 likes are not put back: what they belong to is gone.']);
  assert.deepEqual(await db.all('select user, song from likes'), [{ user: ann, song: wanted }]);
  const { id } = (await db.first<{ id: number }>('select id from likes')) as { id: number };
  const unliked = await doing(db, mara, (writer) => writer.remove(like, id));
  await db.run("insert into likes (user, song, created_at) values (:ann, :wanted, '2026-02-01T00:00:00.000Z')", { ann, wanted });
  assert.deepEqual(await reasonsAgainst(undo(db, mara, unliked)), ['A like is not put back: there is one like it again.']);
});

test('a large act is undone in one go, and the search index follows', async (t) => {
  const db = await testDb(t);
  const added = await doing(db, mara, async (writer) => {
    for (let number = 1; number <= 300; number += 1) {
      const id = await writer.insert(album, { name: `Album ${number}`, artist: 'Various', year_released: '2001-01-01' });
      for (let position = 1; position <= 3; position += 1) await writer.insert(song, { song_name: `Song ${position}`, num_streams: number, album: id, position });
    }
  });
  const { act: removed } = await undo(db, mara, added);
  assert.deepEqual(await db.all('select name, size from table_sizes where size > 0'), []);
  assert.deepEqual(await db.transaction((trx) => rebuildFullText(trx)), []);
  await undo(db, mara, removed);
  assert.deepEqual(await db.all("select size from table_sizes where name in ('albums', 'songs') order by size"), [{ size: 300 }, { size: 900 }]);
  assert.deepEqual(await db.transaction((trx) => rebuildFullText(trx)), []);
});

test('an undo that is judged and refused changes nothing', async (t) => {
  const { db, blue } = await site(t);
  const deleted = await doing(db, mara, (writer) => writer.remove(album, blue));
  await assert.rejects(undo(db, mara, deleted, (db, author, work, undoes) => act(db, author, async (writer) => {
    await work(writer);
    throw new Error('no');
  }, undoes)), /^Error: no$/);
  assert.deepEqual(await everything(db, 'albums'), []);
  assert.equal((await lastActs(db, 1))[0]?.undone_by, null);
});
