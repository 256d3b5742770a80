/** What is printed on a sleeve is cut as a reader would cut it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cut } from './label.ts';
import { printable } from './svg.ts';

test('a title is cut to 22 characters', () => {
  assert.equal(cut('The Queen Is Dead'), 'The Queen Is Dead');
  assert.equal(cut('1234567890123456789012'), '1234567890123456789012');
  assert.equal(cut('The Rise and Fall of Ziggy Stardust'), 'The Rise and Fall of Z…');
  assert.equal(cut('A blank falls on the 22 second'), 'A blank falls on the 2…');
  assert.equal(cut('Never ends with a bla nk'), 'Never ends with a bla…');
});

test('a cut never splits what a reader sees as one character', () => {
  assert.equal(cut('e\u0301'.repeat(30)), `${'e\u0301'.repeat(22)}…`);
  assert.equal(cut('👨‍👩‍👧‍👦'.repeat(30)), `${'👨‍👩‍👧‍👦'.repeat(11)}…`);
  assert.equal(cut('e\u0301'.repeat(22)), 'e\u0301'.repeat(22));
});

test('full-width characters count as two', () => {
  assert.equal(cut('風街ろまん風街ろまん風'), '風街ろまん風街ろまん風');
  assert.equal(cut('風街ろまん風街ろまん風街'), '風街ろまん風街ろまん風…');
});

test('characters that XML forbids are dropped, and blanks become one space', () => {
  assert.equal(printable(' a\u0000b\u0001\tc\n\n d\u001f\ufffe\uffff '), 'ab c d');
  assert.equal(printable('\u0081'), '\u0081');
  assert.equal(printable('\ud800x'), '\ufffdx');
});
