/**
 * A resource: one description of what programs see, narrow, order and write of a model, from which its
 * endpoints follow (endpoints.ts). Everything is names; the few functions say what only the noun knows.
 */
import type { FastifyRequest } from 'fastify';
import type { Db, Parameters } from '../../../db/db.ts';
import type { Writer } from '../../../db/history/writer.ts';
import type { Values } from '../../../db/save.ts';
import type { Order, Range } from '../../../db/lists/selection.ts';
import type { Count } from '../../../db/wanted.ts';
import type { Model } from '../../../schema/define-model.ts';
import type { Person } from '../../engine/caller.ts';
import type { Rule } from '../../engine/rules.ts';
import type { Filter } from './filters.ts';
import type { Expansion, View } from './representation.ts';
import type { Input } from '../../engine/endpoint.ts';

/** What is wrong with a field, in sentences; for rows within a row, what is wrong with each. */
export type Faults = Record<string, readonly unknown[]>;

/** One row that is to be written, as it was sent. `id` is missing for a new one. */
export type Sent = { raw: Record<string, unknown>; id?: number | undefined; caller: Person; request: FastifyRequest; isStrict: boolean };

export type Writing = {
  model: Model;
  input: Input;
  verbs: readonly ('create' | 'update' | 'delete')[];
  /** Several at once. */
  isBulk?: boolean;
  /** What takes long and belongs before the transaction, such as the hash of a password. */
  prepare?(db: Db, sent: Sent): Promise<{ faults: Faults; secrets: Parameters }>;
  /** Names of the body besides the fields. */
  more?: readonly string[];
  /** Judges what a field alone can't tell, and may add to the values. */
  check?(db: Db, values: Values, sent: Sent): Promise<Faults>;
  /** Gives the id, and what is shown this once only. */
  create?(writer: Writer, values: Values, secrets: Parameters, caller: Person): Promise<{ id: number; shownOnce?: Record<string, unknown> }>;
  update?(writer: Writer, id: number, values: Values, secrets: Parameters): Promise<void>;
  remove?(writer: Writer, id: number, caller: Person): Promise<void>;
  /** Why the answer to a POST must not be kept for a repeated request. */
  neverKept?: string;
};

export type Resource = {
  /** Below /api/v1, and the name of a file of it. */
  path: string;
  /** As OPTIONS and the pages call it, and one of it in a sentence. */
  name: string;
  label: string;
  plural: string;
  description: string;
  view: View;
  rule: Rule;
  filters: Readonly<Record<string, Filter>>;
  /** By the name that a client uses: the column, which has an index (column, id). */
  orderings: Readonly<Record<string, string>>;
  /** The order when none is asked for. */
  order: Order;
  search?: (db: Db, text: string, limit: number) => Promise<{ ids: number[]; isCapped: boolean }>;
  expand?: Readonly<Record<string, Expansion>>;
  /** How many rows there are, kept and not counted. */
  size(db: Db, caller: Person | undefined): Promise<Count | undefined>;
  /** Which rows a caller has at all. */
  own?: (caller: Person) => Range;
  /** Where a row that was merged into another leads. */
  merged?: 'albums' | 'songs';
  writing?: Writing;
  /** For the documentation: queries and bodies that work on the demo catalogue. */
  examples?: { list?: Record<string, string>; create?: Record<string, unknown>; change?: Record<string, unknown>; id?: number };
};

/** The ranges within which all of a caller's rows are. */
export function ownRanges({ own }: Resource, caller: Person | undefined): Range[][] {
  return own && caller ? [[own(caller)]] : [];
}

/** Whether a row is there for this caller. */
export async function isThere(db: Db, { view, own }: Resource, id: number, caller: Person | undefined): Promise<boolean> {
  const range = own && caller && own(caller);
  const where = range ? ` and ${range.column} = :own` : '';
  return (await db.first(`select 1 from ${view.table} where id = :id${where}`, { id, ...(range && { own: range.from }) })) !== undefined;
}

/** A whole number in a path; undefined for anything else. */
export function idIn(parameters: Record<string, string>, name = 'id'): number | undefined {
  const text = parameters[name] ?? '';
  return /^[1-9]\d{0,15}$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
}

