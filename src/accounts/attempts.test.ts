/** Waits after wrong passwords: how they grow, whom they meet, and what can't get around them. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Db } from '../db/db.ts';
import { GuestError, unavailable } from '../errors.ts';
import { testDb } from '../testing/app.ts';
import { networkOf, secondsAfter, tryPassword } from './attempts.ts';

const ANN = { username: 'Ann', address: '203.0.113.7' };

type Outcome = 'right' | 'wrong' | number;

/** One try: right, wrong, or the seconds that it was told to wait. */
async function attempt(db: Db, who: typeof ANN, isRight = false): Promise<Outcome> {
  try {
    return (await tryPassword(db, who, async () => (isRight ? who : undefined))) ? 'right' : 'wrong';
  } catch (error) {
    assert.ok(error instanceof GuestError && error.status === 429);
    return error.retryAfter as number;
  }
}

async function wrongTries(db: Db, count: number, who = ANN): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) assert.equal(await attempt(db, who), 'wrong');
}

/** Lets time pass as far as the waits can tell. */
async function later(db: Db, seconds: number): Promise<void> {
  await db.run('update attempts set open_at = open_at - :time, last_at = last_at - :time', { time: seconds * 1000 });
}

const elsewhere = (number: number) => ({ ...ANN, address: `198.51.100.${number}` });

async function withDb(t: TestContext): Promise<Db> {
  return testDb(t);
}

test('waits begin after the fifth wrong try, double, and stay under a quarter of an hour', () => {
  assert.deepEqual([1, 4, 5, 6, 7, 8].map(secondsAfter), [0, 0, 10, 20, 40, 80]);
  assert.equal(secondsAfter(60), 900);
});

test('the sixth try waits, and says for how long', async (t) => {
  const db = await withDb(t);
  await wrongTries(db, 5);
  assert.equal(await attempt(db, ANN, true), 10);
  await later(db, 3);
  await assert.rejects(tryPassword(db, ANN, async () => ANN), { message: 'Too many tries. Wait 7 seconds, then try again.' });
});

test('a try that was refused makes no wait longer', async (t) => {
  const db = await withDb(t);
  await wrongTries(db, 5);
  for (let turn = 0; turn < 9; turn += 1) assert.equal(await attempt(db, ANN), 10);
  await later(db, 10);
  assert.equal(await attempt(db, ANN), 'wrong');
  assert.equal(await attempt(db, ANN), 20);
});

test('long waits are told in minutes', async (t) => {
  const db = await withDb(t);
  await wrongTries(db, 1);
  await db.run('update attempts set failures = 20, open_at = :open', { open: Date.now() + 600_000 });
  await assert.rejects(tryPassword(db, ANN, async () => ANN), { message: 'Too many tries. Wait 10 minutes, then try again.' });
});

test('an account waits whichever address asks, and however its name is typed', async (t) => {
  const db = await withDb(t);
  const spellings = ['ann', 'ANN', ' Ann ', '\u0085ann', '\uff41nn'];
  for (const [index, username] of spellings.entries()) assert.equal(await attempt(db, { ...elsewhere(index), username }), 'wrong');
  assert.equal(await attempt(db, elsewhere(99), true), 10);
});

test('an address waits whichever account it tries, and a network of IPv6 is one address', async (t) => {
  const db = await withDb(t);
  for (let turn = 0; turn < 5; turn += 1) await wrongTries(db, 1, { username: `name${turn}`, address: `2001:db8::${turn}` });
  assert.equal(await attempt(db, { username: 'bob', address: '2001:db8::ffff:1' }, true), 10);
  assert.equal(await attempt(db, { username: 'bob', address: '2001:db8:0:1::1' }, true), 'right');
});

test('many wrong tries at once can’t slip through, by account or by address', async (t) => {
  const db = await withDb(t);
  const byAccount = await Promise.all(Array.from({ length: 20 }, (_, index) => attempt(db, elsewhere(index))));
  assert.equal(byAccount.filter((outcome) => outcome === 'wrong').length, 5);
  const byAddress = await Promise.all(Array.from({ length: 20 }, (_, index) => attempt(db, { username: `name${index}`, address: '203.0.113.9' })));
  assert.equal(byAddress.filter((outcome) => outcome === 'wrong').length, 5);
});

test('a try counts from its beginning, for another process too', async (t) => {
  const db = await withDb(t);
  await tryPassword(db, ANN, async () => {
    assert.deepEqual(await db.all('select failures from attempts'), [{ failures: 1 }, { failures: 1 }]);
    return undefined;
  });
});

test('right passwords at once don’t count each other out', async (t) => {
  const db = await withDb(t);
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => attempt(db, ANN, true)));
  assert.deepEqual(new Set(outcomes), new Set(['right']));
});

test('a right password clears the account, but not what an address has done to others', async (t) => {
  const db = await withDb(t);
  await wrongTries(db, 4);
  assert.equal(await attempt(db, ANN, true), 'right');
  assert.equal(await attempt(db, { ...ANN, username: 'bob' }), 'wrong');
  assert.equal(await attempt(db, { ...ANN, username: 'bob' }), 10);
  assert.equal(await attempt(db, elsewhere(1)), 'wrong');
});

test('a right password after a wait leaves the address without a new one', async (t) => {
  const db = await withDb(t);
  await wrongTries(db, 5);
  await later(db, 10);
  assert.equal(await attempt(db, ANN, true), 'right');
  assert.equal(await attempt(db, { ...ANN, username: 'bob' }, true), 'right');
});

test('a try whose password could not be compared does not count', async (t) => {
  const db = await withDb(t);
  for (let turn = 0; turn < 9; turn += 1) await assert.rejects(tryPassword(db, ANN, async () => { throw unavailable(); }), { status: 503 });
  await wrongTries(db, 5);
});

test('after a day everything is forgotten and removed', async (t) => {
  const db = await withDb(t);
  await wrongTries(db, 5);
  await later(db, 24 * 60 * 60 + 1);
  await wrongTries(db, 1, { username: 'bob', address: '198.51.100.1' });
  assert.deepEqual(await db.first('select count(*) as rows from attempts'), { rows: 2 });
});

test('the table holds no name and no address', async (t) => {
  const db = await withDb(t);
  await wrongTries(db, 1);
  assert.doesNotMatch(JSON.stringify(await db.all('select * from attempts')), /ann|203\.0/i);
});

test('the part of an address that is one household', () => {
  const cases: [string, string][] = [
    ['203.0.113.7', '203.0.113.7'], ['::ffff:203.0.113.7', '203.0.113.7'], ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'], ['2001:db8::6', '2001:db8:0:0'],
    ['2001:0DB8::6', '2001:db8:0:0'], ['::1', '0:0:0:0'], ['::', '0:0:0:0'], ['fe80::1%eth0', 'fe80:0:0:0'], ['', ''], ['not an address', 'not an address'],
  ];
  for (const [address, network] of cases) assert.equal(networkOf(address), network, address);
});
