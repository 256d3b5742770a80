/** Deleting one row, after a page that lists and counts what goes along. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Db, Value } from '../../db/db.ts';
import { countDependants, type Dependants } from '../../db/history/dependants.ts';
import { dependantsOf } from '../../db/history/writer.ts';
import { may } from '../../accounts/permissions.ts';
import { actAs } from '../../accounts/rank.ts';
import type { Door } from '../../web/door.ts';
import { formOf } from '../../web/forms.ts';
import { idIn } from '../../web/query.ts';
import { flash } from '../../web/session.ts';
import { authorOf, demand, staffOf, staffOnly } from '../../web/staff.ts';
import * as text from '../../web/text.ts';
import * as urls from '../../web/urls.ts';
import type { DeletePage } from '../form/views.ts';
import { adminPage } from '../frame.ts';
import { showGone } from '../form/gone.ts';
import { sectionOf } from '../registry.ts';
import { isFinal, nameOf, offers, type Row, type Section } from '../section.ts';
import { rowsOf } from '../list/selected.ts';

/** So many of the rows that go along are named. */
const LISTED = 20;

/** GET and POST /admin/albums/:id/delete. */
export function removals(app: FastifyInstance, door: Door, section: Section): void {
  if (!offers(section, 'delete')) return;
  const { db } = door;
  const path = `${urls.admin.list(section.path)}/:id/delete`;
  const guard = staffOnly(db, `delete_${section.model.label}`);
  app.get(path, guard, (request, reply) => ask(door, request, reply, section, false));
  app.post(path, guard, async (request, reply) => {
    const id = idIn(request.params);
    const { along } = formOf(request, ['along']);
    const [row] = await rowsOf(db, section, [id]);
    if (!row) return showGone(door, request, reply, section, id);
    await section.refuse?.(db, request, 'delete', [id]);
    const dependants = await goingAlong(db, request, section, row);
    if (along !== digestOf(dependants)) return ask(door, request, reply, section, true);
    const done = await actAs(db, authorOf(request), async (writer) => {
      const isRemoved = await writer.remove(section.model, id);
      return isRemoved ? writer.act : undefined;
    });
    if (done === undefined) return showGone(door, request, reply, section, id);
    flash(request, { kind: 'ok', text: `${section.deletes?.done ?? 'Deleted'} ${nameOf(section, row)}${alongInWords(dependants, ' with ')}.`, undo: isFinal(section) ? undefined : { action: urls.admin.undo(done), label: 'Undo' } });
    return reply.redirect(urls.admin.list(section.path), 303);
  });
}

async function ask(door: Door, request: FastifyRequest, reply: FastifyReply, section: Section, hasChanged: boolean): Promise<FastifyReply> {
  const { db } = door;
  const id = idIn(request.params);
  const [row] = await rowsOf(db, section, [id]);
  if (!row) return showGone(door, request, reply, section, id);
  await section.refuse?.(db, request, 'delete', [id]);
  const dependants = await goingAlong(db, request, section, row);
  const name = nameOf(section, row);
  const title = `${section.deletes?.verb ?? 'Delete'} ${name}?`;
  const data: DeletePage = {
    title,
    action: urls.admin.remove(section.path, id),
    hidden: [['along', digestOf(dependants)]],
    verb: `${section.deletes?.verb ?? 'Delete'} ${section.model.label}`,
    along: alongInWords(dependants, ''),
    listed: await listed(db, section, id, dependants),
    hasChanged,
    warnings: (await section.warnings?.(db, id)) ?? [],
    canUndo: !isFinal(section),
    cancel: urls.admin.edit(section.path, id),
  };
  return adminPage(db, request, reply.code(hasChanged ? 409 : 200), 'admin/delete', data, {
    title, nav: section.path, trail: [{ label: section.title, href: urls.admin.list(section.path) }, { label: name, href: data.cancel }],
  });
}

/** What goes with a row. Totals that are kept in it say how many; what staff make themselves needs the right to delete it, too. */
async function goingAlong(db: Db, request: FastifyRequest, section: Section, row: Row): Promise<Dependants[]> {
  const dependants = keptTotals(section, row) ?? (await countDependants(db, section.model, [row.id]));
  for (const { model } of dependants) if (isMade(model.table) && !may(staffOf(request), `delete_${model.label}`)) demand(request, `delete_${model.label}`);
  return dependants;
}

/** From columns such as song_count and like_count, where the model has one for everything that goes along. */
function keptTotals({ model }: Section, row: Row): Dependants[] | undefined {
  const found = new Map<string, Dependants>();
  const gather = (of: Section['model']): boolean => dependantsOf(of).every(({ model: dependant }) => {
    const total: Value | undefined = row[`${dependant.label}_count`];
    if (typeof total !== 'number' || model.fields[`${dependant.label}_count`]?.kind !== 'kept') return false;
    if (total > 0) found.set(dependant.table, { model: dependant, rows: total });
    return gather(dependant);
  });
  return gather(model) ? [...found.values()] : undefined;
}

async function listed(db: Db, { model, inlines = [] }: Section, id: number, dependants: readonly Dependants[]): Promise<DeletePage['listed']> {
  const lists: DeletePage['listed'] = [];
  for (const { model: dependant, field } of dependantsOf(model)) {
    const rows = dependants.find(({ model: other }) => other === dependant)?.rows ?? 0;
    if (dependant.title === undefined || rows === 0) continue;
    const position = inlines.find((inline) => inline.model === dependant)?.position;
    const named = await db.all<{ name: string }>(`select ${dependant.title} as name from ${dependant.table} where ${field} = :id order by ${position === undefined ? 'id' : `${position}, id`} limit ${LISTED}`, { id });
    lists.push({ title: text.plural(rows, dependant.label, dependant.plural), names: named.map(({ name }) => name), more: rows - named.length });
  }
  return lists;
}

/** Whether staff make such rows in the admin area, unlike likes, which go along freely. */
function isMade(table: string): boolean {
  const section = sectionOf(table);
  return section !== undefined && offers(section, 'add');
}

function alongInWords(dependants: readonly Dependants[], before: string): string {
  return dependants.length === 0 ? '' : `${before}${dependants.map(({ model, rows }) => text.plural(rows, model.label, model.plural)).join(' and ')}`;
}

/** What was shown and agreed to: likes come and go, but a song that was added meanwhile is asked for again. */
function digestOf(dependants: readonly Dependants[]): string {
  return dependants.filter(({ model }) => isMade(model.table)).map(({ model, rows }) => `${model.table} ${rows}`).join(', ');
}
