/**
 * A proof of who calls, for what would hand the account to whoever has found a token or an open browser: the
 * password in the body, or one given in the same browser session within the last minutes (web/proof.ts).
 */
import type { FastifyRequest } from 'fastify';
import { tryPassword } from '../../accounts/attempts.ts';
import { authenticate } from '../../accounts/users.ts';
import type { Db } from '../../db/db.ts';
import { GuestError } from '../../errors.ts';
import { guesserOf } from '../../web/known-browser.ts';
import { isProven, PROOF_MINUTES } from '../../web/proof.ts';
import * as urls from '../../web/urls.ts';
import type { Person } from './caller.ts';
import { ApiError, refusedFields, throttled } from './errors.ts';

const CONFIRM = `confirm it’s you at ${urls.accountConfirm} and call again from the same browser within ${PROOF_MINUTES} minutes.`;
const NEEDS_PASSWORD = `This asks for a proof that it’s you. Send your password as "current_password", or ${CONFIRM}`;
const NEEDS_PROOF = `This asks for a proof that it’s you: ${CONFIRM}`;
/** Said of a password in the body that is another's. */
export const WRONG_PASSWORD = 'This is not your present password.';

/** Whether the caller is a browser's session and has proven lately who they are. A token or a JSON Web Token has no such moment. */
export function isProvenCaller(request: FastifyRequest, caller: Person): boolean {
  return request.headers.authorization === undefined && request.session?.user === caller.id && isProven(request);
}

/**
 * Lets a caller go on who has proven lately who they are, or by their password.
 * @param password as it was sent, whatever that is
 * @throws ApiError 403 that says how to prove it, 400 (`current_password`) for a wrong one, 429 after too many
 */
export async function assertProvenCaller(db: Db, { request, caller }: { request: FastifyRequest; caller: Person }, password: unknown): Promise<void> {
  if (isProvenCaller(request, caller)) return;
  if (typeof password !== 'string' || password === '') throw new ApiError(403, { detail: NEEDS_PASSWORD });
  if (!(await isOwnPassword(db, { request, caller }, password))) throw refusedFields({ current_password: [WRONG_PASSWORD] });
}

/**
 * The same for what is changed of other people's accounts. A token that may administer does it without, because
 * such a token is only made with a proof; but the password and the address of its own person it leaves alone.
 * @param isHandover whether it would hand the caller's own account to whoever has the token
 * @throws ApiError 403 that says how to prove it
 */
export function assertProvenStaff(request: FastifyRequest, caller: Person, isHandover: boolean): void {
  const isProgram = request.headers.authorization !== undefined;
  if (isProgram ? !isHandover : isProvenCaller(request, caller)) return;
  throw new ApiError(403, { detail: isProgram ? 'Change your own account at /api/v1/me, with your password.' : NEEDS_PROOF });
}

/**
 * Whether this is the caller's own password, under the same waits as logging in.
 * @throws ApiError 429: a wait after wrong tries is told as any other limit
 */
export async function isOwnPassword(db: Db, { request, caller }: { request: FastifyRequest; caller: Person }, password: string): Promise<boolean> {
  const { id, username } = caller;
  try {
    const found = await tryPassword(db, { username, ...guesserOf(request) }, () => authenticate(db, username, password));
    return found?.id === id;
  } catch (error) {
    if (error instanceof GuestError && error.status === 429) throw throttled(error.retryAfter ?? 1);
    throw error;
  }
}
