/** Hashing: what is the same, what takes the same time, and what a crowd is told. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import bcrypt from 'bcryptjs';
import { checkPassword, closePasswords, hashPassword, isDated } from './passwords.ts';

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
  assert.match(hash, /^v2:\$2b\$10\$/);
  assert.notEqual(await hashPassword(' clouds over Kent '), hash);
  assert.equal(await checkPassword(' clouds over Kent ', hash), true);
  for (const other of ['clouds over Kent', ' Clouds over Kent ', ' clouds over Kent', '']) assert.equal(await checkPassword(other, hash), false, other);
});

test('every character counts, however many bytes come before it', async () => {
  const long = '天'.repeat(63);
  const hash = await hashPassword(`${long}地`);
  assert.equal(await checkPassword(`${long}地`, hash), true);
  for (const other of [long, `${long}玄`, `${long}地地`]) assert.equal(await checkPassword(other, hash), false, other);
});

test('a password is the same whether its letters come composed or with their accents apart', async () => {
  const hash = await hashPassword('Bjo\u0308rk e\u0301tait la');
  assert.equal(await checkPassword('Bj\u00f6rk \u00e9tait la', hash), true);
  assert.equal(await checkPassword('Bjork etait la', hash), false);
});

test('hashes of the first form go on working, as they were typed, to their 72 bytes, and are known to be dated', async () => {
  const [longest, apart] = ['é'.repeat(36), 'Bjo\u0308rk etait'];
  const [first, second] = [bcrypt.hashSync(longest, 4), bcrypt.hashSync(apart, 10)];
  assert.equal(await checkPassword(longest, first), true);
  assert.equal(await checkPassword(`${longest}x`, first), false);
  assert.equal(await checkPassword(apart, second), true);
  assert.deepEqual([first, second, `v2:${bcrypt.hashSync('x', 4)}`, await hashPassword('x')].map(isDated), [true, true, true, false]);
});

test('a text of any length is refused without being read', async () => {
  const hash = await hashPassword('clouds over Kent');
  assert.equal(await checkPassword('a\u0323\u0307'.repeat(300_000), hash), false);
  assert.equal(await checkPassword('', `v2:${bcrypt.hashSync('', 4)}`), false);
});

test('an account that is unknown, without a password or with a broken hash takes as long as any other', async () => {
  const hash = await hashPassword('clouds over Kent');
  for (const unusable of [hash, undefined, '', '!', '$2b$10$short', 'x'.repeat(60), hash.replace('$10$', '$99$'), hash.replace('$10$', '$31$'), hash.replace('$10$', '$00$'), '$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA', `v3:${hash}`]) {
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
