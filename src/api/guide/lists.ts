/**
 * Whole lists, as the guide has them: every row in one array, however many there are. They are read a chunk
 * at a time along an index and sent as fast as the client takes them, so a million rows need the memory of a
 * thousand. A row that is there all the while comes once, whatever is written meanwhile.
 */
import { Readable } from 'node:stream';
import { setImmediate as letOthers } from 'node:timers/promises';
import type { Db, Parameters } from '../../db/db.ts';
import type { Answer, Call } from '../engine/endpoint.ts';

/** So many rows are read at once. A list that is shorter is sent in one piece, with its length. */
export const CHUNK = 1000;

export type Reading<Row> = {
  /** Selects at most CHUNK rows behind the last one. */
  sql: string;
  /** What is bound for the first chunk, from before any row. */
  start: Parameters;
  /** What is bound for the chunk behind this row. */
  behind: (last: Row) => Parameters;
  /** The row as it is sent. */
  shown?: (row: Row) => unknown;
};

/** Answers with all rows. */
export async function wholeList<Row>(db: Db, { request }: Call, reading: Reading<Row>): Promise<Answer> {
  const { sql, start, shown = (row: Row) => row } = reading;
  const first = await db.all<Row>(sql, start);
  if (first.length < CHUNK) return { data: first.map(shown) };
  const body = request.method === 'HEAD' ? [] : textOf(db, reading, first);
  return { stream: Readable.from(body), headers: { 'cache-control': 'no-store' } };
}

async function* textOf<Row>(db: Db, { sql, start, behind, shown = (row: Row) => row }: Reading<Row>, first: Row[]): AsyncGenerator<string> {
  let rows = first;
  for (let opening = '['; rows.length > 0; opening = ',') {
    yield opening + JSON.stringify(rows.map(shown)).slice(1, -1);
    if (rows.length < CHUNK) break;
    // A fast client must not keep the others waiting.
    await letOthers();
    rows = await db.all<Row>(sql, { ...start, ...behind(rows.at(-1) as Row) });
  }
  yield ']';
}
