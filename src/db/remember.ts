/** Answers that cost more than most and are asked for by every visitor, kept for one version of the database. */
import type { Db } from './db.ts';

type Answers = { version: number; byName: Map<string, Promise<unknown>> };

const kept = new WeakMap<Db, Answers>();

/**
 * What the work gives, done again only when somebody has stored something since. The answer is shared:
 * change nothing in it.
 * @param name tells it apart from other answers, with all that the work depends on
 */
export async function remember<T>(db: Db, name: string, work: () => Promise<T>): Promise<T> {
  const version = await db.version();
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
