/**
 * Other ways to spell a query of which little is found, the likeliest first: words of some name that are
 * one change away, two in a long word, two words written as one or one as two.
 * After Norvig, https://norvig.com/spell-correct.html.
 */
import type { Db } from '../db/db.ts';
import { knownWords, type Word, wordsOfLength } from '../db/sqlite/words.ts';
import { isUnspaced } from '../schema/fold.ts';
import type { QueryWord, SearchQuery } from './search-query.ts';

/** The letters of a script as folded names have them; a word is changed by those of its own. */
const ALPHABETS: [script: RegExp, letters: string][] = [
  [/\p{Script=Latin}/u, 'abcdefghijklmnopqrstuvwxyz'],
  [/\p{Script=Cyrillic}/u, 'абвгдежзиклмнопрстуфхцчшщъыьэюяієћјљњџ'],
  [/\p{Script=Greek}/u, 'αβγδεζηθικλμνξοπρστυφχψω'],
  [/\p{Script=Arabic}/u, 'ابتثجحخدذرزسشصضطظعغفقكلمنهويءپچژگ'],
  [/\p{Script=Hebrew}/u, 'אבגדהוזחטיכלמנסעפצקרשת'],
];
const SHORTEST = 3;
const LONGEST = 24;
/** From this length on, a word may be two changes away. */
const LONG = 5;
/** How many words of a query are corrected, and how many spellings of each are tried, near and far. */
const MOST_WORDS = 6;
const MOST_SPELLINGS = 5;

type Corrected = { word: QueryWord; spellings: string[]; isKnown: boolean };

/** The corrected texts, most likely first, each once. Which of them finds something is for the caller to see. */
export async function corrections(db: Db, { text, words }: SearchQuery): Promise<string[]> {
  const corrected = await correctedWords(db, words);
  const unknown = corrected.filter((each) => !each.isKnown && each.spellings.length > 0);
  const texts = [
    ...spellEach(text, unknown),
    ...(await joinedPairs(db, text, words)),
    ...corrected.flatMap((each) => each.spellings.map((spelling) => spelled(text, [{ word: each.word, spelling }]))),
  ];
  return [...new Set(texts)];
}

/** All unknown words at once: each with its best spelling, then with one of them spelled otherwise. */
function spellEach(text: string, unknown: Corrected[]): string[] {
  if (unknown.length === 0) return [];
  const best = unknown.map(({ word, spellings }) => ({ word, spelling: spellings[0] as string }));
  const others = unknown.flatMap(({ word, spellings }) => spellings.slice(1).map((spelling) => best.map((each) => (each.word === word ? { word, spelling } : each))));
  return [best, ...others].map((changes) => spelled(text, changes));
}

function spelled(text: string, changes: { word: QueryWord; spelling: string }[]): string {
  return changes.toSorted((one, other) => other.word.start - one.word.start)
    .reduce((changed, { word, spelling }) => changed.slice(0, word.start) + spelling + changed.slice(word.end), text);
}

async function correctedWords(db: Db, words: QueryWord[]): Promise<Corrected[]> {
  const known = new Set((await knownWords(db, words.map((word) => word.text))).map(({ word }) => word));
  const able = words.filter(({ text }) => text.length >= SHORTEST && text.length <= LONGEST && !/\p{N}/u.test(text) && !isUnspaced(text)).slice(0, MOST_WORDS);
  const corrected: Corrected[] = [];
  for (const word of able) {
    const isKnown = known.has(word.text);
    corrected.push({ word, isKnown, spellings: await spellingsOf(db, word.text, isKnown) });
  }
  return corrected;
}

async function spellingsOf(db: Db, word: string, isKnown: boolean): Promise<string[]> {
  const near = (await knownWords(db, [...oneChange(word)])).filter((each) => each.word !== word);
  const spellings = mostUsed(near).slice(0, MOST_SPELLINGS);
  if (isKnown) return spellings;
  const parts = await twoWords(db, word);
  const far = word.length >= LONG ? mostUsed(await twoChanges(db, word)).slice(0, MOST_SPELLINGS) : [];
  return [...new Set([...spellings, ...parts, ...far])];
}

function mostUsed(words: Word[]): string[] {
  return words.toSorted((one, other) => other.uses - one.uses).map(({ word }) => word);
}

/** A letter left out, two swapped, one replaced or one added. */
function oneChange(word: string): Set<string> {
  const alphabet = ALPHABETS.find(([script]) => script.test(word))?.[1] ?? '';
  const changed = new Set<string>();
  for (let at = 0; at <= word.length; at += 1) {
    const [head, tail] = [word.slice(0, at), word.slice(at)];
    if (tail !== '') changed.add(head + tail.slice(1));
    if (tail.length > 1) changed.add(head + tail[1] + tail[0] + tail.slice(2));
    for (const letter of alphabet) {
      if (tail !== '') changed.add(head + letter + tail.slice(1));
      changed.add(head + letter + tail);
    }
  }
  return changed;
}

/** `blue train` for `bluetrain`: the division whose rarer word is used most. */
async function twoWords(db: Db, word: string): Promise<string[]> {
  const divisions = Array.from({ length: word.length - 1 }, (_, index) => [word.slice(0, index + 1), word.slice(index + 1)] as const)
    .filter(([one, other]) => one.length > 1 && other.length > 1);
  const uses = new Map((await knownWords(db, divisions.flat())).map((known) => [known.word, known.uses]));
  const rarer = ([one, other]: readonly [string, string]): number => Math.min(uses.get(one) ?? 0, uses.get(other) ?? 0);
  const best = divisions.toSorted((one, other) => rarer(other) - rarer(one))[0];
  return best && rarer(best) > 0 ? [best.join(' ')] : [];
}

/** `blackbird` for `black bird`. */
async function joinedPairs(db: Db, text: string, words: QueryWord[]): Promise<string[]> {
  const pairs = words.slice(1).map((second, index) => ({ first: words[index] as QueryWord, second }))
    .filter(({ first, second }) => text.slice(first.end, second.start).trim() === '');
  const known = new Set((await knownWords(db, pairs.map(({ first, second }) => first.text + second.text))).map(({ word }) => word));
  return pairs.filter(({ first, second }) => known.has(first.text + second.text))
    .map(({ first, second }) => text.slice(0, first.start) + first.text + second.text + text.slice(second.end));
}

async function twoChanges(db: Db, word: string): Promise<Word[]> {
  const near = await wordsOfLength(db, word.slice(0, 2), { least: word.length - 2, most: word.length + 2 });
  return near.filter((each) => isWithinTwo(word, each.word));
}

/** At most two letters left out, added, replaced or swapped with the next. */
function isWithinTwo(one: string, other: string): boolean {
  let [before, row]: [number[], number[]] = [[], Array.from({ length: other.length + 1 }, (_, index) => index)];
  for (let at = 1; at <= one.length; at += 1) {
    const next = [at];
    for (let index = 1; index <= other.length; index += 1) {
      const same = one[at - 1] === other[index - 1];
      let least = Math.min((row[index - 1] as number) + (same ? 0 : 1), (row[index] as number) + 1, (next[index - 1] as number) + 1);
      if (at > 1 && index > 1 && one[at - 1] === other[index - 2] && one[at - 2] === other[index - 1]) least = Math.min(least, (before[index - 2] as number) + 1);
      next.push(least);
    }
    if (Math.min(...next) > 2) return false;
    [before, row] = [row, next];
  }
  return (row[other.length] as number) <= 2;
}
