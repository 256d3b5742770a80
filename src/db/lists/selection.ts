/**
 * Rows of a table as an admin's list wants them: narrowed by several ranges, ordered by several columns,
 * a page at a time, and never a whole table read for it. Three ways, by what the indexes offer:
 * - the order's own index, with at most one range that it serves: pages by number (see list.ts);
 * - few rows, found by the narrowest range or by a search: sorted as they are, pages by number;
 * - many rows under ranges that no index serves together: the order's index is walked, a bounded stretch
 *   at a time, and the next page goes on behind the last row that was looked at.
 */
import type { Db, Parameters, Value } from '../db.ts';
import { indexOf, type List, rowsOfPage } from './list.ts';
import { hasIndex, indexOn } from './indexes.ts';
import type { Count } from '../wanted.ts';

/** Values of a column from one to another, both included. */
export type Range = { column: string; from: string | number; to: string | number };
export type Order = { column: string; descending: boolean };
export type Selection = {
  table: string;
  /** Every group narrows; within a group any range will do. */
  narrowed: readonly (readonly Range[])[];
  /** Only these, as a search has found them; without an order they stay in theirs. */
  found?: readonly number[] | undefined;
  order: readonly Order[];
  /** How many rows there are, where that is known without counting. */
  total?: Count | undefined;
};
export type Cursor = { value: string | number; id: number };
export type Page = {
  ids: number[];
  /** How many rows match; undefined where only walking could tell. */
  count?: Count | undefined;
  /** Where the next page begins, when pages have no numbers; `looked` is how many rows were read for this one. */
  next?: { after: Cursor; looked: number } | undefined;
  isNumbered: boolean;
  /** The first order has so many equal values that the others were left out. */
  isPartlyOrdered: boolean;
};
type At = { skip: number; size: number; after?: Cursor | undefined };

/** So many rows are sorted, counted or looked through for one page; about 20 to 60 ms. */
export const FEW = 20_000;

/** One page of the selection. */
export async function selectionPage(db: Db, selection: Selection, at: At): Promise<Page> {
  if (selection.found) return pageOfFew(db, selection, sourceOf(selection.found), at);
  const list = await servedBy(db, selection);
  if (list) return pageOfList(db, selection, list, at);
  const narrowest = await narrowestOf(db, selection);
  if (narrowest) return pageOfFew(db, selection, narrowest, at);
  return pageOfMany(db, selection, at);
}

/** The ids of all that match, in the order of the list, a chunk at a time. */
export async function* selectedIds(db: Db, selection: Selection, size = 1000): AsyncGenerator<number[]> {
  let skip = 0;
  let after: Cursor | undefined;
  for (;;) {
    const page = await selectionPage(db, selection, { skip, size, after });
    if (page.ids.length > 0) yield page.ids;
    if (page.isNumbered ? page.ids.length < size : !page.next) return;
    skip += size;
    after = page.next?.after;
  }
}

/** How many rows lie in a range, counted up to a limit. */
export async function countRange(db: Db, table: string, range: Range, limit: number): Promise<Count> {
  const index = await indexOn(db, table, range.column);
  const row = await db.first<{ rows: number }>(
    `select count(*) as rows from (select 1 from ${table} indexed by ${index} where ${range.column} >= :from and ${range.column} <= :to limit ${limit + 1}) as some`,
    { from: range.from, to: range.to });
  const rows = row?.rows ?? 0;
  return { value: Math.min(rows, limit), isCapped: rows > limit };
}

/** How many rows a table has, counted up to a limit. */
export async function countUpTo(db: Db, table: string, limit: number): Promise<Count> {
  const rows = (await db.first<{ rows: number }>(`select count(*) as rows from (select 1 from ${table} limit ${limit + 1}) as some`))?.rows ?? 0;
  return { value: Math.min(rows, limit), isCapped: rows > limit };
}

/** The beginnings that the values of a text column have within a range, each found by one look into the index. */
export async function beginningsOf(db: Db, table: string, column: string, { within, length }: { within: string; length: number }): Promise<string[]> {
  const beginnings: string[] = [];
  // A dash comes before every digit, and keeps SQLite from comparing a year as a number with a column of dates.
  let from = `${within}-`;
  for (;;) {
    const row = await db.first<{ value: string | null }>(`select min(${column}) as value from ${table} where ${column} >= :from and ${column} < :end`, { from, end: `${within}~` });
    if (row?.value == null || beginnings.length >= 100) return beginnings;
    const beginning = row.value.slice(0, length);
    if (beginning !== '') beginnings.push(beginning);
    from = `${beginning}~`;
  }
}

