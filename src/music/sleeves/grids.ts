/** Patterns on a grid: quarters and dots. */
import type { Bytes } from './bytes.ts';
import type { Scheme } from './scheme.ts';
import { circle, path, round, turned } from './svg.ts';

/** A grid of quarter circles and a few full ones; a third of the cells are filled behind. */
export function quarters(bytes: Bytes, { a, b, c }: Scheme): string {
  const count = bytes.pick([3, 4, 4, 5]);
  const size = 200 / count;
  const fills = ['', '', ''];
  const shapes = ['', '', ''];
  for (let cell = 0; cell < count * count; cell += 1) {
    const x = (cell % count) * size;
    const y = Math.floor(cell / count) * size;
    const shape = bytes.below(9);
    const colour = bytes.below(3);
    const other = (colour + 1 + bytes.below(2)) % 3;
    shapes[colour] += shapeInCell(shape >> 1, x, y, size);
    if (shape % 3 === 0) fills[other] += `M${round(x)} ${round(y)}h${round(size)}v${round(size)}h${round(-size)}z`;
  }
  const layers = (paths: string[]) => [a, b, c].map((colour, at) => (paths[at] ? path(colour, paths[at]) : ''));
  return layers(fills).concat(layers(shapes)).join('');
}

function shapeInCell(shape: number, left: number, top: number, size: number): string {
  const [x, y, s] = [round(left), round(top), round(size)];
  const [right, bottom, r] = [round(left + size), round(top + size), round(size / 2)];
  if (shape === 0) return `M${x} ${y}h${s}a${s} ${s} 0 0 1-${s} ${s}z`;
  if (shape === 1) return `M${right} ${y}v${s}a${s} ${s} 0 0 1-${s}-${s}z`;
  if (shape === 2) return `M${right} ${bottom}h-${s}a${s} ${s} 0 0 1 ${s}-${s}z`;
  if (shape === 3) return `M${x} ${bottom}v-${s}a${s} ${s} 0 0 1 ${s} ${s}z`;
  return `M${x} ${round(top + size / 2)}a${r} ${r} 0 1 1 ${s} 0a${r} ${r} 0 1 1-${s} 0`;
}

/** A halftone: dots that grow, swell in the middle or stay even, with smaller ones between. */
export function dots(bytes: Bytes, { a, b, c }: Scheme): string {
  const count = 7 + bytes.below(4);
  const kind = bytes.pick(['growing', 'swelling', 'even'] as const);
  const angle = 90 * bytes.below(4);
  const step = 200 / count;
  const drawing = kind === 'even' ? evenRows(count, step, [a, c, b]) : halftone(count, step, kind, a, b);
  // A row is a dashed stroke with round caps: one short path draws all its dots.
  const rows = `<g fill="none" stroke-linecap="round" stroke-dasharray="0 ${round(step)}">${drawing}</g>`;
  return turned(angle, rows) + dotsDisc(bytes, step, c);
}

function halftone(count: number, step: number, kind: 'growing' | 'swelling', a: string, b: string): string {
  let large = '';
  let small = '';
  for (let row = 0; row < count; row += 1) {
    const part = (row + 0.6) / count;
    const size = kind === 'growing' ? 0.18 + 0.92 * part : 0.08 + 0.98 * Math.sin(Math.PI * part);
    large += dotRow(step / 2, (row + 0.5) * step, step * size);
  }
  for (let row = 1; row < count; row += 1) {
    const size = kind === 'growing' ? 0.62 * (1 - row / count) : 0.24;
    small += dotRow(0, row * step, step * size);
  }
  return `<g stroke="${a}">${large}</g><g stroke="${b}">${small}</g>`;
}

function evenRows(count: number, step: number, colours: readonly string[]): string {
  let drawing = '';
  for (let row = 0; row < count; row += 1) {
    drawing += dotRow(step / 2, (row + 0.5) * step, step * 0.76, ` stroke="${colours[row % 3]}"`);
  }
  return drawing;
}

function dotRow(x: number, y: number, size: number, more = ''): string {
  return `<path${more} stroke-width="${round(size)}" d="M${round(x)} ${round(y)}H225"/>`;
}

function dotsDisc(bytes: Bytes, step: number, colour: string): string {
  if (bytes.below(2) === 0) return '';
  const [x, y] = [bytes.below(2), bytes.below(2)].map((far) => (far ? 200 - 1.5 * step : 1.5 * step));
  return circle(colour, x!, y!, 1.32 * step);
}
