/** The pattern "type": the title itself in capitals, each line as wide as the sleeve, like a wood-type poster. */
import type { Bytes } from './bytes.ts';
import { artistAndYear, type Caption } from './label.ts';
import { contrast } from './palettes.ts';
import type { Scheme } from './scheme.ts';
import { circle, fitted, path, rect, round, text } from './svg.ts';
import { emWidth, heightOf, isWide } from './metrics.ts';

const left = 10;
const measure = 180;
const top = 12;
const foot = 171;
const bottom = 176;
const gap = 7;
const shapesFrom = 40;

// A line takes another word up to so many letters, more only if four lines would not do; em is what the eye can bear.
const comfortable = 8;
const longest = 16;
const widestEm = 11;

// Letters are drawn out to this many times their natural height; further only to close a gap.
const tall = 2.45;
const tallest = 3.2;

interface Row {
  line: string;
  size: number;
  baseline: number;
  end: number;
}

/** The title broken into at most four lines that can be read, or null when it needs more. */
export function linesOf(title: string): string[] | null {
  const words = title.toUpperCase().split(' ');
  if (lettersIn(title) > 4 * longest) return null;
  for (let limit = comfortable; limit <= longest; limit += 1) {
    const lines = broken(words, limit);
    if (lines.length <= 4) return lines.every(isLegible) ? lines : null;
  }
  return null;
}

/** Colours for letters, best first: those with a contrast of 3 or more on the ground. */
export function letterColours({ ground, a, b, c }: Scheme): string[] {
  const on = (colour: string) => contrast(colour, ground);
  return [a, b, c].filter((colour) => on(colour) >= 3).sort((one, other) => on(other) - on(one));
}

/** The lines in the sleeve's colours; where they leave room, a row of shapes below. */
export function lettering(bytes: Bytes, scheme: Scheme, lines: string[]): string {
  const [first, second] = inks(scheme);
  const rows = composed(lines);
  const words = rows.map(({ line, size, baseline }, at) => {
    // A lone narrow letter would become a slab at the full width.
    const width = Math.min(measure, 2.2 * size * emWidth(line));
    return text(line, left, baseline, size, at % 2 === 0 ? first : second, fitted(width));
  });
  const shapes = bytes.pick([fins, bars, ball, beads]);
  const end = rows.at(-1)!.end;
  return words.join('') + (bottom - end > shapesFrom ? shapes(round(end + 9), scheme, first) : '');
}

/** Artist and year below the lettering. */
export function imprint(scheme: Scheme, caption: Caption): string {
  return artistAndYear(caption, 192, 10, inks(scheme)[0], 28);
}

function broken(words: string[], limit: number): string[] {
  const lines: string[] = [];
  for (const word of words.flatMap((whole) => chopped(whole, limit))) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && lettersIn(longer) <= limit) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

// Chinese and Japanese have no spaces, and may break anywhere.
function chopped(word: string, limit: number): string[] {
  const characters = [...word];
  if (lettersIn(word) <= limit || !characters.every(isWide)) return [word];
  const each = Math.ceil(characters.length / Math.ceil(lettersIn(word) / limit));
  return characters.flatMap((_, at) => (at % each === 0 ? [characters.slice(at, at + each).join('')] : []));
}

function lettersIn(line: string): number {
  let count = 0;
  for (const character of line) count += isWide(character) ? 1.6 : 1;
  return count;
}

function isLegible(line: string): boolean {
  const width = emWidth(line);
  return width > 0.15 && width <= widestEm;
}

/** Natural sizes for the full width, then all made taller or lower alike: to make room for shapes or to fill the sleeve. */
function composed(lines: string[]): Row[] {
  const natural = lines.map((line) => Math.min(130, measure / emWidth(line)));
  const room = foot - top - gap * (lines.length - 1);
  const filling = room / lines.reduce((sum, line, at) => sum + heightIn(line) * natural[at]!, 0);
  const scale = Math.min(tall, filling);
  const spare = room * (1 - scale / filling);
  const highest = lines.length === 1 ? Math.max(90, natural[0]!) : Number.POSITIVE_INFINITY;
  const factor = spare > shapesFrom || lines.length === 1 ? scale : Math.min(tallest, filling);
  return placed(lines, natural.map((size) => Math.min(size * factor, highest)));
}

function placed(lines: string[], sizes: number[]): Row[] {
  let y = top - gap;
  return lines.map((line, at) => {
    const size = sizes[at]!;
    const { above, below } = heightOf(line);
    const baseline = y + gap + above * size;
    y = baseline + below * size;
    return { line, size, baseline, end: y };
  });
}

function heightIn(line: string): number {
  const { above, below } = heightOf(line);
  return above + below;
}

function inks(scheme: Scheme): readonly [first: string, second: string] {
  const fit = letterColours(scheme);
  const first = fit[0];
  const second = [scheme.a, scheme.b, scheme.c].find((colour) => colour !== first && fit.includes(colour));
  return [first!, second ?? first!];
}

function others({ a, b, c }: Scheme, letters: string): readonly [string, string] {
  const [one, two] = [a, b, c].filter((colour) => colour !== letters);
  return [one!, two!];
}

function fins(y: number, scheme: Scheme, letters: string): string {
  const [one, two] = others(scheme, letters);
  const height = round(bottom - y);
  const fin = (colour: string, at: number) => path(colour, `M${left + 45 * at} ${y}h45a45 ${height} 0 0 1-45 ${height}z`);
  return [one, two, letters, one].map(fin).join('');
}

function bars(y: number, scheme: Scheme, letters: string): string {
  const [one, two] = others(scheme, letters);
  const widths = [3, 8, 12, 16, 12, 8, 3];
  const space = (measure - widths.reduce((sum, width) => sum + width)) / (widths.length - 1);
  let x = left;
  let drawing = '';
  for (const [at, width] of widths.entries()) {
    drawing += rect(at % 3 === 1 ? two : one, x, y, width, bottom - y);
    x += width + space;
  }
  return drawing;
}

function ball(y: number, scheme: Scheme, letters: string): string {
  const radius = (bottom - y) / 2;
  return circle(others(scheme, letters)[0], left + radius, y + radius, radius);
}

function beads(y: number, scheme: Scheme, letters: string): string {
  const [one, two] = others(scheme, letters);
  const count = Math.round(measure / (bottom - y)) + 1;
  const radius = measure / count / 2;
  let drawing = '';
  for (let at = 0; at < count; at += 1) {
    drawing += circle([one, two, letters][at % 3]!, left + radius * (2 * at + 1), (y + bottom) / 2, radius);
  }
  return drawing;
}
