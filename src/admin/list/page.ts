/** The list of a section: its page of rows, and every way to narrow and order it, as links. */
import type { FastifyInstance } from 'fastify';
import { may } from '../../accounts/permissions.ts';
import type { Db } from '../../db/db.ts';
import { beginningsOf, type Page, selectionPage } from '../../db/lists/selection.ts';
import { notFound } from '../../errors.ts';
import type { Door } from '../../web/door.ts';
import { pagingOf } from '../../web/paging.ts';
import { textOf } from '../../web/query.ts';
import { staffOf, staffOnly, type Staff } from '../../web/staff.ts';
import * as text from '../../web/text.ts';
import * as urls from '../../web/urls.ts';
import { actionsFor } from '../actions/index.ts';
import { cellsOf } from './cells.ts';
import { adminPage } from '../frame.ts';
import { cursorText, type ListQuery, orderText, parametersOf, readListQuery } from './query.ts';
import { nameOf, offers, type Section, seenBy, sizeOf } from '../section.ts';
import { rowsOf, selectionOf } from './selected.ts';
import type { FacetView, ListPage } from '../views.ts';

const ON_A_PAGE = 50;
/** So many rows are shown at once when asked for; a longer list has pages only. */
const MOST_AT_ONCE = 500;

/** GET /admin/albums and the like. */
export function lists(app: FastifyInstance, { db }: Door, section: Section): void {
  app.get(urls.admin.list(section.path), staffOnly(db, `view_${section.model.label}`), async (request, reply) => {
    const seen = seenBy(staffOf(request), section);
    const query = readListQuery(seen, request.query);
    const data = await listPage(db, seen, query, staffOf(request), (name) => textOf(request.query, `facet.${name}`) ?? '');
    return adminPage(db, request, reply, 'admin/list', data, { title: section.title, nav: section.path });
  });
}

async function listPage(db: Db, section: Section, query: ListQuery, staff: Staff, typed: (facet: string) => string): Promise<ListPage> {
  const selection = await selectionOf(db, section, query);
  const size = query.isAll ? MOST_AT_ONCE : ON_A_PAGE;
  const page = await selectionPage(db, selection, { skip: (query.page - 1) * size, size, after: query.after });
  if (query.page > 1 && page.ids.length === 0) throw notFound('This list has no such page any more. Go back to its first page.');
  const rows = await rowsOf(db, section, page.ids);
  const all = await sizeOf(db, section);
  const href = (change: Parameters<typeof parametersOf>[1]) => urls.admin.list(section.path, parametersOf(query, change));
  const state = pairsOf(parametersOf(query));
  const isNarrowed = query.q !== '' || query.facets.length > 0 || query.date !== undefined;
  const matching = page.count;
  return {
    title: section.title,
    section: { path: section.path, label: section.model.label, plural: section.model.plural, canAdd: offers(section, 'add') && may(staff, `add_${section.model.label}`) },
    search: section.search && { q: query.q, hint: section.search.hint },
    hidden: state.filter(([name]) => name !== 'q'),
    state,
    filters: await filtersOf(db, section, query),
    clear: isNarrowed ? urls.admin.list(section.path, { order: orderText(query.order) }) : undefined,
    counts: { matching: isNarrowed ? matching : undefined, all },
    dates: await datesOf(db, section, query),
    columns: section.columns.map((column) => ({ label: column.label, kind: column.kind ?? 'text', sort: column.sort === undefined ? undefined : sortOf(section, query, column.name) })),
    rows: rows.map((row) => ({ id: row.id, name: nameOf(section, row), cells: cellsOf(section, row) })),
    actions: actionsFor(section, staff),
    canSelectAll: (matching === undefined || matching.isCapped || matching.value > rows.length) && rows.length > 0,
    facets: await facetsOf(db, section, query, typed),
    ...pagesOf(page, query, size, href),
    showAll: !query.isAll && page.isNumbered && matching && !matching.isCapped && matching.value > ON_A_PAGE && matching.value <= MOST_AT_ONCE
      ? { href: href({ all: '1' }), label: `Show all ${text.number(matching.value)}` } : undefined,
    notes: notesOf(page, query),
    exports: { csv: urls.admin.exported(section.path, 'csv', parametersOf(query)), json: urls.admin.exported(section.path, 'json', parametersOf(query)) },
  };
}

function pagesOf(page: Page, query: ListQuery, size: number, href: (change: Record<string, string | undefined>) => string): Pick<ListPage, 'paging' | 'onward'> {
  if (page.isNumbered) {
    const { value, isCapped } = page.count ?? { value: page.ids.length, isCapped: false };
    const paging = pagingOf({ page: query.page, size, total: value, totalIsCapped: isCapped, href: (number) => href({ page: number === 1 ? undefined : String(number) }) });
    const isFull = page.ids.length === size;
    return { paging: { ...paging, last: paging.first === 0 ? 0 : paging.first + page.ids.length - 1, next: paging.next ?? (isCapped && isFull ? href({ page: String(query.page + 1) }) : undefined) } };
  }
  return {
    onward: {
      next: page.next && href({ after: cursorText(page.next.after) }),
      start: query.after && href({}),
      looked: page.next?.looked ?? 0,
    },
  };
}

function notesOf(page: Page, { order }: ListQuery): string[] {
  if (!page.isPartlyOrdered || order.length < 2) return [];
  const [first, ...others] = order.map(({ column }) => column.label.toLowerCase());
  return [`Sorted by ${first} alone: too many rows are equal in it to sort them by ${others.join(' and ')} as well. Narrow the list first.`];
}

