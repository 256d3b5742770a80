/** Usernames: what they are made of, when two are one, and whom a typed one means. */
import type { Db } from '../db/db.ts';
import { user } from '../models/user.ts';
import { caseless, compatible } from '../schema/caseless.ts';
import { lengthOf, trimmed } from '../schema/parse.ts';
import { staffLookAlike } from './look-alikes.ts';

export const TAKEN = 'This username is taken. Choose another.';
/** Said of a name that could be mistaken for that of somebody who runs the site. */
export const LOOKS_LIKE_STAFF = 'This username looks like that of somebody who runs this site. Choose another.';

/** Letters of any script with their vowel signs, digits, and @ . + - _; no letter that can't be seen. */
const ALPHABET = /^(?!\p{M})(?:(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{M}\p{Nd}@.+_-])+$/u;

/** What is wrong with a name, which is trimmed already; `own` is the account that has it now, and may keep it. */
export async function faultOfName(db: Db, username: string, own: number): Promise<string | undefined> {
  return faultOfSpelling(username) ?? (await faultAmongOthers(db, username, own));
}

/** By what an account is found, however its name is typed. */
export function keyOfName(username: string): string {
  return caseless(trimmed(username));
}

/** Whom a typed name means: the one who is called exactly so, else in other case alone, else who has the name. */
export async function called(db: Db, typed: string): Promise<{ id: number; username: string } | undefined> {
  const namesakes = await namesakesOf(db, typed);
  const name = compatible(trimmed(typed));
  return namesakes.find(({ username }) => username === name) ?? namesakes.find(({ username }) => username.toLowerCase() === name.toLowerCase()) ?? namesakes[0];
}

function faultOfSpelling(username: string): string | undefined {
  if (username === '') return 'Enter a username.';
  if (lengthOf(username) > user.fields.username.max) return `Use at most ${user.fields.username.max} characters. This username has ${lengthOf(username)}.`;
  if (!ALPHABET.test(username)) return 'Use letters, digits and @ . + - _ only.';
  return undefined;
}

async function faultAmongOthers(db: Db, username: string, own: number): Promise<string | undefined> {
  const namesakes = await namesakesOf(db, username);
  // Whoever has a name keeps it, even if another has had the same by a newer rule for longer.
  if (namesakes.some((one) => one.id === own && one.username === username)) return undefined;
  if (namesakes.some((one) => one.id !== own)) return TAKEN;
  return (await staffLookAlike(db, username, own)) === undefined ? undefined : LOOKS_LIKE_STAFF;
}

/**
 * The accounts of one name: hardly ever more than one. Accounts that had names of their own before full case
 * folding have theirs in the order in which they came: the first has the key itself, the others add their
 * number to it after a separator (migration 009), which no name can hold and which sorts before any sign of one.
 */
function namesakesOf(db: Db, typed: string): Promise<{ id: number; username: string }[]> {
  const key = keyOfName(typed);
  return db.all('select id, username from users where username_key >= :key and username_key < :end order by username_key', { key, end: `${key}!` });
}
