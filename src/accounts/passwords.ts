/** Hashing passwords with bcrypt, in a few threads and with a bounded queue. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Piscina } from 'piscina';
import { unavailable } from '../errors.ts';
import type { Task } from './password-worker.ts';

/** About a tenth of a second on a small machine. */
const COST = 10;
/** Two at most, and never the last processor: pages must not wait. */
const THREADS = Math.max(1, Math.min(2, availableParallelism() - 1));
/** As many as a crowd at the door; who comes after is told to try again. */
const MOST_WAITING = 64;
/** bcrypt reads no further, so two longer passwords could be alike. */
export const MOST_BYTES = 72;

/** A hash of the same cost, against which an unknown account is compared, so that it takes the same time. */
const NOBODY = `$2b$${COST}$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy`;
const IS_HASH = /^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/;

let pool: Piscina | undefined;
const running = new Set<Promise<unknown>>();

/** The hash of a password. Throws GuestError (503) when too many are waiting. */
export async function hashPassword(password: string): Promise<string> {
  return (await run({ kind: 'hash', password, cost: COST })) as string;
}

/**
 * Compares a password with a hash; without one, or with one that nothing can match, it compares all the
 * same, and the answer is no. Throws GuestError (503) when too many are waiting.
 */
export async function checkPassword(password: string, hash: string | undefined): Promise<boolean> {
  const usable = hash !== undefined && IS_HASH.test(hash);
  const same = (await run({ kind: 'check', password, hash: usable ? hash : NOBODY })) as boolean;
  return same && usable && Buffer.byteLength(password) <= MOST_BYTES;
}

/** Ends the threads once they have done what they were asked. */
export async function closePasswords(): Promise<void> {
  while (running.size > 0) await Promise.allSettled(running);
  const ending = pool;
  pool = undefined;
  await ending?.destroy();
}

async function run(task: Task): Promise<unknown> {
  // The threads get no environment: the secrets in it are none of theirs.
  pool ??= new Piscina({
    filename: join(import.meta.dirname, 'password-worker.ts'), minThreads: 0, maxThreads: THREADS, idleTimeout: 60_000, maxQueue: MOST_WAITING, env: {},
  });
  const result: Promise<unknown> = pool.run(task);
  running.add(result);
  try {
    return await result;
  } catch (error) {
    if (error instanceof Error && error.message.includes('Task queue is at limit')) throw unavailable('Many people are logging in right now. Wait a few seconds, then try again.');
    throw error;
  } finally {
    running.delete(result);
  }
}
