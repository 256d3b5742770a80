/** The files of a database: made so that nobody else on the machine can read them, and looked at before they are used. */
import { closeSync, existsSync, mkdirSync, openSync, readSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type Sqlite from 'better-sqlite3';

/** Makes a missing folder, for this user alone; one that is there stays as it is. */
export function makeFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
}

/**
 * Makes an empty file with its folder, for this user alone; one that is there stays as it is. SQLite gives
 * what it makes beside it, `-wal` and `-shm`, the same permissions. https://sqlite.org/tempfiles.html
 */
export function makeFile(path: string): void {
  makeFolder(dirname(path));
  closeSync(openSync(path, 'a', 0o600));
}

/** https://sqlite.org/fileformat2.html#the_database_header */
const HEADER = 100;
const [PAGE_SIZE, CHANGES, PAGES, VALID_FOR] = [16, 24, 28, 92] as const;

/**
 * Why the file can't be whole, by its header alone: it is shorter than the pages that it should hold. What
 * waits in a `-wal` may stand for them, so then nothing is said before it has been written back.
 */
export function faultOfLength(path: string): string | undefined {
  if (existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0) return undefined;
  const header = Buffer.alloc(HEADER);
  const file = openSync(path, 'r');
  try {
    if (readSync(file, header, 0, HEADER, 0) < HEADER) return undefined;
  } finally {
    closeSync(file);
  }
  // Old versions of SQLite didn't keep the number of pages, and didn't say it was valid either.
  if (header.toString('latin1', 0, 15) !== 'SQLite format 3' || header.readUInt32BE(CHANGES) !== header.readUInt32BE(VALID_FOR)) return undefined;
  const size = header.readUInt16BE(PAGE_SIZE);
  return shortBy(path, header.readUInt32BE(PAGES) * (size === 1 ? 65_536 : size));
}

/** The same for an open file, once everything that waited in the `-wal` is written back; undefined while another process keeps it. */
export function faultOfOpenLength(path: string, connection: Sqlite.Database): string | undefined {
  const [{ log, checkpointed }] = connection.pragma('wal_checkpoint(passive)') as [{ log: number; checkpointed: number }];
  if (log !== checkpointed) return undefined;
  const [pages, size] = ['page_count', 'page_size'].map((name) => connection.pragma(name, { simple: true }) as number);
  return shortBy(path, (pages ?? 0) * (size ?? 0));
}

function shortBy(path: string, expected: number): string | undefined {
  const missing = expected - statSync(path).size;
  return missing > 0 ? `it should have ${expected} bytes, and ${missing} of them are missing` : undefined;
}
