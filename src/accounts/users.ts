/** People with an account. */
import type { Db } from '../db/db.ts';
import { caseless, derived } from '../db/save.ts';
import { type FieldErrors, invalid } from '../errors.ts';
import { user } from '../models/user.ts';
import { lengthOf, trimmed } from '../schema/parse.ts';
import { faultOf } from './password-rules.ts';
import { checkPassword, hashPassword } from './passwords.ts';

export type Account = { id: number; username: string; email: string; like_count: number; created_at: string };
export type NewUser = { username: string; password: string; email?: string; is_staff?: boolean; is_superuser?: boolean };

const TAKEN = 'This username is taken. Choose another.';

/**
 * Makes an account.
 * @returns its id
 * @throws InvalidInput with a sentence for each field that is refused
 */
export async function createUser(db: Db, values: NewUser): Promise<number> {
  const username = trimmed(values.username).normalize('NFC');
  const errors: FieldErrors = {};
  const usernameFault = faultOfUsername(username);
  if (usernameFault) errors['username'] = usernameFault;
  else if (await db.first('select 1 from users where username_key = :key', { key: caseless(username) })) errors['username'] = TAKEN;
  const passwordFault = await faultOf(values.password, username);
  if (passwordFault) errors['password'] = passwordFault;
  const email = trimmed(values.email ?? '');
  if (email !== '' && !isEmail(email)) errors['email'] = 'Enter an e-mail address like ann@example.org.';
  if (Object.keys(errors).length > 0) throw invalid(errors);
  const now = new Date().toISOString();
  const added = await db.first<{ id: number }>(INSERT, {
    username,
    ...derived(user, { username }),
    email,
    password_hash: await hashPassword(values.password),
    is_staff: Number(values.is_staff ?? false),
    is_superuser: Number(values.is_superuser ?? false),
    now,
  });
  // Somebody else took the name while the password was hashed.
  if (!added) throw invalid({ username: TAKEN });
  return added.id;
}

/** The account that has this name and password, whatever the name's case. Takes the same time when there is none. */
export async function authenticate(db: Db, username: string, password: string): Promise<{ id: number; username: string } | undefined> {
  const found = await db.first<{ id: number; username: string; password_hash: string; is_active: number }>(
    'select id, username, password_hash, is_active from users where username_key = :key', { key: caseless(trimmed(username)) });
  const isRight = await checkPassword(password, found?.password_hash);
  return isRight && found?.is_active ? { id: found.id, username: found.username } : undefined;
}

/** Notes that somebody has logged in. */
export async function noteLogin(db: Db, id: number): Promise<void> {
  await db.run('update users set last_login_at = :now where id = :id', { id, now: new Date().toISOString() });
}

/** Sets a password. Throws InvalidInput (`new_password`) when it breaks the rules. */
export async function setPassword(db: Db, account: { id: number; username: string }, password: string): Promise<void> {
  const fault = await faultOf(password, account.username);
  if (fault) throw invalid({ new_password: fault });
  const hash = await hashPassword(password);
  await db.run('update users set password_hash = :hash, updated_at = :now where id = :id', { id: account.id, hash, now: new Date().toISOString() });
}

/** An account by id. */
export function userById(db: Db, id: number): Promise<Account | undefined> {
  return db.first<Account>('select id, username, email, like_count, created_at from users where id = :id', { id });
}

/** An account by name, whatever its case. */
export function userByName(db: Db, username: string): Promise<Account | undefined> {
  return db.first<Account>('select id, username, email, like_count, created_at from users where username_key = :key', { key: caseless(trimmed(username)) });
}

/** Deletes an account; its likes and sessions go along by the database's own rules. */
export async function deleteUser(db: Db, id: number): Promise<void> {
  await db.run('delete from users where id = :id', { id });
}

/** Whether anybody may do everything. */
export async function hasSuperuser(db: Db): Promise<boolean> {
  return (await db.first('select 1 from users where is_superuser and is_active limit 1')) !== undefined;
}

const INSERT = `insert into users (username, username_key, email, password_hash, is_staff, is_superuser, created_at, updated_at)
  values (:username, :username_key, :email, :password_hash, :is_staff, :is_superuser, :now, :now)
  on conflict (username_key) do nothing returning id`;

/** The alphabet is Django's: letters of any script, digits and @ . + - _ */
function faultOfUsername(username: string): string | undefined {
  if (username === '') return 'Enter a username.';
  if (lengthOf(username) > user.fields.username.max) return `Use at most ${user.fields.username.max} characters. This username has ${lengthOf(username)}.`;
  if (!/^[\p{L}\p{M}\p{N}@.+_-]+$/u.test(username)) return 'Use letters, digits and @ . + - _ only.';
  return undefined;
}

function isEmail(text: string): boolean {
  return text.length <= user.fields.email.max && /^[^\s@\0]+@[^\s@\0]+$/u.test(text);
}
