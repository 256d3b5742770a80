/** Waits after wrong tries: how they grow and fade, whom they meet, and what can't get around them. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Db } from '../db/db.ts';
import { GuestError, unavailable } from '../errors.ts';
import { testDb } from '../testing/app.ts';
import { type GuessKind, type Guesser, secondsAfter, tryGuess, tryPassword } from './attempts.ts';
import { unlockAccount, unlockAddress } from './unlock.ts';

const ANN = { username: 'Ann', address: '203.0.113.7' };
const MONDAY = Date.UTC(2026, 0, 5, 9);
const DAY = 24 * 60 * 60;

type Outcome = 'right' | 'wrong' | number;

/** A database, and a clock that goes when it is told to. */
async function withClock(t: TestContext): Promise<{ db: Db; later: (seconds: number) => void }> {
  const db = await testDb(t);
  t.mock.timers.enable({ apis: ['Date'], now: MONDAY });
  return { db, later: (seconds) => t.mock.timers.setTime(Date.now() + seconds * 1000) };
}

/** One try: right, wrong, or the seconds that it was told to wait. */
async function attempt(db: Db, who: Guesser, { isRight = false, kind = 'password' as GuessKind } = {}): Promise<Outcome> {
  try {
    return (await tryGuess(db, kind, who, async () => (isRight ? who : undefined))) ? 'right' : 'wrong';
  } catch (error) {
    assert.ok(error instanceof GuestError && error.status === 429);
    return error.retryAfter as number;
  }
}

const right = (db: Db, who: Guesser) => attempt(db, who, { isRight: true });

async function wrongTries(db: Db, count: number, who: Guesser = ANN): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) assert.equal(await attempt(db, who), 'wrong');
}

const elsewhere = (number: number) => ({ ...ANN, address: `198.51.${Math.floor(number / 250)}.${number % 250}` });

test('waits begin after the fifth wrong try, double, and stay at five minutes', () => {
  assert.deepEqual([1, 4, 5, 6, 7, 8].map(secondsAfter), [0, 0, 10, 20, 40, 80]);
  assert.equal(secondsAfter(60), 300);
});

test('the sixth try waits, and says for how long', async (t) => {
  const { db, later } = await withClock(t);
  await wrongTries(db, 5);
  assert.equal(await right(db, ANN), 10);
  later(3);
  await assert.rejects(tryPassword(db, ANN, async () => ANN), { message: 'Too many tries. Wait 7 seconds, then try again.' });
});

test('a try that was refused makes no wait longer', async (t) => {
  const { db, later } = await withClock(t);
  await wrongTries(db, 5);
  for (let turn = 0; turn < 9; turn += 1) assert.equal(await attempt(db, ANN), 10);
  later(10);
  assert.equal(await attempt(db, ANN), 'wrong');
  assert.equal(await attempt(db, ANN), 20);
});

test('long waits are told in minutes', async (t) => {
  const { db, later } = await withClock(t);
  await wrongTries(db, 5);
  for (const seconds of [10, 20, 40, 80, 160]) {
    later(seconds);
    await wrongTries(db, 1);
  }
  await assert.rejects(tryPassword(db, ANN, async () => ANN), { message: 'Too many tries. Wait 5 minutes, then try again.' });
});

test('what was counted fades: a mistype every ten minutes is never a wait', async (t) => {
  const { db, later } = await withClock(t);
  for (let turn = 0; turn < 4; turn += 1) {
    await wrongTries(db, 4);
    later(60 * 60);
  }
  await wrongTries(db, 5);
  later(15 * 60);
  await wrongTries(db, 1);
  assert.equal(await attempt(db, ANN), 10);
  later(60 * 60 * 3);
  await wrongTries(db, 5, elsewhere(1));
  assert.deepEqual(await db.first('select count(*) as rows from attempts'), { rows: 1 });
});

test('tries from one network count together, however the name is typed, and cost no other network anything', async (t) => {
  const { db } = await withClock(t);
  const spellings = ['ann', 'ANN', ' Ann ', '\u0085ann', '\uff41nn'];
  for (const [index, username] of spellings.entries()) assert.equal(await attempt(db, { username, address: `2001:db8::${index}` }), 'wrong');
  assert.equal(await right(db, { ...ANN, address: '2001:db8::99' }), 10);
  assert.equal(await right(db, elsewhere(1)), 'right');
});

