/** Adding a user, in two steps, and changing one: who somebody is and what they may do. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { settleActivity } from '../../accounts/activity.ts';
import { allGroups } from '../../accounts/groups.ts';
import { mailPasswordLink, makePasswordLink } from '../../accounts/password-links.ts';
import { may } from '../../accounts/permissions.ts';
import { actAs, refusalOfAccount } from '../../accounts/rank.ts';
import { faultsOfAccount, insertUser, readyUser } from '../../accounts/users.ts';
import type { Db } from '../../db/db.ts';
import type { Snapshot } from '../../db/history/change.ts';
import { isSame, lastChange, rowOf, snapshotOf } from '../../db/history/writer.ts';
import { forbidden, invalid, InvalidInput } from '../../errors.ts';
import { user } from '../../models/user.ts';
import { compatible } from '../../schema/caseless.ts';
import { parse } from '../../schema/parse.ts';
import type { Door } from '../../web/door.ts';
import { formOf } from '../../web/forms.ts';
import { formKey, type KeepOutcome, oncePerForm, takeFormKey } from '../../web/form-keys.ts';
import { assertProven } from '../../web/proof.ts';
import { idIn } from '../../web/query.ts';
import { flash } from '../../web/session.ts';
import { authorOf, staffOf, staffOnly } from '../../web/staff.ts';
import * as urls from '../../web/urls.ts';
import { adminPage } from '../frame.ts';
import { showGone } from '../form/gone.ts';
import { MeanwhileChanged, showMeanwhile, withPicks } from '../conflict/people.ts';
import type { UserAddPage } from './views.ts';
import { faultOf, hiddenOf, readTyped, type Typed } from './rights-form.ts';
import { users as section } from '../sections/users.ts';
import { showUser, withRightsKept } from './user-form.ts';
import { linkFlash } from './passwords.ts';

const FIELDS = { texts: ['username', 'email'], flags: ['is_active', 'is_staff', 'is_superuser'], sets: ['groups', 'permissions'], choices: ['keep_tokens'] } as const;

/** GET and POST /admin/users/add and /admin/users/:id. */
export function users(app: FastifyInstance, door: Door): void {
  const { db } = door;
  app.get(urls.admin.add('users'), staffOnly(db, 'add_user'), (request, reply) => showAdd(door, request, reply, { form: { values: {}, errors: {} }, login: 'link' }));
  app.post(urls.admin.add('users'), staffOnly(db, 'add_user'), (request, reply) => {
    takeFormKey(request);
    return oncePerForm(db, request, reply, { work: (keep) => add(door, request, reply, keep) });
  });
  app.get('/admin/users/:id', staffOnly(db, 'view_user'), (request, reply) => showUser(door, request, reply, idIn(request.params)));
  app.post('/admin/users/:id', staffOnly(db, 'change_user'), async (request, reply) => {
    const id = idIn(request.params);
    const typed = readTyped(request, FIELDS);
    try {
      const saved = await save(door, request, id, typed);
      return saved ? leave(request, reply, id, typed, saved) : showGone(door, request, reply, section, id);
    } catch (error) {
      if (error instanceof MeanwhileChanged) return conflict(door, request, reply, id, typed, error);
      const fault = faultOf(error);
      if (!fault) throw error;
      return showUser(door, request, reply, id, { typed, fault });
    }
  });
}

async function add(door: Door, request: FastifyRequest, reply: FastifyReply, keep: KeepOutcome): Promise<FastifyReply> {
  const { db, config } = door;
  const { username, email, login, password } = formOf(request, ['username', 'email', 'login', 'password']);
  const way = login === 'password' ? 'password' : login === 'mail' && config.mail ? 'mail' : 'link';
  const pathOf = (id: number): string => (may(staffOf(request), 'view_user') ? urls.admin.edit('users', id) : urls.admin.add('users'));
  try {
    if (way === 'mail' && email.trim() === '') throw invalid({ email: 'Enter the address that the link goes to.' });
    const ready = await readyUser(db, { username, email, password: way === 'password' ? password : undefined });
    const made = await actAs(db, authorOf(request), async (writer) => {
      const id = await insertUser(writer, ready);
      if (way === 'mail') await mailPasswordLink(writer.db, id, ready.email);
      await keep(writer.db, { location: pathOf(id) });
      return { id, act: writer.act as number, key: way === 'link' ? await makePasswordLink(writer.db, id) : undefined };
    });
    const sent = way === 'mail' ? ` A mail with a link is on its way to ${ready.email}.` : '';
    const next = may(staffOf(request), 'change_user') ? ' Now choose what they may do.' : '';
    flash(request, { kind: 'ok', text: `Added ${ready.username}.${sent}${next}`, undo: may(staffOf(request), 'delete_user') ? { action: urls.admin.undo(made.act), label: 'Undo' } : undefined });
    if (made.key !== undefined) flash(request, linkFlash(config.publicUrl, ready.username, made.key));
    return reply.redirect(pathOf(made.id), 303);
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    return showAdd(door, request, reply.code(422), { form: { values: { username, email }, errors: error.fields }, login: way });
  }
}

