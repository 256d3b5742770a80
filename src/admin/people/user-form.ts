/** The form of a user: drawn from what is stored, or from what was typed, with what is wrong with it. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { allGroups, type GroupChoice } from '../../accounts/groups.ts';
import { hasSecondFactor } from '../../accounts/factors/second-factor.ts';
import { addressStateOf } from '../../accounts/mail/addresses.ts';
import { LETTER_WORDS } from '../../accounts/mail/letters.ts';
import { may } from '../../accounts/permissions.ts';
import { refusalOfAccount, refusalOfPassword } from '../../accounts/rank.ts';
import { countSessions } from '../../accounts/sessions.ts';
import { countTokens } from '../../accounts/users.ts';
import type { Db, Parameters } from '../../db/db.ts';
import type { Snapshot } from '../../db/history/change.ts';
import { lastChange, rowOf, snapshotOf } from '../../db/history/writer.ts';
import { failuresOf } from '../../mail/outbox.ts';
import { user } from '../../models/user.ts';
import { staffOf, type Staff } from '../../web/staff.ts';
import type { Door } from '../../web/door.ts';
import * as text from '../../web/text.ts';
import * as urls from '../../web/urls.ts';
import { adminPage } from '../frame.ts';
import { endSessionsOf } from './sessions.ts';
import { lastAuthor, showGone } from '../form/gone.ts';
import type { Check, Fact, MailFault, UserPage } from './views.ts';
import { gridOf } from './permission-grid.ts';
import { type Fault, locksOf, type Typed, withLocked } from './rights-form.ts';
import { factorsInWords } from './second-factor.ts';
import { users } from '../sections/users.ts';

const FLAGS: [name: string, label: string, hint: string][] = [
  ['is_active', 'Active', 'Can log in. Untick this instead of deleting the account.'],
  ['is_staff', 'Staff', 'Can open the admin area, and do there what the permissions say.'],
  ['is_superuser', 'Superuser', 'May do everything, whatever the permissions say.'],
];
const OWN = 'These are your own rights: only a superuser can change them.';
const GIVEN = 'You can give the permissions that you have yourself. The others stay as they are.';

/** Answers with the form; what was typed stays as it was typed. */
export async function showUser(door: Door, request: FastifyRequest, reply: FastifyReply, id: number, shown: { typed?: Typed; fault?: Fault } = {}): Promise<FastifyReply> {
  const { db } = door;
  const { typed, fault } = shown;
  // Before the values: a change between the two is then found when the form comes back.
  const seen = typed?.before ?? typed?.seen ?? (await lastChange(db));
  const row = await rowOf(db, user, id);
  if (!row) return showGone(door, request, reply, users, id);
  const staff = staffOf(request);
  const now = await snapshotOf(db, user, row);
  const groups = await allGroups(db);
  const values = typed ? withRightsKept(typed.values, now, staff, id, groups) : now;
  const refusal = refusalOfAccount(staff, { is_superuser: row['is_superuser'] });
  const title = String(row['username']);
  const data: UserPage = {
    title,
    action: urls.admin.edit('users', id),
    isReadOnly: refusal !== undefined || !may(staff, 'change_user'),
    notice: refusal !== undefined && may(staff, 'change_user') ? { text: refusal } : undefined,
    form: { values: { username: String(values['username']), email: String(values['email']) }, errors: fault?.errors ?? {}, summary: fault?.summary },
    hidden: [['seen', String(seen)]],
    ...rightsIn(values, groups, staff, id, refusal !== undefined || !may(staff, 'change_user')),
    facts: await factsOf(db, staff, row),
    mailFaults: await mailFaultsOf(db, id),
    canAdd: may(staff, 'add_user'),
    history: !may(staff, 'view_history') ? undefined : urls.admin.historyOf('users', id),
    remove: refusal === undefined && may(staff, 'delete_user') ? urls.admin.remove('users', id) : undefined,
    tokensBack: row['is_active'] ? 0 : await countTokens(db, id),
    keepsTokens: typed?.choices.has('keep_tokens') ?? false,
    endSessions: refusal === undefined && may(staff, 'delete_session') && (await countSessions(db, id)) > 0 ? endSessionsOf(staff, id) : undefined,
    password: refusal === undefined && may(staff, 'change_user') ? {
      set: urls.admin.password(id), link: urls.admin.passwordLink(id), canMail: door.config.mail !== undefined && row['email'] !== '',
      refusal: await refusalOfPassword(db, staff, { id, is_superuser: row['is_superuser'] }),
    } : undefined,
    removeFactor: (await mayRemoveFactor(db, staff, row)) ? urls.admin.secondFactor(id) : undefined,
  };
  return adminPage(db, request, reply.code(fault?.status ?? 200), 'admin/user', data, {
    title, nav: 'users', trail: [{ label: 'Users', href: urls.admin.list('users') }],
  });
}

