/** No text, however long and odd, keeps a regular expression busy: all of them are found in the source and tried. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkSync } from 'recheck';
import { builtBy, type Expression, expressionsIn, expressionsOfTheProject, hostileTexts, sources } from './testing/expressions.ts';

/** As long as a form may be. */
const FORM = 64 * 1024;
/** What would be quadratic takes seconds at this length. */
const MOST_MILLISECONDS = 50;

const { literals, built } = expressionsOfTheProject();
const all: Expression[] = [
  ...literals,
  ...(await builtBy('schema/fold.ts')),
  ...(await builtBy('secrets.ts')),
  ...(await builtBy<typeof import('./transfer/dates.ts')>('transfer/dates.ts', ({ dateFormat }) => ['D. M. YYYY', 'YYYYMMDD', '...YYYY'].forEach(dateFormat))),
];

test('each expression is linear by its structure', () => {
  const wrong = all.filter(({ expression }) => isSlowByStructure(expression)).map(({ place, expression }) => `${place} ${expression}`);
  assert.deepEqual(wrong, []);
});

test('each expression reads 64 KB of hostile text at once', () => {
  const wrong = all.flatMap(({ place, expression }) => {
    const slowest = slowestOf(expression, FORM);
    return slowest <= MOST_MILLISECONDS ? [] : [`${place} ${expression} takes ${Math.round(slowest)} ms`];
  });
  assert.deepEqual(wrong, []);
});

test('both find the expressions that used to stop the site', () => {
  for (const expression of [/^[\p{White_Space}]+|[\p{White_Space}]+$/gu, /\d+$/, /\([^/]*\)/g, /(a+)+$/]) {
    assert.ok(isSlowByStructure(expression), `by structure: ${expression}`);
  }
  for (const expression of [/^[\p{White_Space}]+|[\p{White_Space}]+$/gu, /\d+$/, /__.*;$/, /\beyJ[\w-]{8,}\.[\w-]{8,}\./g]) {
    assert.ok(slowestOf(expression, FORM / 4) > MOST_MILLISECONDS, `by trying: ${expression}`);
  }
});

test('an expression is found wherever it is written, and one that is built is built where it is tried here', () => {
  const source = `const a: RegExp = /a\\/b[/]/u; const s = "/no/"; f(x / y / z, \`/no/\${c ? /c/ : /d/g}\`); // /no/
    returned(/e/)`;
  assert.deepEqual(expressionsIn(source, 'a.ts').literals.map(({ expression }) => String(expression)), ['/a\\/b[/]/u', '/c/', '/d/g', '/e/']);
  assert.deepEqual(expressionsIn('const make = RegExp;', 'a.ts').built, ['a.ts']);
  assert.deepEqual([...new Set(built)], ['src/schema/fold.ts', 'src/secrets.ts', 'src/transfer/dates.ts']);
});

test('no text is normalized but by the function that takes no longer for odd ones', () => {
  const wrong = sources().filter(({ file, text }) => file.startsWith('src/') && /\.normalize\(/.test(text)).map(({ file }) => file);
  assert.deepEqual(wrong, ['src/schema/normalized.ts']);
});

/**
 * By automata, which is a proof and no guess. They know nothing of what looks around, and of a long count in
 * braces they grow too large: such expressions are only tried.
 */
function isSlowByStructure({ source, flags }: RegExp): boolean {
  const found = checkSync(source, flags, { checker: 'automaton', timeout: 2000 });
  return found.status === 'vulnerable' || (found.status === 'unknown' && !['unsupported', 'timeout'].includes(found.error.kind));
}

/** The milliseconds for the hardest of the texts, or for the first that is too hard. */
function slowestOf(expression: RegExp, length: number): number {
  let slowest = 0;
  for (const text of hostileTexts(expression, length)) {
    slowest = Math.max(slowest, slowness(expression, text));
    if (slowest > MOST_MILLISECONDS) break;
  }
  return slowest;
}

/** How long it takes to find each match, in milliseconds: the least of three, because other work may come between. */
function slowness(expression: RegExp, text: string): number {
  let least = Number.POSITIVE_INFINITY;
  for (let time = 0; time < 3 && least > MOST_MILLISECONDS; time += 1) {
    const started = performance.now();
    text.replace(expression, '');
    least = Math.min(least, performance.now() - started);
  }
  return least;
}
