/** What a password must be like. The same rules hold wherever one is set. */
import { lengthOf } from '../schema/parse.ts';
import { MOST_BYTES } from './passwords.ts';

const LEAST = 8;

let common: Set<string> | undefined;

/** What is wrong with a password, in a sentence; undefined when it is good. It is judged as typed: nothing is trimmed. */
export async function faultOf(password: string, username: string): Promise<string | undefined> {
  if (password === '') return 'Enter a password.';
  if (password.includes('\0')) return 'A password must not contain a null character.';
  if (lengthOf(password) < LEAST) return `Use at least ${LEAST} characters. This password has ${lengthOf(password)}.`;
  if (Buffer.byteLength(password) > MOST_BYTES) return `Use at most ${MOST_BYTES} bytes. This password has ${Buffer.byteLength(password)}; letters with accents and other scripts take two to four.`;
  if (/^\p{Nd}+$/u.test(password)) return 'Use something else than digits, too.';
  if (isLike(password, username)) return 'Choose a password that is not like your username.';
  if (await isCommon(password)) return 'Choose another password: this one is among the most common.';
  return undefined;
}

/** Alike: one holds the other, or most of it, whatever the case. */
function isLike(password: string, username: string): boolean {
  const [one, other] = [plainly(password), plainly(username)];
  if (other.length < 3) return one === other;
  return one.includes(other) || (one.length >= 4 && other.includes(one)) || similarity(one, other) >= 0.7;
}

function plainly(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** The share of two-letter pieces that both have (Dice): 1 is the same, 0 nothing in common. */
function similarity(one: string, other: string): number {
  const pieces = (text: string) => Array.from({ length: Math.max(text.length - 1, 0) }, (_, index) => text.slice(index, index + 2));
  const [mine, theirs] = [pieces(one), pieces(other)];
  const left = [...theirs];
  let shared = 0;
  for (const piece of mine) {
    const at = left.indexOf(piece);
    if (at < 0) continue;
    left.splice(at, 1);
    shared += 1;
  }
  return mine.length + theirs.length === 0 ? 0 : (2 * shared) / (mine.length + theirs.length);
}

/** The list is of the passwords that are found most in public leaks. It is read when it is needed first. */
async function isCommon(password: string): Promise<boolean> {
  common ??= new Set((await import('@zxcvbn-ts/language-common')).dictionary['passwords-common'] as string[]);
  return common.has(plainly(password));
}
