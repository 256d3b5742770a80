/** Hashing passwords with bcrypt, in a few threads and with a bounded queue. */
import { join } from 'node:path';
import { Piscina } from 'piscina';
import { unavailable } from '../errors.ts';
import type { Task } from './password-worker.ts';

/** About a tenth of a second on a small machine. */
const COST = 10;
/** As many as a crowd at the door; who comes after is told to try again. */
const MOST_WAITING = 64;
/** bcrypt reads no further, so two longer passwords could be alike. */
export const MOST_BYTES = 72;

/** A hash of the same cost that no password has, so that an unknown account takes the same time. */
const NOBODY = '$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy';

let pool: Piscina | undefined;

/** The hash of a password. Throws GuestError (503) when too many are waiting. */
export async function hashPassword(password: string): Promise<string> {
  return (await run({ kind: 'hash', password, cost: COST })) as string;
}

/**
 * Compares a password with a hash; without one it compares all the same, and the answer is no.
 * Throws GuestError (503) when too many are waiting.
 */
export async function checkPassword(password: string, hash: string | undefined): Promise<boolean> {
  const same = (await run({ kind: 'check', password, hash: hash ?? NOBODY })) as boolean;
  return same && hash !== undefined && Buffer.byteLength(password) <= MOST_BYTES;
}

/** Ends the threads. */
export async function closePasswords(): Promise<void> {
  const ending = pool;
  pool = undefined;
  await ending?.destroy();
}

async function run(task: Task): Promise<unknown> {
  pool ??= new Piscina({ filename: join(import.meta.dirname, 'password-worker.ts'), minThreads: 0, maxThreads: 2, idleTimeout: 10_000, maxQueue: MOST_WAITING });
  try {
    return await pool.run(task);
  } catch (error) {
    if (error instanceof Error && error.message.includes('Task queue is at limit')) throw unavailable('Many people are logging in right now. Wait a few seconds, then try again.');
    throw error;
  }
}
