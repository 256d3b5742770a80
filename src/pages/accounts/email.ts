/** The account's e-mail address: shown, changed, confirmed by a link, removed. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { addressStateOf, CONFIRM_HOURS, confirmAddress, dropProposal, proposeAddress, proposedBy, readAddress, removeAddress } from '../../accounts/mail/addresses.ts';
import { tryPassword } from '../../accounts/attempts.ts';
import { authenticate } from '../../accounts/users.ts';
import { forbidden, GuestError, InvalidInput } from '../../errors.ts';
import type { Door } from '../../web/door.ts';
import { formOf } from '../../web/forms.ts';
import { person, signedIn } from '../../web/guards.ts';
import { textOf } from '../../web/query.ts';
import { flash, type Person, personOf } from '../../web/session.ts';
import * as urls from '../../web/urls.ts';
import type { Form } from '../../web/views.ts';
import { unkept } from './unkept.ts';

const WRONG = 'This is not your password. Type it again.';
const NO_MAIL = 'This site sends no mail, so an address can’t be confirmed. Ask its administrator to change it.';

/** GET and POST /account/email, POST /account/email/resend and /account/email/cancel. */
export function email(app: FastifyInstance, { db, config }: Door): void {
  const guarded = { preHandler: signedIn, config: { access: 'signed in' } } as const;
  const show = async (reply: FastifyReply, { id, username }: Person, form: Form<'email' | 'password'>) =>
    reply.page('pages/account-email', { form, username, hours: CONFIRM_HOURS, state: await addressStateOf(db, id) }, { title: 'E-mail address', nav: 'account' });
  const refuseWithoutMail = () => {
    if (!config.mail) throw forbidden(NO_MAIL);
  };
  const propose = async (request: FastifyRequest, reply: FastifyReply, mine: Person, address: string): Promise<FastifyReply> => {
    await proposeAddress(db, mine, address, request.ip);
    flash(request, { kind: 'ok', text: `A mail to ${address} is on its way. Open the link in it to confirm the address.` });
    return reply.redirect(urls.accountEmail, 303);
  };

  app.get(urls.accountEmail, guarded, async (request, reply) => show(reply, await person(request), { values: {}, errors: {} }));

  app.post(urls.accountEmail, guarded, async (request, reply) => {
    const { email: typed, password } = formOf(request, ['email', 'password']);
    refuseWithoutMail();
    const mine = await person(request);
    try {
      const address = typed.trim() === '' ? '' : readAddress(typed);
      const isRight = await tryPassword(db, { username: mine.username, address: request.ip }, () => authenticate(db, mine.username, password));
      if (!isRight) return await show(reply.code(422), mine, { values: { email: typed }, errors: { password: WRONG } });
      if (address !== '') return await propose(request, reply, mine, address);
      await dropProposal(db, mine.id);
      await removeAddress(db, mine);
      flash(request, { kind: 'ok', text: 'Your account has no e-mail address now.' });
      return reply.redirect(urls.account, 303);
    } catch (error) {
      const form = refusedForm(error, typed);
      if (!form) throw error;
      const { status, retryAfter } = error as GuestError;
      if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
      return show(reply.code(status), mine, form);
    }
  });

  app.post(urls.accountEmailResend, guarded, async (request, reply) => {
    formOf(request, []);
    refuseWithoutMail();
    const mine = await person(request);
    const state = await addressStateOf(db, mine.id);
    const waiting = state.pending ?? (state.isConfirmed ? '' : state.email);
    if (waiting !== '') return propose(request, reply, mine, waiting);
    flash(request, { kind: 'ok', text: 'Your address is confirmed already.' });
    return reply.redirect(urls.accountEmail, 303);
  });

  app.post(urls.accountEmailCancel, guarded, async (request, reply) => {
    formOf(request, []);
    await dropProposal(db, (await person(request)).id);
    flash(request, { kind: 'ok', text: 'Your address stays as it is.' });
    return reply.redirect(urls.accountEmail, 303);
  });
}

/** GET and POST /confirm: the link that goes to an address. Opening it changes nothing: mail is read by machines, too. */
export function confirm(app: FastifyInstance, { db }: Door): void {
  const linked = { config: { access: 'one-time link' } } as const;
  const refused = (reply: FastifyReply) => unkept(reply.code(403)).page('pages/confirm', { hours: CONFIRM_HOURS }, { title: 'Confirm an address' });

  app.get(urls.confirm, linked, async (request, reply) => {
    const key = textOf(request.query, 'key') ?? '';
    const found = await proposedBy(db, key);
    return found ? unkept(reply).page('pages/confirm', { key, username: found.username, email: found.email, hours: CONFIRM_HOURS }, { title: 'Confirm an address' }) : refused(reply);
  });

  app.post(urls.confirm, linked, async (request, reply) => {
    const { key } = formOf(request, ['key']);
    try {
      const { account, email: address } = await confirmAddress(db, key);
      const isOwn = (await personOf(request))?.id === account;
      flash(request, { kind: 'ok', text: `Confirmed ${address}.` });
      return reply.redirect(isOwn ? urls.accountEmail : urls.login, 303);
    } catch (error) {
      if (error instanceof GuestError && error.status === 403) return refused(reply);
      throw error;
    }
  });
}

function refusedForm(error: unknown, typed: string): Form<'email' | 'password'> | undefined {
  if (error instanceof InvalidInput) return { values: { email: typed }, errors: error.fields };
  if (error instanceof GuestError && error.retryAfter !== undefined) return { values: { email: typed }, errors: {}, summary: error.message };
  return undefined;
}
