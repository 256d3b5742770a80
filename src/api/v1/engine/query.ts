/** Reads what a client asks of a list: filters, order, search, shape and pages. */
import type { Db } from '../../../db/db.ts';
import type { Order, Selection } from '../../../db/lists/selection.ts';
import type { Count } from '../../../db/wanted.ts';
import { own } from '../../../schema/own.ts';
import type { Call } from '../../engine/endpoint.ts';
import { refusedFields } from '../../engine/errors.ts';
import { namesOf, readFilters, textOf } from './filters.ts';
import { ownRanges, type Resource } from './resource.ts';
import { isStrict, refuseUnknown, type Unknown, unknownName } from './strict.ts';
import type { Shape } from './representation.ts';

export type ListQuery = {
  selection: Selection;
  shape: Shape;
  size: number;
  /** As it was asked for. */
  page: string | undefined;
  cursor: string | undefined;
  /** What tells this list apart from others. */
  list: string;
};

export const ON_A_PAGE = 50;
export const MOST_ON_A_PAGE = 200;
/** A search reads so many rows at most. */
export const MOST_FOUND = 1000;
const MOST_ORDERS = 5;
const SHAPING = ['fields', 'expand', 'format'];

/**
 * Reads the query of a list.
 * @throws ApiError 400 for a filter's value that makes no sense, and with `handling=strict` for names that are not known
 */
export async function readList(db: Db, resource: Resource, { request, query, caller }: Call): Promise<ListQuery> {
  const { groups, faults } = readFilters(resource.filters, query);
  if (Object.keys(faults).length > 0) throw refusedFields(faults);
  const search = resource.search ? textOf(query['search']) : undefined;
  const order = orderOf(resource, query);
  const shape = shapeOf(resource, query, caller);
  if (isStrict(request)) refuseUnknown({ ...unknownParameters(resource, query), ...unknownOrder(resource, query), ...unknownShape(resource, query) });
  const found = search === undefined ? undefined : await resource.search?.(db, search, MOST_FOUND);
  const asked = order.length > 0 ? order : found ? [] : [resource.order];
  const narrowed = [...ownRanges(resource, caller), ...groups];
  return {
    selection: {
      table: resource.view.table,
      narrowed,
      found: found?.ids,
      order: asked,
      total: found?.isCapped ? { value: MOST_FOUND, isCapped: true } : found ? undefined : await keptTotal(db, resource, { query, groups, caller }),
    },
    shape,
    size: sizeOf(textOf(query['page_size'])),
    page: textOf(query['page']),
    cursor: textOf(query['cursor']),
    list: JSON.stringify([resource.path, narrowed, search, asked]),
  };
}

/** What a client wants to see of a row. */
export function readShape(resource: Resource, { request, query, caller }: Pick<Call, 'request' | 'query' | 'caller'>, more: readonly string[] = []): Shape {
  if (isStrict(request)) {
    const known = [...SHAPING, ...more];
    const unknown = Object.fromEntries(Object.keys(query).filter((name) => !known.includes(name)).map((name) => [name, [unknownName('parameter', name, known)]]));
    refuseUnknown({ ...unknown, ...unknownShape(resource, query) });
  }
  return shapeOf(resource, query, caller);
}

/** Every name that the query of a list may have. */
export function parametersOf(resource: Resource): string[] {
  return [...namesOf(resource.filters), 'ordering', ...(resource.search ? ['search'] : []), ...SHAPING, 'page', 'page_size', 'cursor'];
}

function shapeOf({ view, expand = {} }: Resource, query: Record<string, unknown>, rights: Call['caller']): Shape {
  const known = { ...view.data, ...expand };
  const fields = listIn(query['fields']).filter((name) => Object.hasOwn(known, name));
  const chosen = listIn(query['expand']).filter((name) => Object.hasOwn(expand, name));
  return { fields: fields.length > 0 ? fields : undefined, expand: Object.fromEntries(chosen.map((name) => [name, expand[name] as NonNullable<typeof expand>[string]])), rights };
}

/** No order goes on behind the id, of which no two are the same. */
function orderOf({ orderings }: Resource, query: Record<string, unknown>): Order[] {
  const order: Order[] = [];
  for (const text of listIn(query['ordering']).slice(0, MOST_ORDERS)) {
    const name = text.replace(/^-/, '');
    const column = own(orderings, name);
    if (column !== undefined && !order.some((one) => one.column === column)) order.push({ column, descending: text.startsWith('-') });
    if (column === 'id') break;
  }
  return order;
}

async function keptTotal(db: Db, resource: Resource, { query, groups, caller }: { query: Record<string, unknown>; groups: Selection['narrowed']; caller: Call['caller'] }): Promise<Count | undefined> {
  const [only] = groups;
  if (!only) return resource.size(db, caller);
  if (groups.length > 1 || only.length > 1 || resource.own) return undefined;
  const asked = Object.entries(resource.filters).find(([name, { total }]) => total && textOf(query[name]) !== undefined);
  const value = asked && (await asked[1].total?.(db, Number(only[0]?.from)));
  return value === undefined ? undefined : { value, isCapped: false };
}

function sizeOf(text: string | undefined): number {
  const size = text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : 0;
  return size < 1 ? ON_A_PAGE : Math.min(size, MOST_ON_A_PAGE);
}

function unknownParameters(resource: Resource, query: Record<string, unknown>): Unknown {
  const known = parametersOf(resource);
  return Object.fromEntries(Object.keys(query).filter((name) => !known.includes(name)).map((name) => [name, [unknownName('parameter', name, known)]]));
}

function unknownOrder({ orderings }: Resource, query: Record<string, unknown>): Unknown {
  const unknown = listIn(query['ordering']).map((name) => name.replace(/^-/, '')).filter((name) => !Object.hasOwn(orderings, name));
  return unknown.length > 0 ? { ordering: unknown.map((name) => unknownName('ordering', name, Object.keys(orderings))) } : {};
}

function unknownShape({ view, expand = {} }: Resource, query: Record<string, unknown>): Unknown {
  const fields = { ...view.data, ...expand };
  const wrong = (kind: string, names: readonly string[], known: object) => names.filter((name) => !Object.hasOwn(known, name)).map((name) => unknownName(kind, name, Object.keys(known)));
  const found = { fields: wrong('field', listIn(query['fields']), fields), expand: wrong('expansion', listIn(query['expand']), expand) };
  return Object.fromEntries(Object.entries(found).filter(([, sentences]) => sentences.length > 0));
}

function listIn(value: unknown): string[] {
  return [value ?? []].flat().flatMap((text) => String(text).split(',')).map((name) => name.trim()).filter(Boolean);
}
