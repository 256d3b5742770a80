/** The threads in which passwords are hashed, compared and looked up, with a bounded queue before them. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Piscina } from 'piscina';
import { unavailable } from '../errors.ts';
import type { Task } from './password-worker.ts';

/** Two at most, and never the last processor: pages must not wait. */
const THREADS = Math.max(1, Math.min(2, availableParallelism() - 1));
/** As many as a crowd at the door; who comes after is told to try again. */
const MOST_WAITING = 64;
const CROWDED = 'Many people are logging in right now. Wait a few seconds, then try again.';

let pool: Piscina | undefined;
const running = new Set<Promise<unknown>>();

/** Gives a task to the next free thread. Throws GuestError (503) when too many are waiting. */
export async function inThread<Result extends string | boolean>(task: Task): Promise<Result> {
  // The threads get no environment: the secrets in it are none of theirs.
  pool ??= new Piscina({
    filename: join(import.meta.dirname, 'password-worker.ts'), minThreads: 0, maxThreads: THREADS, idleTimeout: 60_000, maxQueue: MOST_WAITING, env: {},
  });
  const result: Promise<Result> = pool.run(task);
  running.add(result);
  try {
    return await result;
  } catch (error) {
    if (error instanceof Error && error.message.includes('Task queue is at limit')) throw unavailable(CROWDED);
    throw error;
  } finally {
    running.delete(result);
  }
}

/** Ends the threads once they have done what they were asked. */
export async function closePasswords(): Promise<void> {
  while (running.size > 0) await Promise.allSettled(running);
  const ending = pool;
  pool = undefined;
  await ending?.destroy();
}
