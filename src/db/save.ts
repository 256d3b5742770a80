/** Writes a row of a model together with what is derived from it: folded names, fingerprints, times. */
import { createHash } from 'node:crypto';
import type { Model } from '../schema/define-model.ts';
import { fold } from '../schema/fold.ts';
import type { Db, Parameters, Value } from './db.ts';

const inserts = new WeakMap<Model, string>();

/**
 * Inserts one row.
 * @param values the typed-in fields by name, as `parse` returns them
 * @returns the id of the new row
 */
export async function insert(db: Db, model: Model, values: Parameters): Promise<number> {
  const now = new Date().toISOString();
  const row = await db.first<{ id: number }>(insertInto(model), { ...values, ...derived(model, values), created_at: now, updated_at: now });
  if (!row) throw new Error(`${model.label} was not inserted`);
  return row.id;
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

/** A name without its case and width, by which a username is unique. */
export function caseless(text: string): string {
  return text.normalize('NFKC').toLowerCase().normalize('NFKC');
}

function fingerprintOf(values: Value[]): string {
  return createHash('sha256').update(values.join('\u001f')).digest('hex').slice(0, 32);
}

function insertInto(model: Model): string {
  const kept = inserts.get(model);
  if (kept) return kept;
  const columns = Object.entries(model.fields).filter(([, field]) => field.kind !== 'kept').map(([name]) => name);
  const sql = `insert into ${model.table} (${columns.join(', ')}) values (${columns.map((name) => `:${name}`).join(', ')}) returning id`;
  inserts.set(model, sql);
  return sql;
}
