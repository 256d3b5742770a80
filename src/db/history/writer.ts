/**
 * Change and history are one act: whoever writes for a person goes through a Writer, which notes every
 * row that it adds, changes or deletes, with the old and new value of each field, in the same
 * transaction. One act may touch many rows; a cascading delete keeps all that goes with it.
 */
import { models } from '../../models/index.ts';
import type { Model } from '../../schema/define-model.ts';
import type { Field } from '../../schema/fields.ts';
import type { Db, Parameters, Value } from '../db.ts';
import { insert, membersOf, setsOf, update, type Values } from '../save.ts';
import { type Action, type Author, type Change, readChange, type Snapshot, type StoredChange } from './change.ts';
import { copyBeside, noteBesideGoing } from './beside.ts';
import { nextPlace, Places, takenPlace } from './places.ts';
import { Summary } from './summary.ts';

/** So many rows are read at once when something goes with what is deleted. */
const CHUNK = 500;

/**
 * Does several writes as one act, all or nothing.
 * @param undoes the act that this one takes back
 */
export async function act<T>(db: Db, author: Author, work: (writer: Writer) => Promise<T>, undoes?: number): Promise<T> {
  return db.transaction(async (trx) => {
    const writer = new Writer(trx, author, undoes);
    const result = await work(writer);
    await writer.finish();
    return result;
  });
}

/** Writes rows of models and notes each change. Made by `act`. */
export class Writer {
  /** The transaction: read with it what is about to be written. */
  readonly db: Db;
  readonly author: Author;
  readonly #undoes: number | undefined;
  readonly #summary: Summary;
  readonly #places: Places;
  #act: number | undefined;
  #final = '';

  constructor(db: Db, author: Author, undoes?: number) {
    this.db = db;
    this.author = author;
    this.#undoes = undoes;
    this.#summary = new Summary(undoes !== undefined);
    this.#places = new Places(db);
  }

  /** The id of the act; undefined while nothing was written. */
  get act(): number | undefined {
    return this.#act;
  }

  /** A row as the table holds it, but with the place that it has left to another row in this act. */
  async row(model: Model, id: number): Promise<(Parameters & { id: number }) | undefined> {
    const row = await rowOf(this.db, model, id);
    return row && this.#places.asWas(model, row);
  }

  /**
   * Inserts a row, and returns its id. With `id` among the values it gets that one. `secrets` are columns
   * that are no fields, such as the hash of a password: they are stored, and no history has them.
   */
  async insert(model: Model, values: Values, secrets: Parameters = {}): Promise<number> {
    const placed = await this.#places.placed(model, values);
    const id = await insert(this.db, model, placed, secrets);
    await this.note(model, { object: id, action: 'add', label: labelOf(model, values as Snapshot), after: withoutId(placed) });
    return id;
  }

  /** Changes fields of a row; those that are the same stay out of the history. Gives whether any differed, and undefined when the row is gone. */
  async update(model: Model, id: number, values: Values): Promise<boolean | undefined> {
    const old = await this.row(model, id);
    if (!old) return undefined;
    const now = await snapshotOf(this.db, model, old);
    const placed = await this.#places.placed(model, values, old);
    const changed = Object.keys(placed).filter((name) => placed[name] !== undefined && !isSame(now[name], placed[name]));
    if (changed.length === 0) return false;
    const after = Object.fromEntries(changed.map((name) => [name, placed[name]])) as Snapshot;
    await update(this.db, model, old, after);
    const before = Object.fromEntries(changed.map((name) => [name, now[name]])) as Snapshot;
    const row = { ...now, ...after };
    await this.note(model, { object: id, action: 'change', label: labelOf(model, row), before, after, parent: parentOf(model, row) });
    return true;
  }

  /** Deletes a row and, with it, what refers to it. Gives false when it is gone already. */
  async remove(model: Model, id: number): Promise<boolean> {
    const old = await this.row(model, id);
    if (!old) return false;
    // Noted from the outside in, so that an undo, which goes backwards, finds what a row refers to.
    await this.#noteDependants(model, id);
    await this.note(model, { object: id, action: 'delete', label: labelOf(model, old as Snapshot), before: await snapshotOf(this.db, model, old) });
    await this.db.run(`delete from ${model.table} where id = :id`, { id });
    return true;
  }

