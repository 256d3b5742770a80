// How numbers, dates and names are written for people: pure functions, given to the templates as `it.text`.

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September',
  'October', 'November', 'December'];

/** 1719035520 -> '1,719,035,520' */
export function number(value: number): string {
  const digits = String(value);
  if (digits.length < 4) return digits;
  return digits.replace(/\B(?=(?:\d{3}){1,7}$)/g, ',');
}

/** 5092384117 -> '5.09 bn', for summaries; below a million the number in full. */
export function shortNumber(value: number): string {
  if (value < 999_500) return number(value);
  if (value < 999_500_000) return `${threeFigures(value / 1e6)} m`;
  if (value < 999_500_000_000) return `${threeFigures(value / 1e9)} bn`;
  return `${number(Math.round(value / 1e9))} bn`;
}

function threeFigures(value: number): string {
  if (value < 9.995) return value.toFixed(2);
  if (value < 99.95) return value.toFixed(1);
  return value.toFixed(0);
}

/** A total that may only be known up to a limit: '34', or '1,000+'. */
export function total(value: number, isCapped = false): string {
  return isCapped ? `${number(value)}+` : number(value);
}

/** plural(1, 'song') -> '1 song', plural(7090, 'like') -> '7,090 likes' */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${number(value)} ${value === 1 ? one : many}`;
}

/** ['songs', 'likes', 'tokens'] -> 'songs, likes and tokens' */
export function list(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

/** '1985-09-16' -> '16 September 1985' */
export function date(iso: string): string {
  const [year = '', month = '', day = ''] = iso.slice(0, 10).split('-');
  return `${Number(day)} ${MONTHS[Number(month) - 1]} ${Number(year)}`;
}

/** '2025-11-24T14:51:09Z' -> '24 November 2025, 14:51 UTC' */
export function dateTime(iso: string): string {
  return `${date(iso)}, ${iso.slice(11, 16)} UTC`;
}

/** '1985-09-16' -> '1985' */
export function year(iso: string): string {
  return String(Number(iso.slice(0, 4)));
}

/** share(43, 100) -> '43%': the length of a bar; anything over nothing stays visible by a minimum in the drawing. */
export function share(value: number, scale: number): string {
  if (scale <= 0) return '0%';
  return `${Math.round(Math.min(value / scale, 1) * 1000) / 10}%`;
}

/** The class that sets a title in the width of type that fits its length. */
export function fitClass(title: string): string {
  const length = widthOf(title);
  const byLength = length <= 9 ? 1 : length <= 22 ? 2 : length <= 45 ? 3 : length <= 90 ? 4 : 5;
  const hasLongWord = title.split(/\s+/).some((word) => widthOf(word) >= 13);
  return `fit-${Math.min(5, hasLongWord ? byLength + 1 : byLength)}`;
}

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += WIDE.test(character) ? 2 : 1;
  return width;
}

const LANGUAGES: [script: RegExp, language: string][] = [
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/u, 'ja'],
  [/\p{Script=Hangul}/u, 'ko'],
  [/\p{Script=Han}/u, 'zh'],
  [/\p{Script=Arabic}/u, 'ar'],
  [/\p{Script=Hebrew}/u, 'he'],
  [/\p{Script=Cyrillic}/u, 'ru'],
  [/\p{Script=Greek}/u, 'el'],
];

/** The language that a name's script suggests, so that it gets the right face and voice; none for Latin. */
export function languageOf(name: string): string | undefined {
  if (!/[\u0370-\uffff]/.test(name)) return undefined;
  return LANGUAGES.find(([script]) => script.test(name))?.[1];
}

const UNSAFE_IN_SCRIPT: Record<string, string> = {
  '<': '\\u003c', '>': '\\u003e', '&': '\\u0026', '\u2028': '\\u2028', '\u2029': '\\u2029',
};

/** JSON that cannot end the script element it stands in. */
export function jsonScript(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => UNSAFE_IN_SCRIPT[character] ?? '');
}
