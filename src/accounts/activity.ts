/** What goes along when an account is deactivated, and when it comes back. */
import type { Writer } from '../db/history/writer.ts';
import { endOtherSessions } from './sessions.ts';
import { revokeTokens } from './tokens.ts';

/**
 * Ends every session of an account that has been deactivated. API tokens work for nobody who is not active; they
 * don't come back with the account unless that was chosen: who had them may be why it was deactivated.
 * @param tokens whether they are kept. A door that asks when the account comes back keeps them until then
 */
export async function settleActivity(writer: Writer, id: number, { was, is }: { was: boolean; is: boolean }, tokens: { kept: boolean }): Promise<void> {
  if (was === is) return;
  if (!is) await endOtherSessions(writer.db, id, '');
  if (!tokens.kept) await revokeTokens(writer, id);
}
