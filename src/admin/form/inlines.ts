/** The order of inline rows: which place each gets, and which position is stored for it. Rows go by their keys: the id as text, or `new1`. */
import type { Rows } from './stored.ts';

/**
 * The order once rows were given numbers: a row with another number than its place moves there, the
 * others close up and make room. A row without a number goes to the end.
 * @param base the keys in the order in which they were shown
 */
export function ordered(base: readonly string[], rows: readonly { key: string; place: number | undefined }[]): string[] {
  const places = new Map(base.map((key, index) => [key, index + 1]));
  const isMoved = ({ key, place }: { key: string; place: number | undefined }) => !places.has(key) || (place !== undefined && place !== places.get(key));
  const moved = rows.filter(isMoved).map(({ key, place }) => ({ key, place: place ?? Number.POSITIVE_INFINITY })).sort((one, other) => (one.place === other.place ? 0 : one.place - other.place));
  const movedKeys = new Set(moved.map(({ key }) => key));
  const order = base.filter((key) => !movedKeys.has(key));
  let last = -1;
  for (const { key, place } of moved) {
    last = Math.min(Math.max(place - 1, last + 1), order.length);
    order.splice(last, 0, key);
  }
  return order;
}

/** The leading order, with what only the other one has put behind the row that it follows there. */
export function woven(leading: readonly string[], other: readonly string[]): string[] {
  const order = [...leading];
  const known = new Set(order);
  for (const [index, key] of other.entries()) {
    if (known.has(key)) continue;
    order.splice(index === 0 ? 0 : order.indexOf(other[index - 1] as string) + 1, 0, key);
    known.add(key);
  }
  return order;
}

/** Whether rows that both orders have stand in the same order in both. */
export function isSameOrder(one: readonly string[], other: readonly string[]): boolean {
  const [left, right] = [new Set(one), new Set(other)];
  const rest = other.filter((key) => left.has(key));
  return one.filter((key) => right.has(key)).every((key, index) => key === rest[index]);
}

/**
 * The positions to store, of the rows that need another one or have none yet. Where the order is the one
 * that is stored, and new rows stand at the end, stored ones are left as they are, gaps included.
 */
export function positionsFor(order: readonly string[], stored: Rows, position: string): Map<string, number> {
  const positionOf = (key: string): number | undefined => {
    const value = stored.get(Number(key))?.[position];
    return value === undefined ? undefined : Number(value);
  };
  const old = order.filter((key) => positionOf(key) !== undefined);
  const isAppended = order.slice(0, old.length).every((key, index) => key === old[index]);
  const result = new Map<string, number>();
  if (isAppended && isSameOrder(old, keysOf(stored))) {
    let last = Math.max(0, ...old.map((key) => positionOf(key) as number));
    for (const key of order.slice(old.length)) result.set(key, ++last);
    return result;
  }
  for (const [index, key] of order.entries()) if (positionOf(key) !== index + 1) result.set(key, index + 1);
  return result;
}

/** The keys of stored rows, in their order. */
export function keysOf(rows: Rows): string[] {
  return [...rows.keys()].map(String);
}
