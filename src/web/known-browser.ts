/** The cookie by which a browser is known at the accounts that it has logged in to: a secret for each, the latest first. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { KNOWN_DAYS, knowBrowser, workingSecrets } from '../accounts/known-browsers.ts';
import type { Db } from '../db/db.ts';

/** Of so many accounts in one browser. */
const MOST_ACCOUNTS = 5;
const BETWEEN = '.';

/** What the answer to a request will put into the cookie. */
const fresh = new WeakMap<FastifyRequest, string>();
const names = new WeakMap<FastifyInstance['server'], string>();

/** The cookie's name; the prefix makes browsers insist on https and on this very host. */
export function browserCookieName(secure: boolean): string {
  return secure ? '__Host-known-browser' : 'known-browser';
}

/** Adds the cookie to the answers that log somebody in. */
export function registerKnownBrowser(app: FastifyInstance, { secure }: { secure: boolean }): void {
  const name = browserCookieName(secure);
  names.set(app.server, name);
  app.addHook('onSend', async (request, reply) => {
    const value = fresh.get(request);
    if (value !== undefined) reply.setCookie(name, value, { path: '/', secure, httpOnly: true, sameSite: 'lax', maxAge: KNOWN_DAYS * 24 * 60 * 60 });
  });
}

/** What `tryPassword` wants to know of a request: its address, and at which accounts its browser is known. */
export function guesserOf(request: FastifyRequest): { address: string; browsers: readonly string[] } {
  const value = request.cookies[names.get(request.server.server) ?? ''] ?? '';
  return { address: request.ip, browsers: value === '' ? [] : value.split(BETWEEN, MOST_ACCOUNTS) };
}

/** Notes that a browser has logged in to an account, in a session given by its key. */
export async function rememberBrowser(db: Db, request: FastifyRequest, { account, session }: { account: number; session: string }): Promise<void> {
  const { browsers } = guesserOf(request);
  const secret = await knowBrowser(db, { account, session, browsers });
  fresh.set(request, [secret, ...(await workingSecrets(db, browsers))].slice(0, MOST_ACCOUNTS).join(BETWEEN));
}
