/** The second step of a log-in: a code of the authenticator app or a recovery code. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { factorsOf, tryCode } from '../../accounts/factors/second-factor.ts';
import { GuestError } from '../../errors.ts';
import type { Door } from '../../web/door.ts';
import { formOf } from '../../web/forms.ts';
import { guesserOf } from '../../web/known-browser.ts';
import { endStep, type Step, stepOf } from '../../web/login-step.ts';
import { flash } from '../../web/session.ts';
import * as text from '../../web/text.ts';
import * as urls from '../../web/urls.ts';
import type { Form } from '../../web/views.ts';
import { welcome } from './welcome.ts';

const WRONG = 'This code is wrong, or it was used before. Wait for the next one in the app, or use a recovery code.';
const EMPTY = 'Enter a code.';
const OVER = 'That took too long. Log in again.';

/** GET and POST /login/code. */
export function loginCode(app: FastifyInstance, { db, config }: Door): void {
  const show = async (reply: FastifyReply, { account, next }: Step, form: Form<'code'>) => {
    const { app: hasApp, passkeys, codes } = await factorsOf(db, account.id);
    const hasPasskeys = passkeys > 0;
    const page = { form, username: account.username, hasApp, hasPasskeys, hasCodes: codes > 0, next };
    const scripts = hasPasskeys ? ['/passkeys.js'] : [];
    return reply.header('cache-control', 'no-store').page('pages/login-code', page, { title: 'Log in', nav: 'account', scripts });
  };

  app.get(urls.loginCode, async (request, reply) => {
    const step = await stepOf(db, request);
    return step ? show(reply, step, { values: {}, errors: {} }) : reply.header('cache-control', 'no-store').redirect(urls.login, 303);
  });

  app.post(urls.loginCode, async (request, reply) => {
    const { code } = formOf(request, ['code']);
    const step = await stepOf(db, request);
    if (!step) return over(reply);
    const { account, next, greeting } = step;
    if (code.trim() === '') return show(reply.code(422), step, { values: {}, errors: { code: EMPTY } });
    try {
      const proof = await tryCode(db, config.secrets, { ...account, ...guesserOf(request) }, code);
      if (!proof) return await show(reply.code(422), step, { values: {}, errors: { code: WRONG } });
      if (!(await endStep(db, request, reply))) return over(reply);
      const left = text.plural((await factorsOf(db, account.id)).codes, 'code');
      const said = proof === 'recovery code' ? `${greeting} You used a recovery code: ${left} left.` : greeting;
      return await welcome(db, request, reply, { user: account.id, by: 'both factors', proven: account, greeting: said, next });
    } catch (error) {
      if (!(error instanceof GuestError) || error.status !== 429) throw error;
      reply.code(429).header('retry-after', error.retryAfter);
      return show(reply, step, { values: {}, errors: {}, summary: error.message });
    }
  });

  function over(reply: FastifyReply): FastifyReply {
    flash(reply.request, { kind: 'warn', text: OVER });
    return reply.redirect(urls.login, 303);
  }
}
