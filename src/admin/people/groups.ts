/** Adding and changing groups: a name, and what their members may do. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { faultsOfGroup, membersOfGroup } from '../../accounts/groups.ts';
import { may } from '../../accounts/permissions.ts';
import { actAs } from '../../accounts/rank.ts';
import type { Snapshot } from '../../db/history/change.ts';
import { lastChange, rowOf, snapshotOf } from '../../db/history/writer.ts';
import { invalid } from '../../errors.ts';
import { group } from '../../models/group.ts';
import { parse } from '../../schema/parse.ts';
import type { Door } from '../../web/door.ts';
import { formKey, type KeepOutcome, oncePerForm, takeFormKey } from '../../web/form-keys.ts';
import { idIn } from '../../web/query.ts';
import { flash } from '../../web/session.ts';
import { authorOf, staffOf, staffOnly } from '../../web/staff.ts';
import * as text from '../../web/text.ts';
import * as urls from '../../web/urls.ts';
import { adminPage, type Place } from '../frame.ts';
import { lastAuthor, showGone } from '../form/gone.ts';
import { MeanwhileChanged, showMeanwhile, withPicks } from '../conflict/people.ts';
import type { GroupPage } from './views.ts';
import { gridOf } from './permission-grid.ts';
import { type Fault, faultOf, hiddenOf, locksOf, readTyped, type Typed, withLocked } from './rights-form.ts';
import { groups as section } from '../sections/groups.ts';

const FIELDS = { texts: ['name'], flags: [], sets: ['permissions'] } as const;
/** So many members are listed. */
const LISTED = 100;
const GIVEN = 'You can give the permissions that you have yourself. The others stay as they are.';

/** GET and POST /admin/groups/add and /admin/groups/:id. */
export function groups(app: FastifyInstance, door: Door): void {
  const { db } = door;
  app.get(urls.admin.add('groups'), staffOnly(db, 'add_group'), (request, reply) => show(door, request, reply, undefined, {}));
  app.post(urls.admin.add('groups'), staffOnly(db, 'add_group'), (request, reply) => answer(door, request, reply, undefined));
  app.get('/admin/groups/:id', staffOnly(db, 'view_group'), (request, reply) => show(door, request, reply, idIn(request.params), {}));
  app.post('/admin/groups/:id', staffOnly(db, 'change_group'), (request, reply) => answer(door, request, reply, idIn(request.params)));
}

async function answer(door: Door, request: FastifyRequest, reply: FastifyReply, id: number | undefined): Promise<FastifyReply> {
  takeFormKey(request);
  const typed = readTyped(request, FIELDS);
  if (id !== undefined) return store(door, request, reply, { id, typed });
  return oncePerForm(door.db, request, reply, { work: (keep) => store(door, request, reply, { id, typed, keep }) });
}

type Form = { id: number | undefined; typed: Typed; keep?: KeepOutcome };

async function store(door: Door, request: FastifyRequest, reply: FastifyReply, { id, typed, keep }: Form): Promise<FastifyReply> {
  try {
    const saved = await save(door, request, { id, typed, ...(keep ? { keep } : {}) });
    return saved ? leave(request, reply, id === undefined, typed, saved) : showGone(door, request, reply, section, id as number);
  } catch (error) {
    if (error instanceof MeanwhileChanged) return conflict(door, request, reply, id as number, typed, error);
    const fault = faultOf(error);
    if (!fault) throw error;
    return show(door, request, reply, id, { typed, fault });
  }
}

/** Stores what was typed, and gives the group's id; undefined when it is gone. */
async function save({ db }: Door, request: FastifyRequest, { id, typed, keep }: Form): Promise<{ id: number; act: number | undefined; name: string } | undefined> {
  const parsed = parse(group, typed.values);
  if (!parsed.ok) throw invalid(parsed.errors);
  return actAs(db, authorOf(request), async (writer) => {
    const row = id === undefined ? undefined : await rowOf(writer.db, group, id);
    if (id !== undefined && !row) return undefined;
    const now = row && (await snapshotOf(writer.db, group, row));
    const wanted: Snapshot = { ...parsed.value, permissions: permissionsOf(typed.values, now, request) };
    const values = id === undefined || !now ? wanted : await withPicks(writer.db, group, id, { ...typed, values: wanted, now });
    const errors = await faultsOfGroup(writer.db, String(values['name']), id);
    if (Object.keys(errors).length > 0) throw invalid(errors);
    if (id !== undefined) await writer.update(group, id, values);
    const stored = id ?? (await writer.insert(group, values));
    await keep?.(writer.db, { location: pathAfter(stored, typed) });
    return { id: stored, act: writer.act, name: String(values['name']) };
  });
}

