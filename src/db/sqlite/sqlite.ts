/**
 * A Db on an SQLite file: one connection for reading, one for writing (made at the first write), each
 * statement prepared once. Writers wait in a queue inside the process and, when another process holds
 * the file, by trying again later instead of blocking every visitor.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import knexPackage from 'knex';
import { unavailable } from '../../errors.ts';
import type { Bound, Db, Query } from '../db.ts';
import { DatabaseFault, StorageFault } from '../fault.ts';
import { FULL, isBusy, isFull, unusable, worded } from './faults.ts';
import { makeFile } from './files.ts';

/** How many bytes each connection keeps of the file, and how many of it are mapped for reading. */
export type SqliteMemory = { cache: number; mapped: number };

const MEMORY: SqliteMemory = { cache: 32 * 1024 * 1024, mapped: 2 ** 31 - 65536 };

export type SqliteOptions = {
  /** Make the file when it is missing; else a missing file is a fault. */
  create?: boolean;
  /** How long a write waits for another process to let go of the file, in milliseconds. */
  patience?: number;
  memory?: SqliteMemory | undefined;
};

type Connection = Sqlite.Database;
type Run = <T>(work: (connection: Statements) => T) => Promise<T>;

const builder = knexPackage({ client: 'better-sqlite3', useNullAsDefault: true });

/** Set while a transaction runs: a write beside it, in the same course of events, would wait for itself. */
const within = new AsyncLocalStorage<true>();

/** Statements of a connection that are kept prepared; a list page needs about five. */
const KEPT_STATEMENTS = 500;

/** Opens the file. Throws DatabaseFault when it is missing (without `create`) or is no database. */
export function connectSqlite(path: string, options: SqliteOptions = {}): Db {
  if (path !== ':memory:' && !existsSync(path)) {
    if (!options.create) throw new DatabaseFault(`There is no database at ${path}. Run "npm run manage -- migrate" to make one.`);
    makeFile(path);
  }
  const memory = options.memory ?? MEMORY;
  const writer = new Statements(open(path, memory));
  const reader = path === ':memory:' ? writer : new Statements(open(path, memory));
  const queue = new Queue();
  const patience = options.patience ?? 5000;

  const storage = new Storage(path);

  const read: Run = async (work) => storage.reading(() => work(reader));
  const write: Run = async (work) => storage.writing(() => queue.add(() => patiently(patience, async () => work(writer))));
  return {
    ...operations(read, write),
    transaction: async (work) => storage.writing(() => queue.add(() => within.run(true, () => transaction(writer, patience, work)))),
    version: async () => storage.reading(() => reader.prepare('pragma data_version').pluck().get() as number + (reader === writer ? writer.changes() : 0)),
    obstacle: async () => storage.obstacle(() => queue.add(() => patiently(patience, async () => writer.rewrite()))),
    close: async () => {
      await queue.add(async () => {});
      for (const statements of new Set([reader, writer])) statements.connection.close();
    },
  };
}

function open(path: string, { cache, mapped }: SqliteMemory): Connection {
  let connection: Connection | undefined;
  try {
    connection = new Sqlite(path, { timeout: 100 });
    // FULL on every connection: the library reopens a WAL file as NORMAL, which loses commits at a power cut.
    connection.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma temp_store = memory');
    connection.exec(`pragma cache_size = -${Math.floor(cache / 1024)}; pragma mmap_size = ${mapped}`);
    return connection;
  } catch (error) {
    connection?.close();
    throw unusable(path, error);
  }
}

function operations(read: Run, write: Run): Pick<Db, 'all' | 'first' | 'run' | 'table'> {
  return {
    all: <Row>(query: Query, parameters?: Bound) => run(query, read, write, (statements) => statements.all(query, parameters) as Row[]),
    first: <Row>(query: Query, parameters?: Bound) => run(query, read, write, (statements) => statements.get(query, parameters) as Row | undefined),
    run: (query, parameters) => write((statements) => statements.run(query, parameters)),
    table: (name) => builder(name),
  };
}

