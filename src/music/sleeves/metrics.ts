/** How wide and high letters are: Archivo at weight 800, near enough for Helvetica and Arial bold. */
import { normalized } from '../../schema/normalized.ts';

// Widths in hundredths of the font size.
const latin: readonly (readonly [width: number, letters: string])[] = [
  [19, ' '],
  [30, "'`|ijl/\\!,.-:;I"],
  [37, 'f()[]t{}'],
  [44, '*r"'],
  [54, '_zvy'],
  [59, '$s?ckx'],
  [62, '#012356789Lae'],
  [64, '4Jbdghnopqu+<=>^~F'],
  [68, 'TZEPS'],
  [75, 'VYBXACDR'],
  [79, 'KUHN'],
  [82, 'GOQ&'],
  [88, 'wM'],
  [97, 'mW%@'],
];

const ascii = new Uint8Array(128).fill(62);
for (const [width, letters] of latin) for (const letter of letters) ascii[letter.charCodeAt(0)] = width;

// East Asian full width, Hangul, and pictures; combining marks and joiners take no room of their own.
const wide = /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f000}-\u{3fffd}]/u;
const weightless = /[\p{M}\p{Cf}]/u;

/** The width of a line in em, as the font would set it unforced. */
export function emWidth(line: string): number {
  let sum = 0;
  for (const character of line) sum += widthOf(character);
  return sum / 100;
}

/** True for text with a character that counts as two: Chinese, Japanese, Korean, emoji. */
export function isWide(text: string): boolean {
  return wide.test(text);
}

/** How far capitals, or the letters of a script without them, reach above and below the line, in em. */
export function heightOf(line: string): { above: number; below: number } {
  if (isWide(line)) return { above: 0.84, below: 0.1 };
  if (/\p{Lo}/u.test(line)) return { above: 0.86, below: 0.3 };
  if (/\p{M}/u.test(normalized(line, 'NFD'))) return { above: 0.95, below: 0 };
  return { above: 0.72, below: 0 };
}

function widthOf(character: string): number {
  if (character < '\u0080') return ascii[character.charCodeAt(0)]!;
  if (character > '\u10ff' && isWide(character)) return 100;
  if (weightless.test(character)) return 0;
  return character.toLowerCase() === character ? 62 : 74;
}
