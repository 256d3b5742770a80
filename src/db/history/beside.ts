/**
 * What hangs on a row and is no row of a model: likes of visitors without an account. What an act does to them
 * is kept beside its changes, in a table of its own, whose rows go when their owner goes.
 */
import type { Beside, Model } from '../../schema/define-model.ts';
import { models } from '../../models/index.ts';
import type { Db } from '../db.ts';

/** Notes that everything beside a row goes with it. */
export async function noteBesideGoing(db: Db, act: number, model: Model, id: number): Promise<void> {
  const { beside } = model;
  if (!beside) return;
  await db.run(`insert into ${beside.changes} (act, ${beside.owner}, ${beside.field}, before, after)
    select :act, ${beside.owner}, ${beside.field}, created_at, null from ${beside.table} where ${beside.field} = :id
    on conflict (act, ${beside.owner}, ${beside.field}) do update set after = null`, { act, id });
}

/**
 * Gives what is beside one row to another one, too, since the earlier moment where the owner has both.
 * @param act under which it is noted
 */
export async function copyBeside(db: Db, act: number, model: Model, { from, to }: { from: number; to: number }): Promise<void> {
  const { beside } = model;
  if (!beside) return;
  const { table, changes, owner, field } = beside;
  await db.run(`insert into ${changes} (act, ${owner}, ${field}, before, after)
    select :act, going.${owner}, :to, own.created_at, going.created_at
    from ${table} as going left join ${table} as own on own.${owner} = going.${owner} and own.${field} = :to
    where going.${field} = :from and (own.created_at is null or own.created_at > going.created_at)
    on conflict (act, ${owner}, ${field}) do update set after = excluded.after`, { act, from, to });
  await apply(db, beside, act, { and: `and ${field} = :to`, to });
}

/** Puts back, under a new act, what another act has done to rows beside others: only where nothing was done to them since. */
export async function takeBackBeside(db: Db, { act, undone }: { act: number; undone: number }): Promise<void> {
  for (const { table, beside } of models.filter((model): model is Model & { beside: Beside } => model.beside !== undefined)) {
    const { changes, owner, field } = beside;
    await db.run(`insert into ${changes} (act, ${owner}, ${field}, before, after)
      select :act, old.${owner}, old.${field}, old.after, old.before
      from ${changes} as old join ${table} on ${table}.id = old.${field} join ${beside.owners} as owners on owners.id = old.${owner}
      left join ${beside.table} as present on present.${owner} = old.${owner} and present.${field} = old.${field}
      where old.act = :undone and owners.ended_at is null and coalesce(present.created_at, '') = coalesce(old.after, '')
      on conflict (act, ${owner}, ${field}) do nothing`, { act, undone });
    await apply(db, beside, act);
  }
}

/** Makes what is stored what the changes of an act say. */
async function apply(db: Db, { table, changes, owner, field }: Beside, act: number, only?: { and: string; to: number }): Promise<void> {
  const noted = `select * from ${changes} where act = :act ${only?.and ?? ''}`;
  const parameters = { act, ...(only && { to: only.to }) };
  await db.run(`delete from ${table} where exists (select 1 from (${noted}) as noted where noted.${owner} = ${table}.${owner} and noted.${field} = ${table}.${field})`, parameters);
  await db.run(`insert into ${table} (${owner}, ${field}, created_at) select ${owner}, ${field}, after from (${noted}) as noted where after is not null`, parameters);
}
