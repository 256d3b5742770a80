/** Removing the second factor of somebody who has lost it. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { factorsOf, removeSecondFactor } from '../../accounts/factors/second-factor.ts';
import type { Db } from '../../db/db.ts';
import type { Door } from '../../web/door.ts';
import { formOf } from '../../web/forms.ts';
import { isProven } from '../../web/proof.ts';
import { flash } from '../../web/session.ts';
import { authorOf, staffOnly } from '../../web/staff.ts';
import * as text from '../../web/text.ts';
import * as urls from '../../web/urls.ts';
import { adminPage } from '../frame.ts';
import { accountOf, gone } from './passwords.ts';

const PATH = '/admin/users/:id/second-factor';

/** GET and POST /admin/users/:id/second-factor. */
export function secondFactors(app: FastifyInstance, door: Door): void {
  const { db } = door;
  app.get(PATH, staffOnly(db, 'change_user'), async (request, reply) => {
    const account = await accountOf(door, request);
    return account ? show(door, request, reply, account) : gone(door, request, reply);
  });
  app.post(PATH, staffOnly(db, 'change_user'), async (request, reply) => {
    formOf(request, []);
    const account = await accountOf(door, request);
    if (!account) return gone(door, request, reply);
    if (!isProven(request)) return reply.redirect(urls.withNext(urls.accountConfirm, urls.admin.secondFactor(account.id)), 303);
    await removeSecondFactor(db, authorOf(request), account);
    flash(request, { kind: 'ok', text: `Removed the second factor of ${account.username}. They are told at their next log-in.` });
    return reply.redirect(urls.admin.edit('users', account.id), 303);
  });
}

/** What an account has, in words; '' for nothing. */
export async function factorsInWords(db: Db, id: number): Promise<string> {
  const { app, passkeys } = await factorsOf(db, id);
  return [app ? 'Authenticator app' : '', passkeys > 0 ? text.plural(passkeys, 'passkey') : ''].filter(Boolean).join(', ');
}

type Named = { id: number; username: string };

async function show({ db }: Door, request: FastifyRequest, reply: FastifyReply, { id, username }: Named): Promise<FastifyReply> {
  const title = 'Remove second factor';
  const cancel = urls.admin.edit('users', id);
  const page = { title, username, factors: await factorsInWords(db, id), action: urls.admin.secondFactor(id), cancel };
  const trail = [{ label: 'Users', href: urls.admin.list('users') }, { label: username, href: cancel }];
  return adminPage(db, request, reply, 'admin/user-factor', page, { title, nav: 'users', trail });
}
