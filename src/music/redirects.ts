/** The way from an album or a song that was merged into another: its old address leads to the one that stays, for good. */
import type { Db } from '../db/db.ts';
import { GuestError } from '../errors.ts';

/** More in a row than anybody merges; so a circle, which no merge makes, ends. */
const MOST_STEPS = 100;

/** The id of the row into which an old one was merged, at the end of the chain; undefined when it never was. */
export async function redirectOf(db: Db, table: string, id: number): Promise<number | undefined> {
  let last: number | undefined;
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const next = await db.first<{ target: number }>('select target from redirects where model = :table and old = :id', { table, id: last ?? id });
    if (!next) break;
    last = next.target;
  }
  return last;
}

/** Finds something by id, and where there is nothing, by the id of what it was merged into. Throws what `find` throws when neither is there. */
export async function foundOrMerged<T>(db: Db, table: string, id: number, find: (id: number) => Promise<T>): Promise<T> {
  try {
    return await find(id);
  } catch (error) {
    const stays = error instanceof GuestError && error.status === 404 ? await redirectOf(db, table, id) : undefined;
    if (stays === undefined) throw error;
    return find(stays);
  }
}