/** What was ticked, and those that this person can't give or take. */
function permissionsOf(values: Snapshot, now: Snapshot | undefined, request: FastifyRequest): string[] {
  return withLocked(values['permissions'] as string[], (now?.['permissions'] ?? []) as string[], locksOf(staffOf(request)).permission);
}

async function show({ db, ...door }: Door, request: FastifyRequest, reply: FastifyReply, id: number | undefined, { typed, fault }: { typed?: Typed; fault?: Fault }): Promise<FastifyReply> {
  const seen = typed?.before ?? typed?.seen ?? (await lastChange(db));
  const row = id === undefined ? undefined : await rowOf(db, group, id);
  if (id !== undefined && !row) return showGone({ db, ...door }, request, reply, section, id);
  const staff = staffOf(request);
  const now = row && (await snapshotOf(db, group, row));
  const namesMembers = may(staffOf(request), 'view_user');
  const { members, count } = row ? await membersOfGroup(db, row.id, namesMembers ? LISTED : 0) : { members: [], count: 0 };
  const author = row && (await lastAuthor(db, group, row.id));
  const isReadOnly = row !== undefined && !may(staff, 'change_group');
  const name = row ? String(row['name']) : 'Add group';
  const data: GroupPage = {
    title: name,
    isNew: row === undefined,
    action: id === undefined ? urls.admin.add('groups') : urls.admin.edit('groups', id),
    isReadOnly,
    form: { values: { name: String(typed?.values['name'] ?? row?.['name'] ?? '') }, errors: fault?.errors ?? {}, summary: fault?.summary },
    hidden: [['seen', String(seen)], ...(row ? [] : [formKey()])],
    grid: gridOf({
      chosen: new Set(typed ? permissionsOf(typed.values, now, request) : ((now?.['permissions'] ?? []) as string[])),
      isLocked: locksOf(staff).permission,
      isReadOnly,
      note: staff.isSuperuser || isReadOnly ? '' : GIVEN,
    }),
    members: members.map((member) => ({ username: member.username, href: urls.admin.edit('users', member.id) })),
    more: count - members.length,
    facts: row ? [
      { label: 'Members', text: text.number(count) },
      { label: 'Added', text: text.dateTime(String(row['created_at'])), moment: String(row['created_at']) },
      ...(author ? [{ label: 'Last change', text: text.dateTime(author.at), moment: author.at, by: author.person }] : []),
    ] : [],
    canAdd: may(staff, 'add_group'),
    history: id === undefined || !may(staff, 'view_history') ? undefined : urls.admin.historyOf('groups', id),
    remove: id !== undefined && may(staff, 'delete_group') ? urls.admin.remove('groups', id) : undefined,
  };
  return adminPage(db, request, reply.code(fault?.status ?? 200), 'admin/group', data, placeOf(name));
}

function leave(request: FastifyRequest, reply: FastifyReply, isNew: boolean, { verb }: Typed, { id, act, name }: { id: number; act: number | undefined; name: string }): FastifyReply {
  if (act === undefined) flash(request, { kind: 'ok', text: 'Nothing was changed.' });
  else flash(request, { kind: 'ok', text: `${isNew ? 'Added' : 'Saved'} ${name}.`, undo: isNew && !may(staffOf(request), 'delete_group') ? undefined : { action: urls.admin.undo(act), label: 'Undo' } });
  return reply.redirect(pathAfter(id, { verb }), 303);
}

function pathAfter(id: number, { verb }: Pick<Typed, 'verb'>): string {
  return { save: urls.admin.list('groups'), continue: urls.admin.edit('groups', id), another: urls.admin.add('groups') }[verb];
}

async function conflict({ db }: Door, request: FastifyRequest, reply: FastifyReply, id: number, typed: Typed, meanwhile: MeanwhileChanged): Promise<FastifyReply> {
  const name = String((await rowOf(db, group, id))?.['name'] ?? typed.values['name']);
  return showMeanwhile(db, request, reply, meanwhile, {
    model: group, name, action: urls.admin.edit('groups', id), verb: typed.verb, hidden: hiddenOf(typed, await lastChange(db)), history: urls.admin.historyOf('groups', id),
    place: placeOf(`${name} was changed meanwhile`, { label: name, href: urls.admin.edit('groups', id) }),
  });
}

function placeOf(title: string, ...trail: NonNullable<Place['trail']>): Place {
  return { title, nav: 'groups', trail: [{ label: 'Groups', href: urls.admin.list('groups') }, ...trail] };
}
