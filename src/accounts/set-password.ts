/** Setting the password of an account that is there already. */
import type { Author } from '../db/history/change.ts';
import type { Writer } from '../db/history/writer.ts';
import type { Db } from '../db/db.ts';
import { invalid } from '../errors.ts';
import { user } from '../models/user.ts';
import { noticePassword } from './mail/notices.ts';
import { faultOf } from './password-rules.ts';
import { hashPassword } from './passwords.ts';
import { actAs } from './rank.ts';
import { endOtherSessions } from './sessions.ts';
import { revokeTokens } from './tokens.ts';

type Named = { id: number; username: string };

/**
 * Sets a password and ends every session of the account. Its API tokens go on working, because programs
 * don't know the password, unless they are revoked along.
 * @throws InvalidInput (`new_password`) when it breaks the rules, GuestError 403 when the author may not set it
 */
export async function setPassword(db: Db, author: Author, account: Named, password: string, { revokesTokens = false } = {}): Promise<void> {
  const hash = await hashOf(db, account, password);
  await actAs(db, author, async (writer) => {
    await writePassword(writer, account, hash);
    if (revokesTokens) await revokeTokens(writer, account.id);
  });
}

/** What is stored of a password that is good for this account; throws InvalidInput (`new_password`) for another. No transaction should wait for it. */
export async function hashOf(db: Db, { id, username }: Named, password: string): Promise<string> {
  const known = await db.first<{ email: string }>('select email from users where id = :id', { id });
  const fault = await faultOf(password, { username, email: known?.email ?? '' });
  if (fault) throw invalid({ new_password: fault });
  return hashPassword(password);
}

/** Stores the hash, ends sessions and the one-time link, and notes that it happened; the history keeps nothing of the password. */
export async function writePassword(writer: Writer, { id, username }: Named, hash: string): Promise<void> {
  const { db } = writer;
  await db.run('update users set password_hash = :hash, updated_at = :now where id = :id', { id, hash, now: new Date().toISOString() });
  await db.run('delete from password_links where user = :id', { id });
  await endOtherSessions(db, id, '');
  await noticePassword(db, id);
  await writer.note(user, { object: id, action: 'change', label: username, before: { password: '…' }, after: { password: 'changed' } });
  writer.cannotBeUndone('A password that was changed can’t be brought back: nobody knows it.');
}
