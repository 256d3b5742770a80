/**
 * Pages of a list by number, without walking there each time: while pages are asked for, marks are set
 * along the index (the row at every so many), and a page is read from the nearest mark before it. Any
 * page costs about what the first does; the first visit to a far page sets the marks on the way. Marks
 * hold until the table may have changed.
 */
import type { Db, Parameters, Value } from '../db.ts';
import { catalogueVersion } from '../remember.ts';

/** A table in the order of an indexed column and the id. */
export type List = {
  table: string;
  column: string;
  descending: boolean;
  /** Only rows with this value, in a column that the index begins with. */
  where?: { column: string; value: string | number } | undefined;
  /** Only rows whose ordered column lies from one value to another, both included. */
  within?: { from: string | number; to: string | number } | undefined;
};

type Mark = { rank: number; value: string | number; id: number };
type Marks = { version: number; marks: Mark[] };
type Point = { id: number; value: string | number };

const STEP = 4000;
const MOST_LISTS = 500;
const kept = new WeakMap<Db, Map<string, Marks>>();

/** Tables that only change with the catalogue; the marks of others hold until anything is stored. */
const CATALOGUE = new Set(['albums', 'songs', 'artists']);

/** Wraps the statement that finds the ids of a page in one that joins to them what is shown; it must keep their order. */
export type Shown = (page: string) => string;

/**
 * The rows of one page.
 * @param offset how many rows come before the page
 */
export async function rowsOfPage<Row>(db: Db, list: List, offset: number, size: number, shown: Shown): Promise<Row[]> {
  const mark = offset < STEP ? undefined : await nearestMark(db, list, offset);
  return rowsFrom<Row>(db, list, mark, offset - (mark?.rank ?? 0), size, shown);
}

/**
 * The place of a row in a list that is ordered by a number, largest first; 1 is the first.
 * @param row its value in the list's column, and its id
 */
export async function rankOf(db: Db, list: List, row: { value: number; id: number }): Promise<number> {
  const isBefore = (mark: Mark): boolean => Number(mark.value) > row.value || (mark.value === row.value && mark.id > row.id);
  const marks = await marksUntil(db, list, (last) => !isBefore(last));
  const mark = marks.findLast(isBefore);
  const counts = statements(list).between(mark, row);
  const counted = await db.first<{ rows: number }>(counts, { ...filterOf(list), ...markOf(mark), rowValue: row.value, rowId: row.id });
  return (mark?.rank ?? 0) + (counted?.rows ?? 0) + 1;
}

/**
 * The statements behind a list, constant for each. A mark is passed in two steps, first the rows of equal
 * value and then those beyond: a comparison of pairs would test every row that is skipped, and on a
 * column of equal values start from its beginning. The index is named, because with statistics SQLite
 * likes to sort the equal values of another one.
 */
export function statements({ table, column, descending, where, within }: List): {
  walk: string;
  tied: string;
  countTied: string;
  beyond: string;
  between(mark: { value: string | number } | undefined, row: { value: number }): string;
} {
  const [order, after] = descending ? ['desc', '<'] : ['asc', '>'];
  const index = indexOf({ table, column, where });
  const source = index === undefined ? table : `${table} indexed by ${index}`;
  const select = `select id, ${column} as value from ${source}`;
  const ordered = `order by ${column} ${order}, id ${order} limit :size offset :skip`;
  const only = where && `${where.column} = :where`;
  const isTied = all(only, `${column} = :value`, `id ${after} :id`);
  const end = within && (descending ? `${column} >= :from` : `${column} <= :to`);
  const count = (...conditions: (string | undefined)[]) => `(select count(*) from ${source}${all(only, ...conditions)})`;
  const equalsRow = `${column} = :rowValue and id > :rowId`;
  return {
    walk: `${select}${all(only, within && `${column} >= :from and ${column} <= :to`)} ${ordered}`,
    tied: `${select}${isTied} ${ordered}`,
    countTied: `select count(*) as rows from ${source}${isTied}`,
    beyond: `${select}${all(only, `${column} ${after} :value`, end)} ${ordered}`,
    between: (mark, row) => {
      if (!mark) return `select ${count(`${column} > :rowValue`)} + ${count(equalsRow)} as rows`;
      if (mark.value === row.value) return `select ${count(equalsRow, 'id < :id')} as rows`;
      return `select ${count(`${column} = :value and id < :id`)} + ${count(`${column} < :value and ${column} > :rowValue`)} + ${count(equalsRow)} as rows`;
    },
  };
}

/** The index of a list. The order of ids is the table's own; of the rows with one value it is that of the index on it. */
export function indexOf({ table, column, where }: Pick<List, 'table' | 'column' | 'where'>): string | undefined {
  if (column === 'id' && !where) return undefined;
  return [table, where?.column, column === 'id' ? undefined : column, 'id_index'].filter(Boolean).join('_');
}

/** Rows that follow a mark, or the beginning. */
async function rowsFrom<Row>(db: Db, list: List, mark: Mark | undefined, skip: number, size: number, shown: Shown): Promise<Row[]> {
  const { walk, tied, countTied, beyond } = statements(list);
  const parameters: Parameters = { ...filterOf(list), ...markOf(mark) };
  if (!mark) return db.all<Row>(shown(walk), { ...parameters, size, skip });
  const first = await db.all<Row>(shown(tied), { ...parameters, size, skip });
  if (first.length === size) return first;
  const left = first.length > 0 ? 0 : skip - ((await db.first<{ rows: number }>(countTied, parameters))?.rows ?? 0);
  return [...first, ...(await db.all<Row>(shown(beyond), { ...parameters, size: size - first.length, skip: left }))];
}

/** The last mark at or before the offset: `rank` rows come up to and with it. */
async function nearestMark(db: Db, list: List, offset: number): Promise<Mark | undefined> {
  const marks = await marksUntil(db, list, (last) => offset - last.rank < STEP);
  return marks[Math.min(Math.floor(offset / STEP), marks.length) - 1];
}

/** Sets marks along the index until the last one is far enough, or the list ends. */
async function marksUntil(db: Db, list: List, isEnough: (last: Mark) => boolean): Promise<Mark[]> {
  const marks = await marksOf(db, list);
  for (let last = marks.at(-1); !last || !isEnough(last); last = marks.at(-1)) {
    const [row] = await rowsFrom<Point>(db, list, last, STEP - 1, 1, (page) => page);
    if (!row) break;
    marks.push({ rank: (last?.rank ?? 0) + STEP, ...row });
  }
  return marks;
}

async function marksOf(db: Db, list: List): Promise<Mark[]> {
  const { table, column, descending, where, within } = list;
  const version = CATALOGUE.has(table) ? await catalogueVersion(db) : await db.version();
  const lists = kept.get(db) ?? new Map<string, Marks>();
  kept.set(db, lists);
  const key = [table, column, descending, where?.column, where?.value, within?.from, within?.to].join(' ');
  const found = lists.get(key);
  if (found?.version === version) return found.marks;
  // Lists are unlimited (think of filters), so all are let go when there are too many.
  if (lists.size >= MOST_LISTS) lists.clear();
  const marks: Mark[] = [];
  lists.set(key, { version, marks });
  return marks;
}

function all(...conditions: (string | undefined)[]): string {
  const given = conditions.filter((condition) => condition !== undefined);
  return given.length > 0 ? ` where ${given.join(' and ')}` : '';
}

function filterOf({ where, within }: List): Record<string, Value> {
  return { ...(where && { where: where.value }), ...within };
}

function markOf(mark: Mark | undefined): Record<string, Value> {
  return mark ? { value: mark.value, id: mark.id } : {};
}
