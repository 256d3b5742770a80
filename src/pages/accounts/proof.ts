/** Proving anew who one is, for what has no form of its own to ask in. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { InvalidInput } from '../../errors.ts';
import type { Door } from '../../web/door.ts';
import { formOf } from '../../web/forms.ts';
import { person, signedIn } from '../../web/guards.ts';
import { safeNext } from '../../web/next.ts';
import { assertProven, isProven, PROOF_FIELD, PROOF_MINUTES } from '../../web/proof.ts';
import { textOf } from '../../web/query.ts';
import type { Person } from '../../web/session.ts';
import * as urls from '../../web/urls.ts';
import type { AccountConfirmPage } from '../../web/views.ts';

/** GET and POST /account/confirm. */
export function proof(app: FastifyInstance, { db }: Door): void {
  const guarded = { preHandler: signedIn, config: { access: 'signed in' } } as const;
  const show = (reply: FastifyReply, { username }: Person, next: string, form: AccountConfirmPage['form']) =>
    reply.page('pages/account-confirm', { form, username, next, minutes: PROOF_MINUTES }, { title: 'Confirm it’s you', nav: 'account' });

  app.get(urls.accountConfirm, guarded, async (request, reply) => {
    const next = safeNext(textOf(request.query, 'next') ?? urls.account);
    return isProven(request) ? reply.redirect(next, 303) : show(reply, await person(request), next, { values: {}, errors: {} });
  });

  app.post(urls.accountConfirm, guarded, async (request, reply) => {
    const form = formOf(request, [PROOF_FIELD, 'next']);
    const next = safeNext(form.next || urls.account);
    const mine = await person(request);
    try {
      await assertProven(db, request, mine, form[PROOF_FIELD]);
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      return show(reply.code(422), mine, next, { values: {}, errors: error.fields });
    }
    return reply.redirect(next, 303);
  });
}
