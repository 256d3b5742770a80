/** Logging in with a passkey: without a password, or as its second step. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { loginOptions, readLogin } from '../../accounts/factors/passkeys.ts';
import { provenById } from '../../accounts/users.ts';
import type { Door } from '../../web/door.ts';
import { formOf } from '../../web/forms.ts';
import { endStep, stepOf } from '../../web/login-step.ts';
import { safeNext } from '../../web/next.ts';
import { flash } from '../../web/session.ts';
import * as urls from '../../web/urls.ts';
import { welcome } from './welcome.ts';

const NO_ANSWER = 'Your browser sent no passkey. Passkeys need JavaScript: log in with your password.';
const REFUSED = 'This passkey was not accepted. Try again, or log in with your password.';

/** POST /login/passkey, and POST /login/passkey/options for the script, which answers as JSON. */
export function loginPasskey(app: FastifyInstance, { db, config }: Door): void {
  app.post(urls.loginPasskeyOptions, async (request, reply) => {
    formOf(request, ['next', 'credential']);
    const step = await stepOf(db, request);
    return reply.header('cache-control', 'no-store').send({ isNew: false, options: await loginOptions(db, config, step?.account.id) });
  });

  app.post(urls.loginPasskey, async (request, reply) => {
    const { next, credential } = formOf(request, ['next', 'credential']);
    const user = credential === '' ? undefined : await readLogin(db, config, credential);
    const account = user === undefined ? undefined : await provenById(db, user);
    if (!account) return refuse(request, reply, credential === '' ? NO_ANSWER : REFUSED, next);
    await endStep(db, request, reply);
    const greeting = `Logged in as ${account.username}.`;
    return welcome(db, request, reply, { user: account.id, by: 'both factors', proven: account, greeting, next });
  });

  /** Back to where they came from, which is the second step when the password was right. */
  async function refuse(request: FastifyRequest, reply: FastifyReply, text: string, next: string): Promise<FastifyReply> {
    flash(request, { kind: 'error', text });
    return reply.redirect((await stepOf(db, request)) ? urls.loginCode : urls.withNext(urls.login, safeNext(next)), 303);
  }
}
