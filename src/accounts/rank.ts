/**
 * Who may change whose account and rights. The rules look at what an act has written, inside its
 * transaction, so that they hold for every way in alike: forms, bulk actions, undo and the API.
 */
import type { Db } from '../db/db.ts';
import { type Author, type Change, readChange, type Snapshot } from '../db/history/change.ts';
import { act, type Writer } from '../db/history/writer.ts';
import { forbidden, GuestError } from '../errors.ts';
import { group } from '../models/group.ts';
import { token } from '../models/token.ts';
import { user } from '../models/user.ts';
import { endSessionsOfInactive } from './activity.ts';
import { noticeAddresses } from './mail/addresses.ts';
import { may, type Permission, permissionInWords, type Rights, rightsOf } from './permissions.ts';
import { assertSuperuser, HAS_PASSWORD, IS_ADMINISTRATOR, LAST } from './users.ts';

/** Somebody with what they may do. */
export type Actor = Rights & { id: number };

const OVER_ME = 'Only a superuser can change or delete the account of a superuser, set its password or end its sessions.';
const OVER_ALL = 'Only a superuser can make somebody a superuser.';
const MYSELF = 'You cannot raise your own rights. Ask a superuser to do it.';
const MORE_THAN_I = 'You cannot set the password of somebody who may do more than you.';
const TOKEN_OVER_ME = 'Only a superuser can make or revoke the tokens of a superuser.';
const TOKEN_OF_MORE = 'You cannot make a token for somebody who may do more than you.';
const GONE = 'Your account has been deactivated or deleted meanwhile.';

/**
 * Does several writes as one act of this person, all or nothing, and takes them back when the person may
 * not do one of them or no superuser would be left who can get in. The operator at the command line may do all.
 * @param undoes the act that this one takes back
 * @throws GuestError 403 with the rule that was broken, 422 for the last superuser
 */
export function actAs<T>(db: Db, author: Author, work: (writer: Writer) => Promise<T>, undoes?: number): Promise<T> {
  return act(db, author, async (writer) => {
    // As the act finds it: it may change its own author.
    const actor = author.user === null ? undefined : await actorOf(writer.db, author.user);
    const result = await work(writer);
    if (actor) await judge(writer, actor);
    await noticeAddresses(writer);
    await endSessionsOfInactive(writer);
    return result;
  }, undoes);
}

/** Why somebody can do nothing to an account; undefined when they can. */
export function refusalOfAccount(actor: Actor, account: { is_superuser: unknown }): string | undefined {
  return account.is_superuser && !actor.isSuperuser ? OVER_ME : undefined;
}

/**
 * Refuses, before anything is done, what the rules would refuse afterwards.
 * @throws GuestError 403 when there is a superuser among the accounts and this person is none, 422 when nobody would be left who can run the site
 */
export async function refuseAccounts(db: Db, actor: Actor, verb: 'change' | 'delete', ids: readonly number[]): Promise<void> {
  const superusers = await db.all<{ id: number; administrates: number }>(`select id, ${IS_ADMINISTRATOR} as administrates from users where is_superuser = 1`);
  const among = new Set(ids);
  if (!actor.isSuperuser && superusers.some(({ id }) => among.has(id))) throw forbidden(OVER_ME);
  const administrators = superusers.filter(({ administrates }) => administrates);
  if (verb === 'delete' && administrators.length > 0 && administrators.every(({ id }) => among.has(id))) throw new GuestError(422, LAST);
}

/** Why somebody can't set another's password; undefined when they can. */
export async function refusalOfPassword(db: Db, actor: Actor, account: { id: number; is_superuser: unknown }): Promise<string | undefined> {
  const refusal = refusalOfAccount(actor, account);
  if (refusal || actor.isSuperuser || actor.id === account.id) return refusal;
  const { permissions } = await rightsOf(db, { id: account.id, isSuperuser: false });
  return lacking(actor, permissions).length > 0 ? MORE_THAN_I : undefined;
}

/** Refuses, before anything is done, to revoke tokens of superusers for somebody who is none. */
export async function refuseTokens(db: Db, actor: Actor, ids: readonly number[]): Promise<void> {
  if (actor.isSuperuser) return;
  const among = new Set(ids);
  const held = await db.all<{ id: number }>('select tokens.id from users join tokens on tokens.user = users.id where users.is_superuser = 1');
  if (held.some(({ id }) => among.has(id))) throw forbidden(TOKEN_OVER_ME);
}

/** Whether somebody may give these permissions to others. */
export function mayGive(actor: Actor, permissions: Iterable<string>): boolean {
  return lacking(actor, permissions).length === 0;
}

/** The permissions of groups, by the group's id. */
async function permissionsOfGroups(db: Db): Promise<Map<number, string[]>> {
  const rows = await db.all<{ group_id: number; permission: string }>('select group_id, permission from group_permissions');
  return new Map([...Map.groupBy(rows, (row) => row.group_id)].map(([id, own]) => [id, own.map(({ permission }) => permission)]));
}

