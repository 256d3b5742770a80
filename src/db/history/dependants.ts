/** What goes along when rows are deleted, counted by the indexes of the columns that refer to them. */
import type { Model } from '../../schema/define-model.ts';
import type { Db } from '../db.ts';
import { dependantsOf } from './writer.ts';

export type Dependants = { model: Model; rows: number };

/** How many rows of other models go with these, and with those in turn: songs with albums, likes with songs. */
export async function countDependants(db: Db, model: Model, ids: readonly number[]): Promise<Dependants[]> {
  const found: Dependants[] = [];
  const count = async (of: Model, source: string): Promise<void> => {
    for (const { model: dependant, field } of dependantsOf(of)) {
      const rows = `select id from ${dependant.table} where ${field} in (${source})`;
      const counted = await db.first<{ rows: number }>(`select count(*) as rows from (${rows}) as rows`, { ids: JSON.stringify(ids) });
      if (!counted?.rows) continue;
      found.push({ model: dependant, rows: counted.rows });
      await count(dependant, rows);
    }
  };
  await count(model, 'select value from json_each(:ids)');
  return found;
}