/** `insert … returning` is asked like a question and is a write all the same. */
function run<T>(query: Query, read: Run, write: Run, work: (statements: Statements) => T): Promise<T> {
  const writes = typeof query === 'string' ? /^\s*(insert|update|delete|replace)\b/i.test(query) : /^(insert|update|del)/.test(methodOf(query));
  return writes ? write(work) : read(work);
}

function methodOf(query: Exclude<Query, string>): string {
  return (query as { _method?: string })._method ?? 'select';
}

async function transaction<T>(writer: Statements, patience: number, work: (db: Db) => Promise<T>): Promise<T> {
  await patiently(patience, async () => writer.exec('begin immediate'));
  const directly: Run = async (run) => run(writer);
  const db: Db = {
    ...operations(directly, directly),
    transaction: (inner) => inner(db),
    version: async () => 0,
    obstacle: async () => undefined,
    close: async () => {},
  };
  try {
    const result = await work(db);
    writer.exec('commit');
    return result;
  } catch (error) {
    if (writer.connection.inTransaction) writer.exec('rollback');
    throw error;
  }
}

/** Tries again while another process holds the file, without blocking this one. */
async function patiently<T>(patience: number, work: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + patience;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (performance.now() > deadline) throw unavailable();
      await sleep(20 + Math.random() * 30);
    }
  }
}

/** Words what fails of the file and its disk, and knows whether storing failed the last time. */
class Storage {
  readonly #path: string;
  #fault: StorageFault | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  reading<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw worded(error, 'read');
    }
  }

  async writing<T>(work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      this.#fault = undefined;
      return result;
    } catch (error) {
      const fault = worded(error, 'write');
      if (fault instanceof StorageFault) this.#fault = fault;
      throw fault;
    }
  }

  /** What is in the way of storing; a fault of the last time is looked at again by a write that changes nothing. */
  async obstacle(write: () => Promise<void>): Promise<string | undefined> {
    if (this.#path !== ':memory:' && isFull(this.#path)) return FULL;
    if (!this.#fault) return undefined;
    await this.writing(write).catch(() => {});
    return this.#fault?.reason;
  }
}

/** A connection with its prepared statements. */
class Statements {
  readonly connection: Connection;
  readonly #kept = new Map<string, Sqlite.Statement>();

  constructor(connection: Connection) {
    this.connection = connection;
  }

  all(query: Query, parameters: Bound = {}): unknown[] {
    const { sql, bindings } = compiled(query, parameters);
    return this.prepare(sql).all(bindings);
  }

  get(query: Query, parameters: Bound = {}): unknown {
    const { sql, bindings } = compiled(query, parameters);
    return this.prepare(sql).get(bindings);
  }

  run(query: Query, parameters: Bound = {}): number {
    const { sql, bindings } = compiled(query, parameters);
    const statement = this.prepare(sql);
    return statement.reader ? statement.all(bindings).length : statement.run(bindings).changes;
  }

  exec(sql: string): void {
    this.connection.exec(sql);
  }

  /** Writes a page as it is, to see whether anything can be stored. */
  rewrite(): void {
    const version = this.prepare('pragma user_version').pluck().get() as number;
    this.exec(`pragma user_version = ${version}`);
  }

  changes(): number {
    return this.prepare('select total_changes()').pluck().get() as number;
  }

  prepare(sql: string): Sqlite.Statement {
    const kept = this.#kept.get(sql);
    if (kept) return kept;
    if (this.#kept.size >= KEPT_STATEMENTS) this.#kept.delete(this.#kept.keys().next().value as string);
    const statement = this.connection.prepare(sql);
    this.#kept.set(sql, statement);
    return statement;
  }
}

function compiled(query: Query, parameters: Bound): { sql: string; bindings: unknown } {
  if (typeof query === 'string') return { sql: query, bindings: parameters };
  const { sql, bindings } = query.toSQL().toNative();
  return { sql, bindings };
}

/** Writers of this process, one after the other. */
class Queue {
  #last: Promise<unknown> = Promise.resolve();

  add<T>(work: () => Promise<T>): Promise<T> {
    if (within.getStore()) throw new Error('Inside a transaction, use the db that the work is given.');
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }
}
