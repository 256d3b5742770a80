/**
 * Growing waits after wrong passwords, per account and per address, kept in the database, so that a restart
 * forgets nothing. A try is counted before the password is compared: many at once can't slip through. In
 * this process tries for one account or from one address take turns, so that right ones don't count each
 * other out.
 */
import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import type { Db } from '../db/db.ts';
import { tooMany } from '../errors.ts';
import { keyOfName } from './users.ts';

/** Wrong tries without a wait. */
const FREE = 5;
const FIRST_WAIT = 10;
const LONGEST_WAIT = 15 * 60;
/** Without a wrong try for this long, everything is forgotten. */
const MEMORY = 24 * 60 * 60 * 1000;

/** Counts only where no wait runs; a row comes back only then. */
const COUNT = `insert into attempts (key, failures, last_at, open_at) values (:key, 1, :now, :now)
  on conflict (key) do update set
    failures = case when attempts.last_at < :forgotten then 1 else attempts.failures + 1 end, last_at = :now
  where attempts.open_at <= :now returning failures`;
const CLOSE = 'update attempts set open_at = :open where key = :key';
const WAITING = 'select open_at from attempts where key = :key';
const FORGET = 'delete from attempts where key = :key';
/** Takes one try back, and the wait that it began. */
const TAKE_BACK = `update attempts set failures = failures - 1,
  open_at = case when failures = :counted or failures <= ${FREE} then :now else open_at end where key = :key and failures > 0`;
const PRUNE = 'delete from attempts where last_at < :forgotten';

/** Tries that are under way, by key: the next of a key begins when the last has ended. */
const turns = new Map<string, Promise<unknown>>();

type Counted = { key: string; counted: number };

/**
 * Lets somebody try a password.
 * @param compare compares it, and gives undefined when it is wrong
 * @throws GuestError (429) with the seconds to wait, when there were too many wrong tries
 */
export async function tryPassword<T>(db: Db, { username, address }: { username: string; address: string }, compare: () => Promise<T | undefined>): Promise<T | undefined> {
  const [account, place] = keysOf(username, address);
  // Always the account first: two that wait for each other can't happen.
  return inTurn(account, () => inTurn(place, () => counted(db, [account, place], compare)));
}

/** The seconds to wait after so many wrong tries: none up to the fourth, then doubled each time. */
export function secondsAfter(failures: number): number {
  return failures < FREE ? 0 : Math.min(FIRST_WAIT * 2 ** (failures - FREE), LONGEST_WAIT);
}

/** The part of an address that belongs to one household: a whole /64 of IPv6. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return mapped;
  if (isIP(address) !== 6) return address;
  const [head = '', tail = ''] = (address.split('%')[0] as string).split('::');
  const groups = (part: string) => part.split(':').filter((group) => group !== '');
  const [left, right] = [groups(head), groups(tail)];
  const zeros = Array.from({ length: Math.max(8 - left.length - right.length, 0) }, () => '0');
  return [...left, ...zeros, ...right].slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16)).join(':');
}

async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
  const mine = (turns.get(key) ?? Promise.resolve()).then(work, work);
  turns.set(key, mine);
  try {
    return await mine;
  } finally {
    if (turns.get(key) === mine) turns.delete(key);
  }
}

async function counted<T>(db: Db, keys: [string, string], compare: () => Promise<T | undefined>): Promise<T | undefined> {
  const [account, place] = await countTry(db, keys);
  let found: T | undefined;
  try {
    found = await compare();
  } catch (error) {
    // Nothing was compared, so nothing was wrong.
    await takeBack(db, [account, place]);
    throw error;
  }
  if (found !== undefined) await forgive(db, account, place);
  return found;
}

async function countTry(db: Db, keys: [string, string]): Promise<[Counted, Counted]> {
  const now = Date.now();
  const count = async (trx: Db, key: string): Promise<Counted> => {
    const row = await trx.first<{ failures: number }>(COUNT, { key, now, forgotten: now - MEMORY });
    if (!row) throw waitFor(((await trx.first<{ open_at: number }>(WAITING, { key }))?.open_at ?? now) - now);
    const wait = secondsAfter(row.failures);
    if (wait > 0) await trx.run(CLOSE, { key, open: now + wait * 1000 });
    return { key, counted: row.failures };
  };
  // Where one of the two has to wait, neither is counted: a refused try makes no wait longer.
  return db.transaction(async (trx) => {
    await trx.run(PRUNE, { forgotten: now - MEMORY });
    return [await count(trx, keys[0]), await count(trx, keys[1])];
  });
}

/** A right password: the account starts anew. The address gets this one try back, or a thief could clear it with an account of his own. */
async function forgive(db: Db, account: Counted, place: Counted): Promise<void> {
  await db.transaction(async (trx) => {
    await trx.run(FORGET, { key: account.key });
    await trx.run(TAKE_BACK, { ...place, now: Date.now() });
  });
}

async function takeBack(db: Db, tries: readonly Counted[]): Promise<void> {
  await db.transaction(async (trx) => {
    for (const { key, counted } of tries) await trx.run(TAKE_BACK, { key, counted, now: Date.now() });
  });
}

function waitFor(milliseconds: number): Error {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
  return tooMany(`Too many tries. Wait ${inWords(seconds)}, then try again.`, seconds);
}

function inWords(seconds: number): string {
  if (seconds >= 120) return `${Math.ceil(seconds / 60)} minutes`;
  return seconds === 1 ? '1 second' : `${seconds} seconds`;
}

/** Only hashes are kept: people type passwords into the field for the name. */
function keysOf(username: string, address: string): [account: string, place: string] {
  const hashed = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 24);
  return [`account ${hashed(keyOfName(username))}`, `address ${hashed(networkOf(address))}`];
}
