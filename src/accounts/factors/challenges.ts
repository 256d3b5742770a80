/**
 * What somebody was asked for and has not answered yet: the second step of a log-in, the first code of a new
 * app, the signature of a passkey. Each is kept here for a short time and answered once.
 */
import { createHash } from 'node:crypto';
import type { Db } from '../../db/db.ts';
import { lifetime } from '../../schema/lifetime.ts';

/** `log-in`: the password was right; `app`: a key that no code has confirmed; the others wait for a signature. */
export type Kind = 'log-in' | 'app' | 'new passkey' | 'passkey';
/** `user` is null where it is not known yet who answers. */
export type Challenge = { user: number | null; data: string };

/** In milliseconds. */
const LIFE: Record<Kind, number> = { 'log-in': 10 * 60_000, app: 15 * 60_000, 'new passkey': 5 * 60_000, passkey: 5 * 60_000 };
/** Anybody may ask for one that belongs to nobody: so many wait at most. */
const MOST_OF_NOBODY = 10_000;

const KEEP = `insert into challenges (hash, kind, user_id, data, expires_at) values (:hash, :kind, :user, :data, :expires)
  on conflict (hash) do update set user_id = excluded.user_id, data = excluded.data, expires_at = excluded.expires_at`;
const FIND = 'select user_id as "user", data from challenges where hash = :hash and expires_at > :now and expires_at <= :latest';
const CROWDED = `delete from challenges where hash in
  (select hash from challenges where kind = 'passkey' and user_id is null order by expires_at desc limit 1000 offset :kept)`;

/** Keeps one under a key; an earlier one of the same kind and key goes. Only a hash of the key is kept. */
export async function keepChallenge(db: Db, kind: Kind, key: string, { user, data }: Challenge): Promise<void> {
  const now = Date.now();
  await db.transaction(async (trx) => {
    await trx.run('delete from challenges where expires_at <= :now', { now });
    if (user === null) await trx.run(CROWDED, { kept: MOST_OF_NOBODY - 1 });
    await trx.run(KEEP, { hash: hashOf(kind, key), kind, user, data, expires: now + LIFE[kind] });
  });
}

/** The one of this key, which stays; undefined when it is unknown, answered or too old. */
export function findChallenge(db: Db, kind: Kind, key: string): Promise<Challenge | undefined> {
  return db.first<Challenge>(FIND, { hash: hashOf(kind, key), ...lifetime(LIFE[kind]) });
}

/** The same, and it is used up by this: of several who ask at once, one gets it. */
export function takeChallenge(db: Db, kind: Kind, key: string): Promise<Challenge | undefined> {
  const hash = hashOf(kind, key);
  return db.transaction(async (trx) => {
    const found = await trx.first<Challenge>(FIND, { hash, ...lifetime(LIFE[kind]) });
    await trx.run('delete from challenges where hash = :hash', { hash });
    return found;
  });
}

function hashOf(kind: Kind, key: string): string {
  return createHash('sha256').update(`${kind} ${key}`).digest('base64url');
}
