/** What somebody is told at their next log-in, because it was done to their account while they were away. */
import type { Db } from '../db/db.ts';

/** Leaves a sentence for the owner of an account. */
export async function leaveNotice(db: Db, user: number, sentence: string): Promise<void> {
  await db.run('insert into account_notices (user_id, sentence) values (:user, :sentence)', { user, sentence });
}

/** The sentences for an account, which are gone by this. */
export async function takeNotices(db: Db, user: number): Promise<string[]> {
  const rows = await db.all<{ id: number; sentence: string }>('select id, sentence from account_notices where user_id = :user order by id', { user });
  for (const { id } of rows) await db.run('delete from account_notices where id = :id', { id });
  return rows.map(({ sentence }) => sentence);
}
