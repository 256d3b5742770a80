/** What can be done with several rows at once: chosen in a list, confirmed or previewed on a page of its own. */
import type { FastifyInstance } from 'fastify';
import { may } from '../../accounts/permissions.ts';
import { badRequest } from '../../errors.ts';
import type { Door } from '../../web/door.ts';
import { flash } from '../../web/session.ts';
import { staffOf, staffOnly, type Staff } from '../../web/staff.ts';
import * as urls from '../../web/urls.ts';
import { bulkEdit } from './bulk-edit.ts';
import { chosenIds, readChosen } from './chosen.ts';
import { rowsOfAll, sendExport } from '../list/export.ts';
import { parametersOf } from '../list/query.ts';
import { removeMany } from './delete.ts';
import { offers, type Section, seenBy } from '../section.ts';

type Action = { value: 'edit' | 'csv' | 'json' | 'delete'; label: string };

const CHUNK = 1000;

/** POST /admin/albums/actions: the form around a list, and every step that follows from it. */
export function actions(app: FastifyInstance, door: Door, whole: Section): void {
  const { db } = door;
  app.post(urls.admin.actions(whole.path), staffOnly(db, `view_${whole.model.label}`), async (request, reply) => {
    const section = seenBy(staffOf(request), whole);
    const { chosen, rest: { action, ...fields } } = readChosen(section, request);
    const allowed = actionsFor(section, staffOf(request)).find(({ value }) => value === action);
    if (!allowed) throw badRequest('This list has no such action, or your account may not do it. Go back and choose another.');
    const ids = await chosenIds(db, section, chosen);
    if (ids.length === 0) {
      flash(request, { kind: 'warn', text: chosen.selected.length > 0 ? `The ${section.model.plural} that you chose are gone. Somebody has deleted them.` : 'Choose some rows first, then an action.' });
      return reply.redirect(urls.admin.list(section.path, parametersOf(chosen.query)), 303);
    }
    const step = { section, chosen, ids, fields };
    if (allowed.value === 'edit') return bulkEdit(door, request, reply, step);
    if (allowed.value === 'delete') return removeMany(door, request, reply, step);
    return sendExport(reply, section, allowed.value, rowsOfAll(db, section, chunksOf(ids)));
  });
}

/** The actions that somebody may choose from in a section. */
export function actionsFor(section: Section, staff: Staff): Action[] {
  const { label, plural } = section.model;
  const found: Action[] = [];
  if (section.bulkFields && offers(section, 'change') && may(staff, `change_${label}`)) found.push({ value: 'edit', label: `Edit selected ${plural}` });
  found.push({ value: 'csv', label: `Export selected ${plural} as CSV` }, { value: 'json', label: `Export selected ${plural} as JSON` });
  if (offers(section, 'delete') && may(staff, `delete_${label}`)) found.push({ value: 'delete', label: `Delete selected ${plural}` });
  return found;
}

function* chunksOf(ids: readonly number[]): Generator<number[]> {
  for (let start = 0; start < ids.length; start += CHUNK) yield ids.slice(start, start + CHUNK);
}
