/** The history: every act in one list, one act with all its changes, and what was done to one row. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Act, actById, type ActFilter, actsOfRow, actsPage, changesPage, kindsOf } from '../../db/history/acts.ts';
import type { Db } from '../../db/db.ts';
import type { Snapshot } from '../../db/history/change.ts';
import { labelOf, rowOf } from '../../db/history/writer.ts';
import { badRequest, notFound } from '../../errors.ts';
import { models } from '../../models/index.ts';
import type { Door } from '../../web/door.ts';
import { idIn, numberOf, textOf } from '../../web/query.ts';
import { demand, staffOf, staffOnly } from '../../web/staff.ts';
import * as text from '../../web/text.ts';
import * as urls from '../../web/urls.ts';
import { adminPage } from '../frame.ts';
import { actView, actViews, DOORS } from './acts.ts';
import type { HistoryPage } from './views.ts';
import { changesInWords } from './words.ts';
import type { Section } from '../section.ts';

const ON_A_PAGE = 50;
const OF_A_ROW = 25;
const CHANGES_ON_A_PAGE = 100;
/** So many people are offered to choose from: those who did something last. */
const LAST_ACTS = 500;

const TRAIL = [{ label: 'History', href: urls.admin.history }];
const ACTIONS = { add: 'Added', change: 'Changed', delete: 'Deleted' } as const;
const FILTERS = ['person', 'surface', 'model', 'action', 'from', 'to'] as const;
const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

/** GET /admin/history and /admin/history/:id. */
export function history(app: FastifyInstance, { db }: Door): void {
  app.get(urls.admin.history, staffOnly(db, 'view_history'), async (request, reply) => {
    const filter = filterIn(request);
    const before = beforeIn(request);
    const page = await actsPage(db, filter, { before, size: ON_A_PAGE });
    return adminPage(db, request, reply, 'admin/history', {
      title: 'History',
      acts: await actViews(db, staffOf(request), page.acts),
      filter: await filterForm(db, filter),
      applied: appliedOf(filter),
      clear: Object.values(filter).some((value) => value !== undefined) ? urls.admin.history : undefined,
      next: page.next === undefined ? undefined : urls.admin.historyList({ ...filter, before: page.next }),
      start: before === undefined ? undefined : urls.admin.historyList(filter),
      looked: page.next !== undefined && page.acts.length < ON_A_PAGE ? page.looked : undefined,
    }, { title: 'History', nav: 'history' });
  });

  app.get('/admin/history/:id', staffOnly(db, 'view_history'), async (request, reply) => {
    const act = await actById(db, idIn(request.params));
    const after = numberOf(request.query, 'after', { least: 0, most: 9_999_999_999 });
    const { changes, next } = await changesPage(db, act.id, { after, size: CHANGES_ON_A_PAGE });
    const undoer = act.undone_by === null ? undefined : await actById(db, act.undone_by);
    const kinds = (await kindsOf(db, [act.id])).get(act.id) ?? [];
    const view = await actView(db, staffOf(request), act, kinds, new Map(undoer ? [[undoer.id, undoer]] : []));
    return adminPage(db, request, reply, 'admin/act', {
      title: titleOf(view),
      act: { ...view, changes: await changesInWords(db, staffOf(request), changes, { isWhole: true, isNamed: true }) },
      final: act.final || undefined,
      next: next === undefined ? undefined : urls.admin.act(act.id, next),
      start: after === undefined ? undefined : urls.admin.act(act.id),
    }, { title: titleOf(view), nav: 'history', trail: TRAIL });
  });
}

/** GET /admin/albums/:id/history, for rows that are gone as well. */
export function historyOfRows(app: FastifyInstance, { db }: Door, section: Section): void {
  const { model, path } = section;
  app.get(`/admin/${path}/:id/history`, staffOnly(db, 'view_history'), async (request, reply) => {
    demand(request, `view_${model.label}`);
    const id = idIn(request.params);
    const before = beforeIn(request);
    const parts = (section.inlines ?? []).map((inline) => inline.model.table);
    const of = { table: model.table, id, parts };
    const page = await actsOfRow(db, of, { before, size: OF_A_ROW });
    const row = await rowOf(db, model, id);
    if (!row && page.acts.length === 0) throw notFound(`There is no ${model.label} ${id}, and nothing in the history about one.`);
    const name = (row ? labelOf(model, row as Snapshot) : await lastLabel(db, model.table, id)) || `${model.label} ${id}`;
    const link = row ? { href: urls.admin.edit(path, id), label: name } : { label: name };
    const data: HistoryPage = {
      title: `History of ${name}`,
      acts: await actViews(db, staffOf(request), page.acts, of),
      applied: [],
      link: row && { href: urls.admin.edit(path, id), label: `See ${name}` },
      next: page.next === undefined ? undefined : urls.admin.historyOf(path, id, page.next),
      start: before === undefined ? undefined : urls.admin.historyOf(path, id),
    };
    return adminPage(db, request, reply, 'admin/history', data, { title: 'History', nav: path, trail: [{ label: section.title, href: urls.admin.list(path) }, link] });
  });
}