async function actorOf(db: Db, id: number): Promise<Actor> {
  const row = await db.first<{ id: number; is_superuser: number }>('select id, is_superuser from users where id = :id and is_active', { id });
  if (!row) throw forbidden(GONE);
  return { id: row.id, ...(await rightsOf(db, { id: row.id, isSuperuser: Boolean(row.is_superuser) })) };
}

async function judge(writer: Writer, actor: Actor): Promise<void> {
  const { db, act: id = 0 } = writer;
  let [overSuperuser, administrated] = [false, false];
  for (const model of [user, group].filter((one) => writer.touched(one))) {
    const { table } = model;
    const changes = await db.all<Parameters<typeof readChange>[0]>('select * from changes where act = :id and model = :table order by id', { id, table });
    for (const change of changes.map(readChange)) {
      const standing = model === user ? await standingOf(db, change) : undefined;
      overSuperuser ||= standing?.was ?? false;
      administrated ||= standing?.administrated ?? false;
      const refusal = actor.isSuperuser ? undefined : standing ? await refusalOfUser(db, actor, change, standing) : await refusalOfGroup(db, actor, change);
      if (refusal) throw forbidden(refusal);
    }
  }
  if (overSuperuser) await assertSuperuser(db, { administrated });
  if (!actor.isSuperuser && writer.touched(token)) await judgeTokens(db, actor, id);
}

/** A token does what its owner may do: who makes one for somebody else gets as much. */
async function judgeTokens(db: Db, actor: Actor, id: number): Promise<void> {
  const changes = await db.all<Parameters<typeof readChange>[0]>("select * from changes where act = :id and model = 'tokens' order by id", { id });
  for (const { before, after } of changes.map(readChange)) {
    const owner = Number((after ?? before)?.['user']);
    const row = await db.first<{ is_superuser: number }>('select is_superuser from users where id = :owner', { owner });
    if (owner === actor.id || !row) continue;
    if (row.is_superuser) throw forbidden(TOKEN_OVER_ME);
    if (after && (await refusalOfPassword(db, actor, { id: owner, is_superuser: false }))) throw forbidden(TOKEN_OF_MORE);
  }
}

/** What an account was before a change and is now; `administrated` when it was one that could run the site. */
type Standing = { was: boolean; is: boolean; administrated: boolean };

async function standingOf(db: Db, { object, before, after }: Change): Promise<Standing> {
  if (!before) return { was: false, is: Boolean(after?.['is_superuser']), administrated: false };
  const row = await db.first<Record<string, unknown>>(`select is_superuser, is_staff, is_active, ${HAS_PASSWORD} as has_password from users where id = :object`, { object });
  // A change holds what changed, and a deletion everything but the password.
  const had = (flag: string): boolean => Boolean(before[flag] ?? row?.[flag]);
  const was = had('is_superuser');
  const hadPassword = row ? Boolean(row['has_password']) : true;
  return { was, is: after !== undefined && Boolean(after['is_superuser'] ?? row?.['is_superuser']), administrated: was && had('is_staff') && had('is_active') && hadPassword };
}

async function refusalOfUser(db: Db, actor: Actor, { object, before, after }: Change, standing: Standing): Promise<string | undefined> {
  if (standing.was) return OVER_ME;
  if (standing.is) return OVER_ALL;
  const permissions = added(before, after, 'permissions');
  const groups = added(before, after, 'groups').map(Number);
  const raisesStaff = after?.['is_staff'] === true && before?.['is_staff'] !== true;
  if (object === actor.id && (raisesStaff || permissions.length + groups.length > 0)) return MYSELF;
  if (before && after && ['password', 'password link', 'second factor'].some((name) => name in after)) return refusalOfPassword(db, actor, { id: object, is_superuser: false });
  const known = groups.length > 0 ? await permissionsOfGroups(db) : undefined;
  return refusalOfGiving(actor, [...permissions, ...groups.flatMap((id) => known?.get(id) ?? [])]);
}

/** What a group gets is given to its members, and who gets into it gets what it has. */
async function refusalOfGroup(db: Db, actor: Actor, { object, before, after }: Change): Promise<string | undefined> {
  const given = added(before, after, 'permissions');
  if (added(before, after, 'members').length > 0) given.push(...((await permissionsOfGroups(db)).get(object) ?? []));
  return refusalOfGiving(actor, given);
}

function refusalOfGiving(actor: Actor, permissions: string[]): string | undefined {
  const missing = lacking(actor, permissions);
  if (missing.length === 0) return undefined;
  const shown = missing.slice(0, 3).map((permission) => `“${permissionInWords(permission as Permission)}”`);
  return `You can only give permissions that you have yourself. You do not have ${shown.join(', ')}${missing.length > 3 ? ` and ${missing.length - 3} more` : ''}.`;
}

function lacking(actor: Actor, permissions: Iterable<string>): string[] {
  return actor.isSuperuser ? [] : [...new Set(permissions)].filter((permission) => !may(actor, permission as Permission));
}

function added(before: Snapshot | undefined, after: Snapshot | undefined, name: string): string[] {
  const members = (snapshot: Snapshot | undefined) => [snapshot?.[name] ?? []].flat().map(String);
  const had = new Set(members(before));
  return members(after).filter((member) => !had.has(member));
}
