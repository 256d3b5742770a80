/** The one-time link that makes the first administrator. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { isSetupKey, useSetupKey } from '../../accounts/setup-links.ts';
import { InvalidInput } from '../../errors.ts';
import type { Door } from '../../web/door.ts';
import { formOf } from '../../web/forms.ts';
import { textOf } from '../../web/query.ts';
import * as urls from '../../web/urls.ts';
import type { Form } from '../../web/views.ts';
import { welcome } from './welcome.ts';

/** GET and POST /setup. */
export function setup(app: FastifyInstance, { db }: Door): void {
  const linked = { config: { access: 'one-time link' } } as const;
  const show = (reply: FastifyReply, form: Form<'username' | 'password'>, key: string | undefined) =>
    // The key stands in the address and in the page, so neither is kept anywhere.
    reply.header('cache-control', 'no-store').page('pages/setup', { form, key }, { title: 'Set up' });
  const refused = (reply: FastifyReply) => show(reply.code(403), { values: {}, errors: {} }, undefined);

  app.get(urls.setup, linked, async (request, reply) => {
    const key = textOf(request.query, 'key');
    if (key === undefined || !(await isSetupKey(db, key))) return refused(reply);
    return show(reply, { values: {}, errors: {} }, key);
  });

  app.post(urls.setup, linked, async (request, reply) => {
    const { key, username, password } = formOf(request, ['key', 'username', 'password']);
    if (!(await isSetupKey(db, key))) return refused(reply);
    try {
      const user = await useSetupKey(db, key, { username, password });
      return await welcome(db, request, reply, { user, by: 'new account', greeting: `Welcome, ${username.trim()}. You are the administrator.`, next: urls.home });
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      return show(reply.code(422), { values: { username }, errors: error.fields }, key);
    }
  });
}
