/** Users, groups and the caller's own tokens for programs. Who may change whose account is decided in accounts/rank.ts, for every door alike. */
import { settleActivity } from '../../accounts/activity.ts';
import { faultsOfGroup } from '../../accounts/groups.ts';
import { isPermission } from '../../accounts/permissions.ts';
import { faultOf } from '../../accounts/password-rules.ts';
import { hashPassword } from '../../accounts/passwords.ts';
import { writePassword } from '../../accounts/set-password.ts';
import { createToken, isPowerful, revokeToken, type Scope, SCOPES } from '../../accounts/tokens.ts';
import { faultsOfAccount, findUsers, insertUser } from '../../accounts/users.ts';
import type { Db, Parameters } from '../../db/db.ts';
import type { Writer } from '../../db/history/writer.ts';
import type { Values } from '../../db/save.ts';
import type { FieldErrors } from '../../errors.ts';
import { group } from '../../models/group.ts';
import { token } from '../../models/token.ts';
import { NO_PASSWORD, user } from '../../models/user.ts';
import { compatible } from '../../schema/caseless.ts';
import { tableSize } from '../../music/sizes.ts';
import { date, set, text } from '../../schema/fields.ts';
import { assertProvenCaller, assertProvenStaff } from '../engine/proof.ts';
import type { Rule } from '../engine/rules.ts';
import { and, isAdminUser, isAuthenticated, permitted, scoped } from '../engine/rules.ts';
import type { Faults, Resource, Sent } from './engine/resource.ts';
import { ID, outward, type View } from './engine/representation.ts';

/** Staff with the permission of the method. */
export const staffRule = (noun: string): Rule => (caller, method) => {
  const verb = ({ GET: 'view', POST: 'add', DELETE: 'delete' } as const)[method as 'GET'] ?? 'change';
  return and(isAdminUser, permitted(`${verb}_${noun}`), scoped('admin'))(caller, method);
};

export const userView: View = {
  table: 'users',
  data: { id: ID, ...outward(user, ['username', 'email', 'is_active', 'is_staff', 'is_superuser', 'groups', 'permissions', 'like_count', 'created_at', 'updated_at', 'last_login_at']) },
};
const groupView: View = { table: 'groups', data: { id: ID, ...outward(group, ['name', 'permissions', 'created_at', 'updated_at']) } };
const tokenView: View = {
  table: 'tokens',
  data: {
    id: ID,
    ...outward(token, ['name']),
    scopes: { kind: 'words', schema: { type: 'array', title: 'What it may be used for', items: { type: 'string', enum: SCOPES } } },
    ...outward(token, ['ending', 'created_at', 'expires_at', 'last_used_at']),
  },
};

/** A password as it is sent; how long it may be is for accounts/password-rules.ts to say. */
export const PASSWORD = text('Password', 256);
/** One's own, as a proof. */
export const CURRENT_PASSWORD = text('Current password', 256);

export const users: Resource = {
  path: 'users',
  name: 'Users',
  label: 'user',
  plural: 'users',
  description: 'People with an account, for staff. Everybody finds their own account under /me. Without a password nobody can log in until one is set. Who is deactivated is logged out, and their tokens are revoked.',
  view: userView,
  rule: staffRule('user'),
  filters: {
    username: { column: 'username_key', kind: 'caseless', description: 'Exactly this username, whatever its case' },
    email: { column: 'email', kind: 'text', description: 'Exactly this e-mail address' },
    is_active: { column: 'is_active', kind: 'flag', description: 'Whether the account is active' },
    is_staff: { column: 'is_staff', kind: 'flag', description: 'Whether it is staff' },
    is_superuser: { column: 'is_superuser', kind: 'flag', description: 'Whether it is a superuser' },
    like_count: { column: 'like_count', kind: 'number', description: 'Likes' },
    created_at: { column: 'created_at', kind: 'moment', description: 'When they joined' },
    last_login_at: { column: 'last_login_at', kind: 'moment', description: 'When they logged in last' },
  },
  orderings: { id: 'id', username: 'username_key', email: 'email', like_count: 'like_count', created_at: 'created_at', last_login_at: 'last_login_at' },
  order: { column: 'id', descending: false },
  search: findUsers,
  size: async (db) => ({ value: await tableSize(db, 'users'), isCapped: false }),
  writing: {
    model: user,
    input: {
      fields: {
        username: { field: user.fields.username, isRequired: true },
        password: { field: PASSWORD, isRequired: false, isWriteOnly: true },
        email: { field: user.fields.email, isRequired: false },
        is_active: { field: user.fields.is_active, isRequired: false },
        is_staff: { field: user.fields.is_staff, isRequired: false },
        is_superuser: { field: user.fields.is_superuser, isRequired: false },
        groups: { field: user.fields.groups, isRequired: false },
        permissions: { field: user.fields.permissions, isRequired: false },
      },
      readOnly: ['id'],
    },
    verbs: ['create', 'update', 'delete'],
    prepare: hashed,
    check: checkUser,
    create: createUser,
    update: updateUser,
  },
  examples: { list: { is_staff: 'true' }, create: { username: 'ann', email: 'ann@example.org' }, change: { email: 'ann@example.org' } },
};

