/** How often somebody may have a mail sent: to one address, for one account, from one network. Kept where processes share it. */
import type { Db } from '../../db/db.ts';
import { tooMany } from '../../errors.ts';
import { type Allowance, take, waitFor } from '../allowances.ts';
import { hashed, networkOf } from '../networks.ts';
import { inWords } from '../wait-words.ts';

const HOUR = 60 * 60 * 1000;

/** What a request counts for: a word for the kind, whom or what it is about, and how many an hour. */
export type Counted = { kind: string; of: string; most: number };

/**
 * Counts a request for a mail, or refuses it; both or nothing, when it counts for several.
 * @param trx the transaction in which the mail is queued
 * @throws GuestError (429) with the seconds to wait
 */
export async function countRequest(trx: Db, counted: readonly Counted[]): Promise<void> {
  const allowances = counted.map(({ kind, of, most }): Allowance => ({ key: `${kind} ${hashed(of)}`, atOnce: most, every: HOUR / most }));
  const now = Date.now();
  const wait = await waitFor(trx, allowances, now);
  if (wait > 0) {
    const seconds = Math.ceil(wait / 1000);
    throw tooMany(`Too many mails were asked for. Wait ${inWords(seconds)}, then try again.`, seconds);
  }
  await take(trx, allowances, now);
}

/** The network of whoever asks. */
export function fromNetwork(kind: string, address: string, most: number): Counted {
  return { kind, of: networkOf(address), most };
}
