/**
 * Somebody saved while a form was open. Each field, row and order is compared three ways: as it was when
 * the form was drawn, as it is now, and as it was typed.
 */
import { isSameOrder, keysOf, ordered, woven } from '../form/inlines.ts';
import type { Wanted, WantedRow, WantedRows } from '../form/judge.ts';
import type { Pick, Posted } from '../form/posted.ts';
import type { Inline } from '../section.ts';
import { type Fields, rowName, type Rows, type State } from '../form/stored.ts';

type Versions<T> = Record<Pick, T>;
type Field = { kind: 'field'; field: string; versions: Versions<Fields[string] | undefined> };
type Cell = { kind: 'cell'; inline: Inline; id: number; field: string; versions: Versions<Fields[string] | undefined> };
type Row = { kind: 'row'; inline: Inline; id: number; versions: Versions<Fields | undefined> };
type Order = { kind: 'order'; inline: Inline; versions: Versions<readonly string[]> };
/** Where the three differ. `isTheirs`: somebody else has changed it, so that saving would undo that. */
export type Difference = (Field | Cell | Row | Order) & { name: string; suggested: Pick | undefined; isTheirs: boolean };

/** Puts the rows of a form into the order that was asked for, seen from how they were. */
export function orderedRows(wanted: Wanted, base: State): Map<Inline, readonly string[]> {
  return new Map([...wanted.inlines].map(([inline, { places }]) => [inline, ordered(keysOf(base.inlines.get(inline) ?? new Map()), inline.position === undefined ? newOnes(places) : places)]));
}

/** Everything in which what is there differs from what was typed. */
export function compare(base: State, theirs: State, wanted: Wanted): Difference[] {
  const differences: Difference[] = [];
  for (const field of Object.keys(wanted.row)) {
    const versions = { base: base.row?.[field], theirs: theirs.row?.[field], mine: wanted.row[field] };
    if (versions.theirs !== versions.mine) differences.push({ kind: 'field', name: field, field, versions, ...judgement(versions, same) });
  }
  for (const [inline, rows] of wanted.inlines) {
    const [before, now] = [base.inlines.get(inline) ?? new Map(), theirs.inlines.get(inline) ?? new Map()];
    if (rows.rows.size === 0) continue;
    for (const id of new Set([...before.keys(), ...now.keys()])) differences.push(...compareRow(inline, id, before, now, rows));
    differences.push(...compareOrder(inline, before, now, rows));
  }
  return differences;
}

/** What is to be stored once a choice was made for each difference. */
export function resolved(differences: readonly Difference[], picks: Posted['picks'], wanted: Wanted, base: State, theirs: State): Wanted {
  const orders = orderedRows(wanted, base);
  const result: Wanted = {
    row: { ...wanted.row },
    // Places are counted from how the rows stand now, those that somebody else has added included.
    inlines: new Map([...wanted.inlines].map(([inline, { rows }]) => [inline, { rows: new Map(rows), places: placesOf(woven(orders.get(inline) ?? [], keysOf(theirs.inlines.get(inline) ?? new Map()))) }])),
  };
  for (const difference of differences) {
    const pick = picks.get(difference.name) ?? 'mine';
    if (difference.kind === 'field') result.row[difference.field] = difference.versions[pick] as Fields[string];
    else {
      const rows = result.inlines.get(difference.inline) as WantedRows;
      if (difference.kind === 'order') rows.places = placesOf(woven(difference.versions[pick], woven(difference.versions.theirs, difference.versions.mine)));
      else if (difference.kind === 'row') choose(rows, difference, pick, theirs);
      else setCell(rows, difference, pick);
    }
  }
  return result;
}

/** The places of rows in an order. */
export function placesOf(order: readonly string[]): { key: string; place: number }[] {
  return order.map((key, index) => ({ key, place: index + 1 }));
}

function compareRow(inline: Inline, id: number, before: Rows, now: Rows, { rows }: WantedRows): Difference[] {
  const mine = rows.get(String(id));
  const [base, theirs] = [before.get(id), now.get(id)];
  // A row that was in the form but may not be changed there, or is not in it, stays as it is.
  if (base && (!mine || (!mine.values && !mine.isDeleted))) return [];
  const name = rowName(inline, id);
  const typed = mine?.isDeleted ? undefined : mine?.values;
  if (base && theirs && typed) {
    return inline.fields.flatMap((field): Difference[] => {
      const versions = { base: base[field], theirs: theirs[field], mine: typed[field] };
      return same(versions.theirs, versions.mine) ? [] : [{ kind: 'cell', name: `${name}.${field}`, inline, id, field, versions, ...judgement(versions, same) }];
    });
  }
  const versions = { base: shown(inline, base), theirs: shown(inline, theirs), mine: typed };
  return sameRow(versions.theirs, versions.mine) ? [] : [{ kind: 'row', name, inline, id, versions, ...judgement(versions, sameRow) }];
}

function compareOrder(inline: Inline, before: Rows, now: Rows, { rows, places }: WantedRows): Difference[] {
  if (inline.position === undefined) return [];
  const [base, theirs] = [keysOf(before), keysOf(now)];
  const versions = { base, theirs, mine: ordered(base, places).filter((key) => !rows.get(key)?.isDeleted) };
  if (isSameOrder(versions.theirs, versions.mine)) return [];
  return [{ kind: 'order', name: `${inline.model.table}.order`, inline, versions, ...judgement(versions, isSameOrder) }];
}

function judgement<T>({ base, theirs, mine }: Versions<T>, isSame: (one: T, other: T) => boolean): { suggested: Pick | undefined; isTheirs: boolean } {
  const [byThem, byMe] = [!isSame(base, theirs), !isSame(base, mine)];
  return { suggested: byThem && byMe ? undefined : byThem ? 'theirs' : 'mine', isTheirs: byThem };
}

/** Stores, adds again or deletes a row, whichever leads to the chosen version of it. */
function choose({ rows, places }: WantedRows, { id, versions }: Row, pick: Pick, theirs: State): void {
  const key = String(id);
  const isThere = [...theirs.inlines.values()].some((inline) => inline.has(id));
  const values = versions[pick];
  if (isThere) rows.set(key, { key, id, values, isDeleted: values === undefined });
  else {
    rows.delete(key);
    if (!values) return;
    const again: WantedRow = { key: freshKey(rows), id: undefined, values, isDeleted: false };
    rows.set(again.key, again);
    const index = places.findIndex((row) => row.key === key);
    if (index >= 0) places[index] = { key: again.key, place: places[index]?.place };
  }
}

function setCell({ rows }: WantedRows, { id, field, versions }: Cell, pick: Pick): void {
  const key = String(id);
  const row = rows.get(key);
  if (row) rows.set(key, { ...row, values: { ...row.values, [field]: versions[pick] as Fields[string] } });
}

function freshKey(rows: WantedRows['rows']): string {
  for (let number = rows.size + 1; ; number += 1) if (!rows.has(`new${number}`)) return `new${number}`;
}

function newOnes(places: WantedRows['places']): WantedRows['places'] {
  return places.filter(({ key }) => key.startsWith('new'));
}

function shown({ fields }: Inline, row: Fields | undefined): Fields | undefined {
  return row && Object.fromEntries(fields.map((name) => [name, row[name] as Fields[string]]));
}

function same(one: Fields[string] | undefined, other: Fields[string] | undefined): boolean {
  return one === other;
}

function sameRow(one: Fields | undefined, other: Fields | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