export const groups: Resource = {
  path: 'groups',
  name: 'Groups',
  label: 'group',
  plural: 'groups',
  description: 'Groups of users, whose members have the permissions of the group. Who is in it stands with each user.',
  view: groupView,
  rule: staffRule('group'),
  filters: { name: { column: 'name_key', kind: 'caseless', description: 'Exactly this name, whatever its case' } },
  orderings: { id: 'id', name: 'name_key' },
  order: { column: 'id', descending: false },
  size: async (db) => ({ value: await tableSize(db, 'groups'), isCapped: false }),
  writing: {
    model: group,
    input: { fields: { name: { field: group.fields.name, isRequired: true }, permissions: { field: group.fields.permissions, isRequired: false } }, readOnly: ['id'] },
    verbs: ['create', 'update', 'delete'],
    check: async (db, values, { id }) => ({
      ...unknownPermissions(values),
      ...(typeof values['name'] === 'string' ? inLists(await faultsOfGroup(db, values['name'], id)) : {}),
    }),
  },
  examples: { create: { name: 'Editors', permissions: ['add_song', 'change_song'] }, change: { permissions: ['change_song'] } },
};

export const tokens: Resource = {
  path: 'tokens',
  name: 'Tokens',
  label: 'token',
  plural: 'tokens',
  description: 'Your own API tokens. The secret is in the answer that makes it, and never again. A token that writes or administers asks for your password, too.',
  view: tokenView,
  rule: and(isAuthenticated, scoped('admin')),
  filters: {},
  orderings: { id: 'id', name: 'name', created_at: 'created_at', expires_at: 'expires_at', last_used_at: 'last_used_at' },
  order: { column: 'id', descending: true },
  size: async () => undefined,
  own: (caller) => ({ column: 'user', from: caller.id, to: caller.id }),
  writing: {
    model: token,
    input: {
      fields: {
        name: { field: token.fields.name, isRequired: true },
        scopes: { field: set('What it may be used for: read, like, write, admin', { table: 'tokens', owner: 'id', member: 'scopes' }), isRequired: true },
        last_day: { field: date('Last day', 'The last day on which it works'), isRequired: false },
        current_password: { field: CURRENT_PASSWORD, isRequired: false, isWriteOnly: true },
      },
      readOnly: ['id'],
    },
    verbs: ['create', 'delete'],
    prepare: async (db, { raw, request, caller }) => {
      const { scopes } = raw;
      if (Array.isArray(scopes) && isPowerful(scopes)) await assertProvenCaller(db, { request, caller }, raw['current_password']);
      return { faults: {}, secrets: {} };
    },
    check: async (_db, values) => {
      const unknown = ((values['scopes'] ?? []) as string[]).filter((scope) => !(SCOPES as readonly string[]).includes(scope));
      return unknown.length > 0 ? { scopes: unknown.map((scope) => `"${scope}" is not a valid choice.`) } : {};
    },
    create: async (writer, { name, scopes, last_day = '' }, _secrets, caller) => {
      const { id, secret } = await createToken(writer, { user: caller.id, name: name as string, scopes: scopes as Scope[], lastDay: last_day as string });
      return { id, shownOnce: { token: secret } };
    },
    remove: (writer, id, caller) => revokeToken(writer, caller.id, id),
    neverKept: 'An Idempotency-Key can’t be used here: the answer holds the secret of the token, which is not kept.',
  },
  examples: { create: { name: 'Backup script', scopes: ['read'], last_day: '2099-12-31' } },
};

