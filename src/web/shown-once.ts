/**
 * Secrets on their way to the one page that shows them. They wait in the memory of the process, under a
 * ticket that the session keeps: no secret is ever stored.
 */
import { randomBytes } from 'node:crypto';
import { isAlive } from '../schema/lifetime.ts';

/** Who doesn't open the next page by then has to make another. */
const LIFE = 10 * 60 * 1000;
const MOST = 1000;

const kept = new Map<string, { secret: string; until: number }>();

/** Keeps a secret, and gives its ticket. */
export function keepOnce(secret: string): string {
  const now = Date.now();
  // In the order in which they were kept, so the oldest come first.
  for (const [ticket, { until }] of kept) {
    if (until > now && kept.size < MOST) break;
    kept.delete(ticket);
  }
  const ticket = randomBytes(18).toString('base64url');
  kept.set(ticket, { secret, until: now + LIFE });
  return ticket;
}

/** The secret of a ticket, which is used up by this; undefined when it is gone. */
export function takeOnce(ticket: string): string | undefined {
  const found = kept.get(ticket);
  kept.delete(ticket);
  return found && isAlive(found.until, LIFE) ? found.secret : undefined;
}

/** The same without using it up: for a form that was sent twice, whose first answer nobody has seen. */
export function lookAtOnce(ticket: string): string | undefined {
  const found = kept.get(ticket);
  return found && isAlive(found.until, LIFE) ? found.secret : undefined;
}
