/** Opens the database that the configuration names. */
import type { Db } from './db.ts';
import { DatabaseFault } from './fault.ts';
import { connectSqlite, type SqliteOptions } from './sqlite/sqlite.ts';

/** Where the data is: `sqlite:PATH` or `postgres://…`. */
export type DatabaseUrl = string;

/**
 * Opens a database.
 * @throws DatabaseFault with one sentence when the file is missing, damaged or of a kind not served.
 */
export async function connect(url: DatabaseUrl, options: SqliteOptions = {}): Promise<Db> {
  return connectSqlite(sqlitePath(url), options);
}

/** The file of a `sqlite:PATH` address. */
export function sqlitePath(url: DatabaseUrl): string {
  if (!url.startsWith('sqlite:')) {
    throw new DatabaseFault('This version runs on SQLite. Set DATABASE_URL to sqlite:PATH; PostgreSQL comes with a later one.');
  }
  return url.slice('sqlite:'.length);
}
