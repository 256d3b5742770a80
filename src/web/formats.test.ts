import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvLine } from './formats.ts';

test('no cell is a formula to a spreadsheet, nor where full-width signs are read like others', () => {
  for (const sign of ['=', '+', '-', '@', '＝', '＋', '－', '＠']) assert.equal(csvLine([`${sign}1+1`, 5]), `'${sign}1+1,5\r\n`);
  for (const space of ['\t', '\r', '\n']) assert.match(csvLine([`${space}=1`]), /^"?'\s=1/);
  assert.equal(csvLine(['a=1', '５＝５', -5]), 'a=1,５＝５,-5\r\n');
});