function titleOf({ person, summary }: Pick<Act, 'person' | 'summary'>): string {
  const sentence = `${person} ${summary}`;
  return sentence.length > 90 ? `${sentence.slice(0, 90)}…` : sentence;
}

function filterIn(request: FastifyRequest): ActFilter {
  const unknown = Object.keys(request.query as object).find((name) => ![...FILTERS, 'before'].includes(name as 'before'));
  if (unknown !== undefined) throw badRequest(`The history has no filter "${unknown.slice(0, 40)}". Use one of ${FILTERS.join(', ')}.`);
  const one = <T extends string>(name: 'surface' | 'model' | 'action', known: readonly T[]): T | undefined => {
    const value = textOf(request.query, name);
    if (value !== undefined && !known.includes(value as T)) throw badRequest(`The history has no ${name} "${value.slice(0, 40)}". Use one of ${known.join(', ')}.`);
    return value as T | undefined;
  };
  const day = (name: 'from' | 'to') => {
    const value = textOf(request.query, name);
    if (value !== undefined && !(DAY.test(value) && !Number.isNaN(Date.parse(value)))) throw badRequest(`The address has "${name}=${value.slice(0, 40)}". Use a day like 2026-11-24.`);
    return value;
  };
  return {
    person: textOf(request.query, 'person')?.trim() || undefined,
    surface: one('surface', Object.keys(DOORS) as (keyof typeof DOORS)[]),
    model: one('model', models.map(({ table }) => table)),
    action: one('action', Object.keys(ACTIONS) as (keyof typeof ACTIONS)[]),
    from: day('from'),
    to: day('to'),
  };
}

function beforeIn(request: FastifyRequest): number | undefined {
  return numberOf(request.query, 'before', { least: 1, most: 9_999_999_999 });
}

async function filterForm(db: Db, { person = '', surface, model, action, from = '', to = '' }: ActFilter): Promise<HistoryPage['filter']> {
  const options = (known: readonly (readonly [value: string, label: string])[], chosen: string | undefined) => known.map(([value, label]) => ({ value, label, selected: value === chosen }));
  const people = await db.all<{ person: string }>('select distinct person from (select person from acts order by id desc limit :count) as latest order by person', { count: LAST_ACTS });
  return {
    person, from, to,
    people: people.map((row) => row.person),
    doors: options(Object.entries(DOORS), surface),
    models: options(models.filter(({ label }) => label !== 'redirect').map(({ table, plural }) => [table, plural.slice(0, 1).toUpperCase() + plural.slice(1)] as const), model),
    actions: options(Object.entries(ACTIONS), action),
  };
}

function appliedOf(filter: ActFilter): HistoryPage['applied'] {
  const labels: Record<(typeof FILTERS)[number], (value: string) => string> = {
    person: (value) => `Person: ${value}`,
    surface: (value) => `Where: ${DOORS[value as keyof typeof DOORS]}`,
    model: (value) => `Kind: ${models.find(({ table }) => table === value)?.plural ?? value}`,
    action: (value) => `Action: ${ACTIONS[value as keyof typeof ACTIONS].toLowerCase()}`,
    from: (value) => `From ${text.date(value)}`,
    to: (value) => `Until ${text.date(value)}`,
  };
  return FILTERS.flatMap((name) => {
    const value = filter[name];
    return value === undefined ? [] : [{ label: labels[name](value), href: urls.admin.historyList({ ...filter, [name]: undefined }) }];
  });
}

async function lastLabel(db: Db, table: string, id: number): Promise<string | undefined> {
  return (await db.first<{ label: string }>('select label from changes where model = :table and object = :id order by act desc, id desc limit 1', { table, id }))?.label;
}
