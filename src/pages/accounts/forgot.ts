/** Asking for a link to set a new password. The answer is the same whoever asks for whom. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { requestReset, RESET_MINUTES } from '../../accounts/mail/resets.ts';
import { forbidden, GuestError, InvalidInput } from '../../errors.ts';
import type { Door } from '../../web/door.ts';
import { formOf } from '../../web/forms.ts';
import * as urls from '../../web/urls.ts';
import type { Form } from '../../web/views.ts';

const NO_MAIL = 'This site sends no mail. Ask its administrator for a link to set a new password.';

/** GET and POST /forgot, GET /forgot/sent. */
export function forgot(app: FastifyInstance, { db, config }: Door): void {
  const show = (reply: FastifyReply, form: Form<'email'>) => reply.page('pages/forgot', { form }, { title: 'Forgot your password?', nav: 'account' });

  app.get(urls.forgot, async (_request, reply) => show(reply, { values: {}, errors: {} }));

  app.post(urls.forgot, async (request, reply) => {
    const { email } = formOf(request, ['email']);
    if (!config.mail) throw forbidden(NO_MAIL);
    try {
      await requestReset(db, email, request.ip);
      return reply.redirect(urls.forgotSent, 303);
    } catch (error) {
      if (error instanceof InvalidInput) return show(reply.code(422), { values: { email }, errors: error.fields });
      if (!(error instanceof GuestError) || error.retryAfter === undefined) throw error;
      return show(reply.code(error.status).header('retry-after', error.retryAfter), { values: { email }, errors: {}, summary: error.message });
    }
  });

  app.get(urls.forgotSent, async (_request, reply) => reply.page('pages/forgot-sent', {
    minutes: RESET_MINUTES, isKept: config.mail !== undefined && config.mail.server === undefined,
  }, { title: 'Look at your mail', nav: 'account' }));
}
