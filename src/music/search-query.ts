/** What somebody looks for, taken apart: beginnings of words that names must have, quoted phrases, a year. */
import type { Phrase, Term, Wanted } from '../db/wanted.ts';
import { type Chunk, chunksOf, fold, isUnspaced, symbols, type Traced, traced } from '../schema/fold.ts';

/** A single word of the query, and where it stands in its text. */
export type QueryWord = { text: string; start: number; end: number };

export type SearchQuery = Wanted & {
  /** What is read of the text that was typed. */
  text: string;
  /** The words outside of quotes, which may be corrected. */
  words: QueryWord[];
};

const LONGEST = 200;
const MOST_TERMS = 10;
const QUOTES = /["“”„‟«»＂]/;
const YEAR = /^(?:1[89]|20)\d\d$/;
/** Letters of a plain text, as opposed to the points and apostrophes between them. */
const LETTER = /[\p{L}\p{N}\p{M}]/u;

/** Takes a query apart. No text is refused: what can't be read is left out. */
export function parseQuery(typed: string): SearchQuery {
  const text = readable(typed);
  const parts = partsOf(text);
  const terms = parts.flatMap((part) => part.terms);
  const words = parts.flatMap((part) => part.words);
  if (terms.length === 0 && text !== '') terms.push(...symbolTerm(text));
  return { text, words, terms: withYears(without(terms)).slice(0, MOST_TERMS), names: namesOf(parts, text) };
}

/** Where so many letters of a plain text end, counted from `at`; a sign that is read as a word ends after itself. */
export function endOfLetters(plainText: string, at: number, count: number): number {
  if (/[&+]/.test(plainText[at] ?? '')) return at + 1;
  let index = at;
  for (let left = count; left > 0 && index < plainText.length; ) {
    const letter = String.fromCodePoint(plainText.codePointAt(index) as number);
    if (LETTER.test(letter)) left -= letter.length;
    index += letter.length;
  }
  return index;
}

function readable(typed: string): string {
  const characters = Array.from(typed.toWellFormed().replace(/\p{Cc}/gu, ' ').trim());
  return characters.slice(0, LONGEST).join('').trim();
}

type Part = { isQuoted: boolean; chunks: Chunk[]; terms: Term[]; words: QueryWord[] };

/** What stands between quotes, and between those; a quote that isn't closed goes to the end. */
function partsOf(text: string): Part[] {
  const parts: Part[] = [];
  let start = 0;
  const texts = text.split(QUOTES);
  for (const [index, each] of texts.entries()) {
    const isQuoted = index % 2 === 1;
    const isOpen = isQuoted && index === texts.length - 1;
    const trace = traced(each);
    const chunks = chunksOf(trace.plain);
    const terms = isQuoted ? quoted(chunks, isOpen) : chunks.map(termOf);
    parts.push({ isQuoted, chunks, terms, words: isQuoted ? [] : singleWords(chunks, trace, start) });
    start += each.length + 1;
  }
  return parts;
}

function termOf(chunk: Chunk): Term {
  const phrases = [chunk.words, ...otherSpellings(chunk)].map((words) => beginning(words.map((word) => word.text)));
  return { phrases };
}

/** `acdc` for `AC/DC`, `rock n roll` for `rock'n'roll`; the `amour` of `l'amour` alone would be too little. */
function otherSpellings({ others, isDivided }: Chunk): Chunk['others'][] {
  if (isDivided) return [others.slice(0, 1)];
  return others.length > 1 ? [others] : [];
}

function quoted(chunks: Chunk[], isOpen: boolean): Term[] {
  if (chunks.length === 0) return [];
  const inOrder = chunks.flatMap((chunk) => chunk.words.map((word) => word.text));
  const joined = chunks.flatMap((chunk) => (chunk.isDivided ? chunk.others.slice(0, 1) : chunk.words).map((word) => word.text));
  const spellings = chunks.some((chunk) => chunk.isDivided) ? [inOrder, joined] : [inOrder];
  return [{ phrases: spellings.map((words) => (isOpen ? beginning(words) : { words, isBeginning: false })) }];
}

function beginning(words: string[]): Phrase {
  return { words, isBeginning: !isUnspaced(words.at(-1) ?? '') };
}

function symbolTerm(text: string): Term[] {
  const words = symbols(text.split(QUOTES).join('')).split(' ').filter((word) => word !== '');
  return words.length > 0 ? [{ phrases: [{ words, isBeginning: false }] }] : [];
}

function singleWords(chunks: Chunk[], { plain, starts, ends }: Traced, offset: number): QueryWord[] {
  return chunks.flatMap(({ words: [word, ...more] }) => {
    if (!word || more.length > 0) return [];
    const end = endOfLetters(plain, word.at, word.text.length);
    return [{ text: word.text, start: offset + (starts[word.at] ?? 0), end: offset + (ends[end - 1] ?? 0) }];
  });
}

/** Without a beginning that another word has too: it costs time and changes nothing. */
function without(terms: Term[]): Term[] {
  const single = ({ phrases }: Term): Phrase | undefined => (phrases.length === 1 && phrases[0]?.words.length === 1 ? phrases[0] : undefined);
  return terms.filter((term, index) => {
    const word = single(term);
    if (!word?.isBeginning) return true;
    return !terms.some((other, at) => {
      const longer = at === index ? undefined : single(other);
      if (!longer?.words[0]?.startsWith(word.words[0] as string)) return false;
      return longer.words[0] !== word.words[0] || !longer.isBeginning || at < index;
    });
  });
}

/** Beside other words, a year is also that of the release. */
function withYears(terms: Term[]): Term[] {
  if (terms.length < 2) return terms;
  return terms.map((term) => {
    const [phrase] = term.phrases;
    const [word, ...more] = phrase?.isBeginning ? phrase.words : [];
    return word && more.length === 0 && YEAR.test(word) ? { ...term, year: Number(word) } : term;
  });
}

/** The names that are exactly this: as it is spelled, with its points left out or put in, and without its year. */
function namesOf(parts: Part[], text: string): SearchQuery['names'] {
  const words = parts.flatMap((part) => part.chunks.flatMap((chunk) => chunk.words.map((word) => word.text)));
  const whole = fold(text.split(QUOTES).join(' '));
  if (whole === '') return [];
  const joined = words.join('');
  const keys = new Set([whole]);
  if (words.length > 1) keys.add(words.join(' '));
  if (words.length > 1 && words.length <= 6) keys.add(`${words.join(' ')} ${joined}`);
  if (words.length > 1 && !text.includes(' ')) keys.add(joined);
  if (words.length === 1 && joined.length <= 6) keys.add(`${Array.from(joined).join(' ')} ${joined}`);
  const names: SearchQuery['names'][number][] = Array.from(keys, (key) => ({ key }));
  for (const year of parts.flatMap((part) => part.words).map((word) => word.text).filter((word) => YEAR.test(word))) {
    const key = words.filter((word) => word !== year).join(' ');
    if (key !== '') names.push({ key, year: Number(year) });
  }
  return names;
}
