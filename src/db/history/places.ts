/**
 * Places: the number of a row among those that belong to the same one, such as a song's on its album. No two
 * rows have the same, and the database refuses it at once, while an act may well give the place of one row to
 * another before it gives the first a new one. So whoever is in the way leaves its place until the act ends.
 */
import { invalid } from '../../errors.ts';
import type { Model, Place } from '../../schema/define-model.ts';
import type { Db, Parameters } from '../db.ts';
import type { Values } from '../save.ts';

/** A row that left its place to another one in this act. */
type Displaced = { model: Model & { place: Place }; id: number; within: number; place: number; by: number };
type Row = Parameters & { id: number };

export class Places {
  readonly #db: Db;
  readonly #displaced = new Map<string, Displaced>();

  constructor(db: Db) {
    this.#db = db;
  }

  /**
   * The values of a row to be stored, with its place: the one that is given, or else, for a new row and one that
   * moves to another owner, the one behind the last. Whoever has the place leaves it.
   * @throws InvalidInput when there is no place left
   */
  async placed(model: Model, values: Values, row?: Row): Promise<Values> {
    if (!hasPlaces(model)) return values;
    const { field, within } = model.place;
    const owner = Number(values[within] ?? row?.[within]);
    const isMoving = row === undefined || owner !== row[within];
    if (!isMoving && values[field] === undefined) return values;
    const place = values[field] === undefined ? await nextPlace(this.#db, model, owner) : Number(values[field]);
    await this.#clear(model, { owner, place }, Number(row?.id ?? values['id'] ?? 0));
    if (row) await this.#return(model, row.id, place);
    return { ...values, [field]: place };
  }

  /** A row as it was before it left its place. */
  asWas<R extends Row>(model: Model, row: R): R {
    const displaced = this.#displaced.get(keyOf(model, row.id));
    return displaced ? { ...row, [displaced.model.place.field]: displaced.place } : row;
  }

  /**
   * Rows that left their place and got no other one: those that are still missing their place when the act ends.
   * Where it is free again they get it back.
   */
  async settle(): Promise<Displaced[]> {
    const waiting: Displaced[] = [];
    for (const displaced of this.#displaced.values()) {
      const { model, id, within, place } = displaced;
      if (!(await this.#db.first(`select 1 from ${model.table} where id = :id`, { id }))) continue;
      if (await occupant(this.#db, model, { owner: within, place })) waiting.push(displaced);
      else await this.#put(model, id, place);
    }
    return waiting;
  }

  async #clear(model: Displaced['model'], { owner, place }: { owner: number; place: number }, by: number): Promise<void> {
    const other = await occupant(this.#db, model, { owner, place });
    if (other === undefined || other === by) return;
    this.#displaced.set(keyOf(model, other), { model, id: other, within: owner, place, by });
    // No place that anybody can ask for, and another one for each row.
    await this.#put(model, other, -other);
  }

  /** A row that left its place gets one again. */
  async #return(model: Displaced['model'], id: number, place: number): Promise<void> {
    const displaced = this.#displaced.get(keyOf(model, id));
    if (!displaced) return;
    this.#displaced.delete(keyOf(model, id));
    if (place === displaced.place) await this.#put(model, id, place);
  }

  async #put({ table, place }: Displaced['model'], id: number, number: number): Promise<void> {
    await this.#db.run(`update ${table} set ${place.field} = :number where id = :id`, { id, number });
  }
}

/**
 * The place behind the last one.
 * @param except a row that does not count
 * @throws InvalidInput when that is more than a place can be
 */
export async function nextPlace(db: Db, model: Model & { place: Place }, owner: number, except = 0): Promise<number> {
  const { field, within } = model.place;
  const last = await db.first<{ place: number | null }>(`select max(${field}) as place from ${model.table} where ${within} = :owner and id <> :except`, { owner, except });
  const next = Math.max(0, last?.place ?? 0) + 1;
  const definition = model.fields[field];
  if (definition?.kind === 'wholeNumber' && next > definition.max) throw invalid({ [field]: `There is no place left: the last one, ${definition.max.toLocaleString('en')}, is taken.` });
  return next;
}

/** What to tell somebody who gave a row a place that another one has. */
export function takenPlace({ model, place }: Displaced, name: string): ReturnType<typeof invalid> {
  const { field } = model.place;
  return invalid({ [field]: `${model.fields[field]?.label ?? field} ${place.toLocaleString('en')} is taken by “${name}”. Choose another, or leave it empty for the last.` });
}

/** Whether rows of a model have places. */
export function hasPlaces(model: Model): model is Displaced['model'] {
  return model.place !== undefined;
}

async function occupant(db: Db, { table, place: { field, within } }: Displaced['model'], { owner, place }: { owner: number; place: number }): Promise<number | undefined> {
  return (await db.first<{ id: number }>(`select id from ${table} where ${within} = :owner and ${field} = :place`, { owner, place }))?.id;
}

function keyOf({ table }: Model, id: number): string {
  return `${table} ${id}`;
}
