/** What SQLite says when its file, disk or folder fails, in words. https://sqlite.org/rescode.html */
import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { unavailable } from '../../errors.ts';
import { DatabaseFault, type Side, StorageFault } from '../fault.ts';

export const FULL = 'The disk that holds the database is full. Make room on it.';

/** By primary result code; an extended code begins with its primary one. */
const REASONS: readonly (readonly [code: string, reason: string])[] = [
  ['SQLITE_FULL', FULL],
  ['SQLITE_IOERR_SHM', 'The disk that holds the database is full or fails. Make room on it, and look into the log of the system.'],
  ['SQLITE_IOERR', 'The disk that holds the database fails. Look into the log of the system, and at the room on the disk.'],
  ['SQLITE_READONLY', 'The file of the database, or its folder, may not be written. Give the user of this process the right to.'],
  ['SQLITE_CANTOPEN', 'The file of the database, or one beside it, can’t be opened. Look whether its folder is there and may be written.'],
  ['SQLITE_PERM', 'The file of the database may not be opened. Give the user of this process the right to.'],
  ['SQLITE_CORRUPT', 'The database is damaged. Stop the site and restore it from a backup.'],
  ['SQLITE_NOTADB', 'The file of the database holds something else. Stop the site and restore it from a backup.'],
  ['SQLITE_NOMEM', 'There is not enough memory for the database. Give the process more.'],
  ['SQLITE_PROTOCOL', 'Another process holds the database. Wait for it.'],
  ['SQLITE_LOCKED', 'Another process holds the database. Wait for it.'],
];

/** With less room than this, no change fits: SQLite writes whole pages of 4 KiB, and a change is several. */
const NO_ROOM = 64 * 1024;

/** Why the storage fails, as a sentence for the operator; undefined when the error is of another kind. */
export function reasonOf(error: unknown): string | undefined {
  const code = codeOf(error);
  return REASONS.find(([beginning]) => code.startsWith(beginning))?.[1];
}

/** Whether another process or connection holds the file: worth another try. */
export function isBusy(error: unknown): boolean {
  return codeOf(error).startsWith('SQLITE_BUSY');
}

/** The error as a guest may see it; one that is no fault of the storage stays as it is. */
export function worded(error: unknown, side: Side): unknown {
  if (isBusy(error)) return unavailable();
  const reason = reasonOf(error);
  return reason === undefined ? error : new StorageFault(side, reason, error);
}

/** A file that can't be opened, for the operator: a failing disk by its cause, anything else as damage. */
export function unusable(path: string, error: unknown): DatabaseFault {
  const said = (error as Error).message;
  const isDamage = /^SQLITE_(CORRUPT|NOTADB)/.test(codeOf(error));
  const reason = isBusy(error) ? 'Another process holds it. Wait for it, then start again.' : isDamage ? undefined : reasonOf(error);
  if (reason !== undefined) return new DatabaseFault(`The database ${path} can't be used now: ${said}. ${reason}`);
  return new DatabaseFault(`The file ${path} can't be used as a database: ${said}. Restore it from a backup.`);
}

/** Whether the disk of a file has no room left. */
export function isFull(path: string): boolean {
  const { bavail, bfree, bsize } = statfsSync(dirname(path));
  // A part is kept back for root.
  return (process.getuid?.() === 0 ? bfree : bavail) * bsize < NO_ROOM;
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | undefined)?.code ?? '');
}
