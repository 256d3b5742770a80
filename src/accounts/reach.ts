/** How far a permission reaches: what somebody may see, what may go along with what is deleted, what may be taken back. */
import type { Db } from '../db/db.ts';
import { type Act, type ActKind, kindsOf } from '../db/history/acts.ts';
import type { Action } from '../db/history/change.ts';
import type { Along } from '../db/history/dependants.ts';
import { Summary } from '../db/history/summary.ts';
import { forbidden } from '../errors.ts';
import { models } from '../models/index.ts';
import { redirect } from '../models/redirect.ts';
import type { Model } from '../schema/define-model.ts';
import { may, nounInWords, type Permission, type Rights } from './permissions.ts';

/** Whether somebody may see rows of a model: their names and values, wherever they are told of. */
export function maySee(rights: Rights, model: Model | undefined): boolean {
  if (!model) return false;
  return model === redirect || may(rights, `view_${model.label}`);
}

/**
 * What acts of the history have done, as somebody may see it: in place of names they may not see stand counts.
 * @returns the sentence of each act by its id
 */
export async function summariesFor(db: Db, rights: Rights, acts: readonly Pick<Act, 'id' | 'summary' | 'undoes'>[]): Promise<Map<number, string>> {
  const kinds = await kindsOf(db, acts.map(({ id }) => id));
  return new Map(acts.map(({ id, summary, undoes }) => {
    const own = (kinds.get(id) ?? []).map(({ model: table, ...kind }) => ({ ...kind, model: models.find((model) => model.table === table) }));
    if (own.every(({ model }) => maySee(rights, model))) return [id, summary];
    const counted = new Summary(undoes !== null);
    for (const { model, action, size } of own) if (model) counted.count(model, action, size);
    return [id, counted.sentence()];
  }));
}

/**
 * Refuses to delete something when what would go along is not this person's to delete. Things with a name of their
 * own, such as songs and tokens, ask for their permission; what only joins two things, such as a like, goes freely.
 * @throws GuestError 403 that names what would go
 */
export function assertMayTakeAlong(rights: Rights, along: readonly Along[]): void {
  for (const { model, label } of along) {
    if (model?.title === undefined || may(rights, `delete_${label}`)) continue;
    const plural = nounInWords(label);
    throw forbidden(`${plural.charAt(0).toUpperCase()}${plural.slice(1)} would be deleted with it, and you do not have permission to delete ${plural}.`);
  }
}

/**
 * What somebody lacks to take an act back: to delete what was added, change what was changed and add what was
 * deleted. Who did it themselves needs no more than they needed for it; what only joins two things, such as a like,
 * asks for nothing where it came or went along with something else.
 */
export function lackingToUndo(rights: Rights, person: number, act: Pick<Act, 'user'>, kinds: readonly ActKind[]): Permission[] {
  const isOwn = act.user === person;
  const known = kinds.flatMap(({ model: table, action }) => models.filter((model) => model.table === table).map((model) => ({ model, action })));
  const named = known.filter(({ model }) => model.title !== undefined);
  return (named.length > 0 ? named : known).flatMap(({ model, action }) => {
    const needed: Permission = `${OPPOSITE[action]}_${model.label}`;
    return may(rights, needed) || (isOwn && may(rights, `${action}_${model.label}`)) ? [] : [needed];
  });
}

const OPPOSITE: Record<Action, Action> = { add: 'delete', change: 'change', delete: 'add' };
