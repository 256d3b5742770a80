/** How titles break into lines of capitals, and which are too long for it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawSleeve } from './draw.ts';
import { linesOf } from './lettering.ts';

test('a title breaks into at most four lines of capitals', () => {
  assert.deepEqual(linesOf('Rumours'), ['RUMOURS']);
  assert.deepEqual(linesOf('Time Out'), ['TIME OUT']);
  assert.deepEqual(linesOf('OK Computer'), ['OK', 'COMPUTER']);
  assert.deepEqual(linesOf('To Pimp a Butterfly'), ['TO PIMP', 'A', 'BUTTERFLY']);
  assert.deepEqual(linesOf('It Takes a Nation of Millions to Hold Us Back'), ['IT TAKES A', 'NATION OF', 'MILLIONS TO', 'HOLD US BACK']);
});

test('scripts without capitals or spaces work too', () => {
  assert.deepEqual(linesOf('إنت عمري'), ['إنت عمري']);
  assert.deepEqual(linesOf('風街ろまん'), ['風街ろまん']);
  assert.deepEqual(linesOf('失われた時を求めて'), ['失われた時', 'を求めて']);
});

test('a title that would need more lines, or too narrow letters, is not set', () => {
  assert.equal(linesOf('word '.repeat(40).trim()), null);
  assert.equal(linesOf('Antidisestablishmentarianism'), null);
  assert.equal(linesOf('W'.repeat(16)), null);
  assert.equal(linesOf(''), null);
  assert.equal(linesOf('\u0301\u0301'), null);
});

test('a long title whose bytes say lettering gets another pattern', () => {
  const name = 'Antidisestablishmentarianism';
  const sleeves = Array.from({ length: 60 }, (_, at) => drawSleeve({ name, artist: `${at}`, year_released: '1985-09-16' }));
  assert.ok(sleeves.every((svg) => !svg.includes(name.toUpperCase())));
});

test('letters stay inside the sleeve and above the imprint', () => {
  const titles = ['I', 'IV', '21', 'A', 'Étoile Ñandú', 'الليل', '風街ろまん', 'To Pimp a Butterfly', 'Wish You Were Here', 'Loveless'];
  for (const name of titles) {
    for (let at = 0; at < 60; at += 1) {
      const svg = drawSleeve({ name, artist: `${at}`, year_released: '1985-09-16' }, 'small');
      for (const [, y, size, width] of svg.matchAll(/<text x="10" y="([\d.]+)" font-size="([\d.]+)"[^>]* textLength="([\d.]+)"/g)) {
        assert.ok(Number(y) <= 176, svg);
        assert.ok(Number(y) - 0.72 * Number(size) >= 11.5, svg);
        assert.ok(Number(width) <= 180, svg);
      }
    }
  }
});
