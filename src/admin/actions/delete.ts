/** Deleting one row, or several that were chosen in a list, after a page that lists and counts what goes along. */
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { actAs } from '../../accounts/rank.ts';
import { assertMayTakeAlong } from '../../accounts/reach.ts';
import type { Db } from '../../db/db.ts';
import { type Along, goingAlong } from '../../db/history/dependants.ts';
import { dependantsOf } from '../../db/history/writer.ts';
import { badRequest } from '../../errors.ts';
import type { Door } from '../../web/door.ts';
import { formOf } from '../../web/forms.ts';
import { idIn } from '../../web/query.ts';
import { flash } from '../../web/session.ts';
import { authorOf, staffOf, staffOnly } from '../../web/staff.ts';
import * as text from '../../web/text.ts';
import * as urls from '../../web/urls.ts';
import { showGone } from '../form/gone.ts';
import type { DeletePage } from '../form/views.ts';
import { adminPage } from '../frame.ts';
import { parametersOf } from '../list/query.ts';
import { rowsOf } from '../list/selected.ts';
import { isFinal, nameOf, offers, type Row, type Section, seenBy } from '../section.ts';
import type { Step } from './chosen.ts';

/** So many of the rows that go are named. */
const LISTED = 20;
/** After so many rows other requests get their turn. */
const BREATH = 50;

/** What would go: the rows themselves, and everything that goes with them. */
type Going = { section: Section; rows: readonly Row[]; along: readonly Along[]; digest: string };
type Asking = Pick<DeletePage, 'action' | 'cancel'> & { hidden: DeletePage['hidden']; hasChanged: boolean };

/** Something else would go now than what was confirmed. */
class Changed extends Error {}

/** GET and POST /admin/albums/:id/delete. */
export function removals(app: FastifyInstance, door: Door, section: Section): void {
  if (!offers(section, 'delete')) return;
  const path = `${urls.admin.list(section.path)}/:id/delete`;
  const guard = staffOnly(door.db, `delete_${section.model.label}`);
  app.get(path, guard, (request, reply) => removeOne(door, request, reply, section));
  app.post(path, guard, (request, reply) => removeOne(door, request, reply, section, formOf(request, ['along']).along));
}

async function removeOne(door: Door, request: FastifyRequest, reply: FastifyReply, section: Section, confirmed?: string): Promise<FastifyReply> {
  const { db } = door;
  const id = idIn(request.params);
  const going = await goingWith(db, request, section, [id]);
  if (going.rows.length === 0) return showGone(door, request, reply, section, id);
  const done = await removed(db, request, going, confirmed);
  if (done) return reply.redirect(urls.admin.list(section.path), 303);
  const hidden: DeletePage['hidden'] = [['along', going.digest]];
  return ask(db, request, reply, going, { action: urls.admin.remove(section.path, id), hidden, hasChanged: confirmed !== undefined, cancel: urls.admin.edit(section.path, id) });
}

/** The step of the action "Delete selected albums" on a list: asks first, and deletes the very rows that were shown. */
export async function removeMany({ db }: Door, request: FastifyRequest, reply: FastifyReply, { section, chosen, ids, fields }: Step): Promise<FastifyReply> {
  const { confirmed, ...unknown } = fields;
  if (Object.keys(unknown).length > 0) throw badRequest('The form has a field that does not belong here. Reload the list and try again.');
  const going = await goingWith(db, request, section, ids);
  const list = urls.admin.list(section.path, parametersOf(chosen.query));
  const done = await removed(db, request, going, confirmed);
  if (done) return reply.redirect(list, 303);
  const hidden: DeletePage['hidden'] = [...chosen.hidden, ['action', 'delete'], ['confirmed', going.digest]];
  return ask(db, request, reply, going, { action: urls.admin.actions(section.path), hidden, hasChanged: confirmed !== undefined, cancel: list });
}

/** Reads what would go, and refuses what this person may not delete or take along. */
async function goingWith(db: Db, request: FastifyRequest, whole: Section, ids: readonly number[]): Promise<Going> {
  const section = seenBy(staffOf(request), whole);
  const rows = await rowsOf(db, section, ids);
  if (rows.length > 0) await section.refuse?.(db, request, 'delete', ids);
  const along = await goingAlong(db, section.model, ids);
  assertMayTakeAlong(staffOf(request), along);
  return { section, rows, along, digest: digestOf(rows, along) };
}

