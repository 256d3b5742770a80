/** Setting the password of a user, or a link by which they set it themselves. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { addressStateOf } from '../../accounts/mail/addresses.ts';
import { LINK_HOURS, mailPasswordLink, makePasswordLink } from '../../accounts/password-links.ts';
import { actAs, refusalOfPassword } from '../../accounts/rank.ts';
import { setPassword } from '../../accounts/set-password.ts';
import { countTokens } from '../../accounts/users.ts';
import { rowOf } from '../../db/history/writer.ts';
import { forbidden, InvalidInput } from '../../errors.ts';
import { user } from '../../models/user.ts';
import type { Door } from '../../web/door.ts';
import { formOf } from '../../web/forms.ts';
import { assertProven, isProven, PROOF_FIELD } from '../../web/proof.ts';
import { idIn } from '../../web/query.ts';
import { flash, signIn } from '../../web/session.ts';
import { authorOf, staffOf, staffOnly } from '../../web/staff.ts';
import * as urls from '../../web/urls.ts';
import type { Flash } from '../../web/views.ts';
import { adminPage } from '../frame.ts';
import { showGone } from '../form/gone.ts';
import { users } from '../sections/users.ts';

type Account = { id: number; username: string; is_active: boolean };

/** GET and POST /admin/users/:id/password, and POST /admin/users/:id/password-link. */
export function userPasswords(app: FastifyInstance, door: Door): void {
  const { db, config } = door;
  const guard = staffOnly(db, 'change_user');
  app.get('/admin/users/:id/password', guard, async (request, reply) => {
    const account = await accountOf(door, request);
    return account ? show(door, request, reply, account, {}) : gone(door, request, reply);
  });
  app.post('/admin/users/:id/password', guard, async (request, reply) => {
    const { new_password, tokens, [PROOF_FIELD]: own } = formOf(request, ['new_password', 'tokens', PROOF_FIELD]);
    const account = await accountOf(door, request);
    if (!account) return gone(door, request, reply);
    try {
      await assertProven(db, request, staffOf(request), own);
      await setPassword(db, authorOf(request), account, new_password, { revokesTokens: tokens !== '' });
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      return show(door, request, reply.code(422), account, error.fields, tokens);
    }
    // One's own session has ended like the others.
    if (account.id === staffOf(request).id) await signIn(request, account.id);
    flash(request, { kind: 'ok', text: `Set the password of ${account.username}. They are logged out everywhere.${tokens === '' ? '' : ' Their API tokens are revoked.'}` });
    return reply.redirect(urls.admin.edit('users', account.id), 303);
  });
  app.post('/admin/users/:id/password-link', guard, async (request, reply) => {
    const { by } = formOf(request, ['by']);
    const account = await accountOf(door, request);
    if (!account) return gone(door, request, reply);
    // The button has no form that could ask; whoever comes back presses it again.
    if (!isProven(request)) return reply.redirect(urls.withNext(urls.accountConfirm, urls.admin.edit('users', account.id)), 303);
    if (account.is_active && by === 'mail') flash(request, await sendLink(door, request, account));
    else if (account.is_active) flash(request, linkFlash(config.publicUrl, account.username, await makeLink(door, request, account)));
    else flash(request, { kind: 'warn', text: `${account.username} is not active, so a link would not let them in. Make the account active first.` });
    return reply.redirect(urls.admin.edit('users', account.id), 303);
  });
}

/** The message that shows a link, once. */
export function linkFlash(publicUrl: string, username: string, key: string): Flash {
  return {
    kind: 'ok',
    text: `Send this link to ${username}. It works once, for ${LINK_HOURS} hours, and is not shown again.`,
    secret: { label: 'One-time link', value: publicUrl + urls.passwordLinkPath(key) },
  };
}

/** Sends the link to the account's address; no member of staff sees it. */
async function sendLink({ db, config }: Door, request: FastifyRequest, { id, username }: Account): Promise<Flash> {
  const { email } = await addressStateOf(db, id);
  if (!config.mail || email === '') return { kind: 'warn', text: config.mail ? `${username} has no e-mail address. Add one, or make a one-time link.` : 'This site sends no mail. Make a one-time link.' };
  await actAs(db, authorOf(request), async (writer) => {
    await writer.note(user, { object: id, action: 'change', label: username, before: { 'password link': '…' }, after: { 'password link': 'mailed' } });
    writer.cannotBeUndone('A mail that was sent can’t be taken back.');
    await mailPasswordLink(writer.db, id, email);
  });
  return { kind: 'ok', text: `A mail with a link is on its way to ${email}. The link works once, for ${LINK_HOURS} hours.` };
}

function makeLink({ db }: Door, request: FastifyRequest, { id, username }: Account): Promise<string> {
  return actAs(db, authorOf(request), async (writer) => {
    await writer.note(user, { object: id, action: 'change', label: username, before: { 'password link': '…' }, after: { 'password link': 'made' } });
    writer.cannotBeUndone('A link that was made can’t be taken back by an undo. Make another one, and this one stops working.');
    return makePasswordLink(writer.db, id);
  });
}

/** The account whose password this person may set; undefined when it is gone. */
export async function accountOf({ db }: Door, request: FastifyRequest): Promise<Account | undefined> {
  const row = await rowOf(db, user, idIn(request.params));
  if (!row) return undefined;
  const refusal = await refusalOfPassword(db, staffOf(request), { id: row.id, is_superuser: row['is_superuser'] });
  if (refusal) throw forbidden(refusal);
  return { id: row.id, username: String(row['username']), is_active: Boolean(row['is_active']) };
}

async function show({ db }: Door, request: FastifyRequest, reply: FastifyReply, { id, username }: Account, errors: Record<string, string>, tokens = ''): Promise<FastifyReply> {
  const title = 'Set a password';
  const data = { title, action: urls.admin.password(id), username, form: { values: { tokens }, errors }, tokens: await countTokens(db, id), cancel: urls.admin.edit('users', id) };
  return adminPage(db, request, reply, 'admin/user-password', data, { title, nav: 'users', trail: [{ label: 'Users', href: urls.admin.list('users') }, { label: username, href: data.cancel }] });
}

/** Says what has become of a user that is not there. */
export function gone(door: Door, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  return showGone(door, request, reply, users, idIn(request.params));
}
