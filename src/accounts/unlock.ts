/** Lifting waits: of an account from everywhere, or of an address and its networks. */
import type { Db } from '../db/db.ts';
import { accountAllowances, accountKey, networkAllowance } from './attempts.ts';
import { fillUp } from './allowances.ts';
import { newcomerAllowances } from './newcomers.ts';
import { hashed, networksOf } from './networks.ts';

/** Lifts the waits of an account, and gives how many counts there were. */
export function unlockAccount(db: Db, username: string): Promise<number> {
  const account = accountKey(username);
  return db.transaction(async (trx) =>
    (await trx.run('delete from attempts where account = :account', { account })) + (await fillUp(trx, accountAllowances(account))));
}

/** Lifts the waits of an address and of the networks that it belongs to, those of sign-ups and sessions, too. */
export function unlockAddress(db: Db, address: string): Promise<number> {
  return db.transaction(async (trx) => {
    let lifted = 0;
    for (const network of networksOf(address).map(hashed)) {
      lifted += await trx.run('delete from attempts where network = :network', { network });
      lifted += await fillUp(trx, [networkAllowance(network), ...newcomerAllowances(network)]);
    }
    return lifted;
  });
}
