/**
 * Links by which somebody sets a password without knowing the present one. Each is valid once, for a day or as long
 * as it says. Of those that staff hand out an account has one; those that went by mail work beside each other.
 */
import type { Db } from '../db/db.ts';
import { act } from '../db/history/writer.ts';
import { forbidden } from '../errors.ts';
import { queueLetter } from '../mail/outbox.ts';
import { lifetime } from '../schema/lifetime.ts';
import { hashOfKey, newKey } from './link-keys.ts';
import { markConfirmed } from './mail/addresses.ts';
import { hashOf, writePassword } from './set-password.ts';

export const LINK_HOURS = 24;

const LIFE = LINK_HOURS * 60 * 60 * 1000;
const USED_UP = 'This link is used up, too old, or wrong. Ask whoever sent it for a new one.';

/** Whose link it is, and until when it works. `email` is the address that it went to; '' when staff have handed it out. */
export type Linked = { id: number; username: string; email: string; expires_at: number };

/**
 * Makes a link's key for an account. Only a hash of the key is kept. A link without an `email` is handed out, and the
 * earlier one of that kind stops working.
 */
export async function makePasswordLink(db: Db, user: number, { email = '', life = LIFE }: { email?: string; life?: number } = {}): Promise<string> {
  const key = newKey();
  const now = Date.now();
  await db.run("delete from password_links where user = :user and (expires_at <= :now or (email = '' and :email = ''))", { user, now, email });
  await db.run('insert into password_links (hash, user, email, expires_at) values (:hash, :user, :email, :expires)', { hash: hashOfKey(key), user, email, expires: now + life });
  return key;
}

/** Has a link sent to an address of the account; its key is made when the mail is sent. */
export async function mailPasswordLink(db: Db, user: number, email: string): Promise<void> {
  await queueLetter(db, { kind: 'set-password', to: email, account: user, life: LIFE });
}

/** The account that a key opens; undefined when it does not work any more. */
export function linkedUser(db: Db, key: string): Promise<Linked | undefined> {
  return db.first<Linked>(LINKED, { hash: hashOfKey(key), ...lifetime(LIFE) });
}

/**
 * Uses a key up and sets the password; both or nothing. Ends every session of the account.
 * @throws GuestError (403) when the key does not work, InvalidInput (`new_password`) when the password breaks the rules
 */
export async function usePasswordLink(db: Db, key: string, password: string): Promise<Linked> {
  const found = await linkedUser(db, key);
  if (!found) throw forbidden(USED_UP);
  const hash = await hashOf(db, found, password);
  await act(db, { user: found.id, person: found.username, surface: 'account' }, async (writer) => {
    // Asked again: somebody else may have been faster while the password was hashed.
    if (!(await linkedUser(writer.db, key))) throw forbidden(USED_UP);
    await writePassword(writer, found, hash);
    // Who has read the mail has the address.
    if (found.email !== '') await markConfirmed(writer.db, found.id, found.email);
  });
  return found;
}

const LINKED = `select users.id, users.username, password_links.email, password_links.expires_at from password_links join users on users.id = password_links.user
  where password_links.hash = :hash and password_links.expires_at > :now
    and password_links.expires_at <= :latest and users.is_active`;
