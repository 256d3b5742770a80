/** The page of a row that has no form: everything of it that may be seen, to read. */
import type { FastifyInstance } from 'fastify';
import { may } from '../../accounts/permissions.ts';
import type { Door } from '../../web/door.ts';
import { idIn } from '../../web/query.ts';
import { staffOf, staffOnly } from '../../web/staff.ts';
import * as text from '../../web/text.ts';
import * as urls from '../../web/urls.ts';
import { cellsOf } from '../list/cells.ts';
import { adminPage } from '../frame.ts';
import { showGone } from './gone.ts';
import type { Fact } from '../people/views.ts';
import { nameOf, offers, type Section, seenBy } from '../section.ts';
import { rowsOf } from '../list/selected.ts';

/** GET /admin/likes/:id and the like: the columns of the section's list, one below the other. */
export function shows(app: FastifyInstance, door: Door, whole: Section): void {
  const { label } = whole.model;
  app.get(`${urls.admin.list(whole.path)}/:id`, staffOnly(door.db, `view_${label}`), async (request, reply) => {
    const section = seenBy(staffOf(request), whole);
    const id = idIn(request.params);
    const [row] = await rowsOf(door.db, section, [id]);
    if (!row) return showGone(door, request, reply, section, id);
    const own = urls.admin.edit(section.path, id);
    const name = nameOf(section, row);
    const title = name.charAt(0).toUpperCase() + name.slice(1);
    const cells = cellsOf(section, row);
    const facts = section.columns.map((column, index): Fact => {
      const { kind, text: shown, href } = cells[index] as (typeof cells)[number];
      const raw = String(row[column.name] ?? '');
      const moment = kind === 'moment' && raw !== '' ? raw : undefined;
      return { label: column.label, text: moment === undefined ? shown || 'None' : text.dateTime(moment), moment, href: href === own ? undefined : href };
    });
    const canDelete = offers(section, 'delete') && may(staffOf(request), `delete_${label}`);
    return adminPage(door.db, request, reply, 'admin/show', {
      title,
      note: section.note ?? '',
      facts,
      remove: canDelete ? { href: urls.admin.remove(section.path, id), label: `${section.deletes?.verb ?? 'Delete'} ${label}` } : undefined,
      history: !may(staffOf(request), 'view_history') ? undefined : urls.admin.historyOf(section.path, id),
    }, { title, nav: section.path, trail: [{ label: section.title, href: urls.admin.list(section.path) }] });
  });
}
