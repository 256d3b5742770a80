/**
 * Pages of a selection from a place in it, onward or back: what comes and goes in between moves nothing, and
 * no page costs more for being far. The same three ways as in selection.ts lead to the rows.
 */
import type { Db, Parameters } from '../db.ts';
import { indexOf, type List, statements } from './list.ts';
import { FEW, inSql, narrowestOf, narrowing, type Order, pageOfMany, type Selection, servedBy, type Source, sourceOf } from './selection.ts';

/** A place between two rows: the values of the ordered columns of one of them, and its id; or how many of the rows that a search has found come before. */
export type Place = readonly (string | number)[];
export type KeysetPage = { ids: number[]; next: Place | undefined; previous: Place | undefined };
type Onward = { ids: number[]; more: Place | undefined };
type Asked = { size: number; from?: Place | undefined };

/** Walks that find nothing go on so often before they give an empty page that leads on. */
const MOST_WALKS = 5;

/** The rows that follow a place, or the first ones; with `backwards` those that come before it, in the same order. */
export async function keysetPage(db: Db, selection: Selection, { size, from, backwards = false }: Asked & { backwards?: boolean }): Promise<KeysetPage> {
  if (selection.found && selection.order.length === 0) return pageOfFound(db, selection, { size, from, backwards });
  const order = backwards ? selection.order.map(({ column, descending }) => ({ column, descending: !descending })) : selection.order;
  const { ids, more } = await onward(db, { ...selection, order }, { size, from });
  const placeOf = async (id: number | undefined) => (id === undefined ? from : ((await placeOfRow(db, selection, id)) ?? from));
  if (backwards) return { ids: ids.toReversed(), next: await placeOf(ids[0]), previous: more };
  return { ids, next: more, previous: from && (await placeOf(ids[0])) };
}

/** The ids of all rows, a chunk at a time. */
export async function* allIds(db: Db, selection: Selection, size: number): AsyncGenerator<number[]> {
  for (let from: Place | undefined; ;) {
    const { ids, next } = await keysetPage(db, selection, { size, from });
    if (ids.length > 0) yield ids;
    if (!next) return;
    from = next;
  }
}

async function onward(db: Db, selection: Selection, asked: Asked): Promise<Onward> {
  const list = selection.found ? undefined : await servedBy(db, selection);
  if (list) return pageOfIds(db, selection, asked, await idsOfList(db, selection, list, asked));
  const few = selection.found ? sourceOf(selection.found) : await narrowestOf(db, selection);
  if (few) return pageOfIds(db, selection, asked, await idsOfFew(db, selection, few, asked));
  return walked(db, selection, asked);
}

/** One id more than fits tells that there is a further page. */
async function pageOfIds(db: Db, selection: Selection, { size }: Asked, ids: number[]): Promise<Onward> {
  const shown = ids.slice(0, size);
  return { ids: shown, more: ids.length > size ? await placeOfRow(db, selection, shown.at(-1) as number) : undefined };
}

async function idsOfList(db: Db, selection: Selection, list: List, { size, from }: Asked): Promise<number[]> {
  const { walk, tied, beyond } = statements(list);
  const parameters: Parameters = { ...(list.where && { where: list.where.value }), ...list.within, skip: 0 };
  const further = selection.order.slice(1);
  if (!from) return inFull(db, list, further, await db.all<Point>(walk, { ...parameters, size: size + 1 }), size + 1);
  const [value, id] = [from[0] as string | number, from.at(-1) as number];
  const ids = (further.length > 0 ? await equals(db, list, further, { value, size: size + 1, after: from }) : undefined)
    ?? (await db.all<Point>(tied, { ...parameters, value, id, size: size + 1 })).map((row) => row.id);
  const left = size + 1 - ids.length;
  if (left <= 0) return ids;
  return [...ids, ...(await inFull(db, list, further, await db.all<Point>(beyond, { ...parameters, value, size: left }), left))];
}

type Point = { id: number; value: string | number };

/** Rows that begin with whole groups of equal value, each ordered by the further columns. */
async function inFull(db: Db, list: List, further: readonly Order[], rows: Point[], size: number): Promise<number[]> {
  if (further.length === 0) return rows.map(({ id }) => id);
  const ids: number[] = [];
  for (const [value, equal] of Map.groupBy(rows, (row) => row.value)) {
    const isAlone = equal.length === 1 && ids.length + 1 < size;
    ids.push(...((isAlone ? undefined : await equals(db, list, further, { value, size: equal.length })) ?? equal.map(({ id }) => id)));
  }
  return ids;
}

