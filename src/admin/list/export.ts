/** Exports of exactly what a list shows, in its order, streamed row by row. */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Db, Value } from '../../db/db.ts';
import { selectedIds } from '../../db/lists/selection.ts';
import type { Door } from '../../web/door.ts';
import { csvLine } from '../../web/formats.ts';
import { staffOf, staffOnly } from '../../web/staff.ts';
import * as urls from '../../web/urls.ts';
import { readListQuery } from './query.ts';
import { type Column, type Row, type Section, seenBy } from '../section.ts';
import { rowsOf, selectionOf } from './selected.ts';

export type Format = 'csv' | 'json';

const TYPES: Record<Format, string> = { csv: 'text/csv; charset=utf-8', json: 'application/json; charset=utf-8' };

/** GET /admin/albums/export.csv and .json, with the parameters of the list. */
export function exports(app: FastifyInstance, { db }: Door, section: Section): void {
  for (const format of ['csv', 'json'] as const) {
    app.get(urls.admin.exported(section.path, format), staffOnly(db, `view_${section.model.label}`), async (request, reply) => {
      const seen = seenBy(staffOf(request), section);
      const selection = await selectionOf(db, seen, readListQuery(seen, request.query));
      return sendExport(reply, seen, format, rowsOfAll(db, seen, selectedIds(db, selection)));
    });
  }
}

/** Answers with a file of rows. */
export function sendExport(reply: FastifyReply, section: Section, format: Format, rows: AsyncIterable<Row[]>): FastifyReply {
  const body = Readable.from(format === 'csv' ? csvOf(section, rows) : jsonOf(section, rows));
  return reply
    .type(TYPES[format])
    .header('content-disposition', `attachment; filename="${section.path}.${format}"`)
    .header('cache-control', 'no-store')
    .send(body);
}

/** The rows of ids that come in chunks. */
export async function* rowsOfAll(db: Db, section: Section, chunks: AsyncIterable<number[]> | Iterable<number[]>): AsyncGenerator<Row[]> {
  for await (const ids of chunks) yield rowsOf(db, section, ids);
}

async function* csvOf(section: Section, rows: AsyncIterable<Row[]>): AsyncGenerator<string> {
  const columns = exportedColumns(section);
  // The mark makes spreadsheets read UTF-8.
  yield `\ufeff${csvLine(['id', ...columns.map(({ name }) => name)])}`;
  for await (const some of rows) yield some.map((row) => csvLine([row.id, ...columns.map((column) => inCsv(plain(column, row[column.name] ?? '')))])).join('');
}

async function* jsonOf(section: Section, rows: AsyncIterable<Row[]>): AsyncGenerator<string> {
  const columns = exportedColumns(section);
  let separator = '[\n';
  for await (const some of rows) {
    if (some.length === 0) continue;
    yield separator + some.map((row) => JSON.stringify({ id: row.id, ...Object.fromEntries(columns.map((column) => [column.name, plain(column, row[column.name] ?? '')])) })).join(',\n');
    separator = ',\n';
  }
  yield separator === '[\n' ? '[]\n' : '\n]\n';
}

function exportedColumns(section: Section): Column[] {
  return section.columns.filter(({ kind }) => kind !== 'sleeve');
}

function inCsv(value: string | number | boolean): string | number {
  return typeof value === 'boolean' ? String(value) : value;
}

function plain({ kind }: Column, value: NonNullable<Value>): string | number | boolean {
  if (kind === 'flag') return value === 1;
  return typeof value === 'object' ? '' : value;
}
