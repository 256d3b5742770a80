/** The sessions of an account, for the person to see and to end. */
import type { Db } from '../db/db.ts';
import { notFound } from '../errors.ts';
import { forgetBrowsers } from './known-browsers.ts';

export type OwnSession = { id: string; device: string; address: string; created_at: number; seen_at: number };

/** A session of somebody with an account, as staff see it. */
export type OpenSession = OwnSession & { user: number; username: string; is_superuser: number };
/** As many as the list of an account shows. */
const MOST = 100;

export type SessionCursor = { seen_at: number; id: string };

const LIST = `select id, device, address, created_at, seen_at from sessions
  where user = :user and ended_at is null and expires_at > :now order by seen_at desc limit 100`;

/** What an ended session keeps: its id, so that nothing brings it back, and none of what it held. */
export const ENDED = "ended_at = :now, user = null, data = '{}', device = '', address = ''";

const END_ONE = `update sessions set ${ENDED} where id = :id and user = :user and ended_at is null`;
const END_CROWD = `update sessions set ${ENDED} where id in
  (select id from sessions where user = :user and ended_at is null order by seen_at desc limit 1000 offset :most)`;
const END_OTHERS = `update sessions set ${ENDED} where user = :user and id <> :kept and ended_at is null`;

/** The sessions that are open, the last seen first. Their ids are hashes: they open nothing. */
export function sessionsOf(db: Db, user: number): Promise<OwnSession[]> {
  return db.all<OwnSession>(LIST, { user, now: Date.now() });
}

/** Ends one session of this account, whose browser is known no more; somebody else's is notFound. */
export async function endSession(db: Db, user: number, id: string): Promise<void> {
  const ended = await db.run(END_ONE, { id, user, now: Date.now() });
  if (ended === 0) throw notFound('This session is not there any more. It may have ended already.');
  await forgetBrowsers(db, user, { of: id });
}

/** Sessions of people who are logged in, the last seen first: those of one account, or all, from a place in the list. */
export function openSessions(db: Db, { user, after, limit }: { user?: number | undefined; after?: SessionCursor | undefined; limit: number }): Promise<OpenSession[]> {
  const conditions = [user === undefined ? '' : ' and sessions.user = :user', after ? ' and (sessions.seen_at, sessions.id) < (:seen, :id)' : ''].join('');
  const parameters = { now: Date.now(), limit, ...(user !== undefined && { user }), ...(after && { seen: after.seen_at, id: after.id }) };
  return db.all<OpenSession>(`${OPEN}${conditions} order by sessions.seen_at desc, sessions.id desc limit :limit`, parameters);
}

/** One such session; undefined when it has ended. */
export function openSession(db: Db, id: string): Promise<OpenSession | undefined> {
  return db.first<OpenSession>(`${OPEN} and sessions.id = :id`, { id, now: Date.now() });
}

/** Ends those of an account that were seen longest ago, when there are more than anybody has. */
export async function endCrowd(db: Db, user: number): Promise<void> {
  await db.run(END_CROWD, { user, now: Date.now(), most: MOST });
}

/** How many sessions of an account are open. */
export async function countSessions(db: Db, user: number): Promise<number> {
  return (await db.first<{ rows: number }>(COUNT, { user, now: Date.now() }))?.rows ?? 0;
}

/** Ends all sessions of an account but one, and those of JSON Web Tokens, and forgets their browsers; '' keeps none. */
export async function endOtherSessions(db: Db, user: number, kept: string): Promise<number> {
  await db.run('delete from jwt_sessions where user = :user', { user });
  await forgetBrowsers(db, user, { kept });
  return db.run(END_OTHERS, { user, kept, now: Date.now() });
}

const OPEN = `select sessions.id, sessions.user, sessions.device, sessions.address, sessions.created_at, sessions.seen_at, users.username, users.is_superuser
  from sessions join users on users.id = sessions.user where sessions.user is not null and sessions.ended_at is null and sessions.expires_at > :now`;
const COUNT = 'select count(*) as rows from sessions where user = :user and ended_at is null and expires_at > :now';
