import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dateFormat, readDate } from './dates.ts';

test('a day, a month and a year are read as the standard writes them', () => {
  assert.equal(readDate('1985-09-16'), '1985-09-16');
  assert.equal(readDate(' 1985-09\u00a0'), '1985-09-01');
  assert.equal(readDate('1985'), '1985-01-01');
});

test('what is written in no known way stays as it is, to be refused', () => {
  for (const text of ['4/26/2024', '26.4.2024', '1985-9-16', '85', '1985-09-16T00:00:00Z', 'NA', '']) assert.equal(readDate(text), text);
});

test('a format reads dates in its order, with zeros or without', () => {
  assert.equal(readDate('4/26/2024', dateFormat('M/D/YYYY')), '2024-04-26');
  assert.equal(readDate('04/06/2024', dateFormat('M/D/YYYY')), '2024-04-06');
  assert.equal(readDate('6/4/2024', dateFormat('D/M/YYYY')), '2024-04-06');
  assert.equal(readDate('26.4.2024', dateFormat('d.m.yyyy')), '2024-04-26');
  assert.equal(readDate('20240426', dateFormat('YYYYMMDD')), '2024-04-26');
  assert.equal(readDate('4/2024', dateFormat('M/YYYY')), '2024-04-01');
  assert.equal(readDate('2024年4月26日', dateFormat('YYYY年M月D日')), '2024-04-26');
});

test('MM and DD want two digits', () => {
  assert.equal(readDate('4/6/2024', dateFormat('MM/DD/YYYY')), '4/6/2024');
});

test('beside its format a file may hold dates as the standard writes them', () => {
  assert.equal(readDate('2024', dateFormat('M/D/YYYY')), '2024-01-01');
  assert.equal(readDate('2024-04-26', dateFormat('M/D/YYYY')), '2024-04-26');
});

test('a date that does not exist is never moved, nor read another way', () => {
  assert.equal(readDate('26/4/2024', dateFormat('M/D/YYYY')), '2024-26-04');
  assert.equal(readDate('2020-02-13', dateFormat('YYYY-D-M')), '2020-13-02');
  assert.equal(readDate('2/30/2024', dateFormat('M/D/YYYY')), '2024-02-30');
});

test('a format that says too little or too much is refused', () => {
  for (const text of ['', 'M/D', 'M/D/YY', 'D/YYYY', 'MDYYYY', 'YYYYMD', 'M/D/M/YYYY', 'YYYY-MM-DD HH', 'US']) {
    assert.throws(() => dateFormat(text), /is no date format/, text);
  }
});
