/** People with an account. */
import type { Db } from '../db/db.ts';
import { FORMER, forget } from '../db/history/forget.ts';
import { type Author, OPERATOR } from '../db/history/change.ts';
import { act, type Writer } from '../db/history/writer.ts';
import { type FieldErrors, GuestError, invalid } from '../errors.ts';
import { NO_PASSWORD, user } from '../models/user.ts';
import { compatible } from '../schema/caseless.ts';
import { addressOf, NO_ADDRESS } from '../schema/address.ts';
import { trimmed } from '../schema/parse.ts';
import { called, faultOfName, keyOfName, TAKEN } from './names.ts';
import { faultOf } from './password-rules.ts';
import { checkPassword, hashPassword, isDated, isReadable } from './passwords.ts';
import { endOtherSessions } from './sessions.ts';
import { reportFault } from './site.ts';

export { keyOfName, LOOKS_LIKE_STAFF } from './names.ts';

export type Account = { id: number; username: string; email: string; like_count: number; created_at: string };
/** Somebody whose password was right, with the moment since which the account is as it was then. */
export type Proven = { id: number; username: string; updated_at: string };
/** Without a password nobody can log in until a one-time link or somebody with the right sets one. */
export type NewUser = { username: string; password: string | undefined; email?: string; is_staff?: boolean; is_superuser?: boolean };

/** Said wherever the last superuser who can get in is at stake. */
export const LAST = 'This would leave no active superuser who is staff and has a password, and nobody could run the site any more. Make somebody else one first.';
/** Conditions on a row of users: has a password by which to log in; can log in, open the admin area and do everything there. */
export const HAS_PASSWORD = `password_hash <> '${NO_PASSWORD}'`;
export const IS_ADMINISTRATOR = `is_superuser and is_staff and is_active and ${HAS_PASSWORD}`;

/** An account that is ready to be stored: everything judged, the password hashed. */
export type ReadyUser = { username: string; email: string; password_hash: string; is_staff: boolean; is_superuser: boolean };

/**
 * Makes an account.
 * @param author who makes it; `ownAuthor` for people who sign up
 * @returns its id
 * @throws InvalidInput with a sentence for each field that is refused
 */
export async function createUser(db: Db, values: NewUser, author: Author = OPERATOR): Promise<number> {
  const ready = await readyUser(db, values);
  return act(db, author, (writer) => insertUser(writer, ready));
}

/** The author of an account that somebody makes for themselves: it is known by its name before it has an id. */
export function ownAuthor(username: string, surface: 'account' | 'setup' | 'api'): Author {
  return { user: null, person: compatible(trimmed(username)), surface };
}

/**
 * The first half of `createUser`: judges the values and hashes the password, which no transaction should wait for.
 * @throws InvalidInput with a sentence for each field that is refused
 */
export async function readyUser(db: Db, values: NewUser): Promise<ReadyUser> {
  const username = compatible(trimmed(values.username));
  const typed = trimmed(values.email ?? '');
  const email = addressOf(typed) ?? typed;
  const errors = await faultsOfAccount(db, { username, email });
  const passwordFault = values.password === undefined ? undefined : await faultOf(values.password, { username, email });
  if (passwordFault) errors['password'] = passwordFault;
  if (Object.keys(errors).length > 0) throw invalid(errors);
  return {
    username,
    email,
    password_hash: values.password === undefined ? NO_PASSWORD : await hashPassword(values.password),
    is_staff: values.is_staff ?? false,
    is_superuser: values.is_superuser ?? false,
  };
}

/**
 * What is wrong with a name and an e-mail address, which are trimmed already.
 * @param own the account that has them now, which may keep its name
 */
export async function faultsOfAccount(db: Db, { username, email }: { username: string; email: string }, own = 0): Promise<FieldErrors> {
  const errors: FieldErrors = {};
  const fault = await faultOfName(db, username, own);
  if (fault) errors['username'] = fault;
  if (email !== '' && addressOf(email) === undefined) errors['email'] = NO_ADDRESS;
  return errors;
}

/** The second half: stores the account, and throws InvalidInput when somebody has taken its name meanwhile. */
export async function insertUser(writer: Writer, { password_hash, ...values }: ReadyUser): Promise<number> {
  if (await userByName(writer.db, values.username)) throw invalid({ username: TAKEN });
  return writer.insert(user, { ...values, is_active: true }, { password_hash });
}

/** The account that has this name and password, whatever the name's case. Takes the same time when there is none. */
export async function authenticate(db: Db, username: string, password: string): Promise<Proven | undefined> {
  const found = await db.first<Proven & { password_hash: string; is_active: number }>(
    'select id, username, updated_at, password_hash, is_active from users where id = :id', { id: (await called(db, username))?.id ?? 0 });
  const isRight = await checkPassword(password, found?.password_hash);
  if (!found) return undefined;
  const { id, password_hash, is_active, ...known } = found;
  if (password_hash !== NO_PASSWORD && !isReadable(password_hash)) reportFault(`The stored password of account ${id} can’t be read: nobody can log in with it until a new one is set.`);
  if (!isRight || !is_active) return undefined;
  if (isDated(password_hash)) await renewHash(db, { id, password_hash }, password);
  return { id, ...known };
}

