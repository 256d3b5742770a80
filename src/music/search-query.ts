/** What somebody looks for, taken apart: words that names must have, quoted phrases, a year. */
import type { Term } from '../db/full-text.ts';
import { chunksOf, fold, plain, symbols, traced } from '../schema/fold.ts';

export type SearchQuery = {
  terms: Term[];
  /** The folded form, as the name that is exactly this would have it. */
  key: string;
  /** The single words, for corrections. */
  words: string[];
};

/** A piece of a name: what was matched, or what stands between. */
export type Piece = { text: string; match: boolean };

const LONGEST = 200;
const MOST_TERMS = 12;

/** Takes a query apart. No text is refused: what can't be read is left out. */
export function parseQuery(text: string): SearchQuery {
  const shortened = Array.from(text.toWellFormed().replaceAll('\0', ' ')).slice(0, LONGEST).join('');
  const terms: Term[] = [];
  const words: string[] = [];
  for (const [, quoted, bare] of shortened.matchAll(/"([^"]*)"|([^\s"]+)/g)) {
    if (quoted !== undefined) terms.push(...quotedTerm(quoted));
    else terms.push(...bareTerms(bare as string, words));
  }
  return { terms: terms.slice(0, MOST_TERMS), key: fold(shortened.replaceAll('"', ' ').trim()), words };
}

/** A name with the beginnings of words that the query has found in it. */
export function piecesOf(name: string, { terms }: SearchQuery): Piece[] {
  const { plain: text, starts, ends } = traced(name);
  const beginnings = terms.flatMap((term) => term.phrases.flatMap((phrase) => phrase.words));
  const marks: [number, number][] = [];
  for (const word of chunksOf(text).flatMap((chunk) => [...chunk.words, ...chunk.others])) {
    const found = beginnings.filter((beginning) => word.text.startsWith(beginning)).sort((one, other) => other.length - one.length)[0];
    if (found === undefined) continue;
    const last = endOf(text, word.at, found);
    marks.push([starts[word.at] ?? 0, ends[last] ?? name.length]);
  }
  return cut(name, marks.sort(([one], [other]) => one - other));
}

function quotedTerm(text: string): Term[] {
  const words = fold(text).split(' ').filter((word) => word !== '');
  const inOrder = chunksOf(plain(text)).flatMap((chunk) => chunk.words.map((word) => word.text));
  const phrase = inOrder.length > 0 ? inOrder : words;
  return phrase.length > 0 ? [{ phrases: [{ words: phrase, isBeginning: false }] }] : [];
}

function bareTerms(text: string, words: string[]): Term[] {
  const chunks = chunksOf(plain(text));
  if (chunks.length === 0) {
    const spelled = symbols(text);
    return spelled === '' ? [] : [{ phrases: [{ words: spelled.split(' '), isBeginning: false }] }];
  }
  return chunks.map((chunk) => {
    const inOrder = chunk.words.map((word) => word.text);
    const [only] = inOrder;
    if (inOrder.length === 1 && only) words.push(only);
    const year = /^(1[89]|20)\d\d$/.test(inOrder.join('')) ? Number(only) : undefined;
    const phrases = [inOrder, ...chunk.others.map((word) => [word.text])].map((phrase) => ({ words: phrase, isBeginning: true }));
    return { phrases, year };
  });
}

/** Where a beginning ends in the plain text, which may have apostrophes and points between its letters. */
function endOf(text: string, at: number, beginning: string): number {
  let left = beginning;
  let last = at;
  for (let index = at; index < text.length && left !== ''; index += 1) {
    if (text[index] !== left[0]) continue;
    left = left.slice(1);
    last = index;
  }
  return last;
}

function cut(name: string, marks: [number, number][]): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const [start, end] of marks) {
    if (start < at) continue;
    if (start > at) pieces.push({ text: name.slice(at, start), match: false });
    pieces.push({ text: name.slice(start, end), match: true });
    at = end;
  }
  if (at < name.length) pieces.push({ text: name.slice(at), match: false });
  return pieces;
}
