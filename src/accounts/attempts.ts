/**
 * Growing waits after wrong passwords, per account and per address, kept in the database, so that a restart
 * forgets nothing. Tries for one account take turns: many at once can't slip through before they are counted.
 */
import { createHash } from 'node:crypto';
import type { Db } from '../db/db.ts';
import { caseless } from '../db/save.ts';
import { tooMany } from '../errors.ts';

/** Wrong tries without a wait. */
const FREE = 5;
const LONGEST_WAIT = 15 * 60;
/** Without a wrong try for this long, everything is forgotten. */
const MEMORY = 24 * 60 * 60 * 1000;

const COUNT = `insert into attempts (key, failures, last_at, open_at) values (:key, 1, :now, 0)
  on conflict (key) do update set
    failures = case when attempts.last_at < :forgotten then 1 else attempts.failures + 1 end, last_at = :now
  returning failures`;

const turns = new Map<string, Promise<unknown>>();

/**
 * Lets somebody try a password.
 * @param work compares it, and gives undefined when it is wrong
 * @throws GuestError (429) with the seconds to wait, when there were too many wrong tries
 */
export async function tryPassword<T>(db: Db, { username, address }: { username: string; address: string }, work: () => Promise<T | undefined>): Promise<T | undefined> {
  const [account, place] = keysOf(username, address);
  return inTurn(account, async () => {
    await refuseWhileWaiting(db, [account, place]);
    const result = await work();
    if (result === undefined) await countWrong(db, [account, place]);
    else await db.run('delete from attempts where key = :key', { key: account });
    return result;
  });
}

async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
  const before = turns.get(key) ?? Promise.resolve();
  const mine = before.then(work, work);
  turns.set(key, mine);
  try {
    return await mine;
  } finally {
    if (turns.get(key) === mine) turns.delete(key);
  }
}

async function refuseWhileWaiting(db: Db, keys: readonly string[]): Promise<void> {
  const now = Date.now();
  for (const key of keys) {
    const row = await db.first<{ open_at: number }>('select open_at from attempts where key = :key and open_at > :now', { key, now });
    if (row) throw waitFor(Math.ceil((row.open_at - now) / 1000));
  }
}

async function countWrong(db: Db, keys: readonly string[]): Promise<void> {
  const now = Date.now();
  await db.transaction(async (trx) => {
    for (const key of keys) {
      const counted = await trx.first<{ failures: number }>(COUNT, { key, now, forgotten: now - MEMORY });
      const wait = secondsAfter(counted?.failures ?? 0);
      if (wait > 0) await trx.run('update attempts set open_at = :open where key = :key', { key, open: now + wait * 1000 });
    }
    await trx.run('delete from attempts where last_at < :forgotten', { forgotten: now - MEMORY });
  });
}

/** Nothing up to five, then 10 seconds, doubled each time. */
export function secondsAfter(failures: number): number {
  return failures < FREE ? 0 : Math.min(10 * 2 ** (failures - FREE), LONGEST_WAIT);
}

function waitFor(seconds: number): Error {
  return tooMany(`Too many tries. Wait ${inWords(seconds)}, then try again.`, seconds);
}

function inWords(seconds: number): string {
  if (seconds < 120) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}

/** Only hashes are kept: people type passwords into the field for the name. */
function keysOf(username: string, address: string): [string, string] {
  const hashed = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 24);
  return [`account ${hashed(caseless(username.trim()))}`, `address ${hashed(networkOf(address))}`];
}

/** One household has a whole /64 of IPv6. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped) return mapped[1] as string;
  const [head = '', tail] = address.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  const last = tail === undefined ? [] : tail.split(':').filter((group) => group !== '');
  const all = tail === undefined ? groups : [...groups, ...Array.from({ length: Math.max(8 - groups.length - last.length, 0) }, () => '0'), ...last];
  return all.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16)).join(':');
}
