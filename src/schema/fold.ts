/**
 * How names are compared: without case, accents, width and punctuation. The folded form of a name is
 * stored beside it, serves the A to Z orders and is what the search index reads; a query is folded by
 * the same rules, so that both always agree.
 */
import { normalized } from './normalized.ts';

/** Letters that Unicode does not decompose, and their usual plain spelling. */
const PLAIN: Record<string, string> = {
  ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', þ: 'th', ł: 'l', ħ: 'h', ı: 'i', ŋ: 'n', ŧ: 't', ĸ: 'k',
  ς: 'σ', ך: 'כ', ם: 'מ', ן: 'נ', ף: 'פ', ץ: 'צ',
  ٱ: 'ا', ى: 'ي', ی: 'ي', ک: 'ك', ة: 'ه', ہ: 'ه', ھ: 'ه', '\u0640': '', ʼ: "'",
};
const PLAIN_LETTERS = new RegExp(`[${Object.keys(PLAIN).join('')}]`, 'gu');

/** Accents of Latin, Greek and Cyrillic, points of Arabic and Hebrew; vowel signs of other scripts stay. */
const ACCENTS = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670]/gu;
/** Signs that are seen but not read, and characters that are not seen at all; U+200C stands between words. */
const UNREAD = /[™℠]|(?!\u200c)\p{Default_Ignorable_Code_Point}/gu;
const APOSTROPHES = /[’‘ʼʻ`´′＇]/gu;
/** Katakana, which has its hiragana 96 places before; case, so to say. */
const KATAKANA = /[\u30a1-\u30f6\u30fd\u30fe]/gu;
const DIGITS = /(?![0-9])\p{Nd}/gu;
/** The zeros of the scripts with digits of their own that names are likely to use. */
const ZEROS = [0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0x1040, 0x17e0];

/** A word within a piece: it may hold apostrophes, it begins and ends without. */
const WORD = /[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}']*[\p{L}\p{N}\p{M}])?/gu;
/** Scripts written without spaces: each character, with its marks, is a word of its own. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]/u;
const UNSPACED_OR_RUN = new RegExp(`${UNSPACED.source}\\p{M}*|(?:(?!${UNSPACED.source})[\\s\\S])+`, 'gu');

/** A word and where it begins in the plain text. */
export type Word = { text: string; at: number };

/**
 * One piece of a name between spaces. `words` are read in order; `others` are more ways to write it or
 * its parts: `AC/DC` is the words `ac`, `dc` and also `acdc`, `L'amour` is `lamour` and also `amour`.
 */
export type Chunk = { words: Word[]; others: Word[]; isDivided: boolean };

/** Takes case, accents and width off a text; punctuation and spaces stay. */
export function plain(text: string): string {
  return plainCharacters(respelled(text));
}

/** The pieces of a text, which `plain` has been through. A lone `&` or `+` between words is read as `and`. */
export function chunksOf(plainText: string): Chunk[] {
  const chunks: Chunk[] = [];
  let isWordy = false;
  for (const { 0: text, index } of plainText.matchAll(/\S+/g)) {
    const chunk = text === '&' || text === '+' ? AND(index) : chunkOf(text, index);
    if (chunk.words.length === 0) continue;
    chunks.push(chunk);
    isWordy ||= text.length > 1 || /[\p{L}\p{N}]/u.test(text);
  }
  return isWordy ? chunks : [];
}

/**
 * The folded form of a name: its words in order, and after them the other ways to write them
 * (`T.N.T.` gives `t n t tnt`). A name of symbols alone is spelled by its code points (`÷` gives
 * `0xf7`), so that it can be found and stands among the numbers.
 */
export function fold(name: string): string {
  if (/^[a-z0-9]+(?: [a-z0-9]+)*$/i.test(name)) return name.toLowerCase();
  const chunks = chunksOf(plain(name));
  if (chunks.length === 0) return symbols(name);
  const words = chunks.flatMap((chunk) => chunk.words.map((word) => word.text));
  const others = new Set(chunks.flatMap((chunk) => chunk.others.map((word) => word.text)));
  return [...words, ...others].join(' ');
}

/** True where a word is one character of a script written without spaces. */
export function isUnspaced(word: string): boolean {
  return UNSPACED.test(word);
}

/** A name of symbols alone, spelled by its code points; one that can't be seen at all is spelled too. */
export function symbols(name: string): string {
  return Array.from(name.replace(UNREAD, '').trim() || name)
    .filter((character) => !/\s/u.test(character))
    .map((character) => `0x${character.codePointAt(0)?.toString(16)}`)
    .join(' ');
}

/** A plain text with, for each of its UTF-16 units, the span of the original text that it comes from. */
export type Traced = { plain: string; starts: number[]; ends: number[] };

/** Letters with what combines with them, which change together when a text is made plain. */
const CLUSTERS = /[\u1100-\u115f]+[\u1160-\u11a7]*[\u11a8-\u11ff]*|[\s\S][\p{M}\uff9e\uff9f]*/gu;

/** `plain`, with the way back to the original text. */
export function traced(text: string): Traced {
  const result: Traced = { plain: '', starts: [], ends: [] };
  for (const { 0: cluster, index } of respelled(text).matchAll(CLUSTERS)) {
    const letters = plainCharacters(cluster);
    result.plain += letters;
    for (let unit = 0; unit < letters.length; unit += 1) {
      result.starts.push(index);
      result.ends.push(index + cluster.length);
    }
  }
  return result;
}

/** What depends on neighbours, letter for letter: apostrophes, and signs that stand for letters, as in `A$AP` and `P!nk`. */
function respelled(text: string): string {
  return text
    .replace(APOSTROPHES, "'")
    .replace(/\$(?=\p{L})|(?<=\p{L})\$/gu, 's')
    .replace(/(?<=\p{L})!(?=\p{L})/gu, 'i');
}

function plainCharacters(text: string): string {
  const unaccented = normalized(text.replace(UNREAD, ''), 'NFKD').replace(ACCENTS, '');
  return normalized(unaccented, 'NFC')
    .toLowerCase()
    .replace(PLAIN_LETTERS, (letter) => PLAIN[letter] ?? letter)
    .replace(KATAKANA, (kana) => String.fromCharCode(kana.charCodeAt(0) - 96))
    .replace(DIGITS, asciiDigit);
}

function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) as number;
  const zero = ZEROS.find((each) => code >= each && code < each + 10);
  return zero === undefined ? digit : String(code - zero);
}

