/**
 * Browsers that have logged in to an account before. Each keeps a secret for the account in a cookie, of which the
 * database has a hash. It lets nobody in: it only frees its browser from waiting for the wrong tries of others. It goes
 * with the session in which it was given, so a new password, or ending that session from elsewhere, revokes it; logging
 * out does not.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Db } from '../db/db.ts';
import { called } from './names.ts';

export const KNOWN_DAYS = 180;

const DAY = 24 * 60 * 60 * 1000;
/** So many browsers of an account are known; a further one pushes out the one that was used longest ago. */
const MOST = 20;
/** As a browser sends it. */
const SECRET = /^[\w-]{22}$/;

/** A secret for the browser that has logged in to an account, in a session. Those that it had for this account before stop working. */
export async function knowBrowser(db: Db, { account, session, browsers }: { account: number; session: string; browsers: readonly string[] }): Promise<string> {
  const secret = randomBytes(16).toString('base64url');
  const now = Date.now();
  await db.transaction(async (trx) => {
    for (const old of browsers) await trx.run('delete from known_browsers where hash = :hash and account = :account', { hash: hashOf(old), account });
    await trx.run('delete from known_browsers where used_at < :before', { before: now - KNOWN_DAYS * DAY });
    await trx.run(CROWDED, { account, kept: MOST - 1 });
    await trx.run('insert into known_browsers (hash, account, session, used_at) values (:hash, :account, :session, :now)', { hash: hashOf(secret), account, session, now });
  });
  return secret;
}

/** Those of a browser's secrets that still work. */
export async function workingSecrets(db: Db, browsers: readonly string[]): Promise<string[]> {
  const working: string[] = [];
  for (const secret of browsers) if (await db.first(WORKS, { hash: hashOf(secret), ...lifetime() })) working.push(secret);
  return working;
}

/** The browser's entry for the account that a typed name means; undefined when it has not logged in to it. */
export async function knownBrowser(db: Db, browsers: readonly string[], username: string): Promise<string | undefined> {
  const secrets = browsers.filter((text) => SECRET.test(text));
  const account = secrets.length === 0 ? undefined : await called(db, username);
  if (!account) return undefined;
  for (const secret of secrets) {
    const hash = hashOf(secret);
    if (await db.first(KNOWN, { hash, account: account.id, ...lifetime() })) return hash;
  }
  return undefined;
}

/** Revokes the browsers of an account: those of one session, or all but those of a session that goes on. */
export async function forgetBrowsers(db: Db, account: number, which: { of: string } | { kept: string }): Promise<void> {
  if ('of' in which) await db.run('delete from known_browsers where account = :account and session = :session', { account, session: which.of });
  else await db.run('delete from known_browsers where account = :account and session <> :session', { account, session: which.kept });
}

/** The browser of a session whose id was renewed stays known with it. */
export async function moveBrowsers(db: Db, account: number, { from, to }: { from: string; to: string }): Promise<void> {
  await db.run('update known_browsers set session = :to where account = :account and session = :from', { account, from, to });
}

/** From when to when it was used last; a moment that is yet to come was noted before the clock was set back. */
function lifetime(): { after: number; before: number } {
  return { after: Date.now() - KNOWN_DAYS * DAY, before: Date.now() + DAY };
}

const WORKS = 'select 1 from known_browsers where hash = :hash and used_at > :after and used_at < :before';
const KNOWN = 'select 1 from known_browsers where hash = :hash and account = :account and used_at > :after and used_at < :before';
const CROWDED = `delete from known_browsers where hash in (
  select hash from known_browsers where account = :account order by used_at desc, hash limit 1000 offset :kept)`;

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
