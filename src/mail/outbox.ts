/**
 * The outbox: letters wait in the database, written in the transaction of what they tell, until a process
 * has sent them. A letter holds no secret: keys of links are made when it is sent.
 */
import { randomUUID } from 'node:crypto';
import type { Db } from '../db/db.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** A letter that is to be written: `kind` says how, from `data`. */
export type NewLetter = { kind: string; to: string; account?: number | undefined; data?: Record<string, unknown>; /** For so long it is worth sending, in milliseconds. */ life?: number };

/** A letter as it waits. */
export type Waiting = { id: number; kind: string; recipient: string; account_id: number | null; data: string; message_id: string; created_at: number; expires_at: number; tries: number; claim: string };

/** What staff are told of a letter that was not sent. */
export type Failure = { id: number; kind: string; recipient: string; fault: string; failed_at: number };

/** Letters that nothing shorter is said of are tried for so long. */
const LIFE = 3 * DAY;
/** Who sends a letter has so long before another process may; longer than the server is given. */
const CLAIM = 3 * MINUTE;
const FIRST_WAIT = 10_000;
const LONGEST_WAIT = 60 * MINUTE;
/** What could not be sent is told to staff for so long. */
const REMEMBERED = 30 * DAY;
/** Letters that wait longer than this wait for something that an operator should look at. */
const LATE = 15 * MINUTE;

/** Puts a letter into the outbox; in a transaction it is sent only if that is stored. */
export async function queueLetter(db: Db, { kind, to, account, data = {}, life = LIFE }: NewLetter): Promise<void> {
  const now = Date.now();
  await db.run(INSERT, { kind, recipient: to, account: account ?? null, data: JSON.stringify(data), message: randomUUID(), now, expires: now + life });
}

/** Claims letters that are due: no other process sends them meanwhile. */
export async function claimLetters(db: Db, limit: number): Promise<Waiting[]> {
  const now = Date.now();
  if (!(await db.first(IS_DUE, { now }))) return [];
  return db.all<Waiting>(CLAIM_DUE, { now, until: now + CLAIM, claim: randomUUID(), limit });
}

/** Erases a letter that was sent, or that has nothing to tell any more. */
export async function settleLetter(db: Db, { id, claim }: Waiting): Promise<void> {
  await db.run('delete from outbox where id = :id and claim = :claim', { id, claim });
}

/**
 * Notes that sending failed: the letter is tried again after a wait that doubles each time, or given up when it
 * would come too late or never can.
 * @returns whether it was given up
 */
export async function postponeLetter(db: Db, { id, claim, tries, expires_at }: Waiting, fault: string, { isFinal }: { isFinal: boolean }): Promise<boolean> {
  const now = Date.now();
  const due = now + waitAfter(tries + 1);
  const isGivenUp = isFinal || due >= expires_at;
  await db.run(isGivenUp ? GIVE_UP : POSTPONE, { id, claim, fault: fault.slice(0, 300), ...(isGivenUp ? { now } : { due }) });
  return isGivenUp;
}

/** The wait after so many tries, in milliseconds. */
export function waitAfter(tries: number): number {
  return Math.min(FIRST_WAIT * 2 ** (tries - 1), LONGEST_WAIT);
}

/** Gives up letters that are worth nothing any more, and forgets what failed long ago. Returns what was given up. */
export async function expireLetters(db: Db): Promise<Failure[]> {
  const now = Date.now();
  if (await db.first('select 1 from outbox where failed_at < :old limit 1', { old: now - REMEMBERED })) await db.run('delete from outbox where failed_at < :old', { old: now - REMEMBERED });
  if (!(await db.first('select 1 from outbox where failed_at is null and expires_at <= :now and claimed_until <= :now limit 1', { now }))) return [];
  return db.all<Failure>(EXPIRE, { now });
}

/** Erases everything that waits, where no mail can be sent. */
export async function emptyOutbox(db: Db): Promise<void> {
  if (await db.first('select 1 from outbox where failed_at is null limit 1')) await db.run('delete from outbox where failed_at is null');
}

/** Letters to an account that were given up, the latest first. */
export function failuresOf(db: Db, account: number): Promise<Failure[]> {
  return db.all<Failure>(`${FAILED} and account_id = :account order by failed_at desc limit 5`, { account });
}

/** How the outbox stands: letters that have waited for long, and letters that were given up within a day. */
export async function outboxHealth(db: Db): Promise<{ late: number; failed: number; fault: string }> {
  const now = Date.now();
  const late = await db.first<{ letters: number }>('select count(*) as letters from outbox where failed_at is null and created_at < :late', { late: now - LATE });
  const failed = await db.first<{ letters: number }>('select count(*) as letters from outbox where failed_at > :since', { since: now - DAY });
  const latest = await db.first<{ fault: string }>("select fault from outbox where fault <> '' order by id desc limit 1");
  return { late: late?.letters ?? 0, failed: failed?.letters ?? 0, fault: latest?.fault ?? '' };
}

const INSERT = `insert into outbox (kind, recipient, account_id, data, message_id, created_at, due_at, expires_at)
  values (:kind, :recipient, :account, :data, :message, :now, :now, :expires)`;
const DUE = 'failed_at is null and due_at <= :now and claimed_until <= :now and expires_at > :now';
const IS_DUE = `select 1 from outbox where ${DUE} limit 1`;
// The conditions stand outside, too: another process may have been faster between the two.
const CLAIM_DUE = `update outbox set claim = :claim, claimed_until = :until
  where id in (select id from outbox where ${DUE} order by due_at, id limit :limit) and ${DUE}
  returning id, kind, recipient, account_id, data, message_id, created_at, expires_at, tries, claim`;
const POSTPONE = 'update outbox set tries = tries + 1, fault = :fault, due_at = :due, claimed_until = 0 where id = :id and claim = :claim';
const GIVE_UP = "update outbox set tries = tries + 1, fault = :fault, failed_at = :now, data = '{}', claimed_until = 0 where id = :id and claim = :claim";
const EXPIRE = `update outbox set failed_at = :now, data = '{}', fault = case when fault = '' then 'It was not sent in time.' else fault end
  where failed_at is null and expires_at <= :now and claimed_until <= :now returning id, kind, recipient, fault, failed_at`;
const FAILED = 'select id, kind, recipient, fault, failed_at from outbox where failed_at is not null';
