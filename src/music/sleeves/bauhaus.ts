/** Seven fixed compositions of large shapes. */
import type { Bytes } from './bytes.ts';
import type { Scheme } from './scheme.ts';
import { circle, path, rect, turned } from './svg.ts';

const compositions: readonly ((scheme: Scheme) => string)[] = [
  wallAndDisc,
  halves,
  moonAndBars,
  stairs,
  pills,
  target,
  checks,
];

/** One of the compositions in one of four turns. */
export function bauhaus(bytes: Bytes, scheme: Scheme): string {
  const compose = bytes.pick(compositions);
  return turned(90 * bytes.below(4), compose(scheme));
}

function wallAndDisc({ a, b, c }: Scheme): string {
  return rect(a, 128, 0, 72, 200) + circle(b, 84, 92, 64) + path(c, 'M84 28a64 64 0 0 1 0 128zM24 172h150v10h-150z');
}

function halves({ a, b, c }: Scheme): string {
  return path(a, 'M100 0a100 100 0 0 0 0 200z') + path(b, 'M100 50a75 75 0 0 1 0 150z') + rect(c, 100, 0, 100, 50);
}

function moonAndBars({ a, b, c }: Scheme): string {
  const bars = 'M0 14h92v7h-92zM0 28h92v7h-92zM0 42h60v7h-60z';
  return path(a, 'M0 200V50a150 150 0 0 1 150 150z') + circle(b, 146, 54, 36) + path(c, bars);
}

function stairs({ a, b, c }: Scheme): string {
  return path(a, 'M0 200V100h100V0h100v200z') + path(b, 'M100 200a100 100 0 0 1 100-100v100z') + circle(c, 50, 50, 36);
}

function pills({ a, b, c }: Scheme): string {
  return pill(a, 12, 40, 190) + pill(b, 57, 90, 160) + pill(c, 102, 20, 130) + pill(a, 147, 70, 190);
}

function pill(colour: string, x: number, top: number, bottom: number): string {
  return path(colour, `M${x} ${top}a20.5 20.5 0 0 1 41 0V${bottom}a20.5 20.5 0 0 1-41 0z`);
}

function target({ ground, a, b, c }: Scheme): string {
  return path(a, 'M0 0h200L0 200z') + circle(b, 100, 100, 66) + circle(ground, 100, 100, 40) + circle(c, 100, 100, 16);
}

function checks({ a, b, c }: Scheme): string {
  return (
    path(a, 'M0 0h100v100h-100zM100 100h100v100h-100z') +
    path(b, 'M0 100a100 100 0 0 1 100-100v100z') +
    path(c, 'M200 100a100 100 0 0 1-100 100v-100z') +
    circle(b, 150, 50, 36) +
    circle(c, 50, 150, 36)
  );
}
