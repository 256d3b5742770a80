/**
 * Brings a database to the shape that the code expects. Two processes may start at once: an outer lock
 * lets one migrate while the other waits. Each migration is one transaction, and the number of rows of
 * every table is compared around it.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import Sqlite from 'better-sqlite3';
import knexPackage, { type Knex } from 'knex';
import { sqlitePath } from './connect.ts';
import { DatabaseFault } from './fault.ts';
import { isBusy, reasonOf, unusable } from './sqlite/faults.ts';
import { faultOfLength, faultOfOpenLength, makeFile } from './sqlite/files.ts';

type Migration = { up(knex: Knex): Promise<void>; down(knex: Knex): Promise<void> };

const FOLDER = join(import.meta.dirname, '../../migrations');
/** Files above this size are not checked page by page at each start: it would take seconds. */
const CHECKED_BYTES = 256 * 1024 * 1024;
const LOCK_WAIT = 60_000;

/**
 * Applies what is missing, in order.
 * @returns the names of the migrations that were applied now.
 * @throws DatabaseFault with the name of the migration that failed, or when the database is newer than
 * the code, damaged, or missing without `create`.
 */
export async function migrate(url: string, options: { create: boolean; folder?: string }): Promise<string[]> {
  const path = sqlitePath(url);
  if (!existsSync(path) || statSync(path).size === 0) {
    if (!options.create) throw new DatabaseFault(`There is no database at ${path}. Run "npm run manage -- migrate" to make one.`);
    makeFile(path);
  }
  const unlock = await lock(path).catch((error: unknown) => {
    // A disk without room for the lock is no reason not to be read.
    if (isCurrent(path, options.folder ?? FOLDER)) return undefined;
    throw error;
  });
  if (!unlock) return [];
  try {
    refuseDamaged(path);
    return await apply(path, options.folder ?? FOLDER);
  } finally {
    unlock();
  }
}

async function apply(path: string, folder: string): Promise<string[]> {
  const knex = knexPackage({
    client: 'better-sqlite3',
    connection: { filename: path },
    useNullAsDefault: true,
    pool: { min: 1, max: 1, afterCreate: prepare },
    migrations: { migrationSource: source(folder) },
    // What went wrong is told once, by the fault that is thrown.
    log: { warn() {}, error() {}, deprecate() {}, debug() {} },
  });
  try {
    await refuseNewer(knex, folder);
    return await applyEach(knex);
  } catch (error) {
    throw reasonOf(error) === undefined ? error : unusable(path, error);
  } finally {
    await knex.destroy();
  }
}

async function applyEach(knex: Knex): Promise<string[]> {
  const applied: string[] = [];
  for (;;) {
    const [, pending] = (await knex.migrate.list()) as [unknown[], string[]];
    const next = pending[0];
    if (next === undefined) return applied;
    try {
      // A process that was killed in the middle leaves Knex's own lock behind; ours proves that nobody runs.
      await knex.migrate.forceFreeMigrationsLock();
      await knex.migrate.up();
    } catch (error) {
      const reason = reasonOf(error);
      throw new DatabaseFault(`The migration ${next} failed, and the database is as it was before it: ${(error as Error).message}${reason ? `. ${reason}` : ''}`);
    }
    applied.push(next);
  }
}

function source(folder: string): Knex.MigrationSource<string> {
  return {
    getMigrations: async () => names(folder),
    getMigrationName: (name) => name,
    getMigration: async (name) => {
      const migration = (await import(pathToFileURL(join(folder, `${name}.ts`)).href)) as Migration;
      return { up: (knex) => guarded(knex, migration), down: (knex) => migration.down(knex) };
    },
  };
}

function names(folder: string): string[] {
  return readdirSync(folder).filter((file) => file.endsWith('.ts')).map((file) => file.slice(0, -'.ts'.length)).sort();
}

/** Throws, and so rolls back, when rows are lost or left without their parent. */
async function guarded(knex: Knex, migration: Migration): Promise<void> {
  const before = await rowCounts(knex);
  await migration.up(knex);
  const after = await rowCounts(knex);
  for (const [table, rows] of before) {
    const now = after.get(table);
    if (now !== undefined && now < rows) throw new Error(`${table} had ${rows} rows and would keep ${now}.`);
  }
  const orphans = (await knex.raw('pragma foreign_key_check')) as { table: string }[];
  if (orphans.length > 0) throw new Error(`rows of ${orphans[0]?.table} would point at nothing.`);
}

async function rowCounts(knex: Knex): Promise<Map<string, number>> {
  const tables = (await knex.raw(
    "select name from pragma_table_list where type = 'table' and schema = 'main' and name not like 'sqlite_%' and name not like 'knex_%'",
  )) as { name: string }[];
  const counts = new Map<string, number>();
  for (const { name } of tables) {
    const [row] = (await knex.raw('select count(*) as rows from ??', [name])) as { rows: number }[];
    counts.set(name, row?.rows ?? 0);
  }
  return counts;
}

async function refuseNewer(knex: Knex, folder: string): Promise<void> {
  if (!(await knex.schema.hasTable('knex_migrations'))) return;
  const known = new Set(names(folder));
  const unknown = (await knex('knex_migrations').select('name')).filter((row: { name: string }) => !known.has(row.name));
  if (unknown.length > 0) {
    throw new DatabaseFault(`The database is newer than this version of Tracklist: it has the migration ${unknown[0].name}. Start the newer version.`);
  }
}

function refuseDamaged(path: string): void {
  let connection: Sqlite.Database | undefined;
  try {
    // Before SQLite has touched it: a file that was cut off is to stay as it was found.
    refuse(statSync(path).isFile() ? faultOfLength(path) : 'it is a folder');
    connection = new Sqlite(path);
    connection.pragma('journal_mode = wal');
    refuse(faultOfOpenLength(path, connection));
    if (statSync(path).size > CHECKED_BYTES) return;
    const found = connection.pragma('quick_check(1)', { simple: true });
    if (found !== 'ok') throw new Error(String(found).replace(/\s+/g, ' '));
  } catch (error) {
    throw unusable(path, error);
  } finally {
    connection?.close();
  }
}

function refuse(fault: string | undefined): void {
  if (fault !== undefined) throw new Error(fault);
}

/** Foreign keys are off before the transaction begins: rebuilding a parent table would delete its children. */
function prepare(connection: Sqlite.Database, done: (error: Error | null, connection: Sqlite.Database) => void): void {
  connection.exec('pragma foreign_keys = off; pragma synchronous = full');
  done(null, connection);
}

/** Whether every migration has been applied, as far as the file can be read. */
function isCurrent(path: string, folder: string): boolean {
  let connection: Sqlite.Database | undefined;
  try {
    connection = new Sqlite(path, { readonly: true, fileMustExist: true });
    const applied = connection.prepare<[], string>('select name from knex_migrations order by name').pluck().all();
    return applied.join() === names(folder).join();
  } catch {
    return false;
  } finally {
    connection?.close();
  }
}

async function lock(path: string): Promise<() => void> {
  const deadline = performance.now() + LOCK_WAIT;
  for (;;) {
    let holder: Sqlite.Database | undefined;
    try {
      makeFile(`${path}.migrate`);
      const opened = new Sqlite(`${path}.migrate`, { timeout: 0 });
      holder = opened;
      opened.exec('begin exclusive');
      return () => opened.close();
    } catch (error) {
      holder?.close();
      if (!isBusy(error)) throw unusable(path, error);
      if (performance.now() > deadline) throw new DatabaseFault(`Another process has been migrating the database for a minute (${(error as Error).message}). Wait for it, then start again.`);
      await sleep(50);
    }
  }
}
