/** Which colours of a palette a sleeve uses for what: one ground, and three figures in shuffled order. */
import type { Bytes } from './bytes.ts';
import type { Palette, Role } from './palettes.ts';

export interface Scheme {
  palette: Palette;
  groundRole: Role;
  ground: string;
  a: string;
  b: string;
  c: string;
}

/** The scheme that the next three bytes choose; dark and light are the ground twice as often as the others. */
export function schemeOf(bytes: Bytes, palette: Palette): Scheme {
  const groundRole = bytes.pick(['dark', 'vivid', 'second', 'light', 'light', 'dark'] as const);
  const others = (['dark', 'vivid', 'second', 'light'] as const).filter((role) => role !== groundRole);
  const [a, b, c] = shuffled(bytes, others).map((role) => palette[role]);
  return { palette, groundRole, ground: palette[groundRole], a: a!, b: b!, c: c! };
}

function shuffled<Item>(bytes: Bytes, list: Item[]): Item[] {
  for (let last = list.length - 1; last > 0; last -= 1) {
    const other = bytes.below(last + 1);
    [list[last], list[other]] = [list[other]!, list[last]!];
  }
  return list;
}
