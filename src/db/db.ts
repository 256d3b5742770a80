/**
 * What the rest of the program knows of a database: read, write, and do several things as one. A
 * transaction is a Db too, so that a verb that takes one as its first argument works inside and outside.
 */
import type { Knex } from 'knex';

/**
 * SQL text with named parameters (`:id`), or a query built by Knex. A text is prepared once for each
 * connection and used again, so a hot query is a constant string.
 */
export type Query = string | Knex.QueryBuilder | Knex.Raw;
export type Value = string | number | null;
export type Parameters = Record<string, Value>;
/** What is bound to a query: values, and the bytes of a file. A column of bytes is read as a Buffer. */
export type Bound = Record<string, Value | Uint8Array>;

export interface Db {
  /** Every row that the query finds. */
  all<Row>(query: Query, parameters?: Bound): Promise<Row[]>;
  /** The first row, or undefined. */
  first<Row>(query: Query, parameters?: Bound): Promise<Row | undefined>;
  /** Writes, and tells how many rows changed. */
  run(query: Query, parameters?: Bound): Promise<number>;
  /** Knex as a builder of queries, which `all`, `first` and `run` take. */
  table(name: string): Knex.QueryBuilder;
  /**
   * Runs the work as one: everything is stored, or nothing when it throws. Inside, use the `db` that the
   * work is given. Throws a GuestError (503) when another writer keeps the database for too long.
   */
  transaction<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** A number that changes whenever anybody, this process or another, has stored anything. */
  version(): Promise<number>;
  /** Why nothing can be stored at present, as a sentence for the operator: a full disk, or what the last write met and still meets. */
  obstacle(): Promise<string | undefined>;
  close(): Promise<void>;
}
