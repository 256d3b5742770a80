import assert from 'node:assert/strict';
import { test } from 'node:test';
import { barPlot, fullestYears, linePlot, ticksUpTo } from './plots.ts';

const days = (...values: number[]) => values.map((value, index) => ({ day: `2026-11-${String(index + 1).padStart(2, '0')}`, value }));
const thirty = (value: (index: number) => number) => days(...Array.from({ length: 30 }, (_, index) => value(index)));

test('an axis has round steps, whole numbers only, and reaches the most', () => {
  assert.deepEqual(ticksUpTo(352), [0, 100, 200, 300, 400]);
  assert.deepEqual(ticksUpTo(5), [0, 2, 4, 6]);
  assert.deepEqual(ticksUpTo(1), [0, 1]);
  assert.deepEqual(ticksUpTo(0), [0, 1]);
  assert.deepEqual(ticksUpTo(4), [0, 1, 2, 3, 4]);
  for (let most = 1; most < 1e7; most = Math.ceil(most * 1.17)) {
    const ticks = ticksUpTo(most);
    const step = ticks[1] as number;
    assert.ok((ticks.at(-1) as number) >= most && (ticks.at(-1) as number) < most + step, String(most));
    assert.ok(ticks.length >= 2 && ticks.length <= 6 && ticks.every(Number.isInteger), String(most));
  }
});

test('a line runs from edge to edge, the most on its grid line, and its area down to nothing', () => {
  const plot = linePlot(days(0, 50, 100), 138);
  assert.equal(plot.line, 'M0 100L50 50L100 0');
  assert.equal(plot.area, 'M0 100L50 50L100 0V100H0Z');
  assert.deepEqual([plot.top, plot.depth, plot.end.y], [14, 100, 14]);
  assert.deepEqual(plot.grid.map(({ y, label }) => [y, label]), [[114, '0'], [64, '50'], [14, '100']]);
});

test('the last day is labelled beside its mark, clear of the line and within the plot', () => {
  for (const value of [(index: number) => index, (index: number) => 30 - index, () => 7, (index: number) => (index % 2) * 90, (index: number) => (index === 29 ? 0 : 5)]) {
    const plot = linePlot(thirty(value), 200);
    const heights = plot.line.slice(1).split('L').slice(-7).map((point) => plot.top + (Number(point.split(' ')[1]) / 100) * plot.depth);
    const { y, text, anchor, x } = plot.label;
    assert.deepEqual([text, anchor, x], [`${value(29)} today`, 'end', '100%']);
    assert.ok(y >= 11 && y <= plot.top + plot.depth, `${y}`);
    const isClear = heights.every((height) => height > y || height < y - 11);
    assert.ok(isClear || Math.min(...heights) < 30, `${y} among ${heights.join(' ')}`);
  }
});

test('the days below are a week apart, and the last one stands alone', () => {
  const { across } = linePlot(thirty(() => 1), 200);
  assert.deepEqual(across.map(({ text, anchor }) => [text, anchor]), [['1 Nov', 'start'], ['8 Nov', 'middle'], ['15 Nov', 'middle'], ['22 Nov', 'middle'], ['30 Nov', 'end']]);
  assert.deepEqual(across.map(({ x }) => x), ['0%', '24.14%', '48.28%', '72.41%', '100%']);
});

test('bars stand on the ground side by side, and the first of the highest is named', () => {
  const plot = barPlot([{ year: 1999, value: 2 }, { year: 2000, value: 0 }, { year: 2001, value: 4 }, { year: 2002, value: 4 }], 138);
  assert.deepEqual(plot.bars.map(({ x, width }) => [x, width]), [['2.25%', '20.5%'], ['27.25%', '20.5%'], ['52.25%', '20.5%'], ['77.25%', '20.5%']]);
  assert.deepEqual(plot.bars.map(({ y, height }) => [y, height]), [[64, 50], [114, 0], [14, 100], [14, 100]]);
  assert.deepEqual(plot.bars.map(({ isHighest }) => isHighest), [false, false, true, false]);
  assert.deepEqual([plot.label.text, plot.label.x, plot.label.anchor], ['2001', '62.5%', 'middle']);
  const many = barPlot(Array.from({ length: 80 }, (_, index) => ({ year: 1947 + index, value: 80 - index })), 138);
  assert.deepEqual(many.across.map(({ text }) => text), ['1950', '1960', '1970', '1980', '1990', '2000', '2010', '2020']);
  assert.deepEqual([many.label.text, many.label.anchor], ['1947', 'start']);
});

test('years far from the others do not flatten the plot, and are told as others', () => {
  const counts = [{ year: 70, value: 1 }, { year: 1970, value: 5 }, { year: 1999, value: 7 }, { year: 9999, value: 2 }];
  const { years, others } = fullestYears(counts, { least: 24, most: 80 });
  assert.deepEqual([years[0], years.at(-1), years.length, others], [{ year: 1970, value: 5 }, { year: 1999, value: 7 }, 30, 3]);
  assert.deepEqual(years[1], { year: 1971, value: 0 });
  const few = fullestYears([{ year: 1999, value: 7 }], { least: 24, most: 80 });
  assert.deepEqual([few.years[0], few.years.at(-1), few.others], [{ year: 1976, value: 0 }, { year: 1999, value: 7 }, 0]);
  assert.deepEqual(fullestYears([], { least: 24, most: 80 }), { years: [], others: 0 });
  assert.deepEqual(fullestYears([{ year: 3, value: 1 }], { least: 24, most: 80 }).years.map(({ year }) => year), [1, 2, 3]);
});