test('who has to wait for others gets the moment that they were told, however busily others go on', async (t) => {
  const { db, later } = await withClock(t);
  for (let number = 0; number < 20; number += 1) assert.equal(await attempt(db, elsewhere(number)), 'wrong');
  const told = await right(db, ANN);
  assert.equal(told, 120);
  for (let number = 20; number < 500; number += 1) assert.equal(typeof (await attempt(db, elsewhere(number))), 'number');
  later(told as number);
  for (let number = 500; number < 900; number += 1) assert.equal(typeof (await attempt(db, elsewhere(number))), 'number');
  assert.equal(await right(db, ANN), 'right');
});

test('when no place is left none is told, and nothing is stored for it', async (t) => {
  const { db } = await withClock(t);
  for (let number = 0; number < 60; number += 1) await attempt(db, elsewhere(number));
  const rows = await db.first('select count(*) as rows from attempts');
  await assert.rejects(tryPassword(db, ANN, async () => ANN), { message: /^Too many wrong tries are being made right now\. Use a browser/, status: 429, retryAfter: 900 });
  assert.deepEqual(await db.first('select count(*) as rows from attempts'), rows);
});

test('a network may try thirty accounts at once, then one every twenty seconds; eight of a site together', async (t) => {
  const { db, later } = await withClock(t);
  const spray = async (count: number, address: (index: number) => string) => {
    const outcomes = [];
    for (let index = 0; index < count; index += 1) outcomes.push(await attempt(db, { username: `name${index}`, address: address(index) }));
    return outcomes.filter((outcome) => outcome === 'wrong').length;
  };
  assert.equal(await spray(60, () => '203.0.113.9'), 30);
  assert.equal(await right(db, { username: 'bob', address: '203.0.113.9' }), 120);
  later(120);
  assert.equal(await right(db, { username: 'bob', address: '203.0.113.9' }), 20);
  assert.equal(await spray(300, (index) => `2001:db8:7:${index.toString(16)}::1`), 240);
});

/** Tries every twenty seconds for some hours, and gives how often it was let. */
async function guessesIn(hours: number, { db, later }: { db: Db; later: (seconds: number) => void }, who: (turn: number) => Guesser, kind: GuessKind = 'password'): Promise<number> {
  let guesses = 0;
  for (let turn = 0; turn < hours * 180; turn += 1) {
    if ((await attempt(db, who(turn), { kind })) === 'wrong') guesses += 1;
    later(20);
  }
  return guesses;
}

/** The bounds of the head of attempts.ts, for fewer hours. */
const BOUNDS: [string, { hours: number; who: (turn: number) => Guesser; kind?: GuessKind; atOnce: number; hourly: number }][] = [
  ['one network guesses passwords of one account', { hours: 8, who: () => ANN, atOnce: 10, hourly: 12 }],
  ['two hundred networks guess passwords of one account', { hours: 4, who: (turn) => elsewhere(turn % 200), atOnce: 20, hourly: 30 }],
  ['forty networks guess codes of one account', { hours: 8, who: (turn) => elsewhere(turn % 40), kind: 'code', atOnce: 10, hourly: 4 }],
  ['one network guesses passwords of two hundred accounts', { hours: 4, who: (turn) => ({ username: `name${turn % 200}`, address: ANN.address }), atOnce: 30, hourly: 180 }],
];

for (const [name, { hours, who, kind, atOnce, hourly }] of BOUNDS) {
  test(`${name}: at most ${atOnce}, and ${hourly} an hour`, async (t) => {
    const place = await withClock(t);
    const guesses = await guessesIn(hours, place, who, kind);
    assert.ok(guesses > atOnce && guesses <= atOnce + hours * hourly, `${guesses} in ${hours} hours`);
    const { rows } = (await place.db.first<{ rows: number }>('select count(*) as rows from attempts')) ?? { rows: 0 };
    assert.ok(rows <= 400, `${rows} rows are left`);
  });
}

test('many wrong tries at once can’t slip through, by account or by network', async (t) => {
  const db = await testDb(t);
  const byAccount = await Promise.all(Array.from({ length: 40 }, (_, index) => attempt(db, elsewhere(index))));
  assert.equal(byAccount.filter((outcome) => outcome === 'wrong').length, 20);
  const byNetwork = await Promise.all(Array.from({ length: 60 }, (_, index) => attempt(db, { username: `name${index}`, address: '203.0.113.9' })));
  assert.equal(byNetwork.filter((outcome) => outcome === 'wrong').length, 30);
  const byBoth = await Promise.all(Array.from({ length: 20 }, () => attempt(db, { username: 'bob', address: '203.0.113.10' })));
  assert.equal(byBoth.filter((outcome) => outcome === 'wrong').length, 5);
});

