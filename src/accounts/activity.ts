/** What goes along when an account is deactivated, and when it comes back. */
import { readChange, type StoredChange } from '../db/history/change.ts';
import type { Writer } from '../db/history/writer.ts';
import { user } from '../models/user.ts';
import { endOtherSessions } from './sessions.ts';
import { revokeTokens } from './tokens.ts';

/** Ends every session of the accounts that an act has deactivated, by whatever door: a form, the API or an undo. */
export async function endSessionsOfInactive(writer: Writer): Promise<void> {
  if (!writer.touched(user)) return;
  const { db, act: id = 0 } = writer;
  const changes = await db.all<StoredChange>("select * from changes where act = :id and model = 'users' and action = 'change' order by id", { id });
  for (const { object, after } of changes.map(readChange)) if (after?.['is_active'] === false) await endOtherSessions(db, object, '');
}

/**
 * What becomes of the tokens of an account that was deactivated or comes back. They work for nobody who is not
 * active, and don't come back with the account unless that was chosen: who had them may be why it was deactivated.
 * @param tokens whether they are kept. A door that asks when the account comes back keeps them until then
 */
export async function settleActivity(writer: Writer, id: number, { was, is }: { was: boolean; is: boolean }, tokens: { kept: boolean }): Promise<void> {
  if (was === is) return;
  if (!tokens.kept) await revokeTokens(writer, id);
}
