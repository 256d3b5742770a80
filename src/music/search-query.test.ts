/** A query is taken apart into what names must have; no text is refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseQuery } from './search-query.ts';

/** The terms as a short text: `*` after a beginning, `|` between alternatives, `@` before a year. */
function termsOf(text: string): string[] {
  return parseQuery(text).terms.map(({ phrases, year }) => [
    ...phrases.map(({ words, isBeginning }) => words.join('_') + (isBeginning ? '*' : '')),
    ...(year === undefined ? [] : [`@${year}`]),
  ].join('|'));
}

test('words are beginnings, quoted words are exact, and case, accents and width are gone', () => {
  assert.deepEqual(termsOf('Kate BÚSH'), ['kate*', 'bush*']);
  assert.deepEqual(termsOf('"Kind of Blue" miles'), ['kind_of_blue', 'miles*']);
  assert.deepEqual(termsOf('“Kind of Blue” «So What»'), ['kind_of_blue', 'so_what']);
  assert.deepEqual(termsOf('"kind of bl'), ['kind_of_bl*']);
  assert.deepEqual(termsOf('ｌｏｖｅ'), ['love*']);
});

test('what punctuation divides is found divided and joined', () => {
  assert.deepEqual(termsOf('T.N.T.'), ['t_n_t*|tnt*']);
  assert.deepEqual(termsOf('"AC/DC live"'), ['ac_dc_live|acdc_live']);
  assert.deepEqual(termsOf("rock'n'roll"), ['rocknroll*|rock_n_roll*']);
  assert.deepEqual(termsOf('l’amour don’t'), ['lamour*', 'dont*']);
  assert.deepEqual(termsOf('simon & garfunkel'), ['simon*', 'and*', 'garfunkel*']);
});

test('in scripts without spaces the characters must follow each other', () => {
  assert.deepEqual(termsOf('風街 ろまん'), ['風_街', 'ろ_ま_ん']);
  assert.deepEqual(termsOf('カフェbar'), ['か_ふ_ぇ_bar*']);
  assert.deepEqual(termsOf('группа Кро'), ['группа*', 'кро*']);
});

test('a year is one of release beside other words only', () => {
  assert.deepEqual(termsOf('blue 1959'), ['blue*', '1959*|@1959']);
  assert.deepEqual(termsOf('1959'), ['1959*']);
  assert.deepEqual(termsOf('blue "1959"'), ['blue*', '1959']);
  assert.deepEqual(termsOf('blue 19591'), ['blue*', '19591*']);
});

test('a beginning that another word has is left out', () => {
  assert.deepEqual(termsOf('a abba'), ['abba*']);
  assert.deepEqual(termsOf('love love'), ['love*']);
  assert.deepEqual(termsOf('love "love"'), ['love']);
  assert.deepEqual(termsOf('"love" lov'), ['love']);
});

test('symbols alone are looked for, beside words they are not', () => {
  assert.deepEqual(termsOf('÷'), ['0xf7']);
  assert.deepEqual(termsOf('÷ (Deluxe)'), ['deluxe*']);
  assert.deepEqual(termsOf('❤️'), ['0x2764']);
});

test('syntax of any engine is only text', () => {
  assert.deepEqual(termsOf('NEAR(love, 5) song_name:x ^y -z* OR AND'), ['near_love*|nearlove*', '5*', 'song_name_x*|songnamex*', 'y*', 'z*', 'or*', 'and*']);
  for (const text of ['', ' ', '"', '""', '" "', '*', '\0', '\u0007', '\ud800', '\udc00"\ud800', '\u200b', 'x'.repeat(10_000), '"'.repeat(10_000), '😀'.repeat(3000), 'e\u0301'.repeat(5000)]) {
    const { terms, names, text: read } = parseQuery(text);
    assert.ok(Array.from(read).length <= 200);
    assert.ok(read.isWellFormed());
    for (const { phrases } of terms) for (const { words } of phrases) for (const word of words) assert.match(word, /^[\p{L}\p{N}][\p{L}\p{N}\p{M}]*$/u);
    assert.ok(names.every(({ key }) => key !== ''));
  }
});

test('at most ten terms are looked for', () => {
  assert.equal(parseQuery('one two three four five six seven eight nine ten eleven twelve').terms.length, 10);
});

test('exact names are known with and without their points and the year', () => {
  const keys = (text: string) => parseQuery(text).names.map(({ key, year }) => (year === undefined ? key : `${key}@${year}`));
  assert.ok(keys('tnt').includes('t n t tnt'));
  assert.ok(keys('T.N.T.').includes('tnt'));
  assert.ok(keys('ac dc').includes('ac dc acdc'));
  assert.ok(keys('Blue 1971').includes('blue@1971'));
  assert.deepEqual(keys('Hounds of Love').slice(0, 1), ['hounds of love']);
});
