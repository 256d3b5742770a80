/** The one-time link by which somebody sets a password without knowing the present one. Opening it changes nothing: mail is read by machines, too. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { type Linked, linkedUser, usePasswordLink } from '../../accounts/password-links.ts';
import { GuestError, InvalidInput } from '../../errors.ts';
import type { Door } from '../../web/door.ts';
import { formOf } from '../../web/forms.ts';
import { textOf } from '../../web/query.ts';
import { flash } from '../../web/session.ts';
import * as urls from '../../web/urls.ts';
import type { Form } from '../../web/views.ts';
import { unkept } from './unkept.ts';

/** GET and POST /password. */
export function passwordLink(app: FastifyInstance, { db }: Door): void {
  const linked = { config: { access: 'one-time link' } } as const;
  const show = (reply: FastifyReply, form: Form<'password'>, key: string | undefined, account?: Linked) =>
    unkept(reply).page('pages/password-link', { form, key, username: account?.username ?? '', until: new Date(account?.expires_at ?? 0).toISOString() }, { title: 'Set a password' });
  const refused = (reply: FastifyReply) => show(reply.code(403), { values: {}, errors: {} }, undefined);

  app.get(urls.passwordLink, linked, async (request, reply) => {
    const key = textOf(request.query, 'key') ?? '';
    const account = await linkedUser(db, key);
    return account ? show(reply, { values: {}, errors: {} }, key, account) : refused(reply);
  });

  app.post(urls.passwordLink, linked, async (request, reply) => {
    const { key, password } = formOf(request, ['key', 'password']);
    const account = await linkedUser(db, key);
    if (!account) return refused(reply);
    try {
      await usePasswordLink(db, key, password);
    } catch (error) {
      if (error instanceof InvalidInput) return show(reply.code(422), { values: {}, errors: { password: error.message } }, key, account);
      if (error instanceof GuestError && error.status === 403) return refused(reply);
      throw error;
    }
    // A link alone lets nobody in: who has a second factor is asked for it as ever.
    flash(request, { kind: 'ok', text: `Set the password of ${account.username}. Log in with it.` });
    return reply.redirect(urls.login, 303);
  });
}
