import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pagingOf } from './paging.ts';

const numbers = (page: number, total: number) =>
  pagingOf({ page, size: 10, total, href: (number) => `/?page=${number}` }).links.map((link) => (link === 'gap' ? '…' : link.current ? `[${link.page}]` : link.page)).join(' ');

test('the links name the ends and what is near, and a gap is never a single page', () => {
  assert.equal(numbers(1, 5), '[1]');
  assert.equal(numbers(1, 50), '[1] 2 3 4 5');
  assert.equal(numbers(1, 6200), '[1] 2 3 … 620');
  assert.equal(numbers(3, 6200), '1 2 [3] 4 … 620');
  assert.equal(numbers(4, 6200), '1 2 3 [4] 5 … 620');
  assert.equal(numbers(300, 6200), '1 … 299 [300] 301 … 620');
  assert.equal(numbers(620, 6200), '1 … 619 [620]');
});

test('the sentence counts rows, and an empty list has none', () => {
  const { first, last, previous, next } = pagingOf({ page: 3, size: 10, total: 25, href: (page) => `/?page=${page}` });
  assert.deepEqual([first, last, previous, next], [21, 25, '/?page=2', undefined]);
  const empty = pagingOf({ page: 1, size: 10, total: 0, href: String });
  assert.deepEqual([empty.first, empty.last, empty.pages], [0, 0, 1]);
});
