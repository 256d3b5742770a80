/** Rows that are gone: who deleted them and when, as history has it. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { may } from '../../accounts/permissions.ts';
import type { Db } from '../../db/db.ts';
import type { Model } from '../../schema/define-model.ts';
import { notFound } from '../../errors.ts';
import { redirectOf } from '../../music/redirects.ts';
import type { Door } from '../../web/door.ts';
import { staffOf } from '../../web/staff.ts';
import * as text from '../../web/text.ts';
import * as urls from '../../web/urls.ts';
import './views.ts';
import { adminPage } from '../frame.ts';
import type { Section } from '../section.ts';

export type Author = { person: string; at: string };
export type Deletion = Author & { label: string };

/** How a row was deleted; undefined for one that history does not know, or that is there. */
export async function deletionOf(db: Db, model: Model, id: number): Promise<Deletion | undefined> {
  const last = await db.first<Deletion & { action: string }>(LAST, { model: model.table, object: id });
  return last?.action === 'delete' ? last : undefined;
}

/** Who changed a row last. */
export function lastAuthor(db: Db, model: Model, id: number): Promise<Author | undefined> {
  return db.first<Author>(LAST, { model: model.table, object: id });
}

/** "mara deleted “Hounds of Love” on 21 November 2026, 16:02 UTC." */
export function deletedInWords({ label: kind }: Model, { person, at, label }: Deletion): string {
  return `${person} deleted ${label === '' ? `this ${kind}` : label} on ${text.dateTime(at)}.`;
}

/** Where the history of a row is read, for whoever may. */
export function historyLink(request: FastifyRequest, section: Section, id: number): string | undefined {
  return may(staffOf(request), 'view_history') ? urls.admin.historyOf(section.path, id) : undefined;
}

/** Answers for a row that is gone: leads to what it was merged into, or says who deleted it. */
export async function showGone({ db }: Door, request: FastifyRequest, reply: FastifyReply, section: Section, id: number): Promise<FastifyReply> {
  const stays = await redirectOf(db, section.model.table, id);
  if (stays !== undefined && request.method === 'GET') return reply.redirect(urls.admin.edit(section.path, stays), 301);
  const deletion = await deletionOf(db, section.model, id);
  if (!deletion) throw notFound(`There is no ${section.model.label} ${id}. It may have been deleted.`);
  const title = `This ${section.model.label} is gone`;
  const list = { href: urls.admin.list(section.path), label: section.title };
  return adminPage(db, request, reply.code(404), 'admin/gone', { title, sentence: deletedInWords(section.model, deletion), history: historyLink(request, section, id), list }, { title, nav: section.path, trail: [list] });
}

const LAST = `select changes.action, changes.label, acts.person, acts.at from changes join acts on acts.id = changes.act
  where changes.model = :model and changes.object = :object order by changes.id desc limit 1`;
