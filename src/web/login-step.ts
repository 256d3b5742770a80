/**
 * Between the password and the second factor: nobody is signed in yet. What is known is kept by the server
 * for ten minutes, under a cookie of its own, so that a session that somebody planted is worth nothing here.
 */
import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { findChallenge, keepChallenge, takeChallenge } from '../accounts/factors/challenges.ts';
import { type Proven, provenById } from '../accounts/users.ts';
import type { Db } from '../db/db.ts';
import { isSecure } from './session.ts';

/** Whose password was right, where they were going, and what to say when they arrive. */
export type Step = { account: Proven; next: string; greeting: string };

type Begun = { user: number; since?: string | undefined; next: string; greeting: string };

/**
 * Keeps a step, and gives the browser its key.
 * @param since the moment since which the account is as it was when its password was compared
 */
export async function beginStep(db: Db, request: FastifyRequest, reply: FastifyReply, begun: Begun): Promise<void> {
  const { user, since, next, greeting } = begun;
  const key = randomBytes(32).toString('base64url');
  const data = JSON.stringify({ since: since ?? (await provenById(db, user))?.updated_at, next, greeting });
  await keepChallenge(db, 'log-in', key, { user, data });
  reply.setCookie(cookieName(request), key, { path: '/', secure: isSecure(request), httpOnly: true, sameSite: 'lax' });
}

/** The step that this browser is at; undefined when it is over, took too long, or the account was changed meanwhile. */
export async function stepOf(db: Db, request: FastifyRequest): Promise<Step | undefined> {
  const found = await findChallenge(db, 'log-in', keyOf(request));
  if (!found || found.user === null) return undefined;
  const { since, next, greeting } = JSON.parse(found.data) as { since: string; next: string; greeting: string };
  const account = await provenById(db, found.user);
  return account && account.updated_at === since ? { account, next, greeting } : undefined;
}

/** Ends the step, and gives whether it was there: of two requests that finish it, one does. */
export async function endStep(db: Db, request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
  const isThere = (await takeChallenge(db, 'log-in', keyOf(request))) !== undefined;
  reply.clearCookie(cookieName(request), { path: '/', secure: isSecure(request), httpOnly: true, sameSite: 'lax' });
  return isThere;
}

function keyOf(request: FastifyRequest): string {
  return request.cookies[cookieName(request)] ?? '';
}

function cookieName(request: FastifyRequest): string {
  return isSecure(request) ? '__Host-tracklist-login' : 'tracklist-login';
}
