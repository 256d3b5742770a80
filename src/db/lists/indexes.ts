/** Which indexes SQLite has: a list that chooses its way by them reads this once for each database. */
import type { Db } from '../db.ts';

type Indexes = { names: Set<string>; byColumn: Map<string, string> };

const known = new WeakMap<Db, Promise<Indexes>>();

/** Whether there is an index of this name. */
export async function hasIndex(db: Db, name: string): Promise<boolean> {
  return (await indexesOf(db)).names.has(name);
}

/** An index that begins with a column. Throws when there is none: a list may only narrow by what an index serves. */
export async function indexOn(db: Db, table: string, column: string): Promise<string> {
  const index = (await indexesOf(db)).byColumn.get(`${table}.${column}`);
  if (!index) throw new Error(`No index of ${table} begins with ${column}`);
  return index;
}

function indexesOf(db: Db): Promise<Indexes> {
  const found = known.get(db) ?? readIndexes(db);
  known.set(db, found);
  return found;
}

/** The shortest index of a column comes first: `(column, id)` before `(column, other, id)`. */
async function readIndexes(db: Db): Promise<Indexes> {
  const rows = await db.all<{ index: string; table: string; column: string }>(`select indexes.name as "index", indexes.tbl_name as "table", info.name as "column"
    from sqlite_schema as indexes, pragma_index_info(indexes.name) as info
    where indexes.type = 'index' and info.seqno = 0 order by length(indexes.name)`);
  const byColumn = new Map<string, string>();
  for (const { index, table, column } of rows) {
    if (!byColumn.has(`${table}.${column}`) && !index.startsWith('sqlite_')) byColumn.set(`${table}.${column}`, index);
  }
  return { names: new Set(rows.map(({ index }) => index)), byColumn };
}
