/** Passwords that are a pattern and no secret: few characters over and over, rows of the alphabet or of a keyboard. */

/** The rows of the usual keyboards, and the columns that fingers run down. */
const ROWS = [
  '1234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'qwertzuiopü', 'asdfghjklöä', 'yxcvbnm', 'azertyuiop', 'qsdfghjklm', 'wxcvbn',
  'йцукенгшщзхъ', 'фывапролджэ', 'ячсмитьбю', '1qaz', '2wsx', '3edc', '4rfv', '5tgb', '6yhn', '7ujm', '8ik', '9ol', '!@#$%^&*()',
];
/** Characters that follow each other in a row, as pairs. */
const NEIGHBOURS = new Set(ROWS.flatMap((row) => [...row].slice(1).map((key, index) => [...row][index] + key)));

/** Fewer pieces than this are guessed at once. */
const FEWEST_PIECES = 4;
const LONGEST_PERIOD = 4;
const SHORTEST_RUN = 3;

/** Whether a password repeats a few characters, like `aaaaaaaa` or `abcabcabc`. */
export function isRepetition(password: string): boolean {
  const characters = [...password.toLowerCase()];
  return new Set(characters).size < FEWEST_PIECES || periodOf(characters) <= LONGEST_PERIOD;
}

/** Whether a password is a few rows of the alphabet, of digits or of a keyboard, like `abcdefgh`, `qwertzuiop` or `1234asdf`. */
export function isSequence(password: string): boolean {
  const characters = [...password.toLowerCase()];
  return piecesOf(characters.filter((character, index) => character !== characters[index - 1])) < FEWEST_PIECES;
}

/** After how many characters they begin again; all of them when they never do. */
export function periodOf(characters: readonly string[]): number {
  const { length } = characters;
  for (let period = 1; period * 2 <= length; period += 1) {
    if (characters.every((character, index) => character === characters[index % period])) return period;
  }
  return length;
}

/** How many pieces somebody has to remember: a run is one, and so is any other character. */
function piecesOf(characters: readonly string[]): number {
  let pieces = 0;
  for (let at = 0; at < characters.length; pieces += 1) {
    const run = runFrom(characters, at);
    at += run >= SHORTEST_RUN ? run : 1;
  }
  return pieces;
}

/** How many characters, from one on, follow each other in the same way. */
function runFrom(characters: readonly string[], from: number): number {
  return Math.max(...STEPS.map((isStep) => {
    let end = from + 1;
    while (end < characters.length && isStep(characters[end - 1] as string, characters[end] as string)) end += 1;
    return end - from;
  }));
}

const codeOf = (character: string): number => character.codePointAt(0) as number;
const STEPS: ((one: string, next: string) => boolean)[] = [
  (one, next) => codeOf(next) - codeOf(one) === 1,
  (one, next) => codeOf(next) - codeOf(one) === -1,
  (one, next) => NEIGHBOURS.has(one + next),
  (one, next) => NEIGHBOURS.has(next + one),
];
