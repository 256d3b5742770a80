/** Somebody saved a user or a group while its form was open: what differs, to choose from. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { allGroups } from '../../accounts/groups.ts';
import type { Db } from '../../db/db.ts';
import type { Change, Snapshot } from '../../db/history/change.ts';
import { changesOfRow, isSame } from '../../db/history/writer.ts';
import type { Model } from '../../schema/define-model.ts';
import type { ConflictPage } from '../form/views.ts';
import { adminPage, type Place } from '../frame.ts';
import type { Author } from '../form/gone.ts';
import { permissionsInWords } from '../people/permission-grid.ts';

export type Pick = 'base' | 'theirs' | 'mine';
type Difference = { name: string; versions: Record<Pick, Snapshot[string]>; change: Change; suggested: Pick | undefined; isUnanswered: boolean };
type Form = { values: Snapshot; now: Snapshot; seen: number | undefined; before: number | undefined; picks: ReadonlyMap<string, Pick> };

/** Thrown to leave the transaction: nothing was written. */
export class MeanwhileChanged extends Error {
  readonly differences: readonly Difference[];

  constructor(differences: readonly Difference[]) {
    super('changed meanwhile');
    this.differences = differences;
  }
}

/**
 * Puts what was chosen into the values.
 * @param form what was typed and chosen, and what is there now; `seen` is the last change when the form was drawn, `before` when the first was
 * @returns what is to be stored
 * @throws MeanwhileChanged when somebody has changed a field since to something else, and nothing was chosen for it
 */
export async function withPicks(db: Db, model: Model, id: number, { values, now, seen = 0, before, picks }: Form): Promise<Snapshot> {
  const chosen: Snapshot = { ...values };
  const changes = (await changesOfRow(db, model, id, before ?? seen)).filter(({ action }) => action === 'change');
  const differences: Difference[] = [];
  for (const name of Object.keys(values)) {
    const own = changes.filter((change) => change.before && name in change.before);
    const [change, mine, theirs] = [own[0], values[name] as Snapshot[string], now[name] as Snapshot[string]];
    if (!change || isSame(theirs, mine)) continue;
    const pick = change.id <= seen ? picks.get(name) : undefined;
    if (pick === 'theirs') chosen[name] = theirs;
    if (pick) continue;
    const base = own.at(-1)?.before?.[name] as Snapshot[string];
    differences.push({ name, versions: { base, theirs, mine }, change, suggested: isSame(base, mine) ? 'theirs' : undefined, isUnanswered: change.id <= seen });
  }
  if (differences.length > 0) throw new MeanwhileChanged(differences);
  return chosen;
}

/** Answers with 409 and the choices. `hidden` is everything that was typed, as the form's fields. */
export async function showMeanwhile(db: Db, request: FastifyRequest, reply: FastifyReply, { differences }: MeanwhileChanged, page: { model: Model; name: string; action: string; verb: string; hidden: [string, string][]; history: string; place: Place }): Promise<FastifyReply> {
  const authors = new Map<number, Author>();
  for (const { change } of differences) {
    const author = await db.first<Author>('select person, at from acts where id = :act', { act: change.act });
    if (author) authors.set(change.act, author);
  }
  const groups = new Map((await allGroups(db)).map(({ id, name }) => [id, name]));
  const data: ConflictPage = {
    title: page.place.title,
    name: page.name,
    action: page.action,
    verb: page.verb,
    hidden: page.hidden,
    form: { values: {}, errors: Object.fromEntries(differences.filter(({ isUnanswered }) => isUnanswered).map(({ name }) => [`pick-${name}`, `${page.model.fields[name]?.label}: choose one of these.`])) },
    people: [...new Set([...authors.values()].map(({ person }) => person))].join(' and ') || 'Somebody',
    differences: differences.map(({ name, versions, change, suggested, isUnanswered }) => ({
      name,
      label: page.model.fields[name]?.label ?? name,
      by: authors.get(change.act),
      picked: suggested,
      error: isUnanswered ? 'Choose one of these.' : undefined,
      versions: (['base', 'theirs', 'mine'] as const).map((pick) => ({
        pick, label: { base: 'Before', theirs: 'Theirs', mine: 'Yours' }[pick], text: inWords(name, versions[pick], groups), isOffered: pick !== 'base',
      })),
    })),
    history: page.history,
    cancel: page.action,
  };
  return adminPage(db, request, reply.code(409), 'admin/conflict', data, page.place);
}

function inWords(name: string, value: Snapshot[string], groups: ReadonlyMap<number, string>): string {
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (!Array.isArray(value)) return String(value ?? '') || 'Empty';
  if (name === 'permissions') return permissionsInWords(value.map(String));
  return value.map((id) => groups.get(Number(id)) ?? 'a group that is gone').join(', ') || 'None';
}
