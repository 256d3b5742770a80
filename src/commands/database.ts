/** The database for a command: open while it works, closed whatever happens. */
import { environment, readConfig } from '../config.ts';
import { connect } from '../db/connect.ts';
import type { Db } from '../db/db.ts';
import { migrate } from '../db/migrate.ts';

/** Runs a command's work on the configured database, which must be there and is brought up to date first. */
export async function withDatabase<T>(work: (db: Db) => Promise<T>): Promise<T> {
  const { databaseUrl } = readConfig(environment());
  await migrate(databaseUrl, { create: false });
  const db = await connect(databaseUrl);
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}