/** Rows of one value, ordered by the further columns; undefined when there are too many to sort. */
async function equals(db: Db, list: List, further: readonly Order[], { value, size, after }: { value: string | number; size: number; after?: Place }): Promise<number[] | undefined> {
  const index = indexOf(list);
  const source = `${list.table}${index === undefined ? '' : ` indexed by ${index}`} where ${list.where ? `${list.where.column} = :where and ` : ''}${list.column} = :value`;
  const parameters: Parameters = { value, ...(list.where && { where: list.where.value }) };
  const counted = await db.first<{ rows: number }>(`select count(*) as rows from (select 1 from ${source} limit ${FEW + 1}) as equal`, parameters);
  if ((counted?.rows ?? 0) > FEW) return undefined;
  const order = [...further, { column: 'id', descending: list.descending }];
  const behind = after && beyondOf(order, after.slice(1));
  const rows = await db.all<{ id: number }>(`select id from ${source}${behind ? ` and ${behind.sql}` : ''} order by ${order.map(inSql).join(', ')} limit :size`, { ...parameters, ...behind?.parameters, size });
  return rows.map(({ id }) => id);
}

async function idsOfFew(db: Db, selection: Selection, source: Source, { size, from }: Asked): Promise<number[]> {
  const { table } = selection;
  const narrowed = narrowing(selection.narrowed.filter((group) => group !== source.group));
  const order = fullOrder(selection).map(({ column, descending }) => ({ column: `${table}.${column}`, descending }));
  const behind = from && beyondOf(order, from);
  const where = behind ? `${narrowed.sql === '' ? ' where ' : `${narrowed.sql} and `}${behind.sql}` : narrowed.sql;
  const rows = await db.all<{ id: number }>(
    `select ${table}.id from (${source.sql}) as few cross join ${table} on ${table}.id = few.id${where} order by ${order.map(inSql).join(', ')} limit :size`,
    { ...source.parameters, ...narrowed.parameters, ...behind?.parameters, size: size + 1 });
  return rows.map(({ id }) => id);
}

/** Walks along the index of the first order; the others would need all rows at once. */
async function walked(db: Db, selection: Selection, { size, from }: Asked): Promise<Onward> {
  const only: Selection = { ...selection, order: selection.order.slice(0, 1) };
  let after = from && { value: from[0] as string | number, id: from.at(-1) as number };
  for (let walks = 1; ; walks += 1) {
    const { ids, next } = await pageOfMany(db, only, { skip: 0, size, after });
    if (ids.length > 0 || !next || walks === MOST_WALKS) return { ids, more: next && [next.after.value, next.after.id] };
    after = next.after;
  }
}

/** What a search has found stays in its order, and a place in it is a number. */
async function pageOfFound(db: Db, { table, narrowed, found = [] }: Selection, { size, from, backwards }: Asked & { backwards: boolean }): Promise<KeysetPage> {
  const { sql, parameters } = narrowing(narrowed);
  const source = sourceOf(found);
  const there = new Set((await db.all<{ id: number }>(`select ${table}.id from (${source.sql}) as few cross join ${table} on ${table}.id = few.id${sql}`, { ...source.parameters, ...parameters })).map(({ id }) => id));
  const matching = found.filter((id) => there.has(id));
  const at = Math.max(0, Number(from?.[0] ?? 0));
  const [start, end] = backwards ? [Math.max(0, at - size), Math.min(at, matching.length)] : [at, at + size];
  return { ids: matching.slice(start, end), next: end < matching.length ? [end] : undefined, previous: start > 0 ? [start] : undefined };
}

/** Where a row stands in the order. */
async function placeOfRow(db: Db, selection: Selection, id: number): Promise<Place | undefined> {
  const order = fullOrder(selection);
  const row = await db.first<Record<string, string | number>>(`select ${order.map(({ column }, at) => `${column} as place${at}`).join(', ')} from ${selection.table} where id = :id`, { id });
  return row && order.map((_, at) => row[`place${at}`] as string | number);
}

/** The order with the id at its end, which goes the way of the first column. */
function fullOrder({ order }: Selection): Order[] {
  return order.some(({ column }) => column === 'id') ? [...order] : [...order, { column: 'id', descending: order[0]?.descending ?? false }];
}

/** The condition that a row comes after a place. A place that knows less than the order is compared by what it knows: its first values and its id. */
function beyondOf(order: readonly Order[], place: Place): { sql: string; parameters: Parameters } {
  const columns = place.length >= order.length ? order : [...order.slice(0, place.length - 1), order.at(-1) as Order];
  const parameters: Parameters = Object.fromEntries(columns.map((_, at) => [`place${at}`, place[at] ?? null]));
  const sql = columns.reduceRight((inner, { column, descending }, at) => {
    const beyond = `${column} ${descending ? '<' : '>'} :place${at}`;
    return inner === '' ? beyond : `(${beyond} or (${column} = :place${at} and ${inner}))`;
  }, '');
  return { sql, parameters };
}
