/**
 * The geometry of the dashboard's plots. Across, places are in per cent of the plot, so that it fills
 * any width while its text keeps its size; down, they are in pixels.
 */
import * as text from '../../web/text.ts';

export type Anchor = 'start' | 'middle' | 'end';
export type Mark = { x: string; y: number; text: string; anchor: Anchor };
type Grid = { y: number; label: string };

export type LinePlot = {
  height: number;
  grid: Grid[];
  /** Paths in a square of 100 that is stretched over the plot, from `top` down. */
  top: number;
  depth: number;
  line: string;
  area: string;
  end: { y: number };
  label: Mark;
  across: Mark[];
};
export type BarPlot = { height: number; grid: Grid[]; bars: { x: string; width: string; y: number; height: number; isHighest: boolean }[]; label: Mark; across: Mark[] };

const TOP = 14;
const BELOW = 24;
const TEXT = 11;
/** The label of the last day is about as wide as so many days at 360 px. */
const DAYS_UNDER_LABEL = 7;

/** A line with an area below it over at least two days, the last one labelled on the line. */
export function linePlot(days: readonly { day: string; value: number }[], height: number): LinePlot {
  const scale = scaleOf(days.map(({ value }) => value), height);
  const last = days.length - 1;
  const points = days.map(({ value }, index) => `${round((index / last) * 100)} ${round(((scale.y(value) - TOP) / scale.depth) * 100)}`);
  const value = days[last]?.value ?? 0;
  return {
    height,
    grid: scale.grid,
    top: TOP,
    depth: scale.depth,
    line: `M${points.join('L')}`,
    area: `M${points.join('L')}V100H0Z`,
    end: { y: scale.y(value) },
    label: { x: '100%', y: labelHeight(days.slice(-DAYS_UNDER_LABEL).map((day) => scale.y(day.value)), scale), text: `${text.number(value)} today`, anchor: 'end' },
    across: weeksOf(days).map((index) => mark(index / last, height - 4, dayText(days[index]?.day ?? ''))),
  };
}

/** A bar for each year, the highest one named. */
export function barPlot(years: readonly { year: number; value: number }[], height: number): BarPlot {
  const scale = scaleOf(years.map(({ value }) => value), height);
  const step = 100 / years.length;
  const most = Math.max(...years.map(({ value }) => value));
  const highest = years.findIndex(({ value }) => value === most);
  const middle = (index: number) => (index + 0.5) / years.length;
  const share = middle(highest);
  return {
    height,
    grid: scale.grid,
    bars: years.map(({ value }, index) => ({ x: percent(index * step + step * 0.09), width: percent(step * 0.82), y: scale.y(value), height: round(scale.y(0) - scale.y(value)), isHighest: index === highest })),
    label: { ...mark(share, scale.y(most) - 5, String(years[highest]?.year)), anchor: share < 0.06 ? 'start' : share > 0.94 ? 'end' : 'middle' },
    across: years.flatMap(({ year }, index) => (year % yearStep(years.length) === 0 ? [{ ...mark(middle(index), height - 4, String(year)), anchor: 'middle' as const }] : [])),
  };
}

/**
 * The years in a row that hold the most of all, those without any included; and how much is in other years.
 * @param size at most and at least so many years; earlier ones fill up
 */
export function fullestYears(years: readonly { year: number; value: number }[], { least, most }: { least: number; most: number }): { years: { year: number; value: number }[]; others: number } {
  const all = years.reduce((sum, { value }) => sum + value, 0);
  let best = { first: 0, last: 0, sum: 0 };
  let sum = 0;
  for (let first = 0, last = 0; last < years.length; last += 1) {
    sum += valueAt(years, last);
    for (; yearAt(years, last) - yearAt(years, first) >= most; first += 1) sum -= valueAt(years, first);
    if (sum > best.sum) best = { first, last, sum };
  }
  if (best.sum === 0) return { years: [], others: all };
  const to = yearAt(years, best.last);
  const from = Math.max(1, Math.min(yearAt(years, best.first), to - least + 1));
  const values = new Map(years.slice(best.first, best.last + 1).map(({ year, value }) => [year, value]));
  const filled = Array.from({ length: to - from + 1 }, (_, index) => ({ year: from + index, value: values.get(from + index) ?? 0 }));
  return { years: filled, others: all - best.sum };
}

/** Steps of 1, 2 or 5 and noughts, about four of them up to the most: ticksUpTo(352) -> [0, 100, 200, 300, 400] */
export function ticksUpTo(most: number): number[] {
  const rough = Math.max(most, 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? 10 * power);
  return Array.from({ length: Math.max(1, Math.ceil(most / step)) + 1 }, (_, index) => index * step);
}

type Scale = { y(value: number): number; depth: number; grid: Grid[] };

function scaleOf(values: readonly number[], height: number): Scale {
  const ticks = ticksUpTo(Math.max(...values));
  const depth = height - TOP - BELOW;
  const y = (value: number) => round(TOP + depth * (1 - value / (ticks.at(-1) as number)));
  return { y, depth, grid: ticks.map((tick) => ({ y: y(tick), label: tickText(tick) })) };
}

/** Above or below the line where it runs under the label, whichever is nearer to the last point and within the plot. */
function labelHeight(heights: readonly number[], { y }: Scale): number {
  const end = heights.at(-1) as number;
  const places = [Math.min(...heights) - 10, Math.max(...heights) + TEXT + 9].filter((place) => place >= TEXT && place <= y(0) - 4);
  const nearest = places.sort((one, other) => Math.abs(one - end) - Math.abs(other - end))[0];
  return round(nearest ?? Math.max(TEXT, end - 10));
}

/** The first day, then each week, and the last day in place of a week that would touch it. */
function weeksOf(days: readonly unknown[]): number[] {
  const last = days.length - 1;
  const weeks = days.map((_, index) => index).filter((index) => index % 7 === 0 && last - index > 6);
  return [...weeks, last];
}

function mark(share: number, y: number, label: string): Mark {
  return { x: percent(share * 100), y: round(y), text: label, anchor: share === 0 ? 'start' : share === 1 ? 'end' : 'middle' };
}

/** 2026-10-25 -> 25 Oct */
function dayText(day: string): string {
  const [number, month = ''] = text.date(day).split(' ');
  return `${number} ${month.slice(0, 3)}`;
}

/** About seven years are written under the bars. */
function yearStep(years: number): number {
  return [1, 2, 5, 10, 20].find((step) => years / step <= 9) ?? 50;
}

function tickText(tick: number): string {
  if (tick < 10_000) return text.number(tick);
  if (tick < 1e6) return `${text.number(tick / 1e3)} k`;
  return `${text.number(tick / 1e6)} m`;
}

function yearAt(years: readonly { year: number }[], index: number): number {
  return years[index]?.year ?? 0;
}

function valueAt(years: readonly { value: number }[], index: number): number {
  return years[index]?.value ?? 0;
}

function percent(value: number): string {
  return `${round(value)}%`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
