/** Comparing a username and a password that a program sends. */
import { tryPassword } from '../../accounts/attempts.ts';
import { authenticate, type Proven } from '../../accounts/users.ts';
import type { Db } from '../../db/db.ts';
import { GuestError } from '../../errors.ts';
import { throttled } from './errors.ts';

/**
 * Whose name and password these are, under the same waits as logging in by the page.
 * @throws ApiError 429: a wait after wrong passwords is told as any other limit
 */
export async function provenBy(db: Db, { username, password, address }: { username: string; password: string; address: string }): Promise<Proven | undefined> {
  try {
    return await tryPassword(db, { username, address }, () => authenticate(db, username, password));
  } catch (error) {
    if (error instanceof GuestError && error.status === 429) throw throttled(error.retryAfter ?? 1);
    throw error;
  }
}
