/**
 * A form that makes something carries a key of its own. Sent twice, by two presses or a reload, it makes one
 * thing, and the second press leads to where the first one did. The same key with another content is another
 * form: somebody went back and typed something else.
 */
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { keepAnswer, releaseKey, takeKey } from '../db/answered.ts';
import type { Db } from '../db/db.ts';
import { GuestError } from '../errors.ts';
import { personOf } from './session.ts';
import { keepOnce, lookAtOnce } from './shown-once.ts';

/** Where the first one led, and what it showed once. */
export type Outcome = { location: string; shownOnce?: string };
/** Keeps the outcome; call it at the end of the transaction that makes the thing. */
export type KeepOutcome = (trx: Db, outcome: Outcome) => Promise<void>;
type Sent = { key: string; content: string };
/** `replay` answers a form that was sent before; else it leads where the first one led. */
type Work = { work: (keep: KeepOutcome) => Promise<FastifyReply>; replay?: (shown: string | undefined) => Promise<FastifyReply> };

const FIELD = 'once';
const LOOK_EVERY = 50;
const PATIENCE = 15_000;

const sentWith = new WeakMap<FastifyRequest, Sent>();

/** The hidden field of a form that is drawn now. */
export function formKey(): [name: string, value: string] {
  return [FIELD, randomBytes(16).toString('base64url')];
}

/** Takes the key out of what was sent, before the form is read by its allow-list. */
export function takeFormKey(request: FastifyRequest): void {
  const { body } = request;
  if (typeof body !== 'object' || body === null || !(FIELD in body)) return;
  const { [FIELD]: key, ...fields } = body as Record<string, unknown>;
  if (typeof key !== 'string' || !/^[\w-]{22}$/.test(key)) return;
  request.body = fields;
  sentWith.set(request, { key, content: JSON.stringify(fields) });
}

/**
 * Does the work of a form once; without a key, as a program may send it, each time.
 * @param beside what was sent beside the fields, such as the name of a file
 * @throws GuestError 409 when the first one doesn't come to an end
 */
export async function oncePerForm(db: Db, request: FastifyRequest, reply: FastifyReply, { work, replay, beside = '' }: Work & { beside?: string }): Promise<FastifyReply> {
  const sent = sentWith.get(request);
  if (!sent) return work(async () => {});
  const person = await personOf(request);
  // The key is known to nobody but its page, so the hash tells nothing about the content, be it a password.
  const key = createHash('sha256').update(JSON.stringify([person?.id, request.url, sent, beside])).digest('base64url');
  for (const end = performance.now() + PATIENCE; ; await sleep(LOOK_EVERY)) {
    const taken = await takeKey(db, key, 'form');
    if ('begun' in taken) return makeOnce(db, { key, begun: taken.begun }, work);
    if ('answered' in taken) {
      const { location, ticket } = JSON.parse(taken.answered.body ?? '{}') as { location: string; ticket?: string };
      return replay ? replay(ticket === undefined ? undefined : lookAtOnce(ticket)) : reply.redirect(location, 303);
    }
    if (performance.now() > end) throw new GuestError(409, 'This form was sent before and is still being stored. Wait a moment, then look whether it is there.');
  }
}

async function makeOnce(db: Db, taken: { key: string; begun: number }, work: Work['work']): Promise<FastifyReply> {
  try {
    return await work(async (trx, { location, shownOnce }) => {
      const body = JSON.stringify({ location, ticket: shownOnce === undefined ? undefined : keepOnce(shownOnce) });
      if (!(await keepAnswer(trx, taken, { status: 303, headers: null, body }))) throw new GuestError(409, 'This took too long, and the form was sent again. Nothing was stored by this one.');
    });
  } finally {
    // What was refused may be mended and sent again; what was kept stays.
    await releaseKey(db, taken);
  }
}
