/**
 * Typos: words that are in no name, and the most used word of some name that is one change away, or two in
 * a long one with the same beginning. After Norvig, https://norvig.com/spell-correct.html.
 */
import type { Db } from '../db/db.ts';
import type { SearchQuery } from './search-query.ts';
import { plain } from '../schema/fold.ts';

type Word = { word: string; uses: number };

const LATIN = 'abcdefghijklmnopqrstuvwxyz0123456789';
const CYRILLIC = 'абвгдежзийклмнопрстуфхцчшщъыьэюя';
const GREEK = 'αβγδεζηθικλμνξοπρστυφχψω';
const LONG = 6;
const IN_ONE_QUERY = 400;

/** The text with its unknown words corrected; undefined when there is nothing to correct. */
export async function correct(db: Db, text: string, { words }: SearchQuery): Promise<string | undefined> {
  const corrections = new Map<string, string>();
  for (const word of new Set(words)) {
    if (word.length < 3 || word.length > 30 || (await isKnown(db, word))) continue;
    const better = await nearest(db, word);
    if (better !== undefined) corrections.set(word, better);
  }
  if (corrections.size === 0) return undefined;
  return text.replace(/[^\s"]+/g, (word) => corrections.get(plain(word).replaceAll("'", '')) ?? word);
}

/** A beginning of a word is known as well. */
async function isKnown(db: Db, word: string): Promise<boolean> {
  return (await db.first('select 1 from words where word >= :from and word < :to limit 1', { from: word, to: `${word}\u{10ffff}` })) !== undefined;
}

async function nearest(db: Db, word: string): Promise<string | undefined> {
  const near = await existing(db, [...oneChange(word)]);
  const found = near.length > 0 || word.length < LONG ? near : await twoChanges(db, word);
  return found.sort((one, other) => other.uses - one.uses)[0]?.word;
}

async function existing(db: Db, candidates: string[]): Promise<Word[]> {
  const found: Word[] = [];
  for (let start = 0; start < candidates.length; start += IN_ONE_QUERY) {
    const some = candidates.slice(start, start + IN_ONE_QUERY);
    const parameters = Object.fromEntries(some.map((candidate, index) => [`word${index}`, candidate]));
    found.push(...(await db.all<Word>(`select word, uses from words where word in (${some.map((_, index) => `:word${index}`).join(', ')})`, parameters)));
  }
  return found;
}

function* oneChange(word: string): Generator<string> {
  const alphabet = /\p{Script=Cyrillic}/u.test(word) ? CYRILLIC : /\p{Script=Greek}/u.test(word) ? GREEK : LATIN;
  for (let at = 0; at <= word.length; at += 1) {
    const [head, tail] = [word.slice(0, at), word.slice(at)];
    if (tail !== '') yield head + tail.slice(1);
    if (tail.length > 1) yield head + tail[1] + tail[0] + tail.slice(2);
    for (const letter of alphabet) {
      if (tail !== '') yield head + letter + tail.slice(1);
      yield head + letter + tail;
    }
  }
}

async function twoChanges(db: Db, word: string): Promise<Word[]> {
  const from = word.slice(0, 2);
  const words = await db.all<Word>('select word, uses from words where word >= :from and word < :to and length(word) between :least and :most', {
    from, to: `${from}\u{10ffff}`, least: word.length - 2, most: word.length + 2,
  });
  return words.filter((candidate) => distance(word, candidate.word) <= 2);
}

/** Insertions, deletions and replacements (Levenshtein). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let at = 1; at <= one.length; at += 1) {
    const next = [at];
    for (let index = 1; index <= other.length; index += 1) {
      const replaced = (row[index - 1] as number) + (one[at - 1] === other[index - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[index] as number) + 1, (next[index - 1] as number) + 1));
    }
    row = next;
  }
  return row[other.length] as number;
}
