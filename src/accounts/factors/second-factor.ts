/** The second factor of an account: whether it has one, whether a code is right, and how one is taken away. */
import type { Db } from '../../db/db.ts';
import type { Author } from '../../db/history/change.ts';
import { act, type Writer } from '../../db/history/writer.ts';
import { GuestError } from '../../errors.ts';
import { user } from '../../models/user.ts';
import { normalized } from '../../schema/normalized.ts';
import { type Guesser, tryGuess } from '../attempts.ts';
import { noticeFactor } from '../mail/notices.ts';
import { leaveNotice } from '../notices.ts';
import { actAs } from '../rank.ts';
import { appOf, removeApp, useAppCode } from './app.ts';
import { countCodes, removeCodes, useRecoveryCode } from './recovery-codes.ts';

type Named = { id: number; username: string };

/** What an account has besides its password. */
export type Factors = { app: boolean; passkeys: number; codes: number };

/** What it was before and what it is now, by what was changed. */
export type FactorChange = Record<string, readonly [before: string | number, after: string | number]>;

/** What a code was. */
export type Proof = 'app' | 'recovery code';

const LAST = 'Staff need a second factor on this site. Set up another one before you remove this one.';
const NONE = 'This account has no second factor.';

/** What an account has. */
export async function factorsOf(db: Db, id: number): Promise<Factors> {
  return { app: (await appOf(db, id)) !== undefined, passkeys: await countPasskeys(db, id), codes: await countCodes(db, id) };
}

/** Whether a password alone doesn't open an account. Recovery codes are no factor by themselves. */
export async function hasSecondFactor(db: Db, id: number): Promise<boolean> {
  return (await db.first(HAS_ONE, { id })) !== undefined;
}

/**
 * What a typed code is, under waits of their own after wrong ones: a right password doesn't end them.
 * @returns undefined for a wrong code, or one that was used before
 * @throws GuestError (429) with the seconds to wait, when there were too many wrong tries
 */
export function tryCode(
  db: Db, secrets: readonly string[], { id, ...guesser }: Named & Guesser, typed: string,
): Promise<Proof | undefined> {
  return tryGuess(db, 'code', guesser, () => checkCode(db, secrets, { id, username: guesser.username }, typed));
}

/**
 * Notes what was done to a second factor, and tells its owner by mail. It can't be undone: what was proven is not kept.
 * @param change such as `{ 'authenticator app': ['none', 'set up'] }`
 */
export async function noteFactor(writer: Writer, { id, username }: Named, change: FactorChange): Promise<void> {
  const [before, after] = ([0, 1] as const).map((side) =>
    Object.fromEntries(Object.entries(change).map(([name, values]) => [name, values[side]])));
  await writer.note(user, { object: id, action: 'change', label: username, before, after });
  await noticeFactor(writer.db, id, change);
  writer.cannotBeUndone('A change of a second factor can’t be undone: its owner sets up another one.');
}

/**
 * After one was removed: recovery codes without a factor open nothing.
 * @throws GuestError 422 when it was the last and there must be one
 */
export async function settleRemoval(db: Db, id: number, isRequired: boolean): Promise<void> {
  if (await hasSecondFactor(db, id)) return;
  if (isRequired) throw new GuestError(422, LAST);
  await removeCodes(db, id);
}

/**
 * Takes the second factor from somebody who has lost it: the app, the passkeys and the recovery codes. Their
 * owner is told by mail and at the next log-in.
 * @throws GuestError 403 when the author may not, 422 when there is none
 */
export async function removeSecondFactor(db: Db, author: Author, { id, username }: Named): Promise<void> {
  await actAs(db, author, async (writer) => {
    const { db: trx } = writer;
    if (!(await hasSecondFactor(trx, id))) throw new GuestError(422, NONE);
    await removeApp(trx, id);
    await removeCodes(trx, id);
    await trx.run('delete from passkeys where user_id = :id', { id });
    await trx.run('delete from challenges where user_id = :id', { id });
    await noteFactor(writer, { id, username }, { 'second factor': ['set up', 'removed'] });
    const [who, day] = [author.user === null ? 'An administrator' : author.person, new Date().toISOString().slice(0, 10)];
    await leaveNotice(trx, id, `${who} removed your second factor on ${day}. If you did not ask for this, change your password.`);
  });
}

async function checkCode(db: Db, secrets: readonly string[], { id, username }: Named, typed: string): Promise<Proof | undefined> {
  const code = normalized(typed, 'NFKC').replace(/\s/g, '');
  if (await useAppCode(db, secrets, id, code)) return 'app';
  if (!(await useRecoveryCode(db, id, code))) return undefined;
  const left = await countCodes(db, id);
  const own: Author = { user: id, person: username, surface: 'account' };
  await act(db, own, (writer) => noteFactor(writer, { id, username }, { 'recovery codes': [left + 1, left] }));
  return 'recovery code';
}

async function countPasskeys(db: Db, id: number): Promise<number> {
  return (await db.first<{ rows: number }>('select count(*) as rows from passkeys where user_id = :id', { id }))?.rows ?? 0;
}

const HAS_ONE = `select 1 from authenticator_apps where user_id = :id
  union all select 1 from passkeys where user_id = :id limit 1`;
