/** Logging in and out. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { tryPassword } from '../../accounts/attempts.ts';
import { authenticate } from '../../accounts/users.ts';
import { GuestError } from '../../errors.ts';
import type { Door } from '../../web/door.ts';
import { formOf } from '../../web/forms.ts';
import { guesserOf } from '../../web/known-browser.ts';
import { safeNext } from '../../web/next.ts';
import { textOf } from '../../web/query.ts';
import { personOf, signOut } from '../../web/session.ts';
import * as urls from '../../web/urls.ts';
import type { Form } from '../../web/views.ts';
import { sleeves, welcome } from './welcome.ts';

const WRONG = 'The username or the password is wrong. Check both and try again.';

/** GET and POST /login, POST /logout. */
export function login(app: FastifyInstance, { db }: Door): void {
  const show = async (reply: FastifyReply, form: Form<'username' | 'password'>, next: string) =>
    reply.page('pages/login', { form, next: safeNext(next), sleeves: await sleeves(db) }, { title: 'Log in', nav: 'account', scripts: ['/passkeys.js'] });

  app.get(urls.login, async (request, reply) => {
    const next = textOf(request.query, 'next') ?? '/';
    if (await personOf(request)) return reply.redirect(safeNext(next), 303);
    return show(reply, { values: {}, errors: {} }, next);
  });

  app.post(urls.login, async (request, reply) => {
    const { username, password, next } = formOf(request, ['username', 'password', 'next']);
    const form = { values: { username }, errors: missing(username, password) };
    if (Object.keys(form.errors).length > 0) return show(reply.code(422), form, next);
    try {
      const found = await tryPassword(db, { username, ...guesserOf(request) }, () => authenticate(db, username, password));
      if (!found) return show(reply.code(422), { ...form, summary: WRONG }, next);
      return welcome(db, request, reply, { user: found.id, by: 'password', proven: found, greeting: `Logged in as ${found.username}.`, next });
    } catch (error) {
      if (!(error instanceof GuestError) || error.status !== 429) throw error;
      return show(reply.code(429).header('retry-after', error.retryAfter), { ...form, summary: error.message }, next);
    }
  });

  app.post(urls.logout, async (request, reply) => {
    formOf(request, []);
    // An old page may still show the button to a visitor whose likes this would throw away.
    if (request.session.user !== undefined) await signOut(request, reply);
    return reply.redirect(urls.home, 303);
  });
}

function missing(username: string, password: string): Form<'username' | 'password'>['errors'] {
  return {
    ...(username.trim() === '' ? { username: 'Enter your username.' } : {}),
    ...(password === '' ? { password: 'Enter your password.' } : {}),
  };
}
