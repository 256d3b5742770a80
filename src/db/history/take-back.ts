/** The opposite of each kind of change, unless something stands in the way. */
import { modelOf } from '../../models/index.ts';
import type { Model } from '../../schema/define-model.ts';
import type { SetField } from '../../schema/fields.ts';
import type { Db, Value } from '../db.ts';
import type { Change, Snapshot } from './change.ts';
import { isKept, isSame, rowOf, snapshotOf, type Writer } from './writer.ts';
import type { Obstacles } from './obstacles.ts';
import { derived, setsOf, type Values } from '../save.ts';

/** Removes a row that was added: only as it was added, and when nothing else hangs on it. */
export async function takeOut(writer: Writer, model: Model, change: Change, obstacles: Obstacles): Promise<void> {
  const row = await writer.row(model, change.object);
  if (!row) return isLink(model) ? loseGone(model, obstacles) : obstacles.isGone(model, change);
  const now = await snapshotOf(writer.db, model, row);
  for (const [name, value] of Object.entries(asAdded(model, change.after ?? {}))) {
    if (!isSame(now[name], value)) await obstacles.hasChanged(model, change, name);
  }
  const isHeld = await obstacles.hangOn(model, change);
  if (!isHeld && !obstacles.isStuck(model, change.object)) await writer.remove(model, change.object);
}

/** Gives the fields of a row that was changed their old values: only where they still have the new ones. */
export async function changeBack(writer: Writer, model: Model, change: Change, obstacles: Obstacles): Promise<void> {
  const row = await writer.row(model, change.object);
  if (!row) return isLink(model) ? loseGone(model, obstacles) : obstacles.isGone(model, change);
  const now = await snapshotOf(writer.db, model, row);
  const { before = {}, after = {} } = change;
  const names = Object.keys({ ...before, ...after }).filter((name) => {
    if (model.fields[name]) return name in before && name in after;
    // A secret: that it was changed is kept, and not its value.
    obstacles.lose(`The ${name} of “${change.label}” stays as it is: the old one is not kept.`, `${name}s stay as they are: the old ones are not kept.`);
    return false;
  });
  for (const name of names) if (!isSame(now[name], after[name])) await obstacles.hasChanged(model, change, name);
  if (names.length === 0 || obstacles.isStuck(model, change.object)) return;
  const values = await withoutGone(writer.db, model, pick(before, names), obstacles);
  if (await isHindered(writer.db, model, change, { ...now, ...values }, obstacles)) return;
  await writer.update(model, change.object, values);
}

/** Brings a deleted row back with its id and all that is kept of it. */
export async function bringBack(writer: Writer, model: Model, change: Change, obstacles: Obstacles): Promise<void> {
  const secrets = Object.values(model.secrets ?? {});
  if (secrets.includes(null)) {
    return obstacles.lose(`The deleted ${model.label} “${change.label}” can’t come back: its secret is not kept. Make a new one.`, `deleted ${model.plural} can’t come back: their secrets are not kept. Make new ones.`);
  }
  if (change.before === undefined) return obstacles.add(model, change.object, 'What was deleted is not kept, so it can’t come back.');
  if (await writer.row(model, change.object)) return obstacles.isThere(model, change);
  const values = await withoutGone(writer.db, model, pick(change.before, Object.keys(model.fields)), obstacles);
  if (await isHindered(writer.db, model, change, values, obstacles)) return;
  await writer.insert(model, { id: change.object, ...values });
  if (secrets.length > 0) obstacles.lose(`“${change.label}” has no password until one is set.`, `${model.plural} have no password until one is set.`);
}

/** What a row was like right after it was added: what was given, and what a row has that was given nothing. */
function asAdded(model: Model, after: Snapshot): Snapshot {
  const added: Snapshot = {};
  for (const [name, field] of Object.entries(model.fields)) {
    if (field.kind === 'moment') continue;
    if (name in after && (isKept(field) || field.kind === 'set')) added[name] = field.kind === 'flag' ? Boolean(after[name]) : (after[name] as Value);
    else if (field.kind === 'flag') added[name] = false;
    else if (field.kind === 'text' && field.optional) added[name] = '';
    else if (field.kind === 'set') added[name] = [];
    else if (field.kind === 'internal') added[name] = field.initial;
  }
  return added;
}

/** Whether a row can't have these values: what they refer to is gone, or another row has them. */
async function isHindered(db: Db, model: Model, change: Change, values: Snapshot, obstacles: Obstacles): Promise<boolean> {
  const isLast = isLink(model);
  for (const [name, field] of Object.entries(model.fields)) {
    if (field.kind !== 'reference' || !(name in values)) continue;
    const id = Number(values[name]);
    if (await rowOf(db, modelOf(field.to), id)) continue;
    if (isLast && !obstacles.isStuck(modelOf(field.to), id)) obstacles.lose(`A ${model.label} is not put back: what it belongs to is gone.`, `${model.plural} are not put back: what they belong to is gone.`);
    else await obstacles.misses(model, change, name, modelOf(field.to), id);
    return true;
  }
  const all = { ...values, ...derived(model, values as Record<string, Value>) } as Record<string, Value>;
  for (const names of model.unique ?? []) {
    const taken = await db.first<{ id: number }>(`select id from ${model.table} where ${names.map((name) => `${name} = :${name}`).join(' and ')} and id <> :id`, { ...pick(all, names), id: change.object } as Record<string, Value>);
    if (!taken) continue;
    if (isLast) obstacles.lose(`A ${model.label} is not put back: there is one like it again.`, `${model.plural} are not put back: there are others like them again.`);
    else await obstacles.isTaken(model, change, String(values[model.title ?? ''] ?? names.map((name) => all[name]).join(', ')), taken.id);
    return true;
  }
  return false;
}

/** Members of sets that are no more, such as a user of a group, stay out of it. */
async function withoutGone(db: Db, model: Model, values: Snapshot, obstacles: Obstacles): Promise<Values & Snapshot> {
  const there: Snapshot = { ...values };
  for (const [name, { to, label }] of setsOf(model) as [string, SetField][]) {
    const members = values[name];
    if (to === undefined || !Array.isArray(members)) continue;
    const kept: number[] = [];
    for (const id of members as readonly number[]) {
      if (await rowOf(db, modelOf(to), id)) kept.push(id);
      else obstacles.lose(`One of the ${label.toLowerCase()} is gone and not put back.`, `of the ${label.toLowerCase()} are gone and not put back.`);
    }
    there[name] = kept;
  }
  return there;
}

/**
 * A row that only joins others and has no name, such as a like: it is its owner's, who may take it back at
 * any time. It doesn't keep anything else from being undone.
 */
function isLink(model: Model): boolean {
  return model.title === undefined;
}

function loseGone(model: Model, obstacles: Obstacles): void {
  obstacles.lose(`A ${model.label} was taken back since, and stays so.`, `${model.plural} were taken back since, and stay so.`);
}

function pick(values: Snapshot, names: readonly string[]): Snapshot {
  return Object.fromEntries(names.filter((name) => name in values).map((name) => [name, values[name]])) as Snapshot;
}
