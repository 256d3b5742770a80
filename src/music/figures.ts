/** The figures of the dashboard. Every one is a kept total or a stretch of an index, counted up to a limit. */
import type { Db } from '../db/db.ts';
import { remember, rememberAll } from '../db/remember.ts';
import { countRange } from '../db/lists/selection.ts';
import type { Count } from '../db/wanted.ts';
import { sumOfStreams } from './sizes.ts';

export type DayCount = { day: string; likes: number };
export type ArtistStreams = { name: string; name_key: string; stream_total: number };

/** The plots and the comparisons look so many days back. */
export const DAYS = 30;
/** Rows of a month are counted up to here. */
const MOST_COUNTED = 10_000;

/** How many rows were added since the month began. `today` is a day like 2026-11-24. */
export function addedThisMonth(db: Db, table: 'albums' | 'songs', today: string): Promise<Count> {
  const from = `${today.slice(0, 7)}-01`;
  return remember(db, `${table} added since ${from}`, () => countRange(db, table, { column: 'created_at', from, to: '~' }, MOST_COUNTED));
}

/** How many people signed up in the last 30 days, today included, and in the 30 before. */
export function signUps(db: Db, today: string): Promise<{ now: Count; before: Count }> {
  return rememberAll(db, `sign-ups until ${today}`, async () => {
    const [start, middle, end] = [addDays(today, 1 - 2 * DAYS), addDays(today, 1 - DAYS), addDays(today, 1)];
    const between = (from: string, to: string) => countRange(db, 'users', { column: 'created_at', from, to }, MOST_COUNTED);
    return { now: await between(middle, end), before: await between(start, middle) };
  });
}

/** The likes of each of the last 30 days, today last, and how many there were in the 30 before. Likes that were taken back are not among them. */
export function likesByDay(db: Db, today: string): Promise<{ days: DayCount[]; total: number; before: number }> {
  return remember(db, `likes until ${today}`, async () => {
    const [start, middle] = [addDays(today, 1 - 2 * DAYS), addDays(today, 1 - DAYS)];
    const kept = await db.all<DayCount>('select day, likes from like_days where day >= :start and day <= :today', { start, today });
    const byDay = new Map(kept.map(({ day, likes }) => [day, likes]));
    const days = Array.from({ length: DAYS }, (_, index) => addDays(middle, index)).map((day) => ({ day, likes: byDay.get(day) ?? 0 }));
    return { days, total: sumOf(days), before: sumOf(kept.filter(({ day }) => day < middle)) };
  });
}

/** The artists with the most streams, most first. */
export function artistsByStreams(db: Db, count: number): Promise<ArtistStreams[]> {
  return remember(db, `${count} artists by streams`, () => db.all<ArtistStreams>(
    'select name, name_key, stream_total from artists where stream_total > 0 order by stream_total desc, id desc limit :count', { count }));
}

/** All streams of the catalogue together. */
export function allStreams(db: Db): Promise<number> {
  return remember(db, 'all streams', () => sumOfStreams(db));
}

/** addDays('2026-11-30', 1) -> '2026-12-01' */
export function addDays(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

function sumOf(days: readonly DayCount[]): number {
  return days.reduce((sum, { likes }) => sum + likes, 0);
}
