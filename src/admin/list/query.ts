/** The state of a list as its address holds it, so that a view can be kept as a bookmark. */
import type { FastifyRequest } from 'fastify';
import type { Cursor, Order, Range } from '../../db/lists/selection.ts';
import { badRequest } from '../../errors.ts';
import { own } from '../../schema/own.ts';
import type { Parameters } from '../../web/admin-urls.ts';
import { pageOf, textOf } from '../../web/query.ts';
import type { Column, Section } from '../section.ts';

export type ListQuery = {
  q: string;
  /** Names of columns, those that come first in the order first. */
  order: { column: Column; descending: boolean }[];
  /** The chosen values of each facet, with what they mean. */
  facets: { name: string; values: string[]; ranges: Range[] }[];
  /** A decade (`1990s`), a year, a month or a day. */
  date?: string | undefined;
  page: number;
  after?: Cursor | undefined;
  isAll: boolean;
};

/** Names of parameters that a list has beside its facets; `facet.…` holds what is typed into a facet's search box. */
const OWN = ['q', 'order', 'date', 'page', 'after', 'all'];

/**
 * Reads the state of a list.
 * @throws GuestError 400 that names what makes no sense, and what would
 */
export function readListQuery(section: Section, query: FastifyRequest['query']): ListQuery {
  const raw = query as Record<string, unknown>;
  const facetNames = (section.facets ?? []).map(({ name }) => name);
  const unknown = Object.keys(raw).find((name) => !OWN.includes(name) && !facetNames.includes(name) && !facetNames.includes(name.replace(/^facet\./, '')));
  if (unknown !== undefined) throw badRequest(`This list has no filter "${unknown.slice(0, 40)}". Use one of ${[...OWN, ...facetNames].join(', ')}.`);
  return {
    q: (textOf(query, 'q') ?? '').trim(),
    order: orderOf(section, textOf(query, 'order')),
    facets: (section.facets ?? []).flatMap((facet) => {
      const values = [...new Set([own(raw, facet.name) ?? []].flat().map(String))].filter((value) => value !== '');
      const ranges = values.map((value) => {
        const range = facet.rangeOf(value);
        if (!range) throw badRequest(`"${value.slice(0, 40)}" makes no sense as a filter by ${facet.label.toLowerCase()}. Go back and choose one from the list.`);
        return range;
      });
      return values.length > 0 ? [{ name: facet.name, values, ranges }] : [];
    }),
    date: dateOf(section, textOf(query, 'date')),
    page: pageOf(query),
    after: cursorOf(textOf(query, 'after')),
    isAll: textOf(query, 'all') === '1',
  };
}

/** The state as parameters of an address; `change` replaces some of them, and every change leads back to the first page. */
export function parametersOf(query: ListQuery, change: Parameters = {}): Parameters {
  return {
    q: query.q,
    order: orderText(query.order),
    ...Object.fromEntries(query.facets.map(({ name, values }) => [name, values])),
    date: query.date,
    all: query.isAll ? '1' : undefined,
    ...change,
  };
}

/** The order as in an address: `-stream_total,name`. */
export function orderText(order: ListQuery['order']): string {
  return order.map(({ column, descending }) => `${descending ? '-' : ''}${column.name}`).join(',');
}

/** The order in columns of the table. */
export function orderColumns(order: ListQuery['order']): Order[] {
  return order.map(({ column, descending }) => ({ column: column.sort as string, descending }));
}

/** What the date narrows to. */
export function dateRange(section: Section, date: string): Range {
  const beginning = date.endsWith('s') ? date.slice(0, 3) : date;
  // The dash keeps SQLite from comparing a year as a number with a column of dates.
  return { column: section.dates as string, from: beginning.length === 10 ? beginning : `${beginning}-`, to: `${beginning}~` };
}

/** A cursor in an address. */
export function cursorText({ value, id }: Cursor): string {
  return Buffer.from(JSON.stringify([value, id])).toString('base64url');
}

/** Reads `-stream_total,name`; what the section begins with when nothing is asked for. */
function orderOf(section: Section, text: string | undefined): ListQuery['order'] {
  const sortable = section.columns.filter(({ sort }) => sort !== undefined);
  const parts = (text ?? '').split(',').filter((part) => part !== '');
  const order = parts.map((part) => {
    const name = part.replace(/^-/, '');
    const column = sortable.find((known) => known.name === name);
    if (!column) throw badRequest(`This list can't be sorted by "${name.slice(0, 40)}". Use one of ${sortable.map((known) => known.name).join(', ')}.`);
    return { column, descending: part.startsWith('-') };
  });
  return order.filter(({ column }, index) => order.findIndex((other) => other.column === column) === index);
}

/** The order that a section begins with. */
export function firstOrder(section: Section): Order[] {
  return section.order.split(',').map((part) => ({ column: part.replace(/^-/, ''), descending: part.startsWith('-') }));
}

function dateOf(section: Section, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (section.dates === undefined || !/^(\d{3}0s|\d{4}(-\d{2}(-\d{2})?)?)$/.test(text)) {
    throw badRequest(`"${text.slice(0, 40)}" is no date that this list can be narrowed to. Use a decade like 1990s, a year, a month like 1994-05, or a day.`);
  }
  return text;
}

function cursorOf(text: string | undefined): Cursor | undefined {
  if (text === undefined) return undefined;
  try {
    const [value, id] = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[];
    if ((typeof value === 'string' || typeof value === 'number') && Number.isSafeInteger(id)) return { value, id: id as number };
  } catch {
    // Told below, in words.
  }
  throw badRequest('The address says wrongly where this page begins. Go back to the start of the list.');
}
