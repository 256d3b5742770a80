/**
 * How names are compared: without case, accents, width and punctuation. The folded form of a name is
 * stored beside it, serves the A to Z orders and is what the search index reads; a query is folded by
 * the same rules, so that both always agree.
 */

/** Letters that Unicode does not decompose, and their usual plain spelling. */
const PLAIN: Record<string, string> = {
  ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', þ: 'th', ł: 'l', ħ: 'h', ı: 'i', ŧ: 't', ĸ: 'k',
  ς: 'σ', ى: 'ي', ة: 'ه', '\u0640': '',
};
const PLAIN_LETTERS = new RegExp(`[${Object.keys(PLAIN).join('')}]`, 'gu');

/** Accents of Latin, Greek and Cyrillic, points of Arabic and Hebrew; vowel signs of other scripts stay. */
const ACCENTS = /[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]/gu;
const APOSTROPHES = /['’‘ʼ`´]/gu;
const BREAKS = /[^\p{L}\p{N}\p{M}]+/u;

/** Scripts written without spaces: each character is a word of its own. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]/u;
const UNSPACED_OR_RUN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]|[^\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]+/gu;

/** One piece of a name between spaces: `AC/DC` is the words `ac`, `dc`, together `acdc`. */
export type Chunk = { words: string[]; joined: string };

/** Takes case, accents and width off a text; punctuation and spaces stay. */
export function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replace(ACCENTS, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(PLAIN_LETTERS, (letter) => PLAIN[letter] ?? letter);
}

/** The words of a text, chunk by chunk between spaces, for the search to combine. */
export function chunksOf(text: string): Chunk[] {
  return plain(text).replace(APOSTROPHES, '').split(/\s+/u).map(chunkOf).filter((chunk) => chunk.words.length > 0);
}

/**
 * The folded form of a name: its words in order, and after them the joined form of each piece that
 * punctuation divides (`T.N.T.` gives `t n t tnt`). A name of symbols alone is spelled by its code
 * points (`÷` gives `0xf7`), so that it can be found and stands among the numbers.
 */
export function fold(name: string): string {
  const chunks = chunksOf(name);
  if (chunks.length === 0) return symbols(name);
  const words = chunks.flatMap((chunk) => chunk.words);
  const joined = chunks.filter(isDivided).map((chunk) => chunk.joined);
  return [...words, ...joined].join(' ');
}

/** True for `AC/DC`, false for `風街`, whose characters are words without being divided. */
export function isDivided(chunk: Chunk): boolean {
  return chunk.words.length > 1 && !UNSPACED.test(chunk.joined);
}

/** True where a word is one character of a script written without spaces. */
export function isUnspaced(word: string): boolean {
  return UNSPACED.test(word);
}

/** A name of symbols alone, spelled by its code points. */
export function symbols(name: string): string {
  return Array.from(name.trim())
    .filter((character) => !/\s/u.test(character))
    .map((character) => `0x${character.codePointAt(0)?.toString(16)}`)
    .join(' ');
}

function chunkOf(text: string): Chunk {
  const parts = text.split(BREAKS).filter((part) => part !== '');
  const words = parts.flatMap((part) => part.match(UNSPACED_OR_RUN) ?? []);
  return { words, joined: parts.join('') };
}
