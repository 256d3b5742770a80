/**
 * What was answered to a request that may be sent again, under a key of its own: kept in the transaction that
 * does the work, so that neither a crash in between nor another process does it twice.
 */
import type { Db } from './db.ts';

/** `headers` and `body` as texts; `request` tells apart what was sent under one key. */
export type Answered = { request: string; status: number; headers: string | null; body: string | null };
/** `begun`: the key is ours, since this moment. */
export type Taken = { begun: number } | { isRunning: true; request: string } | { answered: Answered };

const KEPT_FOR = 24 * 60 * 60 * 1000;
/** A request that runs longer, or began before the clock was set back, has lost its key to whoever asks next, and can't keep anything any more. */
const RUNS_FOR = 60_000;

/** Takes a key for a request, or tells what has become of it. */
export function takeKey(db: Db, key: string, request: string): Promise<Taken> {
  const now = Date.now();
  return db.transaction(async (trx) => {
    await trx.run('delete from api_answers where created_at < :before', { before: now - KEPT_FOR });
    await trx.run('delete from api_answers where key = :key and status is null and (created_at < :before or created_at > :after)', { key, before: now - RUNS_FOR, after: now + RUNS_FOR });
    const taken = await trx.run('insert into api_answers (key, request, created_at) values (:key, :request, :now) on conflict do nothing', { key, request, now });
    if (taken === 1) return { begun: now };
    const found = await trx.first<Omit<Answered, 'status'> & { status: number | null }>('select request, status, headers, body from api_answers where key = :key', { key });
    if (!found) throw new Error('a key was neither free nor taken');
    return found.status === null ? { isRunning: true, request: found.request } : { answered: { ...found, status: found.status } };
  });
}

/** Keeps the answer, within the transaction of the work; false when the key has gone to another meanwhile. */
export async function keepAnswer(trx: Db, { key, begun }: { key: string; begun: number }, { status, headers, body }: Omit<Answered, 'request'>): Promise<boolean> {
  return (await trx.run('update api_answers set status = :status, headers = :headers, body = :body where key = :key and created_at = :begun and status is null', { key, begun, status, headers, body })) === 1;
}

/** Gives the key back when nothing was done, so that it is free for another try. */
export async function releaseKey(db: Db, { key, begun }: { key: string; begun: number }): Promise<void> {
  await db.run('delete from api_answers where key = :key and created_at = :begun and status is null', { key, begun });
}