/** The list that one index serves, when there is one. */
export async function servedBy(db: Db, { table, narrowed, order }: Selection): Promise<List | undefined> {
  const [first] = order;
  if (!first || narrowed.length > 1 || (narrowed[0]?.length ?? 0) > 1) return undefined;
  const list: List = { table, column: first.column, descending: first.descending };
  const range = narrowed[0]?.[0];
  if (!range) return list;
  if (range.column === first.column) return { ...list, within: { from: range.from, to: range.to } };
  const ofOneValue: List = { ...list, where: { column: range.column, value: range.from } };
  return range.from === range.to && (await hasIndex(db, indexOf(ofOneValue) as string)) ? ofOneValue : undefined;
}

async function pageOfList(db: Db, selection: Selection, list: List, { skip, size }: At): Promise<Page> {
  const rows = await rowsOfPage<{ id: number; value: Value }>(db, list, skip, size, (page) => page);
  const refined = await refine(db, selection, list, rows);
  const range = selection.narrowed[0]?.[0];
  const count = selection.total ?? (range && (await countRange(db, selection.table, range, FEW)));
  return { ids: refined ?? rows.map(({ id }) => id), count, isNumbered: true, isPartlyOrdered: refined === undefined };
}

/**
 * Orders rows of equal value by the further columns. Rows of one value stand together whatever comes
 * second, so a page's share of them is the same stretch of their own order. Undefined when too many are equal.
 */
async function refine(db: Db, { table, order }: Selection, list: List, rows: { id: number; value: Value }[]): Promise<number[] | undefined> {
  if (order.length < 2) return rows.map(({ id }) => id);
  const index = indexOf(list) as string;
  const equals = `from ${table} indexed by ${index} where ${list.where ? `${list.where.column} = :where and ` : ''}${list.column} = :value`;
  const further = [...order.slice(1).map(inSql), `id ${list.descending ? 'desc' : 'asc'}`].join(', ');
  const ids: number[] = [];
  for (const [value, equal] of Map.groupBy(rows, (row) => row.value)) {
    const parameters: Parameters = { value, ...(list.where && { where: list.where.value }) };
    const members = await db.all<{ id: number }>(`select id ${equals} order by id ${list.descending ? 'desc' : 'asc'} limit ${FEW + 1}`, parameters);
    if (members.length > FEW) return undefined;
    const place = members.findIndex(({ id }) => id === equal[0]?.id);
    const sorted = members.length === 1 ? members : await db.all<{ id: number }>(`select id ${equals} order by ${further}`, parameters);
    ids.push(...sorted.slice(place, place + equal.length).map(({ id }) => id));
  }
  return ids;
}

/** Where few rows come from: a statement that gives ids, with its parameters. */
export type Source = { sql: string; parameters: Parameters; found?: readonly number[]; group?: readonly Range[] };

export function sourceOf(found: readonly number[]): Source {
  return { sql: 'select value as id from json_each(:found)', parameters: { found: JSON.stringify(found) }, found };
}

/** The group that leaves the fewest rows, when those are few. */
export async function narrowestOf(db: Db, { table, narrowed }: Selection): Promise<Source | undefined> {
  let best: { rows: number; group: readonly Range[] } | undefined;
  for (const group of narrowed) {
    let rows = 0;
    for (const range of group) {
      const { value, isCapped } = await countRange(db, table, range, FEW);
      rows += isCapped ? FEW + 1 : value;
      if (rows > FEW) break;
    }
    if (rows <= FEW && (!best || rows < best.rows)) best = { rows, group };
  }
  if (!best) return undefined;
  const { group } = best;
  const parts = [];
  for (const [number, { column }] of group.entries()) {
    parts.push(`select id from ${table} indexed by ${await indexOn(db, table, column)} where ${column} >= :few${number} and ${column} <= :fewEnd${number}`);
  }
  const parameters = Object.fromEntries(group.flatMap(({ from, to }, number) => [[`few${number}`, from], [`fewEnd${number}`, to]]));
  return { sql: parts.join(' union '), parameters, group };
}

async function pageOfFew(db: Db, selection: Selection, source: Source, { skip, size }: At): Promise<Page> {
  const { table, order } = selection;
  const narrowed = narrowing(selection.narrowed.filter((group) => group !== source.group));
  const from = `from (${source.sql}) as few cross join ${table} on ${table}.id = few.id${narrowed.sql}`;
  const parameters = { ...source.parameters, ...narrowed.parameters };
  const counted = await db.first<{ rows: number }>(`select count(*) as rows ${from}`, parameters);
  const count = { value: counted?.rows ?? 0, isCapped: selection.total?.isCapped ?? false };
  const about = { count, isNumbered: true, isPartlyOrdered: false };
  if (order.length === 0 && source.found) {
    const matching = new Set((await db.all<{ id: number }>(`select ${table}.id ${from}`, parameters)).map(({ id }) => id));
    return { ids: source.found.filter((id) => matching.has(id)).slice(skip, skip + size), ...about };
  }
  const ordered = [...order.map(({ column, descending }) => inSql({ column: `${table}.${column}`, descending })), `${table}.id ${order[0]?.descending ? 'desc' : 'asc'}`].join(', ');
  const rows = await db.all<{ id: number }>(`select ${table}.id ${from} order by ${ordered} limit :size offset :skip`, { ...parameters, size, skip });
  return { ids: rows.map(({ id }) => id), ...about };
}

