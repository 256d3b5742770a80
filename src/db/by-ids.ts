/** Rows for a page of ids: an index has chosen the page, this fetches what is shown of it. */
import type { Db } from './db.ts';

/**
 * Runs a query that ends in `… in ` for the given ids.
 * @param sql a constant text that selects `id` and ends just before the list of ids
 * @returns the rows in the order of the ids; ids that are gone are left out
 */
export async function rowsByIds<Row extends { id: number }>(db: Db, sql: string, ids: readonly number[]): Promise<Row[]> {
  if (ids.length === 0) return [];
  // One parameter for all, so that the statement is the same for any number of them.
  const rows = await db.all<Row>(`${sql} (select value from json_each(:ids))`, { ids: JSON.stringify(ids) });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id)).filter((row) => row !== undefined);
}
