/** Sends a page of the admin area: what stands around each depends on what the person may see. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { may, type Permission } from '../accounts/permissions.ts';
import type { Db } from '../db/db.ts';
import type { Around } from '../web/render.ts';
import { staffOf } from '../web/staff.ts';
import * as urls from '../web/urls.ts';
import type { Views } from '../web/views.ts';
import { sections } from './registry.ts';
import { sizeOf } from './section.ts';
import type { Frame } from './views.ts';

type AdminView = { [Name in keyof Views]: Views[Name] extends { frame: Frame } ? Name : never }[keyof Views];
type Link = Frame['groups'][number]['links'][number];

/** What a handler says of its page: the trail that leads to it from the dashboard, and which link of the side nav is current. */
export type Place = { title: string; trail?: Frame['breadcrumbs']; nav: string };

/** Answers with a page of views/admin. */
export async function adminPage<Name extends AdminView>(db: Db, request: FastifyRequest, reply: FastifyReply, name: Name, data: Omit<Views[Name], 'frame'>, place: Place): Promise<FastifyReply> {
  const frame = await frameOf(db, request, place);
  const around: Around = { title: place.title === 'Dashboard' ? 'Admin' : `${place.title} | Admin` };
  return reply.page(name, { ...data, frame } as unknown as Views[Name], around);
}

async function frameOf(db: Db, request: FastifyRequest, { title, trail = [], nav }: Place): Promise<Frame> {
  const rights = staffOf(request);
  const links = new Map<string, Link[]>([['Catalogue', [{ label: 'Dashboard', href: urls.admin.dashboard, current: nav === 'dashboard' }]], ['People', []], ['Record', []]]);
  for (const section of sections) {
    if (!may(rights, `view_${section.model.label}`)) continue;
    links.get(section.group)?.push({ label: section.title, href: urls.admin.list(section.path), count: await sizeOf(db, section), current: nav === section.path });
  }
  const apart: [group: string, permission: Permission, link: Omit<Link, 'current'> & { nav: string }][] = [
    ['People', 'view_session', { label: 'Sessions', href: urls.admin.sessions, nav: 'sessions' }],
    ['Record', 'view_history', { label: 'History', href: urls.admin.history, nav: 'history' }],
  ];
  for (const [group, permission, { nav: own, ...link }] of apart) {
    if (may(rights, permission)) links.get(group)?.push({ ...link, current: nav === own });
  }
  return {
    groups: [...links].filter(([, group]) => group.length > 0).map(([group, shown]) => ({ title: group, links: shown })),
    breadcrumbs: nav === 'dashboard' ? [] : [{ label: 'Admin', href: urls.admin.dashboard }, ...trail, { label: title }],
  };
}
