/** The link that makes the first administrator: valid once, for an hour, and only while there is none. */
import { createHash, randomBytes } from 'node:crypto';
import type { Db } from '../db/db.ts';
import { act } from '../db/history/writer.ts';
import { forbidden } from '../errors.ts';
import { lifetime } from '../schema/lifetime.ts';
import { hasAdministrator, insertUser, type NewUser, ownAuthor, readyUser } from './users.ts';

const LIFE = 60 * 60 * 1000;
const USED_UP = 'This link is used up, too old, or wrong. Restart Tracklist for a new one.';

/** Makes a link's key; earlier ones stop working. */
export async function makeSetupLink(db: Db): Promise<string> {
  const key = randomBytes(24).toString('base64url');
  await db.transaction(async (trx) => {
    await trx.run('delete from setup_links');
    await trx.run('insert into setup_links (hash, expires_at) values (:hash, :expires)', { hash: hashOf(key), expires: Date.now() + LIFE });
  });
  return key;
}

/** Whether a key still works. */
export async function isSetupKey(db: Db, key: string): Promise<boolean> {
  const found = await db.first('select 1 from setup_links where hash = :hash and expires_at > :now and expires_at <= :latest', { hash: hashOf(key), ...lifetime(LIFE) });
  return found !== undefined && !(await hasAdministrator(db));
}

/**
 * Uses a key up and makes the administrator; both or nothing.
 * @throws GuestError (403) when the key does not work, InvalidInput for the account's fields
 */
export async function useSetupKey(db: Db, key: string, values: Pick<NewUser, 'username' | 'password'>): Promise<number> {
  if (!(await isSetupKey(db, key))) throw forbidden(USED_UP);
  const ready = await readyUser(db, { ...values, is_staff: true, is_superuser: true });
  return act(db, ownAuthor(values.username, 'setup'), async (writer) => {
    // Asked again: somebody else may have been faster while the password was hashed.
    if (!(await isSetupKey(writer.db, key))) throw forbidden(USED_UP);
    await writer.db.run('delete from setup_links');
    return insertUser(writer, ready);
  });
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}
