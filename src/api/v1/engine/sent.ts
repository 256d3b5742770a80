/** Judges rows that a client sends, one or many: every fault of every row is told at once. */
import type { Db, Parameters } from '../../../db/db.ts';
import type { Values } from '../../../db/save.ts';
import { pythonName } from '../../engine/body.ts';
import { type ErrorBody, refusedFields } from '../../engine/errors.ts';
import { judged } from '../../engine/judge.ts';
import type { Faults, Resource, Sent, Writing } from './resource.ts';
import { unheededFields } from './strict.ts';

/** So many rows are written by one request. */
export const MOST_AT_ONCE = 1000;

/** A row that was sent, and what could be prepared of it before the transaction. */
export type Prepared = { sent: Sent; faults: Faults; secrets: Parameters };
/** A row that is good. */
export type Good = { id: number | undefined; values: Values; secrets: Parameters };

type Who = Pick<Sent, 'caller' | 'request' | 'isStrict'>;

/** Does what takes long, for each row, before a transaction is begun. */
export async function prepare(db: Db, resource: Resource, rows: readonly { raw: unknown; id?: number | undefined }[], who: Who): Promise<Prepared[]> {
  const writing = resource.writing as Writing;
  const prepared: Prepared[] = [];
  for (const { raw, id } of rows) {
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
      prepared.push({ sent: { raw: {}, id, ...who }, faults: { non_field_errors: [`Invalid data. Expected a dictionary, but got ${pythonName(raw)}.`] }, secrets: {} });
      continue;
    }
    const sent: Sent = { raw: raw as Record<string, unknown>, id, ...who };
    const { faults, secrets } = (await writing.prepare?.(db, sent)) ?? { faults: {}, secrets: {} };
    prepared.push({ sent, faults: { ...faults, ...unknownFields(resource, sent) }, secrets });
  }
  return prepared;
}

/** A row's values, or what is wrong with it. Ask within the transaction. */
export async function judgeRow(db: Db, resource: Resource, { sent, faults, secrets }: Prepared, { partial }: { partial: boolean }): Promise<Good | { faults: Faults }> {
  if (faults['non_field_errors']) return { faults };
  const writing = resource.writing as Writing;
  const { values, faults: wrong } = await judged(db, writing.input, sent.raw, { partial });
  const more = (await writing.check?.(db, values, sent)) ?? {};
  const all = { ...faults, ...more, ...wrong };
  return Object.keys(all).length > 0 ? { faults: all } : { id: sent.id, values, secrets };
}

/**
 * Every row's values.
 * @throws ApiError 400 with {} for each row that is good and what is wrong with the others
 */
export function assertGood(rows: readonly (Good | { faults: Faults })[], isMany: boolean): Good[] {
  if (rows.some((row) => 'faults' in row)) {
    const faults = rows.map((row) => ('faults' in row ? row.faults : {}));
    throw refusedFields((isMany ? faults : faults[0]) as Exclude<ErrorBody, { detail: string }>);
  }
  return rows as Good[];
}

/** The rows of a list. @throws ApiError 400 for none, or too many */
export function rowsIn(list: readonly unknown[]): readonly unknown[] {
  if (list.length === 0) throw refusedFields({ non_field_errors: ['This list may not be empty.'] });
  if (list.length > MOST_AT_ONCE) throw refusedFields({ non_field_errors: [`Ensure this list has no more than ${MOST_AT_ONCE} elements.`] });
  return list;
}

/** What the answer holds may be sent back, and is left as it is; who asks for strictness is told of it. The id of the row itself is no other value. */
function unknownFields({ view, writing }: Resource, { raw, id, isStrict }: Sent): Faults {
  if (!isStrict) return {};
  const { input, more = [] } = writing as Writing;
  const isItsOwn = id !== undefined && raw['id'] === id;
  return unheededFields(Object.keys(raw), { writable: [...Object.keys(input.fields), ...more, ...(isItsOwn ? ['id'] : [])], shown: view.data });
}
