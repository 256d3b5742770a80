/**
 * Allowances: so many of something at once, and one more each time an interval has passed. What is used up comes
 * back steadily, so nothing has to be forgotten, and one number is all that is kept of each: the moment from which
 * nothing is used up (https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm). It is kept in the database, where
 * all processes share it.
 */
import type { Db } from '../db/db.ts';

/** `atOnce` of something, then one each `every` milliseconds; `longest` is how far ahead a place is given. */
export type Allowance = { key: string; atOnce: number; every: number; longest?: number };

/**
 * The milliseconds until all of these have something left; 0 when they have now. Of a moment that lies further ahead
 * than any use can bring about nothing is believed but that all was used up: the clock has been set back.
 */
export async function waitFor(trx: Db, allowances: readonly Allowance[], now: number): Promise<number> {
  let wait = 0;
  for (const allowance of allowances) wait = Math.max(wait, (await wholeAt(trx, allowance, now)) - now - (allowance.atOnce - 1) * allowance.every);
  return wait;
}

/** Takes one of each, whether something is left or not: who takes in advance has to wait as long as `waitFor` says. */
export async function take(trx: Db, allowances: readonly Allowance[], now: number): Promise<void> {
  await trx.run('delete from allowances where whole_at <= :now', { now });
  for (const allowance of allowances) {
    const whole = (await wholeAt(trx, allowance, now)) + allowance.every;
    await trx.run(SET, { key: allowance.key, whole });
  }
}

/** Gives some back, never more than was taken. */
export async function giveBack(trx: Db, allowance: Allowance, milliseconds: number): Promise<void> {
  if (milliseconds > 0) await trx.run('update allowances set whole_at = whole_at - :milliseconds where key = :key', { key: allowance.key, milliseconds: Math.round(milliseconds) });
}

/** Fills allowances up again, and gives how many were not whole. */
export async function fillUp(trx: Db, keys: readonly string[]): Promise<number> {
  let filled = 0;
  for (const key of keys) filled += await trx.run('delete from allowances where key = :key', { key });
  return filled;
}

const SET = 'insert into allowances (key, whole_at) values (:key, :whole) on conflict (key) do update set whole_at = excluded.whole_at';

async function wholeAt(trx: Db, { key, atOnce, every, longest = 0 }: Allowance, now: number): Promise<number> {
  const row = await trx.first<{ whole_at: number }>('select whole_at from allowances where key = :key', { key });
  if (!row || row.whole_at <= now) return now;
  const furthest = now + atOnce * every + longest;
  return row.whole_at > furthest ? now + (atOnce - 1) * every : row.whole_at;
}