/** Stores a password in today's form, now that it is known. It is the same one, so nothing else changes; whoever is in a crowd has it done another time. */
async function renewHash(db: Db, { id, password_hash: old }: { id: number; password_hash: string }, password: string): Promise<void> {
  try {
    await db.run('update users set password_hash = :hash where id = :id and password_hash = :old', { id, old, hash: await hashPassword(password) });
  } catch (error) {
    if (!(error instanceof GuestError)) throw error;
  }
}

/** An active account as it is now, for somebody who has proven it is theirs by other means than a password. */
export function provenById(db: Db, id: number): Promise<Proven | undefined> {
  return db.first<Proven>('select id, username, updated_at from users where id = :id and is_active', { id });
}

/** Whether the account is still as it was when its password was compared: comparing takes time, and more in a queue. */
export async function isUnchanged(db: Db, { id, updated_at }: Proven): Promise<boolean> {
  return (await db.first('select 1 from users where id = :id and updated_at = :updated_at and is_active', { id, updated_at })) !== undefined;
}

/** Notes that somebody has logged in. */
export async function noteLogin(db: Db, id: number): Promise<void> {
  await db.run('update users set last_login_at = :now where id = :id', { id, now: new Date().toISOString() });
}

/** An account by id. */
export function userById(db: Db, id: number): Promise<Account | undefined> {
  return db.first<Account>('select id, username, email, like_count, created_at from users where id = :id', { id });
}

/** An account by name, whatever its case. */
export async function userByName(db: Db, username: string): Promise<Account | undefined> {
  const found = await called(db, username);
  return found && userById(db, found.id);
}

/** How many API tokens an account has. */
export async function countTokens(db: Db, user: number): Promise<number> {
  return (await db.first<{ rows: number }>('select count(*) as rows from tokens where user = :user', { user }))?.rows ?? 0;
}

/** Accounts whose username or e-mail address begins with a text, whatever the name's case; the exact name first. */
export async function findUsers(db: Db, text: string, limit: number): Promise<{ ids: number[]; isCapped: boolean }> {
  const key = keyOfName(text);
  const rows = await db.all<{ id: number }>(FIND, { key, keyEnd: `${key}\u{10ffff}`, email: trimmed(text), emailEnd: `${trimmed(text)}\u{10ffff}`, limit: limit + 1 });
  return { ids: rows.slice(0, limit).map(({ id }) => id), isCapped: rows.length > limit };
}

/**
 * Deletes an account for the person whose it is, with its likes, and ends its sessions. The history keeps
 * that an account was deleted and nothing about the person, in what was noted before either: who leaves
 * takes along what is theirs, so this can't be undone. Throws a GuestError (422) for the last superuser's.
 */
export async function deleteUser(db: Db, id: number): Promise<void> {
  await act(db, { user: null, person: FORMER, surface: 'account' }, async (writer) => {
    const { db: trx } = writer;
    const was = await trx.first<{ is_superuser: number; administrates: number }>(`select is_superuser, ${IS_ADMINISTRATOR} as administrates from users where id = :id`, { id });
    await endOtherSessions(trx, id, '');
    await trx.run('delete from users where id = :id', { id });
    if (was?.is_superuser) await assertSuperuser(trx, { administrated: Boolean(was.administrates) });
    await forget(trx, user, id);
    await writer.note(user, { object: id, action: 'delete', label: '' });
    writer.cannotBeUndone('Somebody deleted their own account: nothing of it is kept.');
  });
}

/**
 * Throws a GuestError (422) when no superuser is left who could go on. Ask within the transaction that changes it.
 * @param administrated whether somebody who is changed could run the site until now: then somebody must still be able to
 */
export async function assertSuperuser(db: Db, { administrated }: { administrated: boolean }): Promise<void> {
  const isLeft = administrated ? await hasAdministrator(db) : (await db.first('select 1 from users where is_superuser and is_active limit 1')) !== undefined;
  if (!isLeft) throw new GuestError(422, LAST);
}

/** Whether anybody can log in, open the admin area and do everything there. */
export async function hasAdministrator(db: Db): Promise<boolean> {
  return (await db.first(`select 1 from users where ${IS_ADMINISTRATOR} limit 1`)) !== undefined;
}

const FIND = `select id from (
    select id, username_key as found from users where username_key >= :key and username_key < :keyEnd
    union select id, username_key as found from users where email >= :email and email < :emailEnd
  ) as found order by found limit :limit`;
