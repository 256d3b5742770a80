/** What a row looks like to programs: its outward fields by name, read for a page of ids at once. */
import type { Rights } from '../../../accounts/permissions.ts';
import { membersByOwner, rowsByIds, rowsOfOwners } from '../../../db/lists/by-ids.ts';
import type { Db, Value } from '../../../db/db.ts';
import type { Model } from '../../../schema/define-model.ts';
import type { Field, SetField } from '../../../schema/fields.ts';
import { fieldSchema, type JsonSchema } from '../../../schema/json-schema.ts';
import { refusedFields } from '../../engine/errors.ts';

/** One outward field. `sql` is its column where that has another name; `kind` is how the column becomes JSON. */
export type Outward = { schema: JsonSchema; sql?: string; kind?: 'flag' | 'words' | 'json'; set?: SetField };
/** A row with what is shown of it; `from` is its table with those that are joined to it. */
export type View = {
  table: string;
  from?: string;
  data: Readonly<Record<string, Outward>>;
  /** What takes the place of values that the caller may not see, for each of these rows; a caller without rights sees what everybody may. */
  conceal?: (db: Db, rights: Rights, rows: readonly Row[]) => Promise<Record<string, unknown>[]>;
};
/**
 * What can be shown in full: `one` stands in place of the id that refers to it, `many` are the rows that
 * refer back, by a column and in an order. Read for all rows at once, never one by one.
 */
export type Expansion = { kind: 'one'; view: View } | { kind: 'many'; view: View; column: string; order: string };
export type Shape = { fields?: readonly string[] | undefined; expand?: Readonly<Record<string, Expansion>>; rights?: Rights | undefined };
export type Shown = Record<string, unknown>;

/** So many rows come along at most. */
const MOST_ALONG = 5000;

export const ID: Outward = { schema: { type: 'integer', title: 'ID', minimum: 1, readOnly: true } };

/** Outward fields of a model by their names. */
export function outward(model: Model, names: readonly string[]): Record<string, Outward> {
  return Object.fromEntries(names.map((name) => {
    const field = model.fields[name] as Field;
    return [name, { schema: fieldSchema(field), ...(field.kind === 'flag' ? { kind: 'flag' as const } : {}), ...(field.kind === 'set' ? { set: field } : {}) }];
  }));
}

/** Rows as programs see them, in the order of the ids; those that are gone are left out. */
export async function show(db: Db, view: View, ids: readonly number[], shape: Shape = {}): Promise<Shown[]> {
  return inShape(db, view, await rowsByIds<Row>(db, `${selectOf(view)} where ${view.table}.id in`, ids), shape);
}

/** One row; undefined when there is none. */
export async function showOne(db: Db, view: View, id: number, shape: Shape = {}): Promise<Shown | undefined> {
  return (await show(db, view, [id], shape))[0];
}

/** The JSON Schema of a row. */
export function schemaOf({ data }: View, expansions: Readonly<Record<string, Expansion>> = {}): JsonSchema {
  const expanded = Object.entries(expansions).map(([name, { kind, view }]): [string, JsonSchema] => {
    const schema = schemaOf(view);
    return [name, kind === 'many' ? { type: 'array', items: schema } : { oneOf: [(data[name] as Outward).schema, schema] }];
  });
  return { type: 'object', properties: { ...Object.fromEntries(Object.entries(data).map(([name, { schema }]) => [name, schema])), ...Object.fromEntries(expanded) } };
}

export type Row = { id: number; owner: number } & Record<string, Value>;
const NOBODY: Rights = { isSuperuser: false, permissions: new Set() };
const selects = new WeakMap<View, string>();

function selectOf(view: View, owner?: string): string {
  const kept = owner === undefined ? selects.get(view) : undefined;
  if (kept) return kept;
  const columns = Object.entries(view.data).filter(([name, { set }]) => !set && name !== 'id').map(([name, { sql }]) => `${sql ?? `${view.table}.${name}`} as "${name}"`);
  const sql = `select ${[`${view.table}.id as id`, ...(owner === undefined ? [] : [`${owner} as owner`]), ...columns].join(', ')} from ${view.from ?? view.table}`;
  if (owner === undefined) selects.set(view, sql);
  return sql;
}

async function inShape(db: Db, view: View, rows: readonly Row[], { fields, expand = {}, rights }: Shape): Promise<Shown[]> {
  const isWanted = (name: string) => !fields || fields.includes(name);
  const data = Object.entries(view.data).filter(([name]) => isWanted(name));
  const sets = new Map<string, Map<number, (string | number)[]>>();
  for (const [name, { set }] of data) if (set) sets.set(name, await membersByOwner(db, set, rows.map(({ id }) => id)));
  const expanded = new Map<string, (row: Row) => unknown>();
  for (const [name, expansion] of Object.entries(expand)) if (isWanted(name)) expanded.set(name, await expandedOf(db, { name, expansion, rights }, rows));
  const concealed = await view.conceal?.(db, rights ?? NOBODY, rows);
  return rows.map((row, at) => {
    const shown: Shown = {};
    for (const [name, { kind, set }] of data) shown[name] = set ? (sets.get(name)?.get(row.id) ?? []) : inJson(row[name] as Value, kind);
    for (const [name, value] of Object.entries(concealed?.[at] ?? {})) if (name in shown) shown[name] = value;
    for (const [name, of] of expanded) shown[name] = of(row);
    return shown;
  });
}

function inJson(value: Value, kind: Outward['kind']): unknown {
  if (kind === 'flag') return Boolean(value);
  if (kind === 'words') return String(value).split(' ').filter(Boolean);
  if (kind === 'json') return value === null ? null : JSON.parse(String(value));
  return value;
}

async function expandedOf(db: Db, { name, expansion, rights }: { name: string; expansion: Expansion; rights: Rights | undefined }, rows: readonly Row[]): Promise<(row: Row) => unknown> {
  const { view } = expansion;
  if (expansion.kind === 'one') {
    const ids = [...new Set(rows.map((row) => Number(row[name])))];
    const found = await rowsByIds<Row>(db, `${selectOf(view)} where ${view.table}.id in`, ids);
    const shown = await inShape(db, view, found, { rights });
    const byId = new Map(found.map(({ id }, at) => [id, shown[at]]));
    return (row) => byId.get(Number(row[name])) ?? row[name];
  }
  const { column, order } = expansion;
  const found = await rowsOfOwners<Row>(db, selectOf(view, column), { column, order, limit: MOST_ALONG + 1 }, rows.map(({ id }) => id));
  if (found.length > MOST_ALONG) throw refusedFields({ expand: [`These have more than ${MOST_ALONG} ${name} together. Ask for fewer at once.`] });
  const shown = await inShape(db, view, found, { rights });
  const byOwner = Map.groupBy(found.map(({ owner }, at) => ({ owner, row: shown[at] })), ({ owner }) => owner);
  return ({ id }) => (byOwner.get(id) ?? []).map(({ row }) => row);
}
