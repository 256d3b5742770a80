/** Writes a row of a model together with what is derived from it: folded names, fingerprints, times, sets. */
import { createHash } from 'node:crypto';
import { caseless } from '../schema/caseless.ts';
import type { Model } from '../schema/define-model.ts';
import type { SetField } from '../schema/fields.ts';
import { fold } from '../schema/fold.ts';
import type { Db, Parameters, Value } from './db.ts';

/** Values of a row by field: what `parse` returns, and what the program adds. Sets are lists. */
export type Values = Record<string, Value | boolean | readonly (string | number)[] | undefined>;

const inserts = new WeakMap<Model, string>();

/**
 * Inserts one row.
 * @param values the typed-in fields by name, as `parse` returns them; with `id` the row gets that one
 * @param secrets the columns that are no fields, such as the hash of a password
 * @returns the id of the new row
 */
export async function insert(db: Db, model: Model, values: Values, secrets: Parameters = {}): Promise<number> {
  const now = new Date().toISOString();
  const plain = plainOf(values);
  const row = await db.first<{ id: number }>(insertInto(model), { ...initial(model), created_at: now, updated_at: now, ...plain, ...derived(model, plain), ...model.secrets, ...secrets, id: plain['id'] ?? null });
  if (!row) throw new Error(`${model.label} was not inserted`);
  await writeSets(db, model, row.id, values);
  return row.id;
}

/**
 * Changes fields of one row, and what is derived from them.
 * @param old the row as it is, with every field that something is derived from
 */
export async function update(db: Db, model: Model, old: Parameters & { id: number }, values: Values): Promise<void> {
  const plain = plainOf(values);
  const changed: Parameters = { ...plain, ...derivedFrom(model, { ...old, ...plain }, Object.keys(plain)) };
  const times = 'updated_at' in model.fields ? { updated_at: new Date().toISOString() } : {};
  const columns = Object.keys({ ...times, ...changed });
  if (columns.length > 0) {
    await db.run(`update ${model.table} set ${columns.map((name) => `${name} = :${name}`).join(', ')} where id = :id`, { ...times, ...changed, id: old.id });
  }
  await writeSets(db, model, old.id, values);
}

/** The members of a set of a row, in order. */
export async function membersOf(db: Db, field: SetField, owner: number): Promise<(string | number)[]> {
  const { table, member } = field;
  const rows = await db.all<{ member: string | number }>(`select ${member} as member from ${table} where ${field.owner} = :owner order by ${member}`, { owner });
  return rows.map((row) => row.member);
}

/** The set fields of a model by name. */
export function setsOf(model: Model): [name: string, field: SetField][] {
  return Object.entries(model.fields).filter((entry): entry is [string, SetField] => entry[1].kind === 'set');
}

/** The columns that follow from what was typed in. */
export function derived(model: Model, values: Parameters): Parameters {
  const columns: Parameters = {};
  for (const [name, field] of Object.entries(model.fields)) {
    if (field.kind === 'folded') columns[name] = fold(String(values[field.of]));
    if (field.kind === 'caseless') columns[name] = caseless(String(values[field.of]));
    if (field.kind === 'fingerprint') columns[name] = fingerprintOf(field.of.map((part) => values[part] ?? ''));
  }
  return columns;
}

function fingerprintOf(values: Value[]): string {
  return createHash('sha256').update(values.join('\u001f')).digest('hex').slice(0, 32);
}

/** Only what depends on the changed fields. */
function derivedFrom(model: Model, values: Parameters, changed: readonly string[]): Parameters {
  const all = derived(model, values);
  return Object.fromEntries(Object.entries(all).filter(([name]) => {
    const field = model.fields[name];
    const sources = field !== undefined && 'of' in field ? [field.of].flat() : [];
    return sources.some((source) => changed.includes(source));
  }));
}

/** Values as columns hold them: no sets, flags as 0 and 1. */
function plainOf(values: Values): Parameters {
  const plain: Parameters = {};
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || Array.isArray(value)) continue;
    plain[name] = typeof value === 'boolean' ? Number(value) : (value as Value);
  }
  return plain;
}

function initial(model: Model): Parameters {
  const columns: Parameters = {};
  for (const [name, field] of Object.entries(model.fields)) {
    if (field.kind === 'internal') columns[name] = field.initial;
    if (field.kind === 'moment' || (field.kind === 'text' && field.optional)) columns[name] = '';
    if (field.kind === 'flag') columns[name] = 0;
  }
  return columns;
}

async function writeSets(db: Db, model: Model, owner: number, values: Values): Promise<void> {
  for (const [name, { table, owner: column, member }] of setsOf(model)) {
    const wanted = values[name];
    if (!Array.isArray(wanted)) continue;
    await db.run(`delete from ${table} where ${column} = :owner`, { owner });
    for (const value of wanted as (string | number)[]) {
      await db.run(`insert into ${table} (${column}, ${member}) values (:owner, :member) on conflict do nothing`, { owner, member: value });
    }
  }
}

function insertInto(model: Model): string {
  const kept = inserts.get(model);
  if (kept) return kept;
  const columns = ['id', ...Object.entries(model.fields).filter(([, field]) => field.kind !== 'kept' && field.kind !== 'set').map(([name]) => name), ...Object.keys(model.secrets ?? {})];
  const sql = `insert into ${model.table} (${columns.join(', ')}) values (${columns.map((name) => `:${name}`).join(', ')}) returning id`;
  inserts.set(model, sql);
  return sql;
}
