/** The database for a command: open while it works, closed whatever happens. */
import { introduceSite } from '../accounts/site.ts';
import { environment, readConfig } from '../config.ts';
import { connect } from '../db/connect.ts';
import type { Db } from '../db/db.ts';
import { migrate } from '../db/migrate.ts';
import { secretsIn, withoutSecrets } from '../secrets.ts';

/**
 * Runs a command's work on the configured database, brought up to date first. In production it must be
 * there: only `migrate` makes one.
 */
export async function withDatabase<T>(work: (db: Db) => Promise<T>): Promise<T> {
  const { databaseUrl, production, siteName } = readConfig(environment());
  const applied = await migrate(databaseUrl, { create: !production });
  if (applied.length > 0) console.error(`Applied ${applied.length} migrations to ${withoutSecrets(databaseUrl, secretsIn({ databaseUrl }))}.`);
  introduceSite({ name: siteName, report: (fault) => console.error(fault) });
  const db = await connect(databaseUrl);
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}
