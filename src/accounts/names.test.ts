/** Names that are one, names that only look alike, and those that became one by a newer rule. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { connect } from '../db/connect.ts';
import type { Db } from '../db/db.ts';
import { OPERATOR } from '../db/history/change.ts';
import { act } from '../db/history/writer.ts';
import { migrate } from '../db/migrate.ts';
import { InvalidInput } from '../errors.ts';
import { user } from '../models/user.ts';
import { caseless } from '../schema/caseless.ts';
import { testDb, visitor, testApp } from '../testing/app.ts';
import { faultsOfGroup } from './groups.ts';
import { closePasswords, hashPassword } from './passwords.ts';
import { authenticate, createUser, faultsOfAccount, findUsers, userByName } from './users.ts';

after(closePasswords);

const PASSWORD = 'clouds over Kent';
const MIGRATIONS = join(import.meta.dirname, '../../migrations');

async function faultOf(db: Db, username: string): Promise<string | undefined> {
  const error = await createUser(db, { username, password: PASSWORD }).then(() => undefined, (reason: unknown) => reason);
  assert.ok(error === undefined || error instanceof InvalidInput, String(error));
  return error?.fields['username'];
}

test('names that differ in case alone are one by the full rules of Unicode', async (t) => {
  const db = await testDb(t);
  for (const [first, ...others] of [['straße', 'STRASSE', 'Strasse', 'STRAẞE'], ['ΟΔΥΣΣΕΥΣ', 'οδυσσευς', 'οδυσσευσ'], ['ﬁnn', 'FINN', 'Finn'], ['ǰon', 'J\u030cON']] as [string, ...string[]][]) {
    assert.equal(await faultOf(db, first), undefined, first);
    for (const other of others) {
      assert.equal(await faultOf(db, other), 'This username is taken. Choose another.', other);
      assert.ok(await authenticate(db, other, PASSWORD), other);
    }
  }
  assert.equal(await faultOf(db, 'ılya'), undefined);
  assert.equal(await faultOf(db, 'ilya'), undefined);
});

test('every letter is one with its capital, and folding twice changes nothing', () => {
  for (let code = 0; code < 0x20000; code += 1) {
    const letter = String.fromCodePoint(code);
    if (!/\p{L}/u.test(letter) || letter === 'ı') continue;
    assert.equal(caseless(letter.toUpperCase()), caseless(letter), letter);
    assert.equal(caseless(caseless(letter)), caseless(letter), letter);
  }
});

test('a hostile text is no name, and is known to be none at once', async (t) => {
  const db = await testDb(t);
  const begun = performance.now();
  const hostile = `a${'\u0323\u0301\u0327\u0315'.repeat(16_000)}`;
  assert.equal(await userByName(db, hostile), undefined);
  assert.match((await faultsOfAccount(db, { username: hostile, email: '' }))['username'] ?? '', /at most 150/);
  assert.ok(performance.now() - begun < 500);
});

test('nobody signs up or is renamed to what looks like somebody on the staff', async (t) => {
  const db = await testDb(t);
  for (const [username, is_superuser] of [['Admin', true], ['mara.lind', false]] as const) await createUser(db, { username, password: PASSWORD, is_staff: true, is_superuser });
  const ann = await createUser(db, { username: 'lola', password: PASSWORD });
  for (const username of ['аdmin', 'Adrnin', 'ADMlN', 'admın', 'mara.Iind', 'mara.1ind', 'mаrа.lind', 'rnara.lind', 'МАRА.lind']) {
    assert.equal(await faultOf(db, username), 'This username looks like that of somebody who runs this site. Choose another.', username);
    assert.ok((await faultsOfAccount(db, { username, email: '' }, ann))['username'], username);
  }
  for (const username of ['l0la', 'admina', 'mara-lind', 'Жанна']) assert.equal(await faultOf(db, username), undefined, username);
});

test('somebody on the staff may spell their own name anew', async (t) => {
  const db = await testDb(t);
  const mara = await createUser(db, { username: 'mara.lind', password: PASSWORD, is_staff: true });
  assert.deepEqual(await faultsOfAccount(db, { username: 'mara.Iind', email: '' }, mara), {});
});

test('a look-alike is told so on the page of sign-up and by the API', async (t) => {
  const site = await testApp(t);
  await createUser(site.db, { username: 'root', password: PASSWORD, is_staff: true });
  const page = await visitor(site).post('/signup', { username: 'r00t', password: PASSWORD });
  assert.equal(page.statusCode, 422);
  assert.match(page.body, /This username looks like that of somebody who runs this site\. Choose another\./);
  const answer = await site.app.inject({ method: 'POST', url: '/api/register', headers: { host: 'localhost:8000' }, payload: { username: 'r00t', password: PASSWORD } });
  assert.deepEqual([answer.statusCode, answer.json()], [400, { username: ['This username looks like that of somebody who runs this site. Choose another.'] }]);
});

/** A database from before full case folding, brought up to date, with these accounts and groups. */
async function fromBefore(t: TestContext, names: { users: [name: string, password: string][]; groups: string[] }): Promise<Db> {
  const root = mkdtempSync(join(tmpdir(), 'tracklist-'));
  const folder = join(root, 'migrations');
  mkdirSync(folder);
  symlinkSync(join(MIGRATIONS, '../node_modules'), join(root, 'node_modules'));
  for (const file of readdirSync(MIGRATIONS).filter((name) => name < '006')) cpSync(join(MIGRATIONS, file), join(folder, file));
  const url = `sqlite:${join(root, 'old.db')}`;
  await migrate(url, { create: true, folder });
  const old = await connect(url);
  const before = (name: string) => name.normalize('NFKC').toLowerCase();
  for (const [username, password] of names.users) {
    await old.run(`insert into users (username, username_key, password_hash, is_active, created_at, updated_at) values (:username, :key, :hash, 1, '', '')`,
      { username, key: before(username), hash: await hashPassword(password) });
  }
  for (const name of names.groups) await old.run(`insert into groups (name, name_key, created_at, updated_at) values (:name, :key, '', '')`, { name, key: before(name) });
  await old.close();
  await migrate(url, { create: false });
  const db = await connect(url);
  t.after(async () => {
    await db.close();
    rmSync(root, { recursive: true });
  });
  return db;
}

