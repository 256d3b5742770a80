/**
 * Idempotency-Key: a POST that is sent again gets the answer of the first time and does nothing. The answer
 * is stored in the transaction that does the work, so that neither a crash in between nor another process
 * makes it twice. https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
import { createHash, createHmac } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Db } from '../../../db/db.ts';
import type { Person } from '../../engine/caller.ts';
import type { Answer, ApiDoor } from '../../engine/endpoint.ts';
import { ApiError } from '../../engine/errors.ts';

/** Stores an answer; call it at the end of the transaction that does the work. */
export type Keep = (trx: Db, answer: Answer) => Promise<void>;

const KEPT_FOR = 24 * 60 * 60 * 1000;
/** A request that runs longer has lost its key to whoever asks next, and can't store anything any more. */
const RUNS_FOR = 60_000;

type Stored = { request: string; status: number | null; headers: string | null; body: string | null; created_at: number };

/**
 * Does the work once for each key of a caller.
 * @throws ApiError 400 for a key that is none, 409 while the first request runs, 422 when the key belongs to another request
 */
export async function once({ db, config }: ApiDoor, request: FastifyRequest, caller: Person, work: (keep: Keep | undefined) => Promise<Answer>): Promise<Answer> {
  const name = request.headers['idempotency-key'];
  if (name === undefined) return work(undefined);
  if (typeof name !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(name)) throw new ApiError(400, { detail: 'An Idempotency-Key is 1 to 255 letters, digits and signs, like a UUID.' });
  const key = createHash('sha256').update(`${caller.id} ${name}`).digest('base64url');
  // With a secret: nobody who reads the table can try passwords against the hash of a request.
  const fingerprint = fingerprintOf(request, `${config.secrets[0] ?? ''} ${name}`);
  const begun = await begin(db, key, fingerprint);
  if (typeof begun !== 'number') return begun;
  try {
    return await work((trx, answer) => store(trx, key, begun, answer));
  } catch (error) {
    // Nothing was done, so the key is free for another try.
    await db.run('delete from api_answers where key = :key and created_at = :begun and status is null', { key, begun });
    throw error;
  }
}

/** Takes the key; gives the moment by which it is ours, or the answer that is there already. */
async function begin(db: Db, key: string, request: string): Promise<number | Answer> {
  const now = Date.now();
  return db.transaction(async (trx) => {
    await trx.run('delete from api_answers where created_at < :before', { before: now - KEPT_FOR });
    await trx.run('delete from api_answers where key = :key and status is null and created_at < :before', { key, before: now - RUNS_FOR });
    const taken = await trx.run('insert into api_answers (key, request, created_at) values (:key, :request, :now) on conflict do nothing', { key, request, now });
    if (taken === 1) return now;
    const stored = (await trx.first<Stored>('select request, status, headers, body, created_at from api_answers where key = :key', { key })) as Stored;
    if (stored.request !== request) throw new ApiError(422, { detail: 'This Idempotency-Key was used for another request. Use a new one for each request.' });
    if (stored.status === null) throw new ApiError(409, { detail: 'The first request with this Idempotency-Key is still running. Try again in a moment.' }, { 'retry-after': '1' });
    const json = stored.body ?? undefined;
    return {
      status: stored.status,
      headers: { ...JSON.parse(stored.headers ?? '{}'), 'idempotency-replayed': 'true' },
      ...(json === undefined ? {} : { json, data: JSON.parse(json) }),
    };
  });
}

async function store(trx: Db, key: string, begun: number, { status = 200, headers = {}, data, json }: Answer): Promise<void> {
  const body = data === undefined ? null : (json ?? JSON.stringify(data));
  const stored = await trx.run('update api_answers set status = :status, headers = :headers, body = :body where key = :key and created_at = :begun and status is null',
    { key, begun, status, headers: JSON.stringify(headers), body });
  if (stored === 0) throw new ApiError(409, { detail: 'This request took too long, and its Idempotency-Key went to another. Nothing was done.' });
}

function fingerprintOf(request: FastifyRequest, secret: string): string {
  const hmac = createHmac('sha256', secret).update(`${request.method} ${request.url}\n${request.headers['content-type'] ?? ''}\n`);
  if (Buffer.isBuffer(request.body)) hmac.update(request.body);
  return hmac.digest('base64url');
}