export async function pageOfMany(db: Db, selection: Selection, { size, after }: At): Promise<Page> {
  const rows = await stretchOf(db, selection, after);
  const matching = rows.filter(({ matches }) => matches === 1);
  const ids = matching.slice(0, size).map(({ id }) => id);
  const last = matching.length > size ? matching[size - 1] : rows.length === FEW ? rows.at(-1) : undefined;
  return {
    ids,
    count: selection.total ?? (after || last ? undefined : { value: matching.length, isCapped: false }),
    next: last && { after: { value: last.value, id: last.id }, looked: rows.length },
    isNumbered: false,
    isPartlyOrdered: selection.order.length > 1,
  };
}

type Walked = { id: number; value: string | number; matches: number };

/** The rows that follow the cursor in the order, each with whether it matches. */
async function stretchOf(db: Db, { table, narrowed, order }: Selection, after: Cursor | undefined): Promise<Walked[]> {
  const { column, descending } = order[0] ?? { column: 'id', descending: true };
  const [direction, beyond] = descending ? ['desc', '<'] : ['asc', '>'];
  const via = await viaOf(db, table, narrowed, column);
  const source = column === 'id' ? table : `${table} indexed by ${[table, via?.column, column, 'id_index'].filter(Boolean).join('_')}`;
  const { sql, parameters } = narrowing(narrowed);
  const columns = [...new Set(['id', column, ...narrowed.flat().map((range) => range.column)])].join(', ');
  const walk = (limit: number, ...conditions: string[]) => {
    const where = [via && `${via.column} = :via`, ...conditions].filter(Boolean).join(' and ');
    const used = { via: via?.from, least: within?.least, most: within?.most, afterValue: after?.value, afterId: after?.id };
    const needed = Object.entries(used).filter(([name, value]) => value !== undefined && where.includes(`:${name}`));
    return db.all<Walked>(
      `select id, ${column} as value, (${sql.slice(' where '.length)}) as matches
        from (select ${columns} from ${source}${where === '' ? '' : ` where ${where}`} order by ${column} ${direction}, id ${direction} limit ${limit}) as stretch`,
      { ...parameters, ...Object.fromEntries(needed) as Parameters });
  };
  const within = boundsOf(narrowed, column);
  const bounds = within ? [`${column} >= :least`, `${column} <= :most`] : [];
  if (!after) return walk(FEW, ...bounds);
  const rows = await walk(FEW, `${column} = :afterValue`, `id ${beyond} :afterId`);
  const end = within && (descending ? [`${column} >= :least`] : [`${column} <= :most`]);
  if (rows.length < FEW) rows.push(...(await walk(FEW - rows.length, `${column} ${beyond} :afterValue`, ...(end ?? []))));
  return rows;
}

/** One value of a column whose index goes on with the order: the walk keeps to it. */
async function viaOf(db: Db, table: string, narrowed: Selection['narrowed'], column: string): Promise<Range | undefined> {
  for (const [range, another] of narrowed) {
    if (range && !another && range.from === range.to && range.column !== column && (await hasIndex(db, `${table}_${range.column}_${column}_id_index`))) return range;
  }
  return undefined;
}

/** Between which values of the ordered column matching rows can be. */
function boundsOf(narrowed: Selection['narrowed'], column: string): { least: string | number; most: string | number } | undefined {
  const ranges = narrowed.find((group) => group.length > 0 && group.every((range) => range.column === column));
  if (!ranges) return undefined;
  const ascending = (one: string | number, other: string | number) => (one < other ? -1 : 1);
  return { least: ranges.map(({ from }) => from).sort(ascending)[0] as string | number, most: ranges.map(({ to }) => to).sort(ascending).at(-1) as string | number };
}

/** The groups as a condition. */
export function narrowing(groups: readonly (readonly Range[])[]): { sql: string; parameters: Parameters } {
  const parameters: Parameters = {};
  const conditions = groups.map((group, at) => {
    const parts = group.map(({ column, from, to }, number) => {
      parameters[`from${at}x${number}`] = from;
      parameters[`to${at}x${number}`] = to;
      return `(${column} >= :from${at}x${number} and ${column} <= :to${at}x${number})`;
    });
    return `(${parts.join(' or ')})`;
  });
  return { sql: conditions.length > 0 ? ` where ${conditions.join(' and ')}` : '', parameters };
}

export function inSql({ column, descending }: Order): string {
  return `${column} ${descending ? 'desc' : 'asc'}`;
}
