/** The sessions of an account, for the person to see and to end. */
import type { Db } from '../db/db.ts';
import { notFound } from '../errors.ts';

export type OwnSession = { id: string; device: string; address: string; created_at: number; seen_at: number };

const LIST = `select id, device, address, created_at, seen_at from sessions
  where user = :user and ended_at is null and expires_at > :now order by seen_at desc limit 100`;

/** What an ended session keeps: its id, so that nothing brings it back, and none of what it held. */
export const ENDED = "ended_at = :now, user = null, data = '{}', device = '', address = ''";

const END_ONE = `update sessions set ${ENDED} where id = :id and user = :user and ended_at is null`;
const END_OTHERS = `update sessions set ${ENDED} where user = :user and id <> :kept and ended_at is null`;

/** The sessions that are open, the last seen first. Their ids are hashes: they open nothing. */
export function sessionsOf(db: Db, user: number): Promise<OwnSession[]> {
  return db.all<OwnSession>(LIST, { user, now: Date.now() });
}

/** Ends one session of this account; somebody else's is notFound. */
export async function endSession(db: Db, user: number, id: string): Promise<void> {
  const ended = await db.run(END_ONE, { id, user, now: Date.now() });
  if (ended === 0) throw notFound('This session is not there any more. It may have ended already.');
}

/** Ends all sessions of an account but one; '' keeps none. */
export function endOtherSessions(db: Db, user: number, kept: string): Promise<number> {
  return db.run(END_OTHERS, { user, kept, now: Date.now() });
}
