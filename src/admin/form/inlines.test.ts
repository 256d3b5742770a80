import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSameOrder, ordered, positionsFor, woven } from './inlines.ts';

const base = ['1', '2', '3', '4', '5'];
const places = (numbers: Record<string, number | undefined>) => Object.entries(numbers).map(([key, place]) => ({ key, place }));
const stored = (positions: Record<number, number>) => new Map(Object.entries(positions).map(([id, position]) => [Number(id), { position }]));

test('a row that gets another number moves there, and the others close up', () => {
  assert.deepEqual(ordered(base, places({ 5: 2 })), ['1', '5', '2', '3', '4']);
  assert.deepEqual(ordered(base, places({ 2: 5 })), ['1', '3', '4', '5', '2']);
  assert.deepEqual(ordered(base, places({ 1: 5, 2: 4, 3: 3, 4: 2, 5: 1 })), ['5', '4', '3', '2', '1']);
  assert.deepEqual(ordered(base, places({ 3: 3, 4: 99 })), ['1', '2', '3', '5', '4']);
  assert.deepEqual(ordered(['1'], places({ new1: 1, new2: 1, new3: undefined })), ['new1', 'new2', '1', 'new3']);
  assert.deepEqual(ordered([], []), []);
});

test('every complete numbering gives exactly the order that it says', () => {
  for (let round = 0; round < 200; round += 1) {
    const wanted = base.map((key) => ({ key, rank: (Number(key) * 7919 * (round + 3)) % 101 })).sort((one, other) => one.rank - other.rank).map(({ key }) => key);
    const numbers = Object.fromEntries(wanted.map((key, index) => [key, index + 1]));
    assert.deepEqual(ordered(base, places(numbers)), wanted);
  }
});

test('two orders are woven into one that has all rows of both', () => {
  assert.deepEqual(woven(['3', '1', '2'], ['1', 'a', '2', 'b', '3']), ['3', '1', 'a', '2', 'b']);
  assert.deepEqual(woven(['1'], ['x', '1']), ['x', '1']);
  assert.equal(isSameOrder(['1', 'a', '2'], ['1', '2', 'b']), true);
  assert.equal(isSameOrder(['1', '2'], ['2', '1']), false);
});

test('positions are stored anew only where the order asks for it', () => {
  const gaps = stored({ 1: 1, 2: 4, 3: 9 });
  assert.deepEqual(positionsFor(['1', '2', '3'], gaps, 'position'), new Map());
  assert.deepEqual(positionsFor(['1', '3', 'new1'], gaps, 'position'), new Map([['new1', 10]]));
  assert.deepEqual(positionsFor(['1', '3', '2'], gaps, 'position'), new Map([['3', 2], ['2', 3]]));
  assert.deepEqual(positionsFor(['new1', '1', '2', '3'], stored({ 1: 1, 2: 2, 3: 3 }), 'position'), new Map([['new1', 1], ['1', 2], ['2', 3], ['3', 4]]));
});
