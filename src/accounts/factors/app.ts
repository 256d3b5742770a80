/**
 * Authenticator apps: codes by time (TOTP, RFC 6238: six digits, 30 seconds, SHA-1, which is what every app
 * reads). A code works once, and one step of time either side of now, as ASVS 5.0 (6.5.1, 6.5.5) asks.
 */
import { Secret, TOTP } from 'otpauth';
import type { Db } from '../../db/db.ts';
import { findChallenge, keepChallenge, takeChallenge } from './challenges.ts';
import { seal, sealOf, unseal } from './seal.ts';

/** Steps of time either side of now. */
const WINDOW = 1;
/** 160 bits, as RFC 4226 recommends. */
const KEY_BYTES = 20;

/** What has to be typed or scanned into an app: the key, and the same as a link. */
export type AppKey = { key: string; link: string };
type Owner = { id: number; username: string };
export type App = { created_at: string; last_used_at: string };

/** Makes a key for a new app, which counts from its first right code on. An earlier one that was not confirmed goes. */
export async function beginApp(db: Db, secrets: readonly string[], { id }: Owner): Promise<void> {
  const data = seal(secrets, new Secret({ size: KEY_BYTES }).base32, ownerOf(id));
  await keepChallenge(db, 'app', String(id), { user: id, data });
}

/** The key that waits for its first code; undefined when there is none. */
export async function pendingApp(db: Db, secrets: readonly string[], { id, username }: Owner, issuer: string): Promise<AppKey | undefined> {
  const key = await pendingKey(db, secrets, id);
  if (key === undefined) return undefined;
  return { key, link: new TOTP({ issuer, label: username, secret: Secret.fromBase32(key) }).toString() };
}

/**
 * Lets the key that waits take the place of the app that was there, if the code is right.
 * @param db the transaction
 */
export async function confirmApp(db: Db, secrets: readonly string[], id: number, code: string): Promise<boolean> {
  const key = await pendingKey(db, secrets, id);
  const step = key === undefined ? undefined : stepOf(key, code);
  if (key === undefined || step === undefined || !(await takeChallenge(db, 'app', String(id)))) return false;
  await removeApp(db, id);
  await db.run('insert into authenticator_apps (user_id, secret, last_step, created_at) values (:id, :secret, :step, :now)',
    { id, secret: seal(secrets, key, ownerOf(id)), step, now: new Date().toISOString() });
  return true;
}

/** Whether a code is right, now. It is used up by this, with those before it. */
export async function useAppCode(db: Db, secrets: readonly string[], id: number, code: string): Promise<boolean> {
  const row = await db.first<{ secret: string }>('select secret from authenticator_apps where user_id = :id', { id });
  const key = row && unseal(secrets, row.secret, ownerOf(id));
  const step = key === undefined ? undefined : stepOf(key, code);
  if (step === undefined) return false;
  return (await db.run('update authenticator_apps set last_step = :step, last_used_at = :now where user_id = :id and last_step < :step',
    { id, step, now: new Date().toISOString() })) === 1;
}

/** The app of an account. */
export function appOf(db: Db, id: number): Promise<App | undefined> {
  return db.first<App>('select created_at, last_used_at from authenticator_apps where user_id = :id', { id });
}

/** Removes the app of an account, and gives whether there was one. */
export async function removeApp(db: Db, id: number): Promise<boolean> {
  return (await db.run('delete from authenticator_apps where user_id = :id', { id })) === 1;
}

/** Seals anew what an earlier secret has sealed, so that this secret can go. Gives how many there were. */
export async function resealApps(db: Db, secrets: readonly string[]): Promise<number> {
  const rows = await db.all<{ user_id: number; secret: string }>('select user_id, secret from authenticator_apps');
  let resealed = 0;
  for (const { user_id: id, secret: sealed } of rows.filter(({ secret }) => !secret.startsWith(sealOf(secrets)))) {
    const key = unseal(secrets, sealed, ownerOf(id));
    if (key === undefined) continue;
    resealed += await db.run(RESEAL, { id, sealed, anew: seal(secrets, key, ownerOf(id)) });
  }
  return resealed;
}

const RESEAL = 'update authenticator_apps set secret = :anew where user_id = :id and secret = :sealed';

async function pendingKey(db: Db, secrets: readonly string[], id: number): Promise<string | undefined> {
  const found = await findChallenge(db, 'app', String(id));
  return found && unseal(secrets, found.data, ownerOf(id));
}

/** The step of time that a code is of; undefined for a wrong one. The library compares ASCII alone. */
function stepOf(key: string, code: string): number | undefined {
  if (!/^[0-9]{6}$/.test(code)) return undefined;
  const totp = new TOTP({ secret: Secret.fromBase32(key) });
  const timestamp = Date.now();
  const distance = totp.validate({ token: code, window: WINDOW, timestamp });
  return distance === null ? undefined : totp.counter({ timestamp }) + distance;
}

function ownerOf(id: number): string {
  return `authenticator app of ${id}`;
}