const AND = (at: number): Chunk => ({ words: [{ text: 'and', at }], others: [], isDivided: false });

function chunkOf(text: string, start: number): Chunk {
  const parts = Array.from(text.matchAll(WORD), ({ 0: part, index }) => ({ text: part, at: start + index }));
  const words = parts.flatMap(wordsOf);
  const others = parts.flatMap(elided);
  const isDivided = words.length > 1 && !UNSPACED.test(text);
  if (isDivided) others.unshift({ text: words.map((word) => word.text).join(''), at: words[0]?.at ?? start });
  return { words, others, isDivided };
}

/** A part without apostrophes, taken apart where its script has no spaces. */
function wordsOf({ text, at }: Word): Word[] {
  if (!UNSPACED.test(text)) return [{ text: text.replaceAll("'", ''), at }];
  return Array.from(text.matchAll(UNSPACED_OR_RUN), ({ 0: word, index }) => ({ text: word.replaceAll("'", ''), at: at + index }))
    .filter((word) => /[\p{L}\p{N}]/u.test(word.text));
}

/** `amour` of `l'amour`, and all parts of `rock'n'roll`. */
function elided({ text, at }: Word): Word[] {
  if (!text.includes("'")) return [];
  const parts = Array.from(text.matchAll(/[^']+/g), ({ 0: part, index }) => ({ text: part, at: at + index }));
  return parts.length > 2 ? parts : parts.slice(1).filter((part) => part.text.length > 2);
}