test('a try counts from its beginning, for another process too', async (t) => {
  const db = await testDb(t);
  await tryPassword(db, ANN, async () => {
    assert.deepEqual(await db.all('select failures from attempts'), [{ failures: 1 }]);
    assert.deepEqual(await db.first('select count(*) as rows from allowances'), { rows: 2 });
    return undefined;
  });
});

test('right passwords at once don’t count each other out', async (t) => {
  const db = await testDb(t);
  const outcomes = await Promise.all(Array.from({ length: 60 }, (_, index) => right(db, { ...ANN, username: `name${index % 2}` })));
  assert.deepEqual(new Set(outcomes), new Set(['right']));
  assert.deepEqual(await db.all('select key from attempts'), []);
});

test('a right password clears its own count and gives back what led to it, but nothing of other accounts', async (t) => {
  const { db } = await withClock(t);
  for (let turn = 0; turn < 20; turn += 1) {
    await wrongTries(db, 4);
    assert.equal(await right(db, ANN), 'right');
  }
  for (let turn = 0; turn < 30; turn += 1) {
    assert.equal(await attempt(db, { ...ANN, username: `victim${turn}` }), 'wrong', `victim ${turn}`);
    assert.equal(await right(db, { ...ANN, username: 'thief' }), turn < 29 ? 'right' : 20);
  }
});

test('mistypes that have come back by time are not given back again', async (t) => {
  const { db, later } = await withClock(t);
  const thief = { username: 'thief', address: ANN.address };
  await wrongTries(db, 4, thief);
  later(80);
  for (let turn = 0; turn < 29; turn += 1) await wrongTries(db, 1, { ...ANN, username: `victim${turn}` });
  assert.equal(await right(db, thief), 'right');
  await wrongTries(db, 1, { ...ANN, username: 'victim29' });
  assert.equal(await attempt(db, { ...ANN, username: 'victim30' }), 20);
});

test('a try whose password could not be compared does not count', async (t) => {
  const { db } = await withClock(t);
  for (let turn = 0; turn < 40; turn += 1) await assert.rejects(tryPassword(db, ANN, async () => { throw unavailable(); }), { status: 503 });
  await wrongTries(db, 5);
});

test('codes have counts of their own', async (t) => {
  const { db } = await withClock(t);
  await wrongTries(db, 5);
  assert.equal(await attempt(db, ANN, { kind: 'code' }), 'wrong');
});

test('a clock that is set back lengthens no wait', async (t) => {
  for (const days of [1, 30, 4000]) {
    await t.test(`by ${days} days`, async (part) => {
      const { db, later } = await withClock(part);
      await wrongTries(db, 5);
      for (let index = 0; index < 60; index += 1) await attempt(db, { ...ANN, username: `name${index}` });
      for (let number = 0; number < 60; number += 1) await attempt(db, elsewhere(number));
      later(-days * DAY);
      assert.equal(await right(db, ANN), 'right');
      assert.equal(await right(db, { ...ANN, username: 'bob' }), 'right');
      assert.equal(await right(db, elsewhere(1000)), 'right');
    });
  }
});

test('waits are lifted by account and by address', async (t) => {
  const { db } = await withClock(t);
  await wrongTries(db, 5);
  for (let number = 0; number < 60; number += 1) await attempt(db, elsewhere(number));
  assert.ok((await unlockAccount(db, ' ANN ')) > 0);
  assert.equal(await right(db, ANN), 'right');
  for (let index = 0; index < 60; index += 1) await attempt(db, { username: `name${index}`, address: '2001:db8::1' });
  assert.ok((await unlockAddress(db, '2001:db8::2')) > 0);
  assert.equal(await attempt(db, { username: 'bob', address: '2001:db8::3' }), 'wrong');
  assert.equal(await unlockAddress(db, '203.0.113.200'), 0);
});

test('the tables hold no name and no address', async (t) => {
  const { db } = await withClock(t);
  await wrongTries(db, 1);
  assert.doesNotMatch(JSON.stringify([await db.all('select * from attempts'), await db.all('select * from allowances')]), /ann|203\.0/i);
});
