/**
 * A new password for somebody who has forgotten theirs, by a link that goes to the confirmed address. Asking
 * costs and answers the same whether any account has the address: it is looked up when the mail is sent.
 */
import type { Db } from '../../db/db.ts';
import { queueLetter, settleLetter, type Waiting } from '../../mail/outbox.ts';
import { caseless } from '../../schema/caseless.ts';
import { readAddress } from './addresses.ts';
import { countRequest, fromNetwork } from './limits.ts';

export const RESET_MINUTES = 30;
export const RESET_LIFE = RESET_MINUTES * 60 * 1000;

const MOST = { address: 3, network: 20 };

/**
 * Asks for a mail with links for all accounts that have this address.
 * @throws InvalidInput (`email`) for what is no address, GuestError (429) when too many mails were asked for
 */
export async function requestReset(db: Db, typed: string, network: string): Promise<void> {
  const email = readAddress(typed);
  await db.transaction(async (trx) => {
    await countRequest(trx, [
      { kind: 'reset address', of: caseless(email), most: MOST.address },
      fromNetwork('reset network', network, MOST.network),
    ]);
    await queueLetter(trx, { kind: 'reset-request', to: email, life: RESET_LIFE });
  });
}

/** Puts a letter for each confirmed address in the place of the request: what was typed may differ in case. */
export async function answerRequest(db: Db, row: Waiting): Promise<void> {
  await db.transaction(async (trx) => {
    await settleLetter(trx, row);
    for (const { email } of await trx.all<{ email: string }>(ADDRESSES, { key: caseless(row.recipient) })) {
      await queueLetter(trx, { kind: 'reset', to: email, life: RESET_LIFE });
    }
  });
}

/** The accounts that have exactly this address, confirmed. */
export function accountsAt(db: Db, email: string): Promise<{ id: number; username: string }[]> {
  return db.all(ACCOUNTS, { key: caseless(email), email });
}

const MOST_ACCOUNTS = 50;
const OWNERS = "from users where email_key = :key and email <> '' and confirmed_email = email and is_active";
const ADDRESSES = `select distinct email ${OWNERS} order by email limit ${MOST_ACCOUNTS}`;
const ACCOUNTS = `select id, username ${OWNERS} and email = :email order by id limit ${MOST_ACCOUNTS}`;
