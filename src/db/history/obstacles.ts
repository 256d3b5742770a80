/** What stands in the way of an undo, and what it can't put back: collected, and told in sentences. */
import { models } from '../../models/index.ts';
import type { Model } from '../../schema/define-model.ts';
import type { Act } from './acts.ts';
import type { Db, Parameters } from '../db.ts';
import { type Change, readChange, type Snapshot, type StoredChange } from './change.ts';
import { dependantsOf, labelOf } from './writer.ts';

/** Who did something, and when. */
type Doing = { person: string; at: string };

/** So many of the rows that hang on one are named. */
const NAMED = 3;

export class Obstacles {
  readonly reasons: string[] = [];
  readonly #db: Db;
  readonly #act: Act;
  readonly #isAboutOne: boolean;
  readonly #stuck = new Set<string>();
  readonly #lost = new Map<string, { count: number; one: string }>();

  /** @param isAboutOne all changes are of one row, so that a sentence need not say which */
  constructor(db: Db, act: Act, isAboutOne: boolean) {
    this.#db = db;
    this.#act = act;
    this.#isAboutOne = isAboutOne;
  }

  /** Whether a row can't be taken back already; what follows from that is not told again. */
  isStuck(model: Model, id: number): boolean {
    return this.#stuck.has(`${model.table} ${id}`);
  }

  /** Something stands in the way of taking a row back. */
  add(model: Model, id: number, reason?: string): void {
    this.#stuck.add(`${model.table} ${id}`);
    if (reason !== undefined) this.reasons.push(reason);
  }

  /** Something is left as it is, and stands in nobody's way. `many` follows a count. */
  lose(one: string, many: string): void {
    this.#lost.set(many, { one, count: (this.#lost.get(many)?.count ?? 0) + 1 });
  }

