/** Rows for a page of ids: an index has chosen the page, this fetches what is shown of it. */
import type { SetField } from '../../schema/fields.ts';
import type { Db } from '../db.ts';

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

/** The members of a set of several rows, by the row whose they are. */
export async function membersByOwner(db: Db, { table, owner, member }: SetField, ids: readonly number[]): Promise<Map<number, (string | number)[]>> {
  const rows = await db.all<{ owner: number; member: string | number }>(
    `select ${owner} as owner, ${member} as member from ${table} where ${owner} in (select value from json_each(:ids)) order by ${member}`, { ids: JSON.stringify(ids) });
  return new Map([...Map.groupBy(rows, (row) => row.owner)].map(([id, own]) => [id, own.map((row) => row.member)]));
}

/** Rows that refer to others, such as the songs of albums: those of all of them in one query, up to a limit. */
export function rowsOfOwners<Row>(db: Db, sql: string, { column, order, limit }: { column: string; order: string; limit: number }, ids: readonly number[]): Promise<Row[]> {
  return db.all<Row>(`${sql} where ${column} in (select value from json_each(:ids)) order by ${order} limit ${limit}`, { ids: JSON.stringify(ids) });
}
