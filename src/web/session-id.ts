/** Another id for a session that goes on. */
import type { FastifyRequest, Session } from 'fastify';
import { moveBrowsers } from '../accounts/known-browsers.ts';
import type { Db } from '../db/db.ts';
import { forbidden } from '../errors.ts';
import { sessionKey } from './session.ts';

/** What goes along: everything, so that the session ends when it would have ended. */
const KEPT: (keyof Session)[] = ['since', 'renewed', 'user', 'provenAt', 'device', 'address', 'flash'];

/**
 * Gives the session of whoever is signed in a new id; one that somebody has copied before opens nothing from
 * here on (OWASP ASVS 5.0, 7.2.4).
 * @throws GuestError (403) when the session has ended since it was read: it must not come back
 */
export async function renewSessionId(db: Db, request: FastifyRequest): Promise<void> {
  const { session } = request;
  const before = sessionKey(request) ?? '';
  const isOpen = await db.first('select 1 from sessions where id = :before and ended_at is null', { before });
  if (!isOpen || session.user === undefined) throw forbidden('Your session has ended meanwhile. Log in again.');
  const account = session.user;
  await session.regenerate(KEPT);
  await request.session.save();
  await moveBrowsers(db, account, { from: before, to: sessionKey(request) ?? '' });
}
