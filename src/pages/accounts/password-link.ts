/** The one-time link by which somebody sets a password without knowing the present one. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { LINK_HOURS, type Linked, linkedUser, usePasswordLink } from '../../accounts/password-links.ts';
import { GuestError, InvalidInput } from '../../errors.ts';
import type { Door } from '../../web/door.ts';
import { formOf } from '../../web/forms.ts';
import { textOf } from '../../web/query.ts';
import * as urls from '../../web/urls.ts';
import type { Form } from '../../web/views.ts';
import { welcome } from './welcome.ts';

/** GET and POST /password. */
export function passwordLink(app: FastifyInstance, { db }: Door): void {
  const linked = { config: { access: 'one-time link' } } as const;
  const show = (reply: FastifyReply, form: Form<'password'>, key: string | undefined, account?: Linked) =>
    // The key stands in the address and in the page, so neither is kept anywhere.
    reply.header('cache-control', 'no-store').page('pages/password-link', { form, key, username: account?.username ?? '', hours: LINK_HOURS }, { title: 'Set a password' });
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
    return welcome(db, request, reply, { user: account.id, by: 'password', greeting: `Set your password. You are logged in as ${account.username}.`, next: urls.home });
  });
}