/** What was typed, with the rights that this person can't change as they are. */
export function withRightsKept(values: Snapshot, now: Snapshot, staff: Staff, id: number, groups: readonly GroupChoice[]): Snapshot {
  const locks = locksOf(staff, id);
  const lockedGroups = new Set(groups.filter((group) => locks.group(group)).map((group) => group.id));
  const kept: Snapshot = {
    ...values,
    groups: withLocked(values['groups'] as number[], now['groups'] as number[], (group) => lockedGroups.has(group)),
    permissions: withLocked(values['permissions'] as string[], now['permissions'] as string[], locks.permission),
  };
  for (const [name] of FLAGS) if (locks.flag(name) && now[name] === true) kept[name] = true;
  return kept;
}

function rightsIn(values: Snapshot, groups: readonly GroupChoice[], staff: Staff, id: number, isReadOnly: boolean): Pick<UserPage, 'flags' | 'groups' | 'grid'> {
  const locks = locksOf(staff, id);
  const member = new Set(values['groups'] as number[]);
  const isSuperuser = values['is_superuser'] === true;
  const note = staff.isSuperuser || isReadOnly ? '' : staff.id === id ? OWN : GIVEN;
  return {
    flags: FLAGS.map(([name, label, hint]): Check => ({ name, value: 'on', label, hint, isChecked: values[name] === true, isLocked: locks.flag(name) })),
    groups: groups.map((group): Check => ({
      name: 'groups', value: String(group.id), label: group.name, hint: text.plural(group.permissions.length, 'permission'), isChecked: member.has(group.id), isLocked: locks.group(group),
    })),
    // What a superuser could do without being one is nothing to read.
    grid: isSuperuser && isReadOnly ? { rows: [], isReadOnly, note: 'Superusers may do everything.' } : gridOf({
      chosen: new Set(values['permissions'] as string[]),
      isLocked: locks.permission,
      inherited: new Set(groups.filter((group) => member.has(group.id)).flatMap((group) => group.permissions)),
      isReadOnly,
      note: isSuperuser ? 'Superusers may do everything, whatever is ticked here.' : note,
    }),
  };
}

/** Whether there is a second factor that this person may remove: the rule is that of passwords. */
async function mayRemoveFactor(db: Db, staff: Staff, { id, is_superuser }: Parameters & { id: number }): Promise<boolean> {
  return may(staff, 'change_user') && (await hasSecondFactor(db, id)) && (await refusalOfPassword(db, staff, { id, is_superuser })) === undefined;
}

async function mailFaultsOf(db: Db, id: number): Promise<MailFault[]> {
  const failures = await failuresOf(db, id);
  return failures.map(({ kind, recipient, fault, failed_at }) => ({ what: LETTER_WORDS[kind] ?? kind, to: recipient, at: new Date(failed_at).toISOString(), fault }));
}

async function factsOf(db: Db, staff: Staff, row: Parameters & { id: number }): Promise<Fact[]> {
  const username = String(row['username']);
  const moment = (label: string, at: string): Fact => (at === '' ? { label, text: 'Never' } : { label, text: text.dateTime(at), moment: at });
  const { email, isConfirmed, pending } = await addressStateOf(db, row.id);
  const author = await lastAuthor(db, user, row.id);
  return [
    ...(email === '' ? [] : [{ label: 'E-mail address', text: isConfirmed ? 'Confirmed' : 'Not confirmed' }]),
    ...(pending === undefined || pending === email ? [] : [{ label: 'Address to be confirmed', text: pending }]),
    moment('Joined', String(row['created_at'])),
    moment('Last login', String(row['last_login_at'])),
    { label: 'Second factor', text: (await factorsInWords(db, row.id)) || 'None' },
    { label: 'Likes', text: text.number(Number(row['like_count'])), href: may(staff, 'view_like') ? urls.admin.list('likes', { q: username }) : undefined },
    { label: 'Open sessions', text: text.number(await countSessions(db, row.id)), href: may(staff, 'view_session') ? urls.admin.sessionList({ username }) : undefined },
    { label: 'API tokens', text: text.number(await countTokens(db, row.id)), href: may(staff, 'view_token') ? urls.admin.list('tokens', { q: username }) : undefined },
    ...(author ? [{ label: 'Last change', text: text.dateTime(author.at), moment: author.at, by: author.person }] : []),
  ];
}
