/** The rows that a list's state stands for, for the list itself, its actions and its exports. */
import type { Db } from '../../db/db.ts';
import { rowsByIds } from '../../db/lists/by-ids.ts';
import type { Selection } from '../../db/lists/selection.ts';
import type { Count } from '../../db/wanted.ts';
import { dateRange, firstOrder, type ListQuery, orderColumns } from './query.ts';
import { type Row, type Section, sizeOf } from '../section.ts';

/** A search reads so many rows at most; beyond it a count says "5,000+". */
const MOST_FOUND = 5_000;

/** The selection behind the state of a list. */
export async function selectionOf(db: Db, section: Section, query: ListQuery): Promise<Selection> {
  const found = query.q !== '' && section.search ? await section.search.find(db, query.q, MOST_FOUND) : undefined;
  const narrowed = [...query.facets.map(({ ranges }) => ranges), ...(query.date === undefined ? [] : [[dateRange(section, query.date)]])];
  const order = query.order.length > 0 ? orderColumns(query.order) : found ? [] : firstOrder(section);
  return {
    table: section.model.table,
    narrowed,
    found: found?.ids,
    order,
    total: found?.isCapped ? { value: MOST_FOUND, isCapped: true } : narrowed.length === 0 ? { value: await sizeOf(db, section), isCapped: false } : await knownTotal(db, section, query),
  };
}

/** Rows as the list shows them, in the order of their ids. */
export function rowsOf(db: Db, section: Section, ids: readonly number[]): Promise<Row[]> {
  return rowsByIds<Row>(db, section.rows, ids);
}

/** With one facet alone its own counts tell how many there are, where they are whole. */
async function knownTotal(db: Db, section: Section, { facets, date }: ListQuery): Promise<Count | undefined> {
  const [only] = facets;
  if (!only || facets.length > 1 || date !== undefined) return undefined;
  // Ranges of several columns may share rows.
  if (only.ranges.some(({ column }) => column !== only.ranges[0]?.column)) return undefined;
  const choices = await section.facets?.find(({ name }) => name === only.name)?.choices(db);
  const counts = only.values.map((value) => choices?.find((choice) => choice.value === value)?.count);
  if (counts.some((count) => count === undefined || count.isCapped)) return undefined;
  return { value: counts.reduce((sum, count) => sum + (count?.value ?? 0), 0), isCapped: false };
}