  remarks(): string[] {
    return [...this.#lost].map(([many, { one, count }]) => (count === 1 ? one : `${count.toLocaleString('en')} ${many}`));
  }

  /** A row of the act has gone since. */
  async isGone(model: Model, change: Change): Promise<void> {
    this.add(model, change.object, `${capital(nameOf(model, change))} was deleted${inWords(await this.#lastOn(change, 'delete'))}.`);
  }

  /** A field of a row has changed since. */
  async hasChanged(model: Model, change: Change, field: string): Promise<void> {
    const label = model.fields[field]?.label ?? field;
    const whose = this.#isAboutOne ? '' : ` of ${nameOf(model, change)}`;
    this.add(model, change.object, `${label}${whose} was changed again${inWords(await this.#lastOn(change, 'change', field))}.`);
  }

  /** A row of this id is there again. */
  async isThere(model: Model, change: Change): Promise<void> {
    this.add(model, change.object, `${capital(nameOf(model, change))} is there again, added${inWords(await this.#lastOn(change, 'add'))}.`);
  }

  /** What a row refers to is gone. Not told again when it is itself what can't be brought back. */
  async misses(model: Model, change: Change, field: string, to: Model, id: number): Promise<void> {
    if (this.isStuck(to, id)) return this.add(model, change.object);
    const deleted = await this.#lastOf(to, id, 'delete');
    const name = deleted?.label ? `“${deleted.label}”` : `${id}`;
    this.add(model, change.object, `${capital(nameOf(model, change))} can’t be put back: its ${(model.fields[field]?.label ?? field).toLowerCase()} ${name} was deleted${inWords(deleted)}.`);
  }

  /** Another row has a value that no two rows may have. */
  async isTaken(model: Model, change: Change, values: string, by: number): Promise<void> {
    const taken = await this.#lastOf(model, by);
    this.add(model, change.object, `“${values}” is the name of another ${model.label} now, written${inWords(taken)}.`);
  }

  /** What the act did not add hangs on a row that it did. Gives whether there was any. */
  async hangOn(model: Model, change: Change): Promise<boolean> {
    let found = false;
    for (const { model: dependant, field } of dependantsOf(model)) {
      const rows = await this.#db.all<Parameters & { id: number }>(`select * from ${dependant.table} where ${field} = :id order by id desc limit ${NAMED + 1}`, { id: change.object });
      if (rows.length === 0) continue;
      found = true;
      if (rows.every(({ id }) => this.isStuck(dependant, id))) this.add(model, change.object);
      else await this.#tellHanging(model, change, dependant, field, rows.filter(({ id }) => !this.isStuck(dependant, id)));
    }
    const { beside } = model;
    // What is older than the act was brought back by it, and goes again with the row.
    const since = beside && (await this.#db.first<{ rows: number; last: string }>(
      `select count(*) as rows, max(created_at) as last from ${beside.table} where ${beside.field} = :id and created_at > :at`, { id: change.object, at: this.#act.at }));
    if (!beside || !since || since.rows === 0) return found;
    const hanging = `${since.rows.toLocaleString('en')} ${since.rows === 1 ? beside.label : beside.plural}`;
    this.add(model, change.object, `${capital(nameOf(model, change))} has ${hanging} since then, the last on ${momentInWords(since.last)}.`);
    return true;
  }

  async #tellHanging(model: Model, change: Change, dependant: Model, field: string, rows: (Parameters & { id: number })[]): Promise<void> {
    const name = nameOf(model, change);
    if (dependant.title === undefined) {
      const counted = await this.#db.first<{ rows: number }>(`select count(*) as rows from ${dependant.table} where ${field} = :id`, { id: change.object });
      const count = counted?.rows ?? rows.length;
      const last = rows[0] as Parameters;
      const who = (await this.#otherNames(dependant, field, last)).map((other) => ` (${other})`).join('');
      const when = typeof last['created_at'] === 'string' ? `, the last on ${momentInWords(last['created_at'])}${who}` : who;
      return this.add(model, change.object, `${capital(name)} has ${count.toLocaleString('en')} ${count === 1 ? dependant.label : dependant.plural} since then${when}.`);
    }
    for (const row of rows.slice(0, NAMED)) {
      this.add(model, change.object, `The ${dependant.label} “${labelOf(dependant, row as Snapshot)}” belongs to ${name} since it was written${inWords(await this.#lastOf(dependant, row.id))}.`);
    }
    if (rows.length > NAMED) this.add(model, change.object, `More ${dependant.plural} belong to ${name}.`);
  }

  /** What a row without a name of its own refers to besides. */
  async #otherNames(model: Model, but: string, row: Parameters): Promise<string[]> {
    const names: string[] = [];
    for (const [name, field] of Object.entries(model.fields)) {
      if (field.kind !== 'reference' || name === but) continue;
      const to = models.find(({ table }) => table === field.to);
      const found = to?.title === undefined ? undefined : await this.#db.first<{ name: string }>(`select ${to.title} as name from ${to.table} where id = :id`, { id: row[name] ?? null });
      if (found) names.push(found.name);
    }
    return names;
  }

  /** The last that was done to a row of the act after it, of one kind, to one field. */
  async #lastOn({ id, model, object }: Change, action: Change['action'], field?: string): Promise<(Doing & { label: string }) | undefined> {
    const since = await this.#db.all<StoredChange & Doing>(`${SINCE} and changes.id > :id and changes.action = :action order by changes.act desc, changes.id desc limit 50`, { model, object, act: this.#act.id, id, action });
    return since.find((stored) => {
      const { before, after } = readChange(stored);
      return field === undefined || (before !== undefined && field in before) || (after !== undefined && field in after);
    });
  }

  /** The last that was done to any row. */
  async #lastOf({ table }: Model, object: number, action?: Change['action']): Promise<(Doing & { label: string }) | undefined> {
    return this.#db.first<Doing & { label: string }>(`${SINCE}${action ? ' and changes.action = :action' : ''} order by changes.act desc, changes.id desc limit 1`, { model: table, object, act: this.#act.id, ...(action && { action }) });
  }
}

/** What a row is called in a sentence: by its name, or as "this like". */
function nameOf(model: Model, { label }: Change): string {
  return label === '' ? `this ${model.label}` : `“${label}”`;
}

/** '2026-11-24T14:02:09Z' -> '24 November 2026, 14:02 UTC' */
export function momentInWords(iso: string): string {
  const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }).format(new Date(iso));
  return `${day}, ${iso.slice(11, 16)} UTC`;
}

/** Who and when; what was written past the history is only known to be later. */
function inWords(doing: Doing | undefined): string {
  return doing ? ` by ${doing.person} on ${momentInWords(doing.at)}` : ' since';
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

const SINCE = `select changes.*, acts.person, acts.at from changes join acts on acts.id = changes.act
  where changes.model = :model and changes.object = :object and changes.act <> :act`;
