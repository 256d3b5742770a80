/** Hashing: what is the same, what takes the same time, and what a crowd is told. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { checkPassword, closePasswords, hashPassword } from './passwords.ts';

after(closePasswords);

/** What a real comparison takes at the very least, on a machine much faster than today's; a refusal without one takes less than one. */
const LEAST = 15;

/** The quickest of three tries, in milliseconds. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let turn = 0; turn < 3; turn += 1) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return Math.min(...times);
}

test('a password matches its own hash alone, spaces and case included', async () => {
  const hash = await hashPassword(' clouds over Kent ');
  assert.match(hash, /^\$2b\$10\$/);
  assert.notEqual(await hashPassword(' clouds over Kent '), hash);
  assert.equal(await checkPassword(' clouds over Kent ', hash), true);
  for (const other of ['clouds over Kent', ' Clouds over Kent ', ' clouds over Kent', '']) assert.equal(await checkPassword(other, hash), false, other);
});

test('nothing longer than 72 bytes matches, even when the first 72 are right', async () => {
  const longest = 'é'.repeat(36);
  const hash = await hashPassword(longest);
  assert.equal(await checkPassword(longest, hash), true);
  assert.equal(await checkPassword(`${longest}x`, hash), false);
});

test('an account that is unknown, without a password or with a broken hash takes as long as any other', async () => {
  const hash = await hashPassword('clouds over Kent');
  for (const unusable of [hash, undefined, '', '!', '$2b$10$short', 'x'.repeat(60)]) {
    const time = await timed(async () => assert.equal(await checkPassword('wrong one', unusable), false));
    assert.ok(time > LEAST, `${unusable}: ${time} ms`);
  }
});

test('a crowd that is too large is told so, and those who were first come in', async () => {
  const hash = await hashPassword('clouds over Kent');
  const answers = await Promise.allSettled(Array.from({ length: 100 }, () => checkPassword('clouds over Kent', hash)));
  const refused = answers.filter((answer) => answer.status === 'rejected');
  assert.ok(refused.length > 0 && refused.length < 50, `${refused.length} refused`);
  for (const { reason } of refused) assert.equal(reason.status, 503);
  assert.ok(answers.every((answer) => answer.status === 'rejected' || answer.value === true));
});

test('closing lets those who wait come in, and the next one starts the threads again', async () => {
  const hash = await hashPassword('clouds over Kent');
  const waiting = Array.from({ length: 4 }, () => checkPassword('clouds over Kent', hash));
  await closePasswords();
  assert.deepEqual(await Promise.all(waiting), [true, true, true, true]);
  assert.equal(await checkPassword('clouds over Kent', hash), true);
});