/** Deletes what was confirmed; false when nothing was, or when something else would go by now: compared in the transaction that deletes. */
async function removed(db: Db, request: FastifyRequest, { section, rows, along, digest }: Going, confirmed: string | undefined): Promise<boolean> {
  if (confirmed !== digest) return false;
  try {
    const act = await actAs(db, authorOf(request), async (writer) => {
      const ids = rows.map(({ id }) => id);
      const now = digestOf(await rowsOf(writer.db, section, ids), await goingAlong(writer.db, section.model, ids));
      if (now !== confirmed) throw new Changed();
      for (const [index, id] of ids.entries()) {
        await writer.remove(section.model, id);
        if (index % BREATH === BREATH - 1) await setImmediate();
      }
      return writer.act;
    });
    const undo = act === undefined || isFinal(section) ? undefined : { action: urls.admin.undo(act), label: 'Undo' };
    flash(request, { kind: 'ok', text: `${section.deletes?.done ?? 'Deleted'} ${inWords(section, rows)}${alongInWords(along, ' with ')}.`, undo });
    return true;
  } catch (error) {
    if (error instanceof Changed) return false;
    throw error;
  }
}

async function ask(db: Db, request: FastifyRequest, reply: FastifyReply, { section, rows, along }: Going, { action, hidden, hasChanged, cancel }: Asking): Promise<FastifyReply> {
  const verb = section.deletes?.verb ?? 'Delete';
  const title = `${verb} ${inWords(section, rows)}?`;
  const [one, isOne] = [rows[0] as Row, rows.length === 1];
  const shown = isOne ? [] : rows.slice(0, LISTED);
  const data: DeletePage = {
    title,
    action,
    hidden,
    verb: `${verb} ${isOne ? section.model.label : text.plural(rows.length, section.model.label, section.model.plural)}`,
    names: shown.map((row) => nameOf(section, row)),
    more: isOne ? 0 : rows.length - shown.length,
    isOne,
    along: alongInWords(along, ''),
    listed: isOne ? await listed(db, section, one.id, along) : [],
    hasChanged,
    warnings: isOne ? ((await section.warnings?.(db, one.id)) ?? []) : [],
    canUndo: !isFinal(section),
    cancel,
  };
  const trail = [{ label: section.title, href: urls.admin.list(section.path) }, ...(isOne ? [{ label: nameOf(section, one), href: cancel }] : [])];
  return adminPage(db, request, reply.code(hasChanged ? 409 : 200), 'admin/delete', data, { title, nav: section.path, trail });
}

/** The first of the rows that go with one, where they have names. */
async function listed(db: Db, { model, inlines = [] }: Section, id: number, along: readonly Along[]): Promise<DeletePage['listed']> {
  const lists: DeletePage['listed'] = [];
  for (const { model: dependant, field } of dependantsOf(model)) {
    const rows = along.find(({ table }) => table === dependant.table)?.rows ?? 0;
    if (dependant.title === undefined || rows === 0) continue;
    const position = inlines.find((inline) => inline.model === dependant)?.position;
    const order = position === undefined ? 'id' : `${position}, id`;
    const named = await db.all<{ name: string }>(`select ${dependant.title} as name from ${dependant.table} where ${field} = :id order by ${order} limit ${LISTED}`, { id });
    lists.push({ title: text.plural(rows, dependant.label, dependant.plural), names: named.map(({ name }) => name), more: rows - named.length });
  }
  return lists;
}

function inWords(section: Section, rows: readonly Row[]): string {
  return rows.length === 1 ? nameOf(section, rows[0] as Row) : text.plural(rows.length, section.model.label, section.model.plural);
}

function alongInWords(along: readonly Along[], before: string): string {
  return along.length === 0 ? '' : `${before}${text.list(along.map(({ label, plural, rows }) => text.plural(rows, label, plural)))}`;
}

/** What was shown and agreed to: likes come and go, but a song that was added meanwhile is asked for again. */
function digestOf(rows: readonly Row[], along: readonly Along[]): string {
  const shown = [rows.map(({ id }) => id), along.filter(({ model }) => model?.title !== undefined).map(({ table, rows: count }) => [table, count])];
  return createHash('sha256').update(JSON.stringify(shown)).digest('hex').slice(0, 16);
}
