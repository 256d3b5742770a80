/**
 * Recovery codes, for whoever has lost the other factor. Sixty random bits each, kept as passwords are:
 * hashed slowly with a salt (ASVS 5.0, 6.5.2), and each works once.
 */
import { randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import type { Db } from '../../db/db.ts';

export const CODES = 10;

/** Crockford's base 32: no letter that is taken for a digit. */
const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';
const LENGTH = 12;
/** 16 MiB and some 30 ms for a guess that has one chance in 2^60. */
const COST = { N: 2 ** 14, r: 8, p: 1 };

const derive = promisify<string, Buffer, number, typeof COST, Buffer>(scrypt);

/** Codes before they are stored: `codes` is for the person's eyes, once. */
export type NewCodes = { codes: string[]; salt: Buffer; hashes: string[] };

/** Makes ten codes. No transaction should wait for the hashing. */
export async function makeCodes(): Promise<NewCodes> {
  const salt = randomBytes(16);
  const codes = Array.from({ length: CODES }, newCode);
  const hashes: string[] = [];
  for (const code of codes) hashes.push(await hashOf(code, salt));
  return { codes: codes.map((code) => code.replace(/.{4}(?=.)/g, '$&-')), salt, hashes };
}

/** Stores them in the place of those that were there. */
export async function storeCodes(db: Db, user: number, { salt, hashes }: NewCodes): Promise<void> {
  await removeCodes(db, user);
  const now = new Date().toISOString();
  for (const hash of hashes) await db.run(ADD, { user, salt: salt.toString('base64url'), hash, now });
}

/** How many are left. */
export async function countCodes(db: Db, user: number): Promise<number> {
  return (await db.first<{ rows: number }>('select count(*) as rows from recovery_codes where user_id = :user', { user }))?.rows ?? 0;
}

/** Whether a code is right, however it is typed. It is used up by this. */
export async function useRecoveryCode(db: Db, user: number, typed: string): Promise<boolean> {
  const code = typed.toLowerCase().replace(/[\s-]/g, '').replaceAll('o', '0').replace(/[il]/g, '1');
  if (code.length !== LENGTH) return false;
  const row = await db.first<{ salt: string }>('select salt from recovery_codes where user_id = :user order by id limit 1', { user });
  if (!row) return false;
  const hash = await hashOf(code, Buffer.from(row.salt, 'base64url'));
  return (await db.run('delete from recovery_codes where user_id = :user and hash = :hash', { user, hash })) === 1;
}

/** Removes all of them. */
export async function removeCodes(db: Db, user: number): Promise<void> {
  await db.run('delete from recovery_codes where user_id = :user', { user });
}

const ADD = 'insert into recovery_codes (user_id, salt, hash, created_at) values (:user, :salt, :hash, :now)';

function newCode(): string {
  return Array.from(randomBytes(LENGTH), (byte) => LETTERS[byte % LETTERS.length]).join('');
}

async function hashOf(code: string, salt: Buffer): Promise<string> {
  return (await derive(code, salt, 32, COST)).toString('base64url');
}
