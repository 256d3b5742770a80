/**
 * API tokens: a secret that is shown once, of which only a hash is kept. A secret begins with `tracklist_`, so
 * that people and scanners recognise it.
 */
import { caseless } from '../schema/caseless.ts';
import { createHash, randomBytes } from 'node:crypto';
import type { Db } from '../db/db.ts';
import { StorageFault } from '../db/fault.ts';
import type { Writer } from '../db/history/writer.ts';
import { type FieldErrors, invalid, notFound } from '../errors.ts';
import { token as tokenModel } from '../models/token.ts';
import { hasPassed } from '../schema/lifetime.ts';
import { isDay, parse, trimmed } from '../schema/parse.ts';
import { noticeToken } from './mail/notices.ts';
import { rightsOf } from './permissions.ts';

/** What a token may be used for. `admin` includes everything that its person may do. */
export const SCOPES = ['read', 'like', 'write', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** What each scope is called, and what it lets a token do. */
export const SCOPE_WORDS: Record<Scope, { label: string; sentence: string }> = {
  read: { label: 'Read', sentence: 'Reads the catalogue and the likes of the account.' },
  like: { label: 'Like', sentence: 'Likes and unlikes songs for the account.' },
  write: { label: 'Write the catalogue', sentence: 'Adds, changes and deletes albums and songs, where the account may.' },
  admin: { label: 'Admin', sentence: 'Does everything that the account may do, users and tokens included.' },
};

export type NewToken = { user: number; name: string; scopes: readonly Scope[]; /** The last day on which it works, as YYYY-MM-DD; '' for no end. */ lastDay?: string; /** Its person is not told: a program logs in as it does every day. */ isRoutine?: boolean };
export type TokenRow = { id: number; user: number; name: string; scopes: string; ending: string; created_at: string; expires_at: string; last_used_at: string };
/** Whose token it is. */
export type TokenOwner = { token: number; scopes: ReadonlySet<Scope>; user: number; username: string; isActive: boolean; isStaff: boolean; isSuperuser: boolean };

/** What tokens are called that a log-in by the API makes: their number is bounded there, the oldest goes. */
export const LOGIN_TOKEN = 'login';
/** So many others an account has at most. */
const MOST_TOKENS = 100;

/** How every secret begins. */
export const BEGINNING = 'tracklist_';
/** Last use is noted at most so often, so that reading stays reading. */
const NOTE_EVERY = 60_000;

const INSERT = `insert into tokens (user, name, name_key, scopes, hash, ending, created_at, updated_at, expires_at)
  values (:user, :name, :key, :scopes, :hash, :ending, :now, :now, :expires) returning id`;
const FIND = `select tokens.id as token, tokens.scopes, tokens.expires_at, tokens.last_used_at, users.id as user, username, is_active, is_staff, is_superuser
  from tokens join users on users.id = tokens.user where tokens.hash = :hash`;
const SEARCH = `select id from (
    select id from tokens where name_key >= :key and name_key < :end
    union select tokens.id from users join tokens on tokens.user = users.id where username_key >= :key and username_key < :end
  ) as found order by id desc limit :limit`;

/** Whether a token for these scopes is worth stealing an open browser for: it changes what others see, or the account. */
export function isPowerful(scopes: readonly string[]): boolean {
  return scopes.includes('write') || scopes.includes('admin');
}

/** What the tokens of an account can be used for. A scope gives no right: what its person may not do, no token may. */
export async function scopesFor(db: Db, user: number): Promise<readonly Scope[]> {
  const row = await db.first<{ is_staff: number; is_superuser: number }>('select is_staff, is_superuser from users where id = :user', { user });
  const { isSuperuser, permissions } = await rightsOf(db, { id: user, isSuperuser: Boolean(row?.is_superuser) });
  const mayWrite = isSuperuser || [...permissions].some((permission) => /^(add|change|delete)_(album|song)$/.test(permission));
  return SCOPES.filter((scope) => (scope === 'write' ? mayWrite : scope === 'admin' ? isSuperuser || row?.is_staff : true));
}

/**
 * Makes a token, noted in the history without its secret.
 * @returns the secret, which nobody can be shown again
 * @throws InvalidInput (`name`, `scopes`, `last_day`), also for a use that the account has not
 */
export async function createToken(writer: Writer, token: NewToken): Promise<{ id: number; secret: string }> {
  const errors = await faultsOfToken(writer.db, token);
  if (Object.keys(errors).length > 0) throw invalid(errors);
  return storeToken(writer, token);
}

/** The second half of `createToken`: what is stored is judged already. */
export async function storeToken(writer: Writer, { user, name, scopes, lastDay = '', isRoutine = false }: NewToken): Promise<{ id: number; secret: string }> {
  const secret = BEGINNING + randomBytes(30).toString('base64url').replace(/[-_]/g, 'x');
  const values = {
    user, name: trimmed(name), scopes: SCOPES.filter((scope) => scopes.includes(scope)).join(' '),
    ending: secret.slice(-4), expires: lastDay === '' ? '' : `${lastDay}T23:59:59.999Z`,
  };
  const row = await writer.db.first<{ id: number }>(INSERT, { ...values, key: caseless(values.name), hash: hashOf(secret), now: new Date().toISOString() });
  const id = (row as { id: number }).id;
  await writer.note(tokenModel, { object: id, action: 'add', label: values.name, after: { user, name: values.name, scopes: values.scopes, ending: values.ending, expires_at: values.expires } });
  if (!isRoutine && scopes.some((scope) => scope === 'write' || scope === 'admin')) await noticeToken(writer.db, user, { name: values.name, scopes: values.scopes });
  return { id, secret };
}

/** What is wrong with a token that is to be made (`name`, `scopes`, `last_day`); without a `user` whatever the account may do. */
export async function faultsOfToken(db: Db, { user, name, scopes, lastDay = '' }: Omit<NewToken, 'user'> & { user?: number | undefined }): Promise<FieldErrors> {
  const errors: FieldErrors = {};
  const parsed = parse({ ...tokenModel, fields: { name: tokenModel.fields.name } }, { name });
  if (!parsed.ok) Object.assign(errors, parsed.errors);
  else if (user !== undefined && name !== LOGIN_TOKEN && (await isFull(db, user))) errors['name'] = `There are ${MOST_TOKENS} tokens already. Revoke one that is not needed any more.`;
  const allowed = user === undefined ? SCOPES : await scopesFor(db, user);
  if (scopes.length === 0) errors['scopes'] = 'Choose at least one thing that the token may be used for.';
  else if (!scopes.every((scope) => allowed.includes(scope))) errors['scopes'] = `This account may not do all of this. A token of it can be for: ${allowed.map((scope) => SCOPE_WORDS[scope].label.toLowerCase()).join(', ')}.`;
  if (lastDay !== '' && (!isDay(lastDay) || lastDay < new Date().toISOString().slice(0, 10))) errors['last_day'] = 'Enter a last day that exists and is not past, like 2027-12-31, or leave it empty.';
  return errors;
}

async function isFull(db: Db, user: number): Promise<boolean> {
  const kept = await db.first<{ tokens: number }>('select count(*) as tokens from tokens where user = :user and name <> :login', { user, login: LOGIN_TOKEN });
  return (kept?.tokens ?? 0) >= MOST_TOKENS;
}

/** Whose token a secret is; undefined for one that is unknown, revoked or past its end. Notes the use, at most once a minute. */
export async function findToken(db: Db, secret: string): Promise<TokenOwner | undefined> {
  const now = new Date();
  const row = await db.first<{ token: number; scopes: string; expires_at: string; last_used_at: string; user: number; username: string; is_active: number; is_staff: number; is_superuser: number }>(FIND, { hash: hashOf(secret) });
  if (!row || (row.expires_at !== '' && row.expires_at < now.toISOString())) return undefined;
  if (row.last_used_at === '' || hasPassed(Date.parse(row.last_used_at), NOTE_EVERY)) {
    await db.run('update tokens set last_used_at = :now where id = :id', { now: now.toISOString(), id: row.token }).catch((error: unknown) => {
      // Where there is no room for the note, programs can read all the same.
      if (!(error instanceof StorageFault)) throw error;
    });
  }
  return {
    token: row.token, scopes: new Set(row.scopes.split(' ') as Scope[]), user: row.user, username: row.username,
    isActive: Boolean(row.is_active), isStaff: Boolean(row.is_staff), isSuperuser: Boolean(row.is_superuser),
  };
}

/** The tokens of somebody, the latest first. */
export function tokensOf(db: Db, user: number): Promise<TokenRow[]> {
  return db.all<TokenRow>('select id, user, name, scopes, ending, created_at, expires_at, last_used_at from tokens where user = :user order by id desc', { user });
}

/** Tokens whose name, or whose owner's username, begins with a text, whatever its case; the latest first. */
export async function findTokens(db: Db, text: string, limit: number): Promise<{ ids: number[]; isCapped: boolean }> {
  const key = caseless(trimmed(text));
  const rows = await db.all<{ id: number }>(SEARCH, { key, end: `${key}\u{10ffff}`, limit: limit + 1 });
  return { ids: rows.slice(0, limit).map(({ id }) => id), isCapped: rows.length > limit };
}

/** Revokes one of somebody's own tokens; anybody else's is notFound. */
export async function revokeToken(writer: Writer, user: number, id: number): Promise<void> {
  const own = await writer.db.first('select 1 from tokens where id = :id and user = :user', { id, user });
  if (!own || !(await writer.remove(tokenModel, id))) throw notFound('This token is not there any more. It may have been revoked already.');
}

/** Revokes all tokens of an account, or those of one name, and gives how many there were. */
export async function revokeTokens(writer: Writer, user: number, name?: string): Promise<number> {
  const rows = await writer.db.all<{ id: number; name: string }>('select id, name from tokens where user = :user order by id', { user });
  const revoked = rows.filter((row) => name === undefined || row.name === name);
  for (const { id } of revoked) await writer.remove(tokenModel, id);
  return revoked.length;
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
