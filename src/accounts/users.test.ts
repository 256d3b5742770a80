/** Accounts below the pages: names, and what a change of password or a farewell takes along. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { InvalidInput } from '../errors.ts';
import { testDb } from '../testing/app.ts';
import { closePasswords, hashCheaply } from './passwords.ts';
import { makeSetupLink, useSetupKey } from './setup-links.ts';
import bcrypt from 'bcryptjs';
import { introduceSite } from './site.ts';
import { authenticate, createUser, deleteUser, isUnchanged, userByName } from './users.ts';
import { setPassword } from './set-password.ts';

after(closePasswords);

const PASSWORD = 'clouds over Kent';

async function faultsOf(work: Promise<unknown>): Promise<Record<string, string>> {
  const error = await work.then(() => undefined, (reason: unknown) => reason);
  assert.ok(error instanceof InvalidInput, String(error));
  return error.fields;
}

test('usernames hold letters of any script, digits and @ . + - _', async (t) => {
  const db = await testDb(t);
  for (const username of ['Жанна', '宇多田ヒカル', 'हिन्दी', 'فيروز', 'Bjo\u0308rk', 'ann@example.org', '٣٤٥', '𝒜lice', 'a']) {
    await createUser(db, { username, password: PASSWORD });
    assert.ok(await userByName(db, username), username);
  }
  for (const username of ['two words', 'semi;colon', '\u0301a', 'a\u200db', 'a\u3164', '\u115f\u1160', '½', 'x😀', '\0', ' ', '']) {
    assert.ok((await faultsOf(createUser(db, { username, password: PASSWORD })))['username'], JSON.stringify(username));
  }
});

test('a username is counted in characters, not in bytes or halves', async (t) => {
  const db = await testDb(t);
  await createUser(db, { username: '𠮷'.repeat(150), password: PASSWORD });
  assert.deepEqual(await faultsOf(createUser(db, { username: '𠮷'.repeat(151), password: PASSWORD })), { username: 'Use at most 150 characters. This username has 151.' });
});

test('names that differ in case, width or spelling alone are one name', async (t) => {
  const db = await testDb(t);
  await createUser(db, { username: 'Björk', password: PASSWORD });
  for (const username of ['björk', 'BJÖRK', 'Bjo\u0308rk', ' Björk ', 'Ｂjörk']) {
    assert.deepEqual(await faultsOf(createUser(db, { username, password: PASSWORD })), { username: 'This username is taken. Choose another.' }, username);
    assert.ok(await authenticate(db, username, PASSWORD), username);
  }
});

test('everything that is wrong is told at once', async (t) => {
  const db = await testDb(t);
  assert.deepEqual(Object.keys(await faultsOf(createUser(db, { username: 'two words', password: '1234', email: 'nobody' }))), ['username', 'email', 'password']);
});

test('whoever wants a name at the same time gets a sentence', async (t) => {
  const db = await testDb(t);
  const answers = await Promise.allSettled(['zoe', 'Zoe', 'ZOE', 'zoe'].map((username) => createUser(db, { username, password: PASSWORD })));
  assert.equal(answers.filter((answer) => answer.status === 'fulfilled').length, 1);
  for (const answer of answers) if (answer.status === 'rejected') assert.deepEqual(answer.reason.fields, { username: 'This username is taken. Choose another.' });
});

test('a password that was right is noticed to be so no more', async (t) => {
  const db = await testDb(t);
  const id = await createUser(db, { username: 'Ann', password: PASSWORD });
  const proven = await authenticate(db, 'ann', PASSWORD);
  assert.ok(proven);
  assert.equal(await isUnchanged(db, proven), true);
  await setPassword(db, { user: null, person: 'operator', surface: 'command' }, { id, username: 'Ann' }, 'rain over Kent');
  assert.equal(await isUnchanged(db, proven), false);
  assert.equal(await authenticate(db, 'ann', PASSWORD), undefined);
});

test('a right log-in renews a hash of the first form or of a lower cost, and changes nothing else', async (t) => {
  hashCheaply(false);
  t.after(() => hashCheaply());
  const db = await testDb(t);
  const id = await createUser(db, { username: 'Ann', password: PASSWORD });
  const stored = async () => (await db.first<{ password_hash: string; updated_at: string }>('select password_hash, updated_at from users where id = :id', { id })) as { password_hash: string; updated_at: string };
  const { updated_at, password_hash: today } = await stored();
  for (const old of [bcrypt.hashSync(PASSWORD, 4), bcrypt.hashSync(PASSWORD, 10)]) {
    await db.run('update users set password_hash = :old where id = :id', { id, old });
    assert.equal(await authenticate(db, 'ann', 'wrong one'), undefined);
    assert.equal((await stored()).password_hash, old);
    assert.ok(await isUnchanged(db, (await authenticate(db, 'ann', PASSWORD)) ?? { id: 0, username: '', updated_at: '' }));
    assert.match((await stored()).password_hash, /^v2:\$2b\$10\$/);
    assert.equal((await stored()).updated_at, updated_at);
    assert.ok(await authenticate(db, 'ann', PASSWORD));
  }
  assert.notEqual((await stored()).password_hash, today);
  const { password_hash } = await stored();
  await authenticate(db, 'ann', PASSWORD);
  assert.equal((await stored()).password_hash, password_hash);
});

test('a stored password that can’t be read is a wrong one, and the log says whose it is', async (t) => {
  const db = await testDb(t);
  const told: string[] = [];
  introduceSite({ name: 'Tracklist', report: (fault) => told.push(fault) });
  t.after(() => introduceSite({ name: 'Tracklist', report: () => {} }));
  const id = await createUser(db, { username: 'Ann', password: PASSWORD });
  for (const hash of ['', 'garbage', '$2b$99$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy', '$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA']) {
    await db.run('update users set password_hash = :hash where id = :id', { id, hash });
    assert.equal(await authenticate(db, 'ann', PASSWORD), undefined, hash);
    assert.match(told.pop() ?? '', new RegExp(`^The stored password of account ${id} can’t be read`), hash);
  }
  await createUser(db, { username: 'Bob', password: undefined });
  assert.equal(await authenticate(db, 'bob', '!'), undefined);
  assert.deepEqual(told, []);
});

test('deleting an account takes its likes and leaves nothing in its sessions', async (t) => {
  const db = await testDb(t);
  const user = await createUser(db, { username: 'Ann', password: PASSWORD });
  await db.run(`insert into sessions (id, user, data, device, address, created_at, seen_at, expires_at)
    values ('key', :user, '{"user":1}', 'Firefox', '203.0.113.7', 1, 1, 9e15)`, { user });
  await deleteUser(db, user);
  assert.equal(await userByName(db, 'ann'), undefined);
  const session = await db.first<{ ended_at: number }>('select user, data, device, address, ended_at from sessions');
  assert.deepEqual({ ...session, ended_at: 0 }, { user: null, data: '{}', device: '', address: '', ended_at: 0 });
  assert.ok(session && session.ended_at > 0);
});

test('of those who use a set-up link at once, one becomes the administrator and the others leave no account', async (t) => {
  const db = await testDb(t);
  const key = await makeSetupLink(db);
  const answers = await Promise.allSettled(['ann', 'bob', 'zoe'].map((username) => useSetupKey(db, key, { username, password: PASSWORD })));
  assert.equal(answers.filter((answer) => answer.status === 'fulfilled').length, 1);
  assert.deepEqual(await db.all('select is_staff, is_superuser from users'), [{ is_staff: 1, is_superuser: 1 }]);
});

test('a set-up link lives on when its form is refused', async (t) => {
  const db = await testDb(t);
  const key = await makeSetupLink(db);
  assert.ok((await faultsOf(useSetupKey(db, key, { username: 'ann', password: 'short' })))['password']);
  assert.ok(await useSetupKey(db, key, { username: 'ann', password: PASSWORD }));
});
