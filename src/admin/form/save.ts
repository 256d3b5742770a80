/** Stores what a form asks for, as one act, unless somebody else's changes stand in the way. */
import type { Db } from '../../db/db.ts';
import { hasPlaces, nextPlace } from '../../db/history/places.ts';
import { lastChange, type Writer } from '../../db/history/writer.ts';
import { forbidden, badRequest } from '../../errors.ts';
import { compare, type Difference, orderedRows, resolved } from '../conflict/compare.ts';
import { keysOf, ordered, positionsFor, woven } from './inlines.ts';
import type { Mistakes, Wanted, WantedRow } from './judge.ts';
import { type InlineRights, knownIds, type Posted } from './posted.ts';
import { withoutReferred } from './references.ts';
import type { Inline, Section } from '../section.ts';
import { type Fields, type Later, type Rows, type State, stateAt, stateOf } from './stored.ts';

/** What a person has to choose from, and the two changes between which it happened. */
export type Conflict = { differences: Difference[]; base: State; theirs: State; later: Later; wanted: Wanted; before: number; seen: number; isUnanswered: boolean };
export type Outcome =
  | { kind: 'saved'; id: number }
  | { kind: 'gone' }
  | { kind: 'mistakes'; mistakes: Mistakes }
  | { kind: 'replaced' }
  | { kind: 'conflict'; conflict: Conflict };
type Rights = ReadonlyMap<Inline, InlineRights>;

/** Adds a row with those typed along. Those of a copy, which have ids of the original, are added, too. */
export async function addRow(writer: Writer, section: Section, wanted: Wanted, rights: Rights): Promise<Outcome> {
  const mistakes = await withoutReferred(writer.db, section, wanted.row);
  if (mistakes) return { kind: 'mistakes', mistakes };
  const id = await writer.insert(section.model, wanted.row);
  for (const [inline, { rows, places }] of wanted.inlines) {
    const order = ordered(places.map(({ key }) => key), places).flatMap((key) => rows.get(key) ?? []).filter(({ isDeleted, values }) => !isDeleted && values);
    if (order.length > 0 && !rights.get(inline)?.add) throw forbidden();
    for (const [index, row] of order.entries()) await writer.insert(inline.model, { ...row.values, [inline.field]: id, ...(inline.position === undefined ? {} : { [inline.position]: index + 1 }) });
  }
  return { kind: 'saved', id };
}

/**
 * Changes a row and those in its form. What others did since the form was drawn is compared first; with
 * `before` the form is the page of a conflict, whose choices are carried out.
 */
export async function changeRow(writer: Writer, section: Section, id: number, posted: Posted, typed: Wanted, rights: Rights): Promise<Outcome> {
  const { db } = writer;
  if (posted.seen === undefined) throw badRequest('The form does not say when it was opened. Reload the page and try again.');
  const now = await lastChange(db);
  // As after a backup was put back: what has changed since can't be told.
  if (posted.seen > now) return { kind: 'replaced' };
  const present = await stateOf(db, section, id);
  if (!present.row) return { kind: 'gone' };
  const known = knownIds(posted);
  const { state: seen, later } = await stateAt(db, section, id, posted.seen, present, known);
  let wanted = { ...typed, row: await placed(db, section, typed.row, id) };
  if (posted.before !== undefined) {
    const { state: base, later: earlier } = await stateAt(db, section, id, posted.before, present, known);
    const differences = compare(base, seen, wanted);
    assertRowsOf(section, typed, base, seen);
    if (differences.some(({ name }) => !posted.picks.has(name))) return { kind: 'conflict', conflict: { differences, base, theirs: seen, later: earlier, wanted, before: posted.before, seen: posted.seen, isUnanswered: true } };
    wanted = resolved(differences, posted.picks, wanted, base, seen);
  } else assertRowsOf(section, typed, seen, present);
  const differences = compare(seen, present, wanted);
  if (differences.some(({ isTheirs }) => isTheirs)) return { kind: 'conflict', conflict: { differences, base: seen, theirs: present, later, wanted, before: posted.seen, seen: now, isUnanswered: false } };
  const mistakes = await withoutReferred(db, section, wanted.row);
  if (mistakes) return { kind: 'mistakes', mistakes };
  await store(writer, section, id, present, wanted, orderedRows(wanted, seen), rights);
  return { kind: 'saved', id };
}

/** A row whose place was left open comes behind the others. */
async function placed(db: Db, { model }: Section, row: Fields, id: number): Promise<Fields> {
  if (!hasPlaces(model) || model.place.field in row) return row;
  return { ...row, [model.place.field]: await nextPlace(db, model, Number(row[model.place.within]), id) };
}

async function store(writer: Writer, section: Section, id: number, present: State, wanted: Wanted, orders: ReadonlyMap<Inline, readonly string[]>, rights: Rights): Promise<void> {
  const changed = differing(wanted.row, present.row as Fields);
  if (Object.keys(changed).length > 0) await writer.update(section.model, id, changed);
  for (const [inline, { rows }] of wanted.inlines) {
    const stored = present.inlines.get(inline) ?? new Map();
    const order = woven(orders.get(inline) ?? [], keysOf(stored)).filter((key) => isKept(key, rows, stored));
    const positions = inline.position === undefined ? new Map<string, number>() : positionsFor(order, stored, inline.position);
    await storeRows(writer, inline, id, { rows, stored, order, positions }, rights.get(inline));
  }
}

async function storeRows(writer: Writer, inline: Inline, owner: number, { rows, stored, order, positions }: { rows: ReadonlyMap<string, WantedRow>; stored: Rows; order: readonly string[]; positions: ReadonlyMap<string, number> }, rights: InlineRights | undefined): Promise<void> {
  for (const { id, isDeleted } of rows.values()) {
    if (!isDeleted || id === undefined || !stored.has(id)) continue;
    if (!rights?.remove) throw forbidden();
    await writer.remove(inline.model, id);
  }
  for (const key of order) {
    const row = rows.get(key);
    const old = stored.get(Number(key));
    const position = positions.get(key);
    const placed = position === undefined ? {} : { [inline.position as string]: position };
    if (!old) {
      if (!rights?.add) throw forbidden();
      await writer.insert(inline.model, { ...row?.values, [inline.field]: owner, ...placed });
      continue;
    }
    const changed = { ...differing(row?.values ?? {}, old), ...placed };
    if (Object.keys(changed).length === 0) continue;
    // Rows close up when one is added among them: that asks for no right to change each.
    if (Object.keys(changed).some((name) => name !== inline.position) && !rights?.change) throw forbidden();
    await writer.update(inline.model, Number(key), changed);
  }
}

/** Rows that were never of this one don't belong into its form. */
function assertRowsOf(section: Section, { inlines }: Wanted, ...states: State[]): void {
  for (const [inline, { rows }] of inlines) {
    for (const { id } of rows.values()) {
      if (id !== undefined && !states.some((state) => state.inlines.get(inline)?.has(id))) throw badRequest(`The form has ${inline.model.label} ${id}, which is not one of this ${section.model.label}. Reload the page and try again.`);
    }
  }
}

function isKept(key: string, rows: ReadonlyMap<string, WantedRow>, stored: Rows): boolean {
  const row = rows.get(key);
  return row ? !row.isDeleted && (row.id === undefined || stored.has(row.id)) : stored.has(Number(key));
}

function differing(values: Fields, old: Fields): Fields {
  return Object.fromEntries(Object.entries(values).filter(([name, value]) => value !== undefined && value !== old[name]));
}

