/** Takes a person out of the history: what was done stays, who it was about and who did it is not told any more. */
import { modelOf } from '../../models/index.ts';
import type { Model } from '../../schema/define-model.ts';
import type { Db } from '../db.ts';
import type { Action } from './change.ts';
import { dependantsOf } from './writer.ts';
import { Summary } from './summary.ts';

/** What somebody is called in the history who has deleted their own account. */
export const FORMER = 'a former user';

/**
 * Removes every value that the history keeps of a person's row, and of the named rows that belonged to it,
 * such as tokens. Their number stays in likes that staff have deleted: without a row it is nobody's.
 * @param db the transaction in which the row goes
 */
export async function forget(db: Db, model: Model, id: number): Promise<void> {
  const about = await db.all<{ act: number }>('select distinct act from changes where model = :table and object = :id', { table: model.table, id });
  await db.run(`${SCRUB} and object = :id`, { table: model.table, id });
  for (const { model: owned } of dependantsOf(model).filter((one) => one.model.title !== undefined)) {
    about.push(...(await db.all<{ act: number }>('select distinct act from changes where model = :table and parent = :id', { table: owned.table, id })));
    await db.run(`${SCRUB} and parent = :id`, { table: owned.table, id });
  }
  for (const act of new Set(about.map((row) => row.act))) await retell(db, act, { table: model.table, id });
  await db.run('update acts set person = :former, user = null where user = :id', { former: FORMER, id });
}

/** Tells an act anew, with counts in place of names. Who made an account for themselves is its own author. */
async function retell(db: Db, act: number, of: { table: string; id: number }): Promise<void> {
  const row = await db.first<{ undoes: number | null }>('select undoes from acts where id = :act', { act });
  const kinds = await db.all<{ model: string; action: Action; size: number }>('select model, action, size from act_kinds where act = :act', { act });
  const summary = new Summary(row?.undoes !== null);
  for (const { model: table, action, size } of kinds) summary.count(modelOf(table), action, size);
  await db.run(`update acts set summary = :summary, person = case when ${IS_OWN} then :former else person end where id = :act`, { act, summary: summary.sentence(), former: FORMER, ...of });
}

const SCRUB = "update changes set label = '', before = null, after = null where model = :table";
const IS_OWN = `user is null and surface in ('account', 'setup', 'api')
  and exists (select 1 from changes where act = acts.id and model = :table and object = :id and action = 'add')`;
