/** Writing: one transaction and one act of the history for each request, taken back again for a rehearsal. */
import { actAs } from '../../../accounts/rank.ts';
import type { Writer } from '../../../db/history/writer.ts';
import { authorOf, type Person } from '../../engine/caller.ts';
import type { Answer, ApiDoor, Call } from '../../engine/endpoint.ts';
import { ApiError, refusedFields } from '../../engine/errors.ts';
import { once } from './once.ts';

/** What a request did: the answer to it, and what a rehearsal tells instead. */
export type Done = { answer: Answer; rehearsed: Record<string, unknown> };

/** Carries what a rehearsal would have done out of its transaction. */
class Rehearsed extends Error {
  readonly done: Done;

  constructor(done: Done) {
    super('rehearsed');
    this.done = done;
  }
}

/**
 * Does a request's work as one act. With `?dry_run=true` everything is judged and done, told, and taken back.
 * @param options.neverKept why an answer can't be kept for a repeated request
 */
export async function writing(door: ApiDoor, call: Call, work: (writer: Writer) => Promise<Done>, { neverKept }: { neverKept?: string | undefined } = {}): Promise<Answer> {
  const caller = call.caller as Person;
  const isRehearsal = readFlag(call.query['dry_run']);
  if (isRehearsal) return rehearse(door, caller, work);
  if (call.request.method !== 'POST') return (await actAs(door.db, authorOf(caller), work)).answer;
  if (neverKept !== undefined && call.request.headers['idempotency-key'] !== undefined) throw new ApiError(400, { detail: neverKept });
  return once(door, call.request, caller, (keep) => actAs(door.db, authorOf(caller), async (writer) => {
    const { answer } = await work(writer);
    await keep?.(writer.db, answer);
    return answer;
  }));
}

async function rehearse({ db }: ApiDoor, caller: Person, work: (writer: Writer) => Promise<Done>): Promise<Answer> {
  try {
    await db.transaction(async (trx) => {
      throw new Rehearsed(await actAs(trx, authorOf(caller), work));
    });
  } catch (error) {
    if (error instanceof Rehearsed) return { data: { dry_run: true, ...error.done.rehearsed } };
    throw error;
  }
  throw new Error('A rehearsal ended without being taken back');
}

/** Whether a parameter says yes. @throws ApiError 400 when it says neither yes nor no */
export function readFlag(value: unknown): boolean {
  const text = String([value ?? ''].flat().at(-1)).toLowerCase();
  if (['', 'false', '0'].includes(text)) return false;
  if (['true', '1'].includes(text)) return true;
  throw refusedFields({ dry_run: ['Must be a valid boolean.'] });
}
