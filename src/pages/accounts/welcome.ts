/** What happens whenever somebody comes in: the second factor is asked for, liked songs move along, and the session gets a new id. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hasSecondFactor } from '../../accounts/factors/second-factor.ts';
import { knownBrowser } from '../../accounts/known-browsers.ts';
import { noticeNewDevice } from '../../accounts/mail/notices.ts';
import { takeNotices } from '../../accounts/notices.ts';
import { isUnchanged, keyOfName, noteLogin, type Proven, userById } from '../../accounts/users.ts';
import type { Db } from '../../db/db.ts';
import { forbidden } from '../../errors.ts';
import type { AlbumEntry } from '../../music/albums.ts';
import { mergeLikes } from '../../music/likes.ts';
import { sleevesOfTheDay } from '../../music/mosaic.ts';
import { deviceOf } from '../../web/device.ts';
import { guesserOf } from '../../web/known-browser.ts';
import { beginStep } from '../../web/login-step.ts';
import { safeNext } from '../../web/next.ts';
import { flash, sessionKey, signIn, signOut } from '../../web/session.ts';
import * as urls from '../../web/urls.ts';
import * as text from '../../web/text.ts';

const SLEEVES = 4;

/** What somebody has proven so far: a new account has nothing else to prove. */
type By = 'password' | 'both factors' | 'new account';
/** `proven` for an account that was there before: as it was when its password was compared. */
type Arrival = { user: number; by: By; proven?: Proven | undefined; greeting: string; next: string };

/**
 * Signs in, tells what moved along, and leads to where the visitor was going; or, after a password alone, to
 * the second step of an account that has a second factor.
 */
export async function welcome(db: Db, request: FastifyRequest, reply: FastifyReply, { user, by, proven, greeting, next }: Arrival): Promise<FastifyReply> {
  if (by === 'password' && (await hasSecondFactor(db, user))) {
    await beginStep(db, request, reply, { user, since: proven?.updated_at, next: safeNext(next), greeting });
    return reply.redirect(urls.loginCode, 303);
  }
  const session = sessionKey(request);
  const isKnown = by === 'new account' || (await isKnownBrowser(db, request, user));
  const moved = session === undefined ? { added: 0, already: 0 } : await mergeLikes(db, session, user);
  await signIn(request, user);
  // A password that was changed meanwhile has ended all sessions but this one, which was not there yet.
  if (proven && !(await isUnchanged(db, proven))) {
    await signOut(request, reply);
    throw forbidden('This account was changed while you logged in. Log in again.');
  }
  if (!isKnown) await noticeNewDevice(db, { account: user, device: deviceOf(request.headers['user-agent']), address: request.ip });
  await noteLogin(db, user);
  flash(request, { kind: 'ok', text: [greeting, movedInWords(moved)].filter(Boolean).join(' ') });
  for (const sentence of await takeNotices(db, user)) flash(request, { kind: 'warn', text: sentence });
  return reply.redirect(safeNext(next), 303);
}

/** Whether the browser has logged in to the account before; asked before it does. */
async function isKnownBrowser(db: Db, request: FastifyRequest, user: number): Promise<boolean> {
  const account = await userById(db, user);
  return account !== undefined && (await knownBrowser(db, guesserOf(request).browsers, keyOfName(account.username))) !== undefined;
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
