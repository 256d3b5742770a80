/**
 * Hashing passwords with bcrypt. It reads no further than 72 bytes, so it gets an HMAC of the password,
 * which is 64 letters long whatever was typed (OWASP Password Storage Cheat Sheet, "Pre-Hashing
 * Passwords with bcrypt"). The label keeps these from being the hashes of any other site.
 */
import { createHmac } from 'node:crypto';
import { normalized } from '../schema/normalized.ts';
import { inThread } from './password-threads.ts';

export { closePasswords } from './password-threads.ts';

/** About a tenth of a second on a small machine. */
const COST = 10;
/** The least that bcrypt knows. */
const LEAST_COST = 4;
/** Dearer ones would hold a thread for longer than anybody waits. */
const DEAREST = 15;
const LABEL = 'Tracklist passwords, version 2';
/** Written before a hash of today's form; one without it is of the first form, bcrypt of the password itself. */
const VERSION = 'v2:';
/** What bcrypt reads of a password of the first form. */
const MOST_BYTES = 72;
/** Far more than any password that was ever accepted; what is longer isn't even normalised. */
export const ABSURD = 1024;

const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;

let cost = COST;

/** A hash of the same cost, against which an unknown account is compared, so that it takes the same time. */
const nobody = (): string => `$2b$${String(cost).padStart(2, '0')}$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy`;

type Stored = { bcrypt: string; cost: number; isOfToday: boolean };

/** From now on hashes cost next to nothing: for tests alone, which make thousands (testing/standalone.test.ts). */
export function hashCheaply(isCheap = true): void {
  cost = isCheap ? LEAST_COST : COST;
}

/** What is stored of a password. Throws GuestError (503) when too many are waiting. */
export async function hashPassword(password: string): Promise<string> {
  return VERSION + (await inThread<string>({ kind: 'hash', secret: digestOf(password), cost }));
}

/**
 * Compares a password with what is stored; without that, or with something that can't be read, it compares
 * all the same, and the answer is no. Throws GuestError (503) when too many are waiting.
 */
export async function checkPassword(password: string, stored: string | undefined): Promise<boolean> {
  const known = readStored(stored ?? '');
  const secret = password.length > ABSURD ? undefined : known && !known.isOfToday ? firstForm(password) : digestOf(password);
  const isSame = await inThread<boolean>({ kind: 'check', secret: secret ?? '', hash: known?.bcrypt ?? nobody() });
  return isSame && known !== undefined && secret !== undefined;
}

/** Whether a password can be compared with what is stored. */
export function isReadable(stored: string): boolean {
  return readStored(stored) !== undefined;
}

/** Whether what is stored should be made anew as soon as the password is known: its form or its cost is of the past. */
export function isDated(stored: string): boolean {
  const known = readStored(stored);
  return known !== undefined && (!known.isOfToday || known.cost < cost);
}

function readStored(stored: string): Stored | undefined {
  const isOfToday = stored.startsWith(VERSION);
  const bcrypt = isOfToday ? stored.slice(VERSION.length) : stored;
  const itsCost = Number(BCRYPT.exec(bcrypt)?.[1]);
  return itsCost >= LEAST_COST && itsCost <= DEAREST ? { bcrypt, cost: itsCost, isOfToday } : undefined;
}

/** One password typed on two keyboards may be composed of other characters, so it is brought to one form first (NFC). */
function digestOf(password: string): string {
  return createHmac('sha384', LABEL).update(normalized(password, 'NFC')).digest('base64');
}

/** Passwords of the first form were hashed as they were typed, and none was longer than bcrypt reads. */
function firstForm(password: string): string | undefined {
  return Buffer.byteLength(password) <= MOST_BYTES ? password : undefined;
}