/** Where a click on a column's head leads, and where adding it to the order does. */
function sortOf(section: Section, query: ListQuery, name: string): ListPage['columns'][number]['sort'] {
  const order = orderOrFirst(section, query);
  const rank = order.findIndex((one) => one.name === name);
  const turned = { name, descending: rank >= 0 ? !order[rank]?.descending : section.columns.find((column) => column.name === name)?.kind === 'number' };
  const written = (list: { name: string; descending: boolean }[]) => list.map((one) => `${one.descending ? '-' : ''}${one.name}`).join(',');
  const href = (list: { name: string; descending: boolean }[]) => urls.admin.list(section.path, parametersOf(query, { order: written(list), page: undefined, after: undefined }));
  return {
    href: href([turned]),
    also: href(rank >= 0 ? order.map((one) => (one.name === name ? turned : one)) : [...order, turned]),
    direction: rank < 0 ? undefined : order[rank]?.descending ? 'descending' : 'ascending',
    rank: rank < 0 || order.length < 2 ? undefined : rank + 1,
  };
}

function orderOrFirst(section: Section, query: ListQuery): { name: string; descending: boolean }[] {
  if (query.order.length > 0) return query.order.map(({ column, descending }) => ({ name: column.name, descending }));
  if (query.q !== '') return [];
  return section.order.split(',').map((part) => {
    const name = part.replace(/^-/, '');
    const column = section.columns.find((one) => one.sort === name);
    return { name: column?.name ?? name, descending: part.startsWith('-') };
  });
}

async function facetsOf(db: Db, section: Section, query: ListQuery, typed: (facet: string) => string): Promise<FacetView[]> {
  const views: FacetView[] = [];
  for (const facet of section.facets ?? []) {
    const chosen = query.facets.find(({ name }) => name === facet.name)?.values ?? [];
    const words = facet.more ? typed(facet.name) : '';
    const choices = words !== '' && facet.more ? await facet.more(db, words) : await facet.choices(db);
    const href = (values: string[]) => urls.admin.list(section.path, parametersOf(query, { [facet.name]: values }));
    const unlisted = await unlistedOf(db, facet, chosen.filter((value) => !choices.some((choice) => choice.value === value)));
    views.push({
      name: facet.name,
      label: facet.label,
      any: { href: href([]), current: chosen.length === 0 },
      choices: [...unlisted, ...choices].map((choice) => {
        const current = chosen.includes(choice.value);
        return { label: choice.label, count: choice.count, current, href: href(current ? chosen.filter((value) => value !== choice.value) : [...chosen, choice.value]) };
      }),
      more: facet.more && { text: words, hidden: pairsOf(parametersOf(query)) },
    });
  }
  return views;
}

/** Chosen values that are not among the first ones, so that they can be taken away again. */
async function unlistedOf(db: Db, facet: NonNullable<Section['facets']>[number], values: string[]): Promise<{ value: string; label: string; count: FacetView['choices'][number]['count'] }[]> {
  const found = [];
  for (const value of values) {
    const known = (await facet.more?.(db, value))?.find((choice) => choice.value === value);
    found.push(known ?? { value, label: value, count: { value: 0, isCapped: false } });
  }
  return found;
}

async function filtersOf(db: Db, section: Section, query: ListQuery): Promise<ListPage['filters']> {
  const filters: ListPage['filters'] = [];
  for (const { name, values } of query.facets) {
    const facet = section.facets?.find((one) => one.name === name);
    const choices = (await facet?.choices(db)) ?? [];
    for (const value of values) {
      const label = choices.find((choice) => choice.value === value)?.label ?? value;
      filters.push({ label: `${facet?.label}: ${label}`, href: urls.admin.list(section.path, parametersOf(query, { [name]: values.filter((other) => other !== value) })) });
    }
  }
  if (query.date !== undefined) filters.push({ label: `Date: ${query.date}`, href: urls.admin.list(section.path, parametersOf(query, { date: undefined })) });
  return filters;
}

/** From all dates to a decade, a year, a month, a day. */
async function datesOf(db: Db, section: Section, query: ListQuery): Promise<ListPage['dates']> {
  if (section.dates === undefined) return undefined;
  const { date } = query;
  const steps = date === undefined ? [] : date.endsWith('s') ? [date] : [`${date.slice(0, 3)}0s`, ...[4, 7, 10].filter((length) => length <= date.length).map((length) => date.slice(0, length))];
  const href = (to: string | undefined) => urls.admin.list(section.path, parametersOf(query, { date: to }));
  const within = date === undefined ? '' : date.endsWith('s') ? date.slice(0, 3) : date;
  const length = { 0: 3, 3: 4, 4: 7, 7: 10 }[within.length];
  const beginnings = length === undefined ? [] : await beginningsOf(db, section.model.table, section.dates, { within, length });
  return {
    trail: [{ label: 'All dates', href: href(undefined), current: date === undefined }, ...steps.map((step) => ({ label: step, href: href(step), current: step === date }))],
    choices: beginnings.map((beginning) => (length === 3 ? `${beginning}0s` : beginning)).map((to) => ({ label: to, href: href(to) })),
  };
}

function pairsOf(parameters: ReturnType<typeof parametersOf>): [string, string][] {
  return Object.entries(parameters).flatMap(([name, value]) => (value === undefined || value === '' ? [] : [value].flat().map((one): [string, string] => [name, String(one)])));
}
