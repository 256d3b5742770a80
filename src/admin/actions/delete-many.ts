/** Deleting several rows at once, after a page that lists and counts what goes along. */
import { setImmediate } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { actAs } from '../../accounts/rank.ts';
import { countDependants } from '../../db/history/dependants.ts';
import { badRequest } from '../../errors.ts';
import type { Door } from '../../web/door.ts';
import { flash } from '../../web/session.ts';
import { authorOf, demand } from '../../web/staff.ts';
import * as text from '../../web/text.ts';
import * as urls from '../../web/urls.ts';
import { type Chosen, digestOf } from './chosen.ts';
import { adminPage } from '../frame.ts';
import { parametersOf } from '../list/query.ts';
import { isFinal, nameOf, type Section } from '../section.ts';
import { rowsOf } from '../list/selected.ts';

export type Step = { section: Section; chosen: Chosen; ids: readonly number[]; fields: Record<string, string> };

const LISTED = 20;
/** After so many rows other requests get their turn. */
const BREATH = 50;

/** Asks first; deletes when the very rows that were shown are confirmed. */
export async function removeMany({ db }: Door, request: FastifyRequest, reply: FastifyReply, { section, chosen, ids, fields }: Step): Promise<FastifyReply> {
  const { confirmed, ...unknown } = fields;
  if (Object.keys(unknown).length > 0) throw badRequest('The form has a field that does not belong here. Reload the list and try again.');
  const { model } = section;
  const along = (await countDependants(db, model, ids)).map(({ model: other, rows }) => ({ label: other.label, plural: other.plural, rows }));
  for (const { label } of along) if (label === 'song') demand(request, 'delete_song');
  await section.refuse?.(db, request, 'delete', ids);
  const digest = digestOf(ids);
  if (confirmed === digest) {
    const done = await actAs(db, authorOf(request), async (writer) => {
      let rows = 0;
      for (const [index, id] of ids.entries()) {
        if (await writer.remove(model, id)) rows += 1;
        if (index % BREATH === BREATH - 1) await setImmediate();
      }
      return { rows, act: writer.act };
    });
    flash(request, {
      kind: 'ok',
      text: `Deleted ${text.plural(done.rows, model.label, model.plural)}${alongInWords(along)}.`,
      undo: done.act === undefined || isFinal(section) ? undefined : { action: urls.admin.undo(done.act), label: 'Undo' },
    });
    return reply.redirect(urls.admin.list(section.path, parametersOf(chosen.query)), 303);
  }
  const listed = await rowsOf(db, section, ids.slice(0, LISTED));
  const title = `Delete ${text.plural(ids.length, model.label, model.plural)}?`;
  return adminPage(db, request, reply, 'admin/delete-many', {
    title,
    action: urls.admin.actions(section.path),
    hidden: [...chosen.hidden, ['action', 'delete'], ['confirmed', digest]],
    names: listed.map((row) => nameOf(section, row)),
    more: ids.length - listed.length,
    along,
    hasChanged: confirmed !== undefined,
    verb: `Delete ${text.plural(ids.length, model.label, model.plural)}`,
    cancel: urls.admin.list(section.path, parametersOf(chosen.query)),
  }, { title, nav: section.path, trail: [{ label: section.title, href: urls.admin.list(section.path) }] });
}

function alongInWords(along: { label: string; plural: string; rows: number }[]): string {
  return along.length === 0 ? '' : `, with ${along.map(({ label, plural, rows }) => text.plural(rows, label, plural)).join(' and ')}`;
}
