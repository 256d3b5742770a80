/** What may be wrong with the catalogue: each fault is a range of one indexed column, so that a list can be narrowed to it. */
import type { Db } from '../db/db.ts';
import { remember } from '../db/remember.ts';
import { countRange, type Range } from '../db/lists/selection.ts';
import type { Count } from '../db/wanted.ts';
import { addDays } from './figures.ts';

export type Fault = { value: string; label: string; rangeOf(today: string): Range };
export type FaultCount = { value: string; label: string; count: Count };

/** The last day that a date can be. */
const LAST_DAY = '9999-12-31';
/** Faults are counted up to here. */
const MOST_COUNTED = 1000;

const flagged = (column: string) => (): Range => ({ column, from: 1, to: 1 });

const FAULTS: Record<'albums' | 'songs', readonly Fault[]> = {
  albums: [
    { value: 'empty', label: 'Albums without songs', rangeOf: () => ({ column: 'song_count', from: 0, to: 0 }) },
    { value: 'future', label: 'Release dates in the future', rangeOf: (today) => ({ column: 'year_released', from: addDays(today, 1), to: LAST_DAY }) },
    { value: 'double', label: 'The same title twice', rangeOf: flagged('is_double') },
    { value: 'spaces', label: 'Album or artist names with stray spaces', rangeOf: flagged('has_stray_spaces') },
  ],
  songs: [{ value: 'spaces', label: 'Song names with stray spaces', rangeOf: flagged('has_stray_spaces') }],
};

/** The rows that have a fault on a day like 2026-11-24; undefined when there is no such fault. */
export function faultRange(table: 'albums' | 'songs', value: string, today: string): Range | undefined {
  return FAULTS[table].find((fault) => fault.value === value)?.rangeOf(today);
}

/** How many rows have each fault, counted up to a thousand. */
export function countFaults(db: Db, table: 'albums' | 'songs', today: string): Promise<FaultCount[]> {
  return remember(db, `faults of ${table} on ${today}`, async () => {
    const counts: FaultCount[] = [];
    for (const { value, label, rangeOf } of FAULTS[table]) counts.push({ value, label, count: await countRange(db, table, rangeOf(today), MOST_COUNTED) });
    return counts;
  });
}
