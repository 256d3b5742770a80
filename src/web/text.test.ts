import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as text from './text.ts';

test('numbers are grouped in threes', () => {
  assert.equal(text.number(0), '0');
  assert.equal(text.number(999), '999');
  assert.equal(text.number(1000), '1,000');
  assert.equal(text.number(1_719_035_520), '1,719,035,520');
  assert.equal(text.number(Number.MAX_SAFE_INTEGER), '9,007,199,254,740,991');
});

test('short numbers keep three figures', () => {
  assert.equal(text.shortNumber(12_664), '12,664');
  assert.equal(text.shortNumber(999_499), '999,499');
  assert.equal(text.shortNumber(999_600), '1.00 m');
  assert.equal(text.shortNumber(64_188_203), '64.2 m');
  assert.equal(text.shortNumber(268_104_339), '268 m');
  assert.equal(text.shortNumber(999_999_999), '1.00 bn');
  assert.equal(text.shortNumber(5_092_384_117), '5.09 bn');
  assert.equal(text.shortNumber(Number.MAX_SAFE_INTEGER), '9,007,199 bn');
});

test('a capped total says so', () => {
  assert.equal(text.total(34), '34');
  assert.equal(text.total(1000, true), '1,000+');
});

test('a noun follows its number', () => {
  assert.equal(text.plural(1, 'song'), '1 song');
  assert.equal(text.plural(0, 'song'), '0 songs');
  assert.equal(text.plural(7090, 'like'), '7,090 likes');
  assert.equal(text.plural(2, 'match', 'matches'), '2 matches');
});

test('dates are written out', () => {
  assert.equal(text.date('1985-09-16'), '16 September 1985');
  assert.equal(text.date('2024-02-01T10:00:00.000Z'), '1 February 2024');
  assert.equal(text.date('0987-12-31'), '31 December 987');
  assert.equal(text.dateTime('2025-11-24T14:51:09Z'), '24 November 2025, 14:51 UTC');
  assert.equal(text.year('1985-09-16'), '1985');
});

test('a share is a percentage of the scale', () => {
  assert.equal(text.share(431, 1000), '43.1%');
  assert.equal(text.share(5, 5), '100%');
  assert.equal(text.share(0, 5), '0%');
  assert.equal(text.share(9, 5), '100%');
  assert.equal(text.share(5, 0), '0%');
});

test('the longer a title, the narrower its type', () => {
  assert.equal(text.fitClass('Low'), 'fit-1');
  assert.equal(text.fitClass('123456789'), 'fit-1');
  assert.equal(text.fitClass('Hounds of Love'), 'fit-2');
  assert.equal(text.fitClass('Random Access Memories!'), 'fit-3');
  assert.equal(text.fitClass('x '.repeat(23)), 'fit-4');
  assert.equal(text.fitClass('x '.repeat(100)), 'fit-5');
});

test('one long word asks for narrower type, and full-width characters count twice', () => {
  assert.equal(text.fitClass('Quadrophenia'), 'fit-2');
  assert.equal(text.fitClass('Unforgettables'), 'fit-3');
  assert.equal(text.fitClass('x '.repeat(60) + 'Unforgettables'), 'fit-5');
  assert.equal(text.fitClass('風街ろまん'), 'fit-2');
  assert.equal(text.fitClass('はっぴいえんど'), 'fit-3');
});

test('a name’s script tells its language', () => {
  const expected: Record<string, string | undefined> = {
    'Hounds of Love': undefined, 'Björk Guðmundsdóttir': undefined, '÷': undefined, 'Don’t': undefined,
    風をあつめて: 'ja', 宇多田ヒカル: 'ja', 王菲: 'zh', 방탄소년단: 'ko', 'إنت عمري': 'ar', 'עברי לידר': 'he',
    'Группа крови': 'ru', Μαρινέλλα: 'el', '𠮷野家': 'zh',
  };
  for (const [name, language] of Object.entries(expected)) assert.equal(text.languageOf(name), language, name);
});

test('JSON in a script element cannot break out of it', () => {
  const value = { name: '</script><script>alert(1)</script> & \u2028\u2029' };
  const json = text.jsonScript(value);
  assert.doesNotMatch(json, /[<>&\u2028\u2029]/);
  assert.deepEqual(JSON.parse(json), value);
});