/** Whoever gives rights proves who they are, and so does whoever changes what would hand an account over. */
const RIGHTS = ['is_staff', 'is_superuser', 'groups', 'permissions'];

/** Hashes the password that comes along, which no transaction should wait for. */
async function hashed(db: Db, { raw, id, request, caller }: Sent): Promise<{ faults: Faults; secrets: Parameters }> {
  const isHandover = id !== undefined && ('password' in raw || 'email' in raw);
  if (isHandover || RIGHTS.some((name) => name in raw)) assertProvenStaff(request, caller, isHandover && id === caller.id);
  const { password } = raw;
  if (typeof password !== 'string' || password === '') return { faults: {}, secrets: {} };
  const known = id === undefined ? undefined : await db.first<{ username: string; email: string }>('select username, email from users where id = :id', { id });
  const fault = await faultOf(password, { username: String(raw['username'] ?? known?.username ?? ''), email: String(raw['email'] ?? known?.email ?? '') });
  return fault === undefined ? { faults: {}, secrets: { password_hash: await hashPassword(password) } } : { faults: { password: [fault] }, secrets: {} };
}

async function checkUser(db: Db, values: Values, { id }: Sent): Promise<Faults> {
  const faults: Faults = unknownPermissions(values);
  if (typeof values['username'] === 'string') values['username'] = compatible(values['username']);
  const known = id === undefined ? undefined : await db.first<{ username: string; email: string }>('select username, email from users where id = :id', { id });
  const { username = known?.username, email = known?.email ?? '' } = values as { username?: string; email?: string };
  const wrong = username === undefined ? {} : await faultsOfAccount(db, { username, email }, id);
  return { ...faults, ...inLists(Object.fromEntries(Object.entries(wrong).filter(([name]) => name in values))) };
}

async function createUser(writer: Writer, { username, email = '', password: _, ...rights }: Values, secrets: Parameters): Promise<{ id: number }> {
  const { is_staff = false, is_superuser = false, ...others } = rights as { is_staff?: boolean; is_superuser?: boolean };
  const id = await insertUser(writer, { username: String(username), email: String(email), password_hash: String(secrets['password_hash'] ?? NO_PASSWORD), is_staff, is_superuser });
  if (Object.keys(others).length > 0) await writer.update(user, id, others);
  return { id };
}

async function updateUser(writer: Writer, id: number, { password: _, ...values }: Values, secrets: Parameters): Promise<void> {
  const { db } = writer;
  const was = (await db.first<{ is_active: number }>('select is_active from users where id = :id', { id }))?.is_active;
  await writer.update(user, id, values);
  if (typeof values['is_active'] === 'boolean') await settleActivity(writer, id, { was: Boolean(was), is: values['is_active'] }, { kept: false });
  if (secrets['password_hash'] === undefined) return;
  const { username } = (await db.first<{ username: string }>('select username from users where id = :id', { id })) as { username: string };
  await writePassword(writer, { id, username }, String(secrets['password_hash']));
}

function unknownPermissions(values: Values): Faults {
  const unknown = ((values['permissions'] ?? []) as string[]).filter((name) => !isPermission(name));
  return unknown.length > 0 ? { permissions: unknown.slice(0, 20).map((name) => `"${name.slice(0, 100)}" is not a valid choice.`) } : {};
}

/** Sentences by field, as the API has them. */
export function inLists(faults: FieldErrors): Faults {
  return Object.fromEntries(Object.entries(faults).map(([name, sentence]) => [name, [sentence]]));
}
