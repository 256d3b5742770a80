/** Shows in a name, as it is written, what a search has found in it. */
import { type Phrase, placesOf } from '../db/wanted.ts';
import { chunksOf, fold, traced, type Traced, type Word } from '../schema/fold.ts';
import { endOfLetters, type SearchQuery } from './search-query.ts';

/** A piece of a name: what was matched, or what stands between. */
export type Piece = { text: string; match: boolean };

type Span = { start: number; end: number };

/** The name in pieces; together they are the name. */
export function piecesOf(name: string, { terms }: SearchQuery): Piece[] {
  const trace = traced(name);
  const orders = ordersOf(trace);
  const phrases = terms.flatMap((term) => term.phrases);
  if (orders.length === 0) return [{ text: name, match: phrases.some(({ words }) => words.join(' ') === fold(name)) }];
  return cut(name, phrases.flatMap((phrase) => orders.flatMap((words) => spansOf(phrase, words, trace))));
}

/** Whether the name alone has every term of the query. */
export function hasAll(name: string, { terms }: SearchQuery): boolean {
  const trace = traced(name);
  const orders = ordersOf(trace);
  return terms.every(({ phrases }) => phrases.some((phrase) => orders.some((words) => spansOf(phrase, words, trace).length > 0)));
}

/** The words in the orders in which they can be read: as they stand, and the other spellings of each piece. */
function ordersOf({ plain }: Traced): Word[][] {
  const chunks = chunksOf(plain);
  if (chunks.length === 0) return [];
  return [chunks.flatMap((chunk) => chunk.words), ...chunks.map((chunk) => chunk.others).filter((others) => others.length > 0)];
}

function spansOf(phrase: Phrase, among: Word[], { plain, starts, ends }: Traced): Span[] {
  const last = phrase.words.length - 1;
  return placesOf(phrase, among.map((word) => word.text)).map((from) => {
    const start = among[from]?.at ?? 0;
    const end = endOfLetters(plain, among[from + last]?.at ?? 0, phrase.words[last]?.length ?? 0);
    return { start: starts[start] ?? 0, end: ends[end - 1] ?? 0 };
  });
}

function cut(name: string, spans: Span[]): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { start, end } of merged(spans)) {
    if (start > at) pieces.push({ text: name.slice(at, start), match: false });
    pieces.push({ text: name.slice(start, end), match: true });
    at = end;
  }
  if (at < name.length || pieces.length === 0) pieces.push({ text: name.slice(at), match: false });
  return pieces;
}

function merged(spans: Span[]): Span[] {
  const result: Span[] = [];
  for (const span of spans.toSorted((one, other) => one.start - other.start)) {
    const last = result.at(-1);
    if (last && span.start <= last.end) last.end = Math.max(last.end, span.end);
    else result.push({ ...span });
  }
  return result;
}
