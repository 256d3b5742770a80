/** The sessions of everybody who is logged in, to see and to end. Those of visitors without an account are left out. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { may } from '../../accounts/permissions.ts';
import { actAs, refusalOfAccount } from '../../accounts/rank.ts';
import { endOtherSessions, endSession, type OpenSession, openSession, openSessions, type SessionCursor } from '../../accounts/sessions.ts';
import { userById, userByName } from '../../accounts/users.ts';
import { badRequest, forbidden, notFound } from '../../errors.ts';
import { user } from '../../models/user.ts';
import type { Door } from '../../web/door.ts';
import { formOf } from '../../web/forms.ts';
import { safeNext } from '../../web/next.ts';
import { idIn, textOf } from '../../web/query.ts';
import { flash, sessionKey, signOut } from '../../web/session.ts';
import { authorOf, type Staff, staffOf, staffOnly } from '../../web/staff.ts';
import * as text from '../../web/text.ts';
import * as urls from '../../web/urls.ts';
import { adminPage } from '../frame.ts';
import type { EndSessions, SessionsPage } from './views.ts';

const ON_A_PAGE = 50;
const GONE = 'This session is not there any more. It may have ended already.';

/** GET /admin/sessions, POST /admin/sessions/:id/end and POST /admin/users/:id/end-sessions. */
export function sessions(app: FastifyInstance, door: Door): void {
  const { db } = door;
  app.post('/admin/users/:id/end-sessions', staffOnly(db, 'delete_session'), (request, reply) => endAll(door, request, reply));
  app.get(urls.admin.sessions, staffOnly(db, 'view_session'), async (request, reply) => {
    const username = textOf(request.query, 'username') ?? '';
    const after = cursorIn(request);
    const account = username === '' ? undefined : await userByName(db, username);
    const isNobody = username !== '' && !account;
    const rows = isNobody ? [] : await openSessions(db, { user: account?.id, after, limit: ON_A_PAGE + 1 });
    const shown = rows.slice(0, ON_A_PAGE);
    const last = rows.length > ON_A_PAGE ? shown.at(-1) : undefined;
    const staff = staffOf(request);
    const data: SessionsPage = {
      title: 'Sessions',
      username,
      nothing: isNobody ? `There is no user “${username}”.` : account ? `${account.username} is not logged in anywhere.` : 'Nobody is logged in.',
      sessions: shown.map((session) => ({
        id: session.id,
        username: session.username,
        href: may(staff, 'view_user') ? urls.admin.edit('users', session.user) : undefined,
        device: session.device,
        address: session.address,
        began: momentOf(session.created_at),
        seen: momentOf(session.seen_at),
        end: may(staff, 'delete_session') && !refusalOfAccount(staff, session) ? urls.admin.endSession(session.id) : undefined,
        isCurrent: session.id === sessionKey(request),
      })),
      endAll: account && shown.length > 0 && may(staff, 'delete_session') && !refusalOfAccount(staff, shown[0] as OpenSession) ? endSessionsOf(staff, account.id) : undefined,
      next: last && urls.admin.sessionList({ username, after: `${last.seen_at}.${last.id}` }),
      start: after && urls.admin.sessionList({ username }),
    };
    return adminPage(db, request, reply, 'admin/sessions', data, { title: 'Sessions', nav: 'sessions' });
  });

  app.post('/admin/sessions/:id/end', staffOnly(db, 'delete_session'), async (request, reply) => {
    const { next } = formOf(request, ['next']);
    const session = await openSession(db, String((request.params as { id: string }).id));
    if (!session) throw notFound(GONE);
    const refusal = refusalOfAccount(staffOf(request), session);
    if (refusal) throw forbidden(refusal);
    await actAs(db, authorOf(request), async (writer) => {
      await endSession(writer.db, session.user, session.id);
      await writer.note(user, { object: session.user, action: 'change', label: session.username, before: { session: session.device }, after: { session: 'ended' } });
      writer.cannotBeUndone('A session that was ended stays so: its owner logs in again.');
    });
    if (session.id === sessionKey(request)) {
      await signOut(request, reply);
      return reply.redirect(urls.home, 303);
    }
    flash(request, { kind: 'ok', text: `Logged out ${session.username} from ${session.device}.` });
    return reply.redirect(next === '' ? urls.admin.sessions : safeNext(next), 303);
  });
}

/** The button that ends all sessions of an account. */
export function endSessionsOf(staff: Staff, id: number): EndSessions {
  return { href: urls.admin.endSessions(id), label: staff.id === id ? 'Log out everywhere else' : 'Log out everywhere' };
}

/** Ends all sessions of an account, save the one of whoever ends their own. */
async function endAll({ db }: Door, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { next } = formOf(request, ['next']);
  const account = await userById(db, idIn(request.params));
  if (!account) throw notFound();
  const isOwn = account.id === staffOf(request).id;
  const ended = await actAs(db, authorOf(request), async (writer) => {
    const row = await writer.db.first<{ is_superuser: number }>('select is_superuser from users where id = :id', { id: account.id });
    const refusal = refusalOfAccount(staffOf(request), { is_superuser: row?.is_superuser });
    if (refusal) throw forbidden(refusal);
    const count = await endOtherSessions(writer.db, account.id, (isOwn && sessionKey(request)) || '');
    await writer.note(user, { object: account.id, action: 'change', label: account.username, before: { sessions: count }, after: { sessions: 'ended' } });
    writer.cannotBeUndone('Sessions that were ended stay so: their owner logs in again.');
    return count;
  });
  const elsewhere = isOwn ? ' everywhere else' : ' everywhere';
  flash(request, { kind: 'ok', text: `Logged out ${account.username}${elsewhere}: ended ${text.plural(ended, 'session')}.` });
  return reply.redirect(next === '' ? urls.admin.sessionList({ username: account.username }) : safeNext(next), 303);
}

/** The place in the list after which a page goes on: `1764000000000.<id>`. */
function cursorIn(request: FastifyRequest): SessionCursor | undefined {
  const after = textOf(request.query, 'after');
  if (after === undefined) return undefined;
  const [, seen, id] = /^(\d{1,15})\.([\w-]{1,100})$/.exec(after) ?? [];
  if (seen === undefined || id === undefined) throw badRequest('The address names a place in the list that can’t be. Go back to its first page.');
  return { seen_at: Number(seen), id };
}

function momentOf(at: number): string {
  return new Date(at).toISOString();
}
