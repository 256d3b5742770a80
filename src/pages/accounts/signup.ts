/** Signing up. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { tryPassword } from '../../accounts/attempts.ts';
import { addressStateOf, proposeFirstAddress } from '../../accounts/mail/addresses.ts';
import { begin } from '../../accounts/newcomers.ts';
import { authenticate, createUser, ownAuthor, type Proven, userByName } from '../../accounts/users.ts';
import { forbidden, GuestError, InvalidInput } from '../../errors.ts';
import type { Door } from '../../web/door.ts';
import { formOf } from '../../web/forms.ts';
import { guesserOf } from '../../web/known-browser.ts';
import { safeNext } from '../../web/next.ts';
import { textOf } from '../../web/query.ts';
import { personOf } from '../../web/session.ts';
import * as urls from '../../web/urls.ts';
import type { Form } from '../../web/views.ts';
import { sleeves, welcome } from './welcome.ts';

/** Within it, a form that is sent again is the second press of a button. */
const A_MOMENT = 30_000;

/** GET and POST /signup. */
export function signup(app: FastifyInstance, { db, config }: Door): void {
  const show = async (reply: FastifyReply, form: Form<'username' | 'email' | 'password'>, next: string) =>
    reply.page('pages/signup', { form, next: safeNext(next), sleeves: await sleeves(db) }, { title: 'Sign up', nav: 'account' });
  const refuseWhenClosed = () => {
    if (config.signup === 'closed') throw forbidden('Signing up is closed on this site. Ask its administrator for an account.');
  };

  /** The account that this very form has made a moment ago, when it was sent twice: its password proves it, under the same waits as logging in. */
  const justMade = async (request: FastifyRequest, { username, password }: { username: string; password: string }): Promise<Proven | undefined> => {
    const found = await userByName(db, username);
    if (found?.username !== ownAuthor(username, 'account').person || Date.now() - Date.parse(found.created_at) > A_MOMENT) return undefined;
    return tryPassword(db, { username, ...guesserOf(request) }, () => authenticate(db, username, password));
  };

  app.get(urls.signup, async (request, reply) => {
    refuseWhenClosed();
    const next = textOf(request.query, 'next') ?? '/';
    if (await personOf(request)) return reply.redirect(safeNext(next), 303);
    return show(reply, { values: {}, errors: {} }, next);
  });

  app.post(urls.signup, async (request, reply) => {
    refuseWhenClosed();
    const { username, email, password, next } = formOf(request, ['username', 'email', 'password', 'next']);
    try {
      const account = { username, password, email: config.mail ? email : '' };
      const user = await begin(db, 'sign-up', request.ip, () => createUser(db, account, ownAuthor(username, 'account')));
      const { email: address } = await addressStateOf(db, user);
      const isSent = address !== '' && (await proposeFirstAddress(db, { id: user }, address, request.ip));
      const asked = isSent ? ` A mail to ${address} is on its way: open the link in it to confirm the address.` : '';
      return await welcome(db, request, reply, { user, by: 'new account', greeting: `Welcome, ${username.trim()}.${asked}`, next });
    } catch (error) {
      if (error instanceof GuestError && error.status === 429) return show(reply.code(429).header('retry-after', error.retryAfter), { values: { username, email }, errors: {}, summary: error.message }, next);
      if (!(error instanceof InvalidInput)) throw error;
      const proven = await justMade(request, { username, password });
      if (proven) return welcome(db, request, reply, { user: proven.id, by: 'password', proven, greeting: `Welcome, ${username.trim()}.`, next });
      return show(reply.code(422), { values: { username, email }, errors: error.fields }, next);
    }
  });
}
