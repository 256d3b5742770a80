/**
 * Idempotency-Key: a POST that is sent again gets the answer of the first time and does nothing. The answer
 * is stored in the transaction that does the work, so that neither a crash in between nor another process
 * makes it twice. https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
import { createHash, createHmac } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { keepAnswer, releaseKey, type Taken, takeKey } from '../../../db/answered.ts';
import type { Db } from '../../../db/db.ts';
import type { Person } from '../../engine/caller.ts';
import type { Answer, ApiDoor } from '../../engine/endpoint.ts';
import { ApiError } from '../../engine/errors.ts';

/** Stores an answer; call it at the end of the transaction that does the work. */
export type Keep = (trx: Db, answer: Answer) => Promise<void>;

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
  const taken = await takeKey(db, key, fingerprint);
  if (!('begun' in taken)) return repeated(taken, fingerprint);
  const { begun } = taken;
  try {
    return await work((trx, answer) => store(trx, { key, begun }, answer));
  } catch (error) {
    await releaseKey(db, { key, begun });
    throw error;
  }
}

function repeated(taken: Exclude<Taken, { begun: number }>, fingerprint: string): Answer {
  const { request } = 'answered' in taken ? taken.answered : taken;
  if (request !== fingerprint) throw new ApiError(422, { detail: 'This Idempotency-Key was used for another request. Use a new one for each request.' });
  if ('isRunning' in taken) throw new ApiError(409, { detail: 'The first request with this Idempotency-Key is still running. Try again in a moment.' }, { 'retry-after': '1' });
  const { status, headers, body } = taken.answered;
  return { status, headers: { ...JSON.parse(headers ?? '{}'), 'idempotency-replayed': 'true' }, ...(body === null ? {} : { json: body, data: JSON.parse(body) }) };
}

async function store(trx: Db, taken: { key: string; begun: number }, { status = 200, headers = {}, data, json }: Answer): Promise<void> {
  const body = data === undefined ? null : (json ?? JSON.stringify(data));
  if (await keepAnswer(trx, taken, { status, headers: JSON.stringify(headers), body })) return;
  throw new ApiError(409, { detail: 'This request took too long, and its Idempotency-Key went to another. Nothing was done.' });
}

function fingerprintOf(request: FastifyRequest, secret: string): string {
  const hmac = createHmac('sha256', secret).update(`${request.method} ${request.url}\n${request.headers['content-type'] ?? ''}\n`);
  if (Buffer.isBuffer(request.body)) hmac.update(request.body);
  return hmac.digest('base64url');
}
