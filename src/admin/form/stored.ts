/** A row and the rows that are edited in its form: as they are, and as they were at an earlier change. */
import type { Db, Parameters, Value } from '../../db/db.ts';
import type { Change, Snapshot } from '../../db/history/change.ts';
import { changesOfRow, lastChange, rowOf } from '../../db/history/writer.ts';
import type { Model } from '../../schema/define-model.ts';
import type { Inline, Section } from '../section.ts';

export type Fields = Record<string, Value | boolean>;
/** Rows by id, in their order. */
export type Rows = Map<number, Fields>;
export type State = { row: Fields | undefined; inlines: Map<Inline, Rows> };
/** What happened since, the latest first, by the name of the row: '' for the row itself, `songs.12` for one of its songs. */
export type Later = Map<string, Change[]>;

/** The fields of a section's form and of the rows in it, as they are now. */
export async function stateOf(db: Db, section: Section, id: number): Promise<State> {
  const row = await rowOf(db, section.model, id);
  const inlines: State['inlines'] = new Map();
  for (const inline of section.inlines ?? []) inlines.set(inline, row ? await rowsIn(db, inline, id) : new Map());
  return { row: row && fieldsOf(section.model, storedFields(section), row), inlines };
}

/**
 * The same as it was when `since` was the last change: later changes are taken back one by one.
 * @param known ids of inline rows that were there then and may be gone
 */
export async function stateAt(db: Db, section: Section, id: number, since: number, present: State, known: ReadonlyMap<Inline, readonly number[]>): Promise<{ state: State; later: Later }> {
  const later: Later = new Map();
  if ((await lastChange(db)) <= since) return { state: present, later };
  const changes = await changesOfRow(db, section.model, id, since);
  if (changes.length > 0) later.set('', changes);
  const state: State = { row: takenBack(storedFields(section), present.row, changes), inlines: new Map() };
  for (const [inline, rows] of present.inlines) {
    const names = [...namesIn(inline), inline.field];
    const earlier: [number, Fields][] = [];
    for (const other of new Set([...rows.keys(), ...(known.get(inline) ?? [])])) {
      const own = await changesOfRow(db, inline.model, other, since);
      if (own.length > 0) later.set(rowName(inline, other), own);
      const now = rows.get(other) ?? (own.length > 0 ? await elsewhere(db, inline, other) : undefined);
      const then = takenBack(names, now && { [inline.field]: id, ...now }, own);
      if (then && then[inline.field] === id) earlier.push([other, fieldsOf(inline.model, namesIn(inline), then)]);
    }
    state.inlines.set(inline, new Map(inOrder(inline, earlier)));
  }
  return { state, later };
}

/** What an inline row is called among the fields of a form. */
export function rowName(inline: Inline, key: string | number): string {
  return `${inline.model.table}.${key}`;
}

/** The fields that a form stores: those typed in, and the picture. */
export function storedFields({ fields = [], cover }: Section): string[] {
  return cover === undefined ? [...fields] : [...fields, cover];
}

/** The fields of an inline row, with the one that holds its place. */
export function namesIn({ fields, position }: Inline): string[] {
  return position === undefined ? [...fields] : [...fields, position];
}

async function rowsIn(db: Db, inline: Inline, owner: number): Promise<Rows> {
  const { model, field, position } = inline;
  const order = position === undefined ? 'id' : `${position}, id`;
  const rows = await db.all<Parameters & { id: number }>(`select id, ${namesIn(inline).join(', ')} from ${model.table} where ${field} = :owner order by ${order}`, { owner });
  return new Map(rows.map((row) => [row.id, fieldsOf(model, namesIn(inline), row)]));
}

/** A row that belongs to another one now. */
async function elsewhere(db: Db, inline: Inline, id: number): Promise<Fields | undefined> {
  const row = await rowOf(db, inline.model, id);
  return row && fieldsOf(inline.model, [...namesIn(inline), inline.field], row);
}

function takenBack(names: readonly string[], now: Fields | undefined, changes: readonly Change[]): Fields | undefined {
  let state = now;
  for (const { action, before } of changes) {
    if (action === 'add') state = undefined;
    else if (action === 'delete') state = picked(names, before ?? {});
    else if (state) state = { ...state, ...picked(names, before ?? {}) };
  }
  return state;
}

function picked(names: readonly string[], values: Snapshot): Fields {
  return Object.fromEntries(names.filter((name) => name in values).map((name) => [name, values[name] as Value | boolean]));
}

function fieldsOf(model: Model, names: readonly string[], row: Fields): Fields {
  const fields: Fields = {};
  for (const name of names) fields[name] = model.fields[name]?.kind === 'flag' ? Boolean(row[name]) : (row[name] ?? null);
  return fields;
}

function inOrder({ position }: Inline, rows: [number, Fields][]): [number, Fields][] {
  const place = ([id, fields]: [number, Fields]): [number, number] => [position === undefined ? 0 : Number(fields[position]), id];
  return rows.sort((one, other) => {
    const [first, second] = [place(one), place(other)];
    return first[0] - second[0] || first[1] - second[1];
  });
}