  /** Gives what hangs beside one row to another one, too, such as likes of visitors to the song that stays. */
  async copyBeside(model: Model, rows: { from: number; to: number }): Promise<void> {
    this.#act ??= await this.#begin();
    await copyBeside(this.db, this.#act, model, rows);
  }

  /**
   * Notes a change that was written by other means, such as that of a password. `parent` is the row that it
   * belongs to, by default the first one that its values refer to.
   */
  async note(model: Model, change: { object: number; action: Action; label: string; before?: Snapshot | undefined; after?: Snapshot | undefined; parent?: number | null }): Promise<void> {
    this.#act ??= await this.#begin();
    const { object, action, label, before, after, parent = parentOf(model, after ?? before ?? {}) } = change;
    this.#summary.add(model, action, label, object);
    if (action === 'delete') await noteBesideGoing(this.db, this.#act, model, object);
    await this.db.run(NOTE, { act: this.#act, model: model.table, object, parent, action, label, before: jsonOf(before), after: jsonOf(after) });
  }

  /** Notes that so many rows were written, and none of them: what an act did stays known, and can't be undone. */
  async noteMany(model: Model, action: Action, rows: number): Promise<void> {
    this.#act ??= await this.#begin();
    this.#summary.count(model, action, rows);
    const label = `${rows.toLocaleString('en')} ${rows === 1 ? model.label : model.plural}`;
    await this.db.run(NOTE, { act: this.#act, model: model.table, object: 0, parent: null, action, label, before: null, after: null });
  }

  /** Whether any row of a model was written. */
  touched(model: Model): boolean {
    return this.#summary.kinds().some((kind) => kind.model === model);
  }

  /** Adds something to the act's sentence. */
  remark(text: string): void {
    this.#summary.remark(text);
  }

  /** Tells why this act can't be undone, in a sentence. */
  cannotBeUndone(reason: string): void {
    this.#final = reason;
  }

  /**
   * Writes the act's sentence, and how many changes of which kind it made.
   * @throws InvalidInput when a row was given a place that another one has kept; an undo gives it the last one instead
   */
  async finish(): Promise<void> {
    for (const displaced of await this.#places.settle()) {
      const { model, id, within, by } = displaced;
      if (this.#undoes === undefined) throw takenPlace(displaced, labelOf(model, (await rowOf(this.db, model, id)) as Snapshot));
      await this.update(model, by, { [model.place.field]: await nextPlace(this.db, model, within) });
    }
    await this.#places.settle();
    if (this.#act === undefined) return;
    const kinds = this.#summary.kinds();
    for (const { model, action, size } of kinds) await this.db.run(KIND, { act: this.#act, model: model.table, action, size });
    const size = kinds.reduce((sum, kind) => sum + kind.size, 0);
    await this.db.run('update acts set summary = :summary, size = :size, final = :final where id = :act',
      { act: this.#act, summary: this.#summary.sentence(), size, final: this.#final });
  }

  async #begin(): Promise<number> {
    const { user, person, surface } = this.author;
    const row = await this.db.first<{ id: number }>(BEGIN, { at: new Date().toISOString(), user, person, surface, undoes: this.#undoes ?? null });
    const id = (row as { id: number }).id;
    if (this.#undoes !== undefined) await this.db.run('update acts set undone_by = :id where id = :undoes', { id, undoes: this.#undoes });
    return id;
  }

  async #noteDependants(model: Model, id: number): Promise<void> {
    for (const { model: dependant, field } of dependantsOf(model)) {
      for (let last = 0; ; ) {
        const rows = await this.db.all<Parameters & { id: number }>(
          `select * from ${dependant.table} where ${field} = :id and id > :last order by id limit ${CHUNK}`, { id, last });
        for (const row of rows) {
          await this.#noteDependants(dependant, row.id);
          await this.note(dependant, { object: row.id, action: 'delete', label: labelOf(dependant, row as Snapshot), before: await snapshotOf(this.db, dependant, this.#places.asWas(dependant, row)) });
        }
        if (rows.length < CHUNK) break;
        last = (rows.at(-1) as { id: number }).id;
      }
    }
  }
}

/** Models whose rows go when a row of this one goes, with the field that refers to it. */
export function dependantsOf(model: Model): { model: Model; field: string }[] {
  return models.flatMap((other) => Object.entries(other.fields)
    .filter(([, field]) => field.kind === 'reference' && field.to === model.table)
    .map(([field]) => ({ model: other, field })));
}

/** A row as the table holds it. */
export function rowOf(db: Db, model: Model, id: number): Promise<(Parameters & { id: number }) | undefined> {
  return db.first(`select * from ${model.table} where id = :id`, { id });
}

/** What history keeps of a row: every field but those that follow from others. Secrets are no fields. */
export async function snapshotOf(db: Db, model: Model, row: Parameters & { id: number }): Promise<Snapshot> {
  const snapshot: Snapshot = {};
  for (const [name, field] of Object.entries(model.fields)) {
    if (isKept(field)) snapshot[name] = field.kind === 'flag' ? Boolean(row[name]) : (row[name] as Value);
  }
  for (const [name, field] of setsOf(model)) snapshot[name] = await membersOf(db, field, row.id);
  return snapshot;
}

/** What a row is called. */
export function labelOf(model: Model, row: Snapshot): string {
  return model.title === undefined ? '' : String(row[model.title] ?? '');
}

/** The row that a row belongs to: the first one that it refers to. */
function parentOf(model: Model, row: Snapshot): number | null {
  const field = Object.entries(model.fields).find(([, { kind }]) => kind === 'reference')?.[0];
  const parent = field === undefined ? undefined : row[field];
  return typeof parent === 'number' ? parent : null;
}

/** Whether two values of a field are the same; sets whatever their order. */
export function isSame(one: Snapshot[string] | undefined, other: Values[string]): boolean {
  if (Array.isArray(one) && Array.isArray(other)) return JSON.stringify(one.map(String).sort()) === JSON.stringify(other.map(String).sort());
  return one === other;
}

/** The changes of one row, the latest first; only those after a given one when `since` is given. */
export async function changesOfRow(db: Db, model: Model, object: number, since = 0): Promise<Change[]> {
  return (await db.all<StoredChange>('select * from changes where model = :model and object = :object and id > :since order by id desc', { model: model.table, object, since })).map(readChange);
}

/** A number that grows with every change: a form keeps it to tell later what has changed since. */
export async function lastChange(db: Db): Promise<number> {
  return (await db.first<{ id: number | null }>('select max(id) as id from changes'))?.id ?? 0;
}

/** Whether any of these rows has been changed or deleted since. */
export async function changedSince(db: Db, model: Model, since: number, ids: readonly number[]): Promise<boolean> {
  const changed = await db.all<{ object: number }>('select distinct object from changes where id > :since and model = :model', { since, model: model.table });
  const among = new Set(ids);
  return changed.some(({ object }) => among.has(object));
}

/** Whether history keeps a field: it doesn't follow from others, and is no set. */
export function isKept({ kind }: Field): boolean {
  return !['folded', 'caseless', 'fingerprint', 'kept', 'set'].includes(kind);
}

function withoutId({ id: _, ...values }: Values): Snapshot {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Snapshot;
}

function jsonOf(snapshot: Snapshot | undefined): string | null {
  return snapshot === undefined ? null : JSON.stringify(snapshot);
}

const BEGIN = 'insert into acts (at, user, person, surface, undoes) values (:at, :user, :person, :surface, :undoes) returning id';
const KIND = 'insert into act_kinds (act, model, action, size) values (:act, :model, :action, :size)';
const NOTE = `insert into changes (act, model, object, parent, action, label, before, after)
  values (:act, :model, :object, :parent, :action, :label, :before, :after)`;