test('accounts that became namesakes keep their names, log in, are found and can be changed', async (t) => {
  const db = await fromBefore(t, { users: [['ann', 'first of all'], ['Straße', 'second of all'], ['strasse', 'third of all'], ['ODOΣ', 'fourth'], ['zoe', 'fifth of all']], groups: ['Straße', 'strasse'] });
  assert.deepEqual(await db.all('select username_key from users order by id'), [{ username_key: 'ann' }, { username_key: 'strasse' }, { username_key: 'strasse\u001f3' }, { username_key: 'odoσ' }, { username_key: 'zoe' }]);
  for (const [name, password, username] of [['Straße', 'second of all', 'Straße'], ['strasse', 'third of all', 'strasse'], ['STRASSE', 'third of all', 'strasse'], ['straße', 'second of all', 'Straße'], ['odoς', 'fourth', 'ODOΣ'], ['ANN', 'first of all', 'ann']]) {
    assert.equal((await authenticate(db, String(name), String(password)))?.username, username, name);
  }
  assert.equal(await authenticate(db, 'strasse', 'second of all'), undefined);
  assert.deepEqual((await findUsers(db, 'stra', 10)).ids, [2, 3]);
  assert.deepEqual(await faultsOfAccount(db, { username: 'strasse', email: 'a@example.org' }, 3), {});
  await act(db, OPERATOR, (writer) => writer.update(user, 3, { username: 'strasse', email: 'a@example.org' }));
  assert.equal((await userByName(db, 'strasse'))?.email, 'a@example.org');
  for (const name of ['STRASSE', 'straße']) assert.deepEqual(await faultsOfAccount(db, { username: name, email: '' }, 1), { username: 'This username is taken. Choose another.' });
  assert.deepEqual(await faultsOfGroup(db, 'strasse', 2), {});
  assert.ok((await faultsOfGroup(db, 'STRASSE'))['name']);
});
