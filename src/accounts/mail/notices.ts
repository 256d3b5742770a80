/**
 * Notices: what somebody is told by mail of their own account, so that they see what they have not done
 * themselves. They go to the confirmed address alone, and are stored with what they tell.
 */
import type { Db } from '../../db/db.ts';
import { queueLetter } from '../../mail/outbox.ts';

type Kind = 'new-device' | 'password-changed' | 'address-changed' | 'factor-changed' | 'token-made';

/** Tells of a log-in by a browser that was not known. */
export function noticeNewDevice(db: Db, { account, device, address }: { account: number; device: string; address: string }): Promise<void> {
  return notice(db, 'new-device', account, { device, address });
}

/** Tells that the password was changed, by whomever. */
export function noticePassword(db: Db, account: number): Promise<void> {
  return notice(db, 'password-changed', account);
}

/**
 * Tells of a change of a second factor or passkey.
 * @param change what it was before and what it is now, such as `{ 'authenticator app': ['none', 'set up'] }`
 */
export function noticeFactor(db: Db, account: number, change: Record<string, readonly [before: string | number, after: string | number]>): Promise<void> {
  return notice(db, 'factor-changed', account, { change });
}

/** Tells of a new API token. */
export function noticeToken(db: Db, account: number, { name, scopes }: { name: string; scopes: string }): Promise<void> {
  return notice(db, 'token-made', account, { name, scopes });
}

/** Tells the address that an account had that it is the account's no more; '' for `now` when it has none. */
export async function noticeAddress(db: Db, account: number, { old, now }: { old: string; now: string }): Promise<void> {
  await queueLetter(db, { kind: 'address-changed', to: old, account, data: { isRemoved: now === '', at: new Date().toISOString() } });
}

async function notice(db: Db, kind: Kind, account: number, data: Record<string, unknown> = {}): Promise<void> {
  const row = await db.first<{ email: string }>("select email from users where id = :account and email <> '' and confirmed_email = email", { account });
  if (row) await queueLetter(db, { kind, to: row.email, account, data: { ...data, at: new Date().toISOString() } });
}