function showAdd({ db }: Door, request: FastifyRequest, reply: FastifyReply, data: Omit<UserAddPage, 'title' | 'hidden'>): Promise<FastifyReply> {
  const title = 'Add user';
  return adminPage(db, request, reply, 'admin/user-add', { title, hidden: [formKey()], ...data }, { title, nav: 'users', trail: [{ label: 'Users', href: urls.admin.list('users') }] });
}

/** Stores what was typed; undefined when the user is gone. */
async function save({ db }: Door, request: FastifyRequest, id: number, typed: Typed): Promise<{ act: number | undefined; username: string } | undefined> {
  const parsed = parse(user, typed.values);
  if (!parsed.ok) throw invalid(parsed.errors);
  const wanted: Snapshot = { ...parsed.value, username: compatible(parsed.value.username), groups: typed.values['groups'] as number[], permissions: typed.values['permissions'] as string[] };
  await proveRights(db, request, id, { wanted, proof: typed.proof });
  return actAs(db, authorOf(request), async (writer) => {
    const row = await rowOf(writer.db, user, id);
    if (!row) return undefined;
    const staff = staffOf(request);
    const refusal = refusalOfAccount(staff, { is_superuser: row['is_superuser'] });
    if (refusal) throw forbidden(refusal);
    const now = await snapshotOf(writer.db, user, row);
    const groups = await allGroups(writer.db);
    const kept = withRightsKept(wanted, now, staff, id, groups);
    const values = await withPicks(writer.db, user, id, { ...typed, values: kept, now });
    const errors = await faultsOfAccount(writer.db, { username: String(values['username']), email: String(values['email']) }, id);
    if ((values['groups'] as number[]).some((group) => !groups.some((known) => known.id === group))) errors['groups'] = 'A group that you chose has been deleted. Look at the groups again.';
    if (Object.keys(errors).length > 0) throw invalid(errors);
    await writer.update(user, id, values);
    const [was, is] = [now['is_active'] === true, values['is_active'] === true];
    // Asked when the account comes back, by the box of the form.
    await settleActivity(writer, id, { was, is }, { kept: !is || typed.choices.has('keep_tokens') });
    return { act: writer.act, username: String(values['username']) };
  });
}

/** Another address gets the links for a password, and more rights do more harm: who gives them proves anew who they are. */
async function proveRights(db: Db, request: FastifyRequest, id: number, { wanted, proof }: { wanted: Snapshot; proof: string }): Promise<void> {
  const row = await rowOf(db, user, id);
  if (!row) return;
  const staff = staffOf(request);
  const now = await snapshotOf(db, user, row);
  const kept = withRightsKept(wanted, now, staff, id, await allGroups(db));
  const changes = ['email', 'is_staff', 'is_superuser', 'groups', 'permissions'].some((name) => !isSame(now[name], kept[name]));
  if (changes) await assertProven(db, request, staff, proof);
}

function leave(request: FastifyRequest, reply: FastifyReply, id: number, { verb }: Typed, { act, username }: { act: number | undefined; username: string }): FastifyReply {
  if (act === undefined) flash(request, { kind: 'ok', text: 'Nothing was changed.' });
  else flash(request, { kind: 'ok', text: `Saved ${username}.`, undo: { action: urls.admin.undo(act), label: 'Undo' } });
  return reply.redirect({ save: urls.admin.list('users'), continue: urls.admin.edit('users', id), another: urls.admin.add('users') }[verb], 303);
}

async function conflict({ db }: Door, request: FastifyRequest, reply: FastifyReply, id: number, typed: Typed, meanwhile: MeanwhileChanged): Promise<FastifyReply> {
  const name = String((await rowOf(db, user, id))?.['username'] ?? typed.values['username']);
  return showMeanwhile(db, request, reply, meanwhile, {
    model: user, name, action: urls.admin.edit('users', id), verb: typed.verb, hidden: hiddenOf(typed, await lastChange(db)), history: urls.admin.historyOf('users', id),
    place: { title: `${name} was changed meanwhile`, nav: 'users', trail: [{ label: 'Users', href: urls.admin.list('users') }, { label: name, href: urls.admin.edit('users', id) }] },
  });
}
