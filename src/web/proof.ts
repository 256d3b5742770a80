/**
 * When somebody has last proven who they are. What would hand an account to somebody else, such as a thief
 * at an open browser, is done only within some minutes of that (OWASP ASVS 5.0, 7.5.1 and 7.5.3); after
 * that, the form itself asks for the password. Logging in is a proof, and so is a passkey.
 */
import type { FastifyRequest } from 'fastify';
import { tryPassword } from '../accounts/attempts.ts';
import { authenticate } from '../accounts/users.ts';
import type { Db } from '../db/db.ts';
import { GuestError, invalid } from '../errors.ts';
import { guesserOf } from './known-browser.ts';
import type { Person } from './session.ts';
import { renewSessionId } from './session-id.ts';

/** For how long a proof holds. */
export const PROOF_MINUTES = 10;
/** The field of a form that asks for the password of whoever sends it (views/parts/proof.eta). */
export const PROOF_FIELD = 'own_password';

const MISSING = 'Enter your password to confirm it’s you.';
const WRONG = 'This is not your password. Type it again.';

/**
 * Notes that whoever is signed in has proven it just now, by the password. Their session gets a new id.
 * @throws GuestError (403) when it has ended meanwhile
 */
export async function noteProof(db: Db, request: FastifyRequest): Promise<void> {
  request.session.provenAt = Date.now();
  await renewSessionId(db, request);
}

/** Whether whoever is signed in has proven it within the last minutes. A clock that was set back proves nothing. */
export function isProven(request: FastifyRequest): boolean {
  const { user, provenAt } = request.session ?? {};
  if (user === undefined || provenAt === undefined) return false;
  const age = Date.now() - provenAt;
  return age >= 0 && age < PROOF_MINUTES * 60_000;
}

/**
 * Lets whoever has proven lately who they are go on, and everybody else by their password, under the waits of logging in.
 * @param password what was typed in the form's own field; not looked at when there is a proof
 * @throws InvalidInput (`own_password`) with what to do, GuestError (403) when the session has ended meanwhile
 */
export async function assertProven(db: Db, request: FastifyRequest, { id, username }: Pick<Person, 'id' | 'username'>, password: string): Promise<void> {
  if (isProven(request)) return;
  if (password === '') throw invalid({ [PROOF_FIELD]: MISSING });
  const found = await tryPassword(db, { username, ...guesserOf(request) }, () => authenticate(db, username, password)).catch((error: unknown) => {
    // Told at the field, so that nothing else that was typed is lost.
    if (error instanceof GuestError && error.retryAfter !== undefined) throw invalid({ [PROOF_FIELD]: error.message });
    throw error;
  });
  if (found?.id !== id) throw invalid({ [PROOF_FIELD]: WRONG });
  await noteProof(db, request);
}
