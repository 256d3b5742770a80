/** What goes along when rows are deleted, counted by the indexes of the columns that refer to them. */
import type { Model } from '../../schema/define-model.ts';
import type { Db } from '../db.ts';
import { dependantsOf } from './writer.ts';

/** Rows that go along: of a model, or beside one and without `model`, such as likes of visitors. */
export type Along = { table: string; label: string; plural: string; rows: number; model?: Model };

/**
 * What goes with these rows, and with that in turn: songs with albums, likes with songs, likes of visitors, too.
 * Every door shows, judges and confirms this list; the history notes and brings back the same rows.
 */
export async function goingAlong(db: Db, model: Model, ids: readonly number[]): Promise<Along[]> {
  const found: Along[] = [];
  const count = async (source: string): Promise<number> => (await db.first<{ rows: number }>(`select count(*) as rows from (${source}) as rows`, { ids: JSON.stringify(ids) }))?.rows ?? 0;
  const gather = async (of: Model, source: string): Promise<void> => {
    for (const { model: dependant, field } of dependantsOf(of)) {
      const going = `select id from ${dependant.table} where ${field} in (${source})`;
      const rows = await count(going);
      if (rows === 0) continue;
      found.push({ table: dependant.table, label: dependant.label, plural: dependant.plural, rows, model: dependant });
      await gather(dependant, going);
    }
    if (!of.beside) return;
    const { table, field, label, plural } = of.beside;
    const rows = await count(`select 1 as one from ${table} where ${field} in (${source})`);
    if (rows > 0) found.push({ table, label, plural, rows });
  };
  await gather(model, 'select value from json_each(:ids)');
  return found;
}
