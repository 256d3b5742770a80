/** Links by which somebody sets a password without knowing the present one: valid once, for a day, one for each account. */
import { createHash, randomBytes } from 'node:crypto';
import type { Db } from '../db/db.ts';
import { act } from '../db/history/writer.ts';
import { forbidden } from '../errors.ts';
import { hashOf, writePassword } from './set-password.ts';

export const LINK_HOURS = 24;

const LIFE = LINK_HOURS * 60 * 60 * 1000;
const USED_UP = 'This link is used up, too old, or wrong. Ask whoever sent it for a new one.';

export type Linked = { id: number; username: string };

/** Makes a link's key for an account; its earlier one stops working. Only a hash of the key is kept. */
export async function makePasswordLink(db: Db, user: number): Promise<string> {
  const key = randomBytes(24).toString('base64url');
  await db.run('delete from password_links where user = :user', { user });
  await db.run('insert into password_links (hash, user, expires_at) values (:hash, :user, :expires)', { hash: hashOfKey(key), user, expires: Date.now() + LIFE });
  return key;
}

/** The account that a key opens; undefined when it does not work any more. */
export function linkedUser(db: Db, key: string): Promise<Linked | undefined> {
  return db.first<Linked>(LINKED, { hash: hashOfKey(key), now: Date.now() });
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
  });
  return found;
}

const LINKED = `select users.id, users.username from password_links join users on users.id = password_links.user
  where password_links.hash = :hash and password_links.expires_at > :now and users.is_active`;

function hashOfKey(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}
