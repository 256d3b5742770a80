/**
 * A section of the admin area: one description of a model from which its list, forms, history and
 * deletion follow. Everything is names of columns and fields; the few functions only give words or links.
 */
import type { FastifyRequest } from 'fastify';
import type { Permission, Rights } from '../accounts/permissions.ts';
import { maySee } from '../accounts/reach.ts';
import type { Db, Value } from '../db/db.ts';
import { rememberAll } from '../db/remember.ts';
import { countUpTo, type Range } from '../db/lists/selection.ts';
import type { Count } from '../db/wanted.ts';
import type { Model } from '../schema/define-model.ts';

/** Rows of a table whose size is not kept are counted up to here. */
const MOST_COUNTED = 10_000;

/** A row as `rows` gives it. */
export type Row = { id: number } & Record<string, Value>;

export type Column = {
  /** A column of `rows`, and of an export. */
  name: string;
  label: string;
  kind?: 'text' | 'number' | 'date' | 'moment' | 'flag' | 'sleeve';
  /** The column of the model's table that it is sorted by, which needs an index (column, id). Without one it can't be sorted. */
  sort?: string;
  /** What it tells of, where that is another model whose rows not everybody may see who may see these. */
  of?: Model;
  /** Where its text leads, other than to the form of the row itself. */
  href?: (row: Row) => string | undefined;
};

export type Choice = { value: string; label: string; count: Count };

/** One way to narrow a list. Several values of one facet add up, several facets narrow further. */
export type Facet = {
  name: string;
  label: string;
  /** The most important values with their counts; no table is counted for them. */
  choices(db: Db): Promise<Choice[]>;
  /** What a value means; undefined for one that makes no sense. */
  rangeOf(value: string): Range | undefined;
  /** Finds further values by text, where there are too many to show. */
  more?(db: Db, text: string): Promise<Choice[]>;
};

/** Rows of another model that are edited within the form of this one. */
export type Inline = {
  model: Model;
  /** The field that refers to the row whose form it is. */
  field: string;
  /** The fields shown, in their order. */
  fields: readonly string[];
  /** The whole-number field that holds their order, when they have one. */
  position?: string;
};

export type Section = {
  model: Model;
  /** In the address, and the name of the section. */
  path: string;
  title: string;
  group: 'Catalogue' | 'People' | 'Record';
  /** A query that ends before the list of ids: `select … from songs join … where songs.id in`. */
  rows: string;
  columns: readonly Column[];
  /** The first order, as in an address: `-num_streams` or `name,artist`. */
  order: string;
  /** Finds rows by text: their ids, best first. `hint` stands in the search field. */
  search?: { hint: string; of?: Model; find(db: Db, text: string, limit: number): Promise<{ ids: number[]; isCapped: boolean }> };
  facets?: readonly Facet[];
  /** The column of the drill-down by date. */
  dates?: string;
  /** How many rows there are without any filter, where that is kept; else they are counted, up to a limit. */
  size?(db: Db): Promise<number>;
  /** The fields of its form; none for a section without one, whose rows are only shown. */
  fields?: readonly string[];
  /** Its forms are routes of their own. */
  hasOwnForm?: boolean;
  inlines?: readonly Inline[];
  /** Fields whose value many rows share, each with the facet that finds such values: the form tells how many and offers them. */
  shared?: Readonly<Record<string, string>>;
  /** The field that holds an uploaded picture, which stands beside the form and is sent with it. */
  cover?: string;
  /** Fields that many rows may be given at once. */
  bulkFields?: readonly string[];
  /** What staff may do here at all; all of it when left out. */
  verbs?: readonly ('add' | 'change' | 'delete')[];
  /** Refuses, by a GuestError in words, what this person may not do with these rows although the permission is there. */
  refuse?(db: Db, request: FastifyRequest, verb: 'change' | 'delete', ids: readonly number[]): Promise<void>;
  /** What else there is to know before a row is deleted, in sentences. */
  warnings?(db: Db, id: number): Promise<string[]>;
  /** A sentence on the page of a row that has no form. */
  note?: string;
  /** What deleting is called here, when it is not that. */
  deletes?: { verb: string; done: string };
  /** Further pages about a row, each with what it asks for. */
  pages?: (row: Row) => { label: string; href: string; permissions: readonly Permission[] }[];
  /** The page of the site that shows a row. */
  onSite?: (row: Row) => string | undefined;
  /** What a row is called; by default the model's title. */
  nameOf?: (row: Row) => string;
};

/** A section as somebody may see it: without columns that tell of what they may not see, and without a search in those. */
export function seenBy(rights: Rights, section: Section): Section {
  const isSeen = ({ of }: { of?: Model }) => of === undefined || maySee(rights, of);
  const unseen = section.columns.filter((column) => !isSeen(column));
  if (unseen.length === 0 && (!section.search || isSeen(section.search))) return section;
  const { search, nameOf: named, ...rest } = section;
  const hidden = Object.fromEntries(unseen.map(({ name }) => [name, '…']));
  return {
    ...rest,
    columns: section.columns.filter(isSeen),
    ...(search && isSeen(search) && { search }),
    ...(named && { nameOf: (row) => named({ ...row, ...hidden }) }),
  };
}

/** What a row is called in headings, links and sentences. */
export function nameOf(section: Section, row: Row): string {
  if (section.nameOf) return section.nameOf(row);
  return section.model.title === undefined ? `${section.model.label} ${row.id}` : String(row[section.model.title]);
}

/** Whether a deleted row is gone for good: it had a secret that is not kept. */
export function isFinal({ model }: Section): boolean {
  return Object.values(model.secrets ?? {}).includes(null);
}

/** How many rows a section has. */
export async function sizeOf(db: Db, section: Section): Promise<number> {
  if (section.size) return section.size(db);
  const { table } = section.model;
  return (await rememberAll(db, `size of ${table}`, () => countUpTo(db, table, MOST_COUNTED))).value;
}

/** Whether something can be done in a section at all. */
export function offers(section: Section, verb: 'add' | 'change' | 'delete'): boolean {
  return section.verbs?.includes(verb) ?? true;
}
