/** Reading the history: acts, one by one or the last ones. */
import { GuestError } from '../../errors.ts';
import { rowsByIds } from '../lists/by-ids.ts';
import type { Db, Parameters } from '../db.ts';
import { type Action, type Change, readChange, type StoredChange, type Surface } from './change.ts';

/** One act: who did what, by which door, and when. */
export type Act = {
  id: number;
  /** The moment, in ISO 8601. */
  at: string;
  user: number | null;
  person: string;
  surface: Surface;
  /** What was done, after the person's name: "deleted Hounds of Love and 12 songs". */
  summary: string;
  /** The act that it takes back, and the one that took it back. */
  undoes: number | null;
  undone_by: number | null;
  /** How many changes it made. */
  size: number;
  /** Why it can't be undone; '' when it can. */
  final: string;
};

const ACT = 'select id, at, user, person, surface, summary, undoes, undone_by, size, final from acts';

/** An act; a GuestError (404) when there is none. */
export async function actById(db: Db, id: number): Promise<Act> {
  const found = await db.first<Act>(`${ACT} where id = :id`, { id });
  if (!found) throw new GuestError(404, 'There is no such entry in the history.');
  return found;
}

/** The last acts, the latest first. Each has a page of its own: `urls.admin.act(id)`. */
export function lastActs(db: Db, count: number): Promise<Act[]> {
  return db.all<Act>(`${ACT} order by id desc limit :count`, { count });
}

/** What a list of acts is narrowed to. Days are like 2026-11-24, both ends included. */
export type ActFilter = { person?: string | undefined; surface?: Surface | undefined; model?: string | undefined; action?: Action | undefined; from?: string | undefined; to?: string | undefined };
/** `next` is the act before which the list goes on; `looked` is how many acts were looked through when not all of them match. */
export type ActsPage = { acts: Act[]; next?: number | undefined; looked: number };

/** So many acts are looked through for a page when no index serves all filters together. */
const LOOKED = 5000;

/** A page of acts, the latest first: those before a given one. */
export async function actsPage(db: Db, filter: ActFilter, { before = LAST, size }: { before?: number | undefined; size: number }): Promise<ActsPage> {
  const { source, rest, parameters } = await narrowestOf(db, filter);
  const [least, most] = await idsOfDays(db, filter);
  const limit = rest.length === 0 ? size + 1 : LOOKED;
  const rows = await db.all<{ id: number; matches: number }>(
    `select id, ${rest.length === 0 ? '1' : rest.join(' and ')} as matches from (${source}) as stretch`,
    { ...parameters, before: Math.min(before, most + 1), least, limit });
  const matching = rows.filter(({ matches }) => matches === 1).map(({ id }) => id);
  const last = matching.length > size ? matching[size - 1] : rows.length === limit ? rows.at(-1)?.id : undefined;
  return { acts: await rowsByIds<Act>(db, `${ACT} where id in`, matching.slice(0, size)), next: last, looked: rows.length };
}

/** How many changes of which kind each act made. */
export async function kindsOf(db: Db, acts: readonly number[]): Promise<Map<number, ActKind[]>> {
  const found = new Map<number, ActKind[]>();
  for (const act of acts) found.set(act, await db.all<ActKind>('select model, action, size from act_kinds where act = :act', { act }));
  return found;
}

/** The first changes of fields in an act, among the first of its changes. */
export async function firstChanges(db: Db, act: number, count: number): Promise<Change[]> {
  const rows = await db.all<StoredChange>(`select * from (select * from changes where act = :act order by id limit ${FIRST}) as changes where action = 'change' order by id limit :count`, { act, count });
  return rows.map(readChange);
}

/** Changes of an act in their order, from behind a given one. */
export async function changesPage(db: Db, act: number, { after = 0, size }: { after?: number | undefined; size: number }): Promise<{ changes: Change[]; next?: number | undefined }> {
  const rows = await db.all<StoredChange>('select * from changes where act = :act and id > :after order by id limit :limit', { act, after, limit: size + 1 });
  return { changes: rows.slice(0, size).map(readChange), next: rows.length > size ? rows[size - 1]?.id : undefined };
}

