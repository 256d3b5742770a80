/** Asks for the password before a second factor is changed. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { tryPassword } from '../../../accounts/attempts.ts';
import { authenticate } from '../../../accounts/users.ts';
import type { Db } from '../../../db/db.ts';
import type { Author } from '../../../db/history/change.ts';
import { GuestError } from '../../../errors.ts';
import type { Door } from '../../../web/door.ts';
import { formOf } from '../../../web/forms.ts';
import { person, signedIn } from '../../../web/guards.ts';
import { guesserOf } from '../../../web/known-browser.ts';
import { noteProof } from '../../../web/proof.ts';
import type { Person } from '../../../web/session.ts';
import { pathOf } from '../../../web/urls.ts';
import type { AccountProofPage, Form } from '../../../web/views.ts';

/** The options of every route of an account's security. */
export const guarded = { preHandler: signedIn, config: { access: 'signed in' } } as const;

const WRONG = 'This is not your password. Type it again.';

/** What is about to be done, in words; undefined when there is nothing to do it to any more. */
type Words = Omit<AccountProofPage, 'form' | 'username' | 'action'>;
type About = (request: FastifyRequest, mine: Person) => Promise<Words | undefined>;
type Done = (request: FastifyRequest, reply: FastifyReply, mine: Person) => Promise<FastifyReply>;

type Route = { about: About; otherwise: string; done: Done };
type Refusal = string | GuestError | undefined;

/**
 * GET and POST of an address that does something once the password was given.
 * @param otherwise where somebody is sent for whom there is nothing to do
 */
export function provenRoute(app: FastifyInstance, { db }: Door, path: string, { about, otherwise, done }: Route): void {
  const show = (request: FastifyRequest, reply: FastifyReply, mine: Person, words: Words, form: Form<'password'>) =>
    reply.page('pages/account-proof', { form, username: mine.username, action: pathOf(request.url), ...words }, {
      title: words.heading, nav: 'account',
    });

  app.get(path, guarded, async (request, reply) => {
    const mine = await person(request);
    const words = await about(request, mine);
    return words ? show(request, reply, mine, words, { values: {}, errors: {} }) : reply.redirect(otherwise, 303);
  });

  app.post(path, guarded, async (request, reply) => {
    const { password } = formOf(request, ['password']);
    const mine = await person(request);
    const words = await about(request, mine);
    if (!words) return reply.redirect(otherwise, 303);
    const refused = await refusalOfProof(db, request, mine, password);
    if (refused instanceof GuestError) {
      return show(request, withWait(reply, refused), mine, words, { values: {}, errors: {}, summary: refused.message });
    }
    if (refused) return show(request, reply.code(422), mine, words, { values: {}, errors: { password: refused } });
    return done(request, reply, mine);
  });
}

/** The answer to somebody who has to wait. */
export function withWait(reply: FastifyReply, { status, retryAfter }: GuestError): FastifyReply {
  return reply.code(status).header('retry-after', retryAfter ?? 1);
}

/** Why a password is no proof: a sentence, or the wait after too many tries; undefined when it is right. */
export async function refusalOfProof(db: Db, request: FastifyRequest, { username }: Person, password: string): Promise<Refusal> {
  try {
    const found = await tryPassword(db, { username, ...guesserOf(request) }, () => authenticate(db, username, password));
    if (!found) return WRONG;
    await noteProof(db, request);
    return undefined;
  } catch (error) {
    if (error instanceof GuestError && error.status === 429) return error;
    throw error;
  }
}

/** The person as the author of what they change of their own account. */
export function authorOf({ id, username }: Person): Author {
  return { user: id, person: username, surface: 'account' };
}
