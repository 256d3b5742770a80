/**
 * How many accounts and sessions a network may begin. A class that signs up in one lesson fits in, and a school that
 * likes its first songs behind one address does; a script that fills the charts or the disk doesn't. Of a /48 of IPv6
 * everything is four times as much as of one of its /64 networks.
 */
import type { Db } from '../db/db.ts';
import { type GuestError, tooMany } from '../errors.ts';
import { type Allowance, giveBack, take, waitFor } from './allowances.ts';
import { hashed, networksOf } from './networks.ts';
import { inWords } from './wait-words.ts';

export type Newcomer = 'sign-up' | 'session';

const MINUTE = 60_000;
const SITE_FACTOR = 4;
/** In a day at most 30 + 144 accounts, and 1,000 + 8,640 sessions: about 6 MB. */
const ALLOWED: Record<Newcomer, { atOnce: number; every: number; sentence: (wait: string) => string }> = {
  'sign-up': { atOnce: 30, every: 10 * MINUTE, sentence: (wait) => `Many accounts were made from your network. Wait ${wait}, then try again.` },
  session: { atOnce: 1000, every: 10_000, sentence: (wait) => `Many visitors came from your network. Wait ${wait}, then try again, or log in.` },
};

/**
 * Begins something for a newcomer at an address. Work that fails counts for nothing.
 * @throws GuestError (429) with the seconds to wait, when the network has begun too many
 */
export async function begin<T>(db: Db, kind: Newcomer, address: string, work: () => Promise<T>): Promise<T> {
  const allowances = allowancesOf(kind, address);
  await db.transaction(async (trx) => {
    const now = Date.now();
    const wait = await waitFor(trx, allowances, now);
    if (wait > 0) throw refusal(kind, Math.ceil(wait / 1000));
    await take(trx, allowances, now);
  });
  try {
    return await work();
  } catch (error) {
    await db.transaction(async (trx) => {
      for (const allowance of allowances) await giveBack(trx, allowance, allowance.every);
    });
    throw error;
  }
}

/** The keys of the allowances of a network, given by its hash. */
export const newcomerAllowances = (network: string): string[] => Object.keys(ALLOWED).map((kind) => `${kind} ${network}`);

function allowancesOf(kind: Newcomer, address: string): Allowance[] {
  const { atOnce, every } = ALLOWED[kind];
  return networksOf(address).map((network, index) => {
    const factor = index === 0 ? 1 : SITE_FACTOR;
    return { key: `${kind} ${hashed(network)}`, atOnce: atOnce * factor, every: every / factor };
  });
}

function refusal(kind: Newcomer, seconds: number): GuestError {
  return tooMany(ALLOWED[kind].sentence(inWords(seconds)), seconds);
}
