/** Patterns of long bands: arcs, stripes, waves, sunburst. */
import type { Bytes } from './bytes.ts';
import type { Scheme } from './scheme.ts';
import { circle, path, rect, round, turned } from './svg.ts';

// Centre and greatest radius of the rings, and the small disc with its hole that answers from the far side.
const arcPlaces = [
  { x: 0, y: 200, radius: 190, far: [200, 0, 46, 22] },
  { x: 200, y: 200, radius: 190, far: [0, 0, 46, 22] },
  { x: 100, y: 200, radius: 130, far: [100, 34, 16, 0] },
  { x: 100, y: 100, radius: 92, far: [0, 0, 0, 0] },
  { x: 200, y: 0, radius: 190, far: [0, 200, 46, 22] },
] as const;

/** Rings around a corner, the bottom edge or the middle. */
export function arcs(bytes: Bytes, { ground, a, b, c }: Scheme): string {
  const place = bytes.pick(arcPlaces);
  const count = 5 + bytes.below(4);
  const colours = bytes.below(2) === 0 ? [a, ground, b, ground, c, ground] : [a, b, c];
  let drawing = '';
  for (let ring = 0; ring < count; ring += 1) {
    drawing += circle(colours[ring % colours.length]!, place.x, place.y, place.radius * (1 - ring / count));
  }
  return drawing + disc(place.far, ground, c);
}

function disc([x, y, radius, hole]: readonly [number, number, number, number], ground: string, colour: string): string {
  return (radius > 0 ? circle(colour, x, y, radius) : '') + (hole > 0 ? circle(ground, x, y, hole) : '');
}

// Stripe, gap, stripe, gap … in units; an odd number lets stripes and gaps trade places.
const rhythms = [
  [1, 1, 2, 1, 3],
  [1, 2, 1, 4],
  [3, 1, 1, 1],
  [2, 2],
] as const;

/** Stripes in a rhythm, upright, level or aslant, half of the time with a disc. */
export function stripes(bytes: Bytes, { ground, a, b, c }: Scheme): string {
  const angle = bytes.pick([0, 90, 45, -45]);
  const unit = bytes.pick([8, 10, 12.5]);
  const rhythm: readonly number[] = bytes.pick(rhythms);
  const colours = [a, b, c];
  let drawing = '';
  for (let step = 0, stripe = 0, x = -60; x < 260; step += 1) {
    const width = unit * rhythm[step % rhythm.length]!;
    if (step % 2 === 0) drawing += rect(colours[stripe++ % 3]!, x, -60, width, 320);
    x += width;
  }
  return turned(angle, drawing) + stripesDisc(bytes, ground, b, c);
}

function stripesDisc(bytes: Bytes, ground: string, b: string, c: string): string {
  if (bytes.below(2) === 1) return '';
  if (bytes.below(2) === 1) return circle(c, 138, 138, 40);
  return circle(ground, 100, 100, 58) + circle(b, 100, 100, 44);
}

/** Bands whose upper edge is a wave. */
export function waves(bytes: Bytes, { ground, a, b, c }: Scheme): string {
  const count = 6 + bytes.below(4);
  const amplitude = bytes.pick([8, 12, 17, 22]);
  const length = 200 / bytes.pick([4, 3, 2, 1.5]);
  const angle = bytes.pick([0, 90, 0, -18, 18]);
  const [shift, period] = bytes.pick([[0, 1], [length / 3, 3], [length / 2, 2]] as const);
  const colours = bytes.pick([[a, b, c], [a, ground, b, ground], [a, b, ground, c]]);
  const upsideDown = bytes.below(3) === 0 && bytes.below(2) === 1;
  let drawing = `<defs>${wave(amplitude, length)}</defs>`;
  for (let band = 0; band < count; band += 1) {
    const y = amplitude / 2 - 10 + (band * 230) / count;
    const x = -shift * (band % period);
    drawing += `<use href="#w" x="${round(x)}" y="${round(y)}" fill="${colours[band % colours.length]}"/>`;
  }
  return turned(upsideDown ? angle + 180 : angle, drawing);
}

// From x -80 to beyond 280 plus the widest shift, so that a turned band still covers the corners.
function wave(amplitude: number, length: number): string {
  const half = round(length / 2);
  const halves = Math.ceil((370 + length) / half);
  return `<path id="w" d="M-80 0q${round(length / 4)} ${-2 * amplitude} ${half} 0${`t${half} 0`.repeat(halves - 1)}V300H-80z"/>`;
}

const sunPlaces = [
  [100, 200],
  [100, 100],
  [0, 200],
  [100, 132],
  [200, 0],
] as const;

/** Rays from an edge, a corner or the middle, with a sun of rings. */
export function sunburst(bytes: Bytes, { ground, a, b, c }: Scheme): string {
  const count = bytes.pick([10, 12, 16, 20, 24]);
  const [x, y] = bytes.pick(sunPlaces);
  const radius = bytes.pick([34, 46, 60]);
  const gap = bytes.pick([12, 16, 22]);
  const eye = bytes.below(2) === 1 ? circle(c, x, y, radius * 0.45) : '';
  return rays(a, x, y, count) + circle(ground, x, y, radius + gap) + circle(b, x, y, radius) + eye;
}

function rays(colour: string, x: number, y: number, count: number): string {
  const start = 0.04;
  const half = Math.PI / count;
  let d = '';
  for (let ray = 0; ray < count; ray += 1) {
    const from = start + 2 * half * ray;
    d += `M${x} ${y}L${onRim(x, y, from)} ${onRim(x, y, from + half)}z`;
  }
  return path(colour, d);
}

function onRim(x: number, y: number, angle: number): string {
  return `${round(x + 320 * Math.cos(angle))} ${round(y + 320 * Math.sin(angle))}`;
}
