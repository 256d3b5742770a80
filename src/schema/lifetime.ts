/**
 * How long something works that ends by itself: a session, a link, a token. Its end alone would not do: a clock that
 * is set back would make everything work for longer, by as much. So what ends later than it could end if it had begun
 * this moment has begun before the clock was set back, and works no more until the clock has caught up.
 */

/** Clocks are put right by less than this every day, and nobody should be logged out by it. */
const SLACK = 60 * 60 * 1000;

/** Between which moments the end of something lies that works now: `expires_at > :now and expires_at <= :latest`. */
export function lifetime(life: number, now = Date.now()): { now: number; latest: number } {
  return { now, latest: now + life + SLACK };
}

/** Whether something that ends at a moment works now. */
export function isAlive(end: number, life: number): boolean {
  const { now, latest } = lifetime(life);
  return end > now && end <= latest;
}

/** Whether so much time has passed since a moment, or the clock was set back behind it. */
export function hasPassed(since: number, milliseconds: number, now = Date.now()): boolean {
  return now - since > milliseconds || since > now + SLACK;
}
