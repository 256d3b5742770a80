/**
 * Sessions of JSON Web Tokens: which refresh token works at present. A session ends when somebody uses an
 * earlier one again, because then two have it, and one of them has copied it.
 */
import { randomBytes } from 'node:crypto';
import type { Db } from '../db/db.ts';
import { lifetime } from '../schema/lifetime.ts';

/** What a token says of its session. `current` is the id of the refresh token. */
export type Claimed = { session: string; user: number; current: string };
/** Somebody behind a session that is open. */
export type Bearer = { id: number; username: string; isActive: boolean; isStaff: boolean; isSuperuser: boolean };

/** How long a session lasts unless it is renewed, in milliseconds. */
export const RENEWED_WITHIN = 24 * 60 * 60 * 1000;
/** So many sessions of an account are kept; a further one ends the one that ends first. */
const MOST = 50;

/** Begins a session. */
export async function beginJwtSession(db: Db, user: number): Promise<Claimed> {
  const made = { session: newId(), user, current: newId() };
  const now = Date.now();
  await db.run('delete from jwt_sessions where expires_at <= :now', { now });
  await db.run(CROWDED, { user, kept: MOST - 1 });
  await db.run('insert into jwt_sessions (id, user, current, created_at, expires_at) values (:session, :user, :current, :now, :expires)', { ...made, now, expires: now + RENEWED_WITHIN });
  return made;
}

/**
 * Lets a session go on with a new refresh token. An earlier one, or one of somebody who is not active, ends it.
 * @param longest how long it lasts in all, however often it is renewed, in milliseconds
 * @returns the id of the new token, or why there is none
 */
export function renewJwtSession(db: Db, claimed: Claimed, longest: number): Promise<{ current: string } | { refusal: 'ended' | 'inactive' }> {
  return db.transaction(async (trx) => {
    const found = await trx.first<{ current: string; created_at: number; is_active: number }>(FIND, { session: claimed.session, user: claimed.user, ...lifetime(RENEWED_WITHIN) });
    if (!found) return { refusal: 'ended' };
    if (found.current !== claimed.current || !found.is_active) {
      await trx.run('delete from jwt_sessions where id = :session', { session: claimed.session });
      return { refusal: found.is_active ? 'ended' : 'inactive' };
    }
    const current = newId();
    const expires = Math.min(Date.now() + RENEWED_WITHIN, found.created_at + longest);
    await trx.run('update jwt_sessions set current = :current, expires_at = :expires where id = :session', { session: claimed.session, current, expires });
    return { current };
  });
}

/** Whose session it is; undefined when it has ended. With `current` only while that is the refresh token that works. */
export async function findJwtSession(db: Db, { session, user, current }: Omit<Claimed, 'current'> & { current?: string }): Promise<Bearer | undefined> {
  const found = await db.first<{ id: number; username: string; current: string; is_active: number; is_staff: number; is_superuser: number }>(FIND, { session, user, ...lifetime(RENEWED_WITHIN) });
  if (!found || (current !== undefined && found.current !== current)) return undefined;
  return { id: found.id, username: found.username, isActive: Boolean(found.is_active), isStaff: Boolean(found.is_staff), isSuperuser: Boolean(found.is_superuser) };
}

/** An id that nobody guesses, in the form that `jti` has in the guide's library. */
export function newId(): string {
  return randomBytes(16).toString('hex');
}

const FIND = `select users.id, username, current, jwt_sessions.created_at, is_active, is_staff, is_superuser from jwt_sessions join users on users.id = jwt_sessions.user
  where jwt_sessions.id = :session and jwt_sessions.user = :user and jwt_sessions.expires_at > :now and jwt_sessions.expires_at <= :latest`;
const CROWDED = 'delete from jwt_sessions where id in (select id from jwt_sessions where user = :user order by expires_at desc, id limit 1000 offset :kept)';
