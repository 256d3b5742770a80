/** What happens whenever somebody comes in: liked songs move along, and the session gets a new id. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isUnchanged, noteLogin, type Proven } from '../../accounts/users.ts';
import type { Db } from '../../db/db.ts';
import { forbidden } from '../../errors.ts';
import type { AlbumEntry } from '../../music/albums.ts';
import { mergeLikes } from '../../music/likes.ts';
import { sleevesOfTheDay } from '../../music/mosaic.ts';
import { safeNext } from '../../web/next.ts';
import { flash, sessionKey, signIn, signOut } from '../../web/session.ts';
import * as text from '../../web/text.ts';

const SLEEVES = 4;

/**
 * Signs in, tells what moved along, and leads to where the visitor was going.
 * @param proven whose password was compared, for an account that was there before
 */
export async function welcome(db: Db, request: FastifyRequest, reply: FastifyReply, { user, proven, greeting, next }: { user: number; proven?: Proven; greeting: string; next: string }): Promise<FastifyReply> {
  const session = sessionKey(request);
  const moved = session === undefined ? { added: 0, already: 0 } : await mergeLikes(db, session, user);
  await signIn(request, user);
  // A password that was changed meanwhile has ended all sessions but this one, which was not there yet.
  if (proven && !(await isUnchanged(db, proven))) {
    await signOut(request, reply);
    throw forbidden('This account was changed while you logged in. Log in again.');
  }
  await noteLogin(db, user);
  flash(request, { kind: 'ok', text: [greeting, movedInWords(moved)].filter(Boolean).join(' ') });
  return reply.redirect(safeNext(next), 303);
}

/** The strip above the log-in and sign-up. */
export function sleeves(db: Db): Promise<AlbumEntry[]> {
  return sleevesOfTheDay(db, SLEEVES);
}

function movedInWords({ added, already }: { added: number; already: number }): string {
  if (added + already === 0) return '';
  if (already === 0) return `${text.plural(added, 'liked song')} moved to your account.`;
  const there = already === 1 ? '1 was there already' : `${text.number(already)} were there already`;
  return added === 0 ? `Your ${text.plural(already, 'liked song')} ${already === 1 ? 'was' : 'were'} there already.` : `${text.plural(added, 'liked song')} moved to your account, ${there}.`;
}
