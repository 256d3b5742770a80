/** Answers that cost more than most and are asked for by every visitor, kept for one version of the database. */
import type { Db } from './db.ts';

type Answers = { version: number; byName: Map<string, Promise<unknown>> };

type Seen = { stored: number; catalogue: number };

const ofCatalogue = new WeakMap<Db, Answers>();
const ofAll = new WeakMap<Db, Answers>();
const seen = new WeakMap<Db, Seen>();

/**
 * What the work gives, done again only when the catalogue has changed since. The answer is shared: change
 * nothing in it.
 * @param name tells it apart from other answers, with all that the work depends on
 */
export async function remember<T>(db: Db, name: string, work: () => Promise<T>): Promise<T> {
  return recall(ofCatalogue, db, await catalogueVersion(db), name, work);
}

/** The same for what depends on more than the catalogue: done again when anybody has stored anything. */
export async function rememberAll<T>(db: Db, name: string, work: () => Promise<T>): Promise<T> {
  return recall(ofAll, db, await db.version(), name, work);
}

/**
 * A number that changes whenever an album, a song or the likes of one have, and stays while sessions and
 * the like are noted. Read only when anything was stored since the last time; 0 inside a transaction.
 */
export async function catalogueVersion(db: Db): Promise<number> {
  const stored = await db.version();
  if (stored === 0) return 0;
  const known = seen.get(db);
  if (known?.stored === stored) return known.catalogue;
  const row = await db.first<{ version: number }>('select version from catalogue_version');
  const catalogue = row?.version ?? stored;
  seen.set(db, { stored, catalogue });
  return catalogue;
}

async function recall<T>(kept: WeakMap<Db, Answers>, db: Db, version: number, name: string, work: () => Promise<T>): Promise<T> {
  // Inside a transaction nothing has a version yet.
  if (version === 0) return work();
  let answers = kept.get(db);
  if (answers?.version !== version) {
    answers = { version, byName: new Map() };
    kept.set(db, answers);
  }
  const known = answers.byName.get(name);
  if (known) return known as Promise<T>;
  const answer = work();
  answers.byName.set(name, answer);
  answer.catch(() => answers.byName.delete(name));
  return answer;
}
