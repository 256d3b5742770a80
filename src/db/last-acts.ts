/** What was done last, for the dashboard. */
import type { Db } from './db.ts';

export type Act = { id: number; at: string; person: string; summary: string };

/** The last acts, the latest first. */
export function lastActs(db: Db, count: number): Promise<Act[]> {
  return db.all<Act>('select id, at, person, summary from acts order by id desc limit :count', { count });
}
