/** Comparing a username, a password and the code of a second factor that a program sends. */
import { type Guesser, tryPassword } from '../../accounts/attempts.ts';
import { hasSecondFactor, tryCode } from '../../accounts/factors/second-factor.ts';
import { authenticate, type Proven } from '../../accounts/users.ts';
import { GuestError } from '../../errors.ts';
import { user } from '../../models/user.ts';
import { optionalText, text } from '../../schema/fields.ts';
import type { Door } from '../../web/door.ts';
import type { Input } from './endpoint.ts';
import { refusedFields, throttled } from './errors.ts';

const CODE = 'For an account with a second factor: a code of its authenticator app, or a recovery code';

/** What a program sends to log in. */
export const CREDENTIALS: Input = {
  fields: {
    username: { field: user.fields.username, isRequired: true },
    password: { field: text('Password', 256), isRequired: true, isWriteOnly: true },
    code: { field: optionalText('Code', 100, CODE), isRequired: false, isWriteOnly: true },
  },
};
export type Credentials = { username: string; password: string; code?: string };

const MISSING = 'This account has a second factor. Send a code of its authenticator app, or a recovery code, as "code".';
const WRONG = 'This code is wrong, or it was used before. Send the next one.';

/**
 * Whose name and password these are, under the same waits as logging in by the page.
 * @returns undefined when one of the two is wrong
 * @throws ApiError 400 (`code`) when the account has a second factor and the code is missing or wrong, 429: a wait
 *   after wrong tries is told as any other limit
 */
export async function provenBy({ db, config }: Door, sent: Credentials, guesser: Omit<Guesser, 'username'>): Promise<Proven | undefined> {
  const { username, password, code = '' } = sent;
  try {
    const found = await tryPassword(db, { username, ...guesser }, () => authenticate(db, username, password));
    if (!found || !(await hasSecondFactor(db, found.id))) return found;
    if (code === '') throw refusedFields({ code: [MISSING] });
    if (!(await tryCode(db, config.secrets, { ...found, ...guesser }, code))) throw refusedFields({ code: [WRONG] });
    return found;
  } catch (error) {
    if (error instanceof GuestError && error.status === 429) throw throttled(error.retryAfter ?? 1);
    throw error;
  }
}
