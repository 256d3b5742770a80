/**
 * What a password must be like: the same wherever one is set. Length counts, and what attackers try first
 * is refused (NIST SP 800-63B-4, section 3.1.1.2; OWASP ASVS 5.0, V6.2); nothing is asked of its mixture.
 */
import { normalized } from '../schema/normalized.ts';
import { lengthOf } from '../schema/parse.ts';
import { isRepetition, isSequence } from './password-patterns.ts';
import { inThread } from './password-threads.ts';
import { ABSURD } from './passwords.ts';
import { siteName } from './site.ts';

/** Whose password it is to be; `email` is '' without one. */
export type Owner = { username: string; email: string };

const LEAST = 8;
const MOST = 64;
/** A name with so much besides is no longer the name alone. */
const ENOUGH_BESIDES = 8;
const PRODUCT = 'tracklist';

/**
 * What is wrong with a password, in a sentence; undefined when it is good. It is judged as typed: nothing
 * is trimmed, and each code point of its composed form (NFC) counts as one character, as NIST counts.
 */
export async function faultOf(password: string, owner: Owner): Promise<string | undefined> {
  if (password === '') return 'Enter a password.';
  if (password.includes('\0')) return 'A password must not contain a null character.';
  const length = lengthOf(password.length > ABSURD ? password : normalized(password, 'NFC'));
  if (length < LEAST) return `Use at least ${LEAST} characters. This password has ${length}.`;
  if (length > MOST) return `Use at most ${MOST} characters. This password has ${length}.`;
  if (/^\p{Nd}+$/u.test(password)) return 'Add something besides digits.';
  if (isLike(password, [owner.username])) return 'Choose a password that is not like your username.';
  if (isLike(password, partsOfEmail(owner.email))) return 'Choose a password that is not like your e-mail address.';
  if (isLike(password, [PRODUCT, ...wordsOf(siteName())])) return 'Choose a password that is not like the name of this site.';
  if (isRepetition(password)) return 'Choose a password that does more than repeat a few characters.';
  if (isSequence(password)) return 'Choose a password that is more than letters, digits or keys in a row.';
  if (await inThread<boolean>({ kind: 'look up', password })) return 'Choose another password: this one is among the most common, or close to one.';
  return undefined;
}

/** The address, what stands before its @, and each longer word of it. */
function partsOfEmail(email: string): string[] {
  const [name = '', host = ''] = email.split('@');
  return email === '' ? [] : [email, name, ...[name, ...host.split('.').slice(0, -1)].flatMap(wordsOf)];
}

/** A text without its spaces, and each of its words that is long enough to tell. */
function wordsOf(text: string): string[] {
  return [text.replace(/\s/g, ''), ...text.split(/[^\p{L}\p{M}\p{N}]+/u)].filter((word) => lengthOf(word) >= 4);
}

/** Alike: one holds the other and little besides, or most of it, whatever the case. */
function isLike(password: string, words: readonly string[]): boolean {
  const one = plainly(password);
  return words.map(plainly).some((other) => {
    if (other.length < 3) return one === other;
    const isInside = one.includes(other) && one.length - other.length < ENOUGH_BESIDES;
    return isInside || (one.length >= 4 && other.includes(one)) || similarity(one, other) >= 0.7;
  });
}

function plainly(text: string): string {
  return normalized(text, 'NFKC').toLowerCase();
}

/** The share of two-letter pieces that both have (Dice): 1 is the same, 0 nothing in common. */
function similarity(one: string, other: string): number {
  const pieces = (text: string) => Array.from({ length: Math.max(text.length - 1, 0) }, (_, index) => text.slice(index, index + 2));
  const [mine, theirs] = [pieces(one), pieces(other)];
  const left = new Map<string, number>();
  for (const piece of theirs) left.set(piece, (left.get(piece) ?? 0) + 1);
  let shared = 0;
  for (const piece of mine) {
    const times = left.get(piece) ?? 0;
    if (times === 0) continue;
    left.set(piece, times - 1);
    shared += 1;
  }
  return mine.length + theirs.length === 0 ? 0 : (2 * shared) / (mine.length + theirs.length);
}
