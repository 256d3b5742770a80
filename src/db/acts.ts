/** Reading the history: acts, one by one or the last ones. */
import { GuestError } from '../errors.ts';
import type { Db } from './db.ts';
import type { Surface } from './history.ts';

/** One act: who did what, by which door, and when. */
export type Act = {
  id: number;
  /** The moment, in ISO 8601. */
  at: string;
  user: number | null;
  person: string;
  surface: Surface;
  /** What was done, after the person's name: "deleted Hounds of Love and 12 songs". */
  summary: string;
  /** The act that it takes back, and the one that took it back. */
  undoes: number | null;
  undone_by: number | null;
  /** How many changes it made. */
  size: number;
  /** Why it can't be undone; '' when it can. */
  final: string;
};

const ACT = 'select id, at, user, person, surface, summary, undoes, undone_by, size, final from acts';

/** An act; a GuestError (404) when there is none. */
export async function actById(db: Db, id: number): Promise<Act> {
  const found = await db.first<Act>(`${ACT} where id = :id`, { id });
  if (!found) throw new GuestError(404, 'There is no such entry in the history.');
  return found;
}

/** The last acts, the latest first. Each has a page of its own: `urls.admin.act(id)`. */
export function lastActs(db: Db, count: number): Promise<Act[]> {
  return db.all<Act>(`${ACT} order by id desc limit :count`, { count });
}