/** Acts that changed a row, or a row of another model that belongs to it, the latest first: those before a given one. */
export async function actsOfRow(db: Db, { table, id, parts }: RowWithParts, { before = LAST, size }: { before?: number | undefined; size: number }): Promise<ActsPage> {
  const touching = [{ model: table, column: 'object' }, ...parts.map((model) => ({ model, column: 'parent' }))]
    .map(({ column }, at) => `select act from (select distinct act from changes where model = :model${at} and ${column} = :id and act < :before order by act desc limit :limit) as touching${at}`);
  const models = Object.fromEntries([table, ...parts].map((model, at) => [`model${at}`, model]));
  const rows = await db.all<{ act: number }>(`${touching.join(' union ')} order by act desc limit :limit`, { ...models, id, before, limit: size + 1 });
  const ids = rows.slice(0, size).map(({ act }) => act);
  return { acts: await rowsByIds<Act>(db, `${ACT} where id in`, ids), next: rows.length > size ? ids.at(-1) : undefined, looked: ids.length };
}

/** What an act changed of a row and of what belongs to it: the first changes. */
export async function changesInAct(db: Db, act: number, { table, id, parts }: RowWithParts, count: number): Promise<Change[]> {
  const found = await db.all<StoredChange>('select * from changes where model = :table and object = :id and act = :act order by id', { table, id, act });
  for (const part of parts) {
    found.push(...(await db.all<StoredChange>('select * from changes where model = :part and parent = :id and act = :act order by id limit :count', { part, id, act, count })));
  }
  return found.slice(0, count).map(readChange);
}

/** A row with the tables whose rows belong to it. */
export type RowWithParts = { table: string; id: number; parts: readonly string[] };
export type ActKind = { model: string; action: Action; size: number };

const LAST = Number.MAX_SAFE_INTEGER;
const FIRST = 200;

/** The filter that leaves the fewest acts gives them by its index; the others are asked of each. */
async function narrowestOf(db: Db, { person, surface, model, action }: ActFilter): Promise<{ source: string; rest: string[]; parameters: Parameters }> {
  const kind = [model && 'model = :model', action && 'action = :action'].filter((part) => part !== undefined).join(' and ');
  const filters = [
    ...(person === undefined ? [] : [{ from: 'acts indexed by acts_person_id_index', id: 'id', where: 'person = :person', asked: '(select person from acts where acts.id = stretch.id) = :person' }]),
    ...(surface === undefined ? [] : [{ from: 'acts indexed by acts_surface_id_index', id: 'id', where: 'surface = :surface', asked: '(select surface from acts where acts.id = stretch.id) = :surface' }]),
    ...(kind === '' ? [] : [{ from: `act_kinds indexed by act_kinds_${[model && 'model', action && 'action', 'act'].filter(Boolean).join('_')}_index`, id: 'act', where: kind, asked: `exists (select 1 from act_kinds where act = stretch.id and ${kind})` }]),
  ];
  const parameters: Parameters = { ...(person && { person }), ...(surface && { surface }), ...(model && { model }), ...(action && { action }) };
  const counts = await Promise.all(filters.map(async ({ from, where }) => filters.length < 2 ? 0
    : (await db.first<{ rows: number }>(`select count(*) as rows from (select 1 from ${from} where ${where} limit ${LOOKED}) as counted`, parameters))?.rows ?? 0));
  const best = filters[counts.indexOf(Math.min(...counts))];
  const { from, id, where } = best ?? { from: 'acts', id: 'id', where: 'true' };
  const source = `select distinct ${id} as id from ${from} where ${where} and ${id} < :before and ${id} >= :least order by ${id} desc limit :limit`;
  return { source, rest: filters.filter((filter) => filter !== best).map(({ asked }) => asked), parameters };
}

/** The first and the last act of a stretch of days: acts have their numbers in the order of their times. */
async function idsOfDays(db: Db, { from, to }: ActFilter): Promise<[least: number, most: number]> {
  const first = from === undefined ? { id: 0 } : await db.first<{ id: number }>('select id from acts where at >= :from order by at, id limit 1', { from });
  const last = to === undefined ? { id: LAST - 1 } : await db.first<{ id: number }>('select id from acts where at < :end order by at desc, id desc limit 1', { end: `${to}T~` });
  return [first?.id ?? LAST, last?.id ?? 0];
}
