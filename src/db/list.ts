/**
 * Pages of a list by number, without walking there: while pages are asked for, marks are set along the
 * index (the row at every so many), and a page is read from the nearest mark before it. Any page costs
 * about what the first does; the first visit to a far page sets the marks on the way. Marks hold for
 * one version of the database.
 */
import type { Db, Parameters } from './db.ts';

/** A table in the order of an indexed column and the id; `where` narrows it by a column that the index begins with. */
export type List = {
  table: string;
  column: string;
  descending: boolean;
  where?: { column: string; value: number } | undefined;
};

type Mark = { rank: number; value: string | number; id: number };
type Marks = { version: number; byList: Map<string, Mark[]> };

const STEP = 2000;
const kept = new WeakMap<Db, Marks>();

/**
 * The ids of one page.
 * @param offset how many rows come before the page
 */
export async function idsOfPage(db: Db, list: List, offset: number, size: number): Promise<number[]> {
  const mark = offset < STEP ? undefined : await nearestMark(db, list, offset);
  const rows = await db.all<{ id: number }>(walk(list, mark !== undefined), { ...parametersOf(list, mark), size, skip: offset - (mark?.rank ?? 0) });
  return rows.map((row) => row.id);
}

/** The statement behind a page, for the test that asserts that an index serves it. */
export function walk(list: List, fromMark: boolean): string {
  const order = list.descending ? 'desc' : 'asc';
  const conditions = [
    list.where && `${list.where.column} = :where`,
    fromMark && `(${list.column}, id) ${list.descending ? '<' : '>'} (:value, :id)`,
  ].filter(Boolean);
  const where = conditions.length > 0 ? ` where ${conditions.join(' and ')}` : '';
  return `select id, ${list.column} as value from ${list.table}${where} order by ${list.column} ${order}, id ${order} limit :size offset :skip`;
}

/**
 * The place of a row in a list that is ordered by a number, largest first; 1 is the first.
 * @param row its value in the list's column, and its id
 */
export async function rankOf(db: Db, list: List, row: { value: number; id: number }): Promise<number> {
  const isBefore = (mark: Mark): boolean => Number(mark.value) > row.value || (mark.value === row.value && mark.id > row.id);
  const marks = await marksUntil(db, list, (last) => !isBefore(last));
  const mark = marks.findLast(isBefore);
  const between = mark ? `and (${list.column}, id) < (:value, :id)` : '';
  const counted = await db.first<{ rows: number }>(
    `select count(*) as rows from ${list.table} where (${list.column}, id) > (:rowValue, :rowId) ${between}`,
    { rowValue: row.value, rowId: row.id, ...parametersOf(list, mark) });
  return (mark?.rank ?? 0) + (counted?.rows ?? 0) + 1;
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
    const row = await db.first<{ id: number; value: string | number }>(walk(list, last !== undefined), { ...parametersOf(list, last), size: 1, skip: STEP - 1 });
    if (!row) break;
    marks.push({ rank: (last?.rank ?? 0) + STEP, ...row });
  }
  return marks;
}

async function marksOf(db: Db, list: List): Promise<Mark[]> {
  const version = await db.version();
  let marks = kept.get(db);
  if (!marks || marks.version !== version) {
    marks = { version, byList: new Map() };
    kept.set(db, marks);
  }
  const key = `${list.table} ${list.column} ${list.descending} ${list.where?.column} ${list.where?.value}`;
  const found = marks.byList.get(key) ?? [];
  marks.byList.set(key, found);
  return found;
}

function parametersOf(list: List, mark: Mark | undefined): Parameters {
  return {
    ...(list.where ? { where: list.where.value } : {}),
    ...(mark ? { value: mark.value, id: mark.id } : {}),
  };
}
