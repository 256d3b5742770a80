/** A CSV file on the disk as a source of rows. It is read twice: once to judge its encoding, once for its rows. */
import { type FileHandle, open } from 'node:fs/promises';
import { invalid } from '../errors.ts';
import { type ColumnMap, type Columns, matchColumns } from './columns.ts';
import { type Csv, type CsvRecord, type Delimiter, readCsv } from './csv.ts';
import { type Encoding, decoded, judgeEncoding } from './encoding.ts';
import { type ColumnField, columnFields, type RawRow, type Source } from './source.ts';

export type CsvFile = Source & {
  encoding: Encoding;
  delimiter: Delimiter;
  /** The header of the column from which each field is taken. */
  columns: Partial<Record<ColumnField, string>>;
  close(): Promise<void>;
};

export type CsvOptions = {
  map?: ColumnMap;
  /** What stands before `field=COLUMN` where the user maps a column, for the sentence that says how. */
  mapFlag?: string;
};

/** Bytes that are read at once. */
const PIECE = 64 * 1024;

/**
 * Opens a file and reads its header. The caller closes it.
 * @throws InvalidInput with one sentence when it can't be read, is no CSV, or lacks a column
 */
export async function openCsv(path: string, { map = {}, mapFlag = '' }: CsvOptions = {}): Promise<CsvFile> {
  const { handle, size } = await openFile(path);
  try {
    const encoding = await judgeEncoding(bytesOf(handle));
    let read = 0;
    const bytes = bytesOf(handle, (length) => { read += length; });
    const csv = await readCsv(decoded(bytes, encoding));
    const columns = matchColumns(csv.header, map, mapFlag);
    return {
      encoding,
      delimiter: csv.delimiter,
      columns: named(columns, csv.header),
      notices: noticesOf(encoding),
      rows: rowsOf(csv, columns),
      part: () => (size === 0 ? 1 : Math.min(read / size, 1)),
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function openFile(path: string): Promise<{ handle: FileHandle; size: number }> {
  const handle = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw invalid({ file: cannotOpen(path, error.code) });
  });
  const found = await handle.stat();
  if (found.isFile()) return { handle, size: found.size };
  await handle.close();
  throw invalid({ file: found.isDirectory() ? `${path} is a directory. Name a file in it.` : `${path} is no ordinary file, and it has to be read twice. Save it to a file first.` });
}

function cannotOpen(path: string, code: string | undefined): string {
  if (code === 'ENOENT' || code === 'ENOTDIR') return `There is no file ${path}.`;
  if (code === 'EACCES' || code === 'EPERM') return `The file ${path} may not be read by this account.`;
  return `The file ${path} can’t be opened (${code}).`;
}

/** The bytes from the beginning; each piece holds until the next is asked for. */
async function* bytesOf(handle: FileHandle, onRead?: (length: number) => void): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(PIECE);
  for (let position = 0; ; ) {
    const { bytesRead } = await handle.read(buffer, 0, PIECE, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    onRead?.(bytesRead);
    yield buffer.subarray(0, bytesRead);
  }
}

async function* rowsOf(csv: Csv, columns: Columns): AsyncGenerator<RawRow> {
  const places = Object.entries(columns) as [ColumnField, number][];
  for await (const record of csv.records) yield rowOf(record, places);
}

function rowOf({ line, fields, fault }: CsvRecord, places: [ColumnField, number][]): RawRow {
  if (fault) return { place: line, values: {}, fault };
  const values: RawRow['values'] = {};
  for (const [field, index] of places) values[field] = fields[index] as string;
  return { place: line, values };
}

function named(columns: Columns, header: string[]): CsvFile['columns'] {
  const names: CsvFile['columns'] = {};
  for (const field of columnFields) {
    const index = columns[field];
    if (index !== undefined) names[field] = header[index] as string;
  }
  return names;
}

function noticesOf(encoding: Encoding): string[] {
  if (encoding !== 'windows-1252') return [];
  return ['The file is not valid UTF-8, so it was read as Windows-1252. Where names look wrong, save it as UTF-8.'];
}
