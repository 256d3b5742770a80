/** Who may do what, decided here and nowhere else, for the admin area and the API alike. */
import type { Db } from '../db/db.ts';
import { models } from '../models/index.ts';

export type Verb = 'view' | 'add' | 'change' | 'delete';
/** Such as `change_album`: a verb and the label of a model. */
export type Permission = `${Verb}_${string}`;
/** What somebody may do. Superusers may do everything. */
export type Rights = { isSuperuser: boolean; permissions: ReadonlySet<string> };

export const VERBS: readonly Verb[] = ['view', 'add', 'change', 'delete'];

/** What permissions are about: every model that people meet, and two lists that are no model. */
const NOUNS: Record<string, readonly Verb[]> = {
  ...Object.fromEntries(models.filter(({ label }) => label !== 'redirect').map(({ label }) => [label, VERBS])),
  session: ['view', 'delete'],
  history: ['view'],
};

/** Every permission that there is, by what it is about. */
export const permissionsByNoun: readonly { noun: string; permissions: readonly Permission[] }[] =
  Object.entries(NOUNS).map(([noun, verbs]) => ({ noun, permissions: verbs.map((verb): Permission => `${verb}_${noun}`) }));

/** What a permission is called: 'change albums'. */
export function permissionInWords(permission: Permission): string {
  const [verb = '', noun = ''] = permission.split('_');
  return `${verb} ${nounInWords(noun)}`;
}

/** What permissions are about, in words: 'albums', 'API tokens'. */
export function nounInWords(noun: string): string {
  if (noun === 'token') return 'API tokens';
  if (noun === 'session') return 'sessions';
  return models.find(({ label }) => label === noun)?.plural ?? noun;
}

const known = new Set<string>(permissionsByNoun.flatMap(({ permissions }) => permissions));

/** Whether there is such a permission. */
export function isPermission(name: string): name is Permission {
  return known.has(name);
}

/** Whether somebody may do something. Who may change or delete a thing may see it. */
export function may(rights: Rights | undefined, permission: Permission): boolean {
  if (!rights) return false;
  if (rights.isSuperuser || rights.permissions.has(permission)) return true;
  const [verb, noun] = permission.split('_');
  return verb === 'view' && (rights.permissions.has(`change_${noun}`) || rights.permissions.has(`delete_${noun}`));
}

/** What an active account may do: its own permissions and those of its groups. */
export async function rightsOf(db: Db, user: { id: number; isSuperuser: boolean }): Promise<Rights> {
  if (user.isSuperuser) return { isSuperuser: true, permissions: new Set() };
  const rows = await db.all<{ permission: string }>(PERMISSIONS, { user: user.id });
  return { isSuperuser: false, permissions: new Set(rows.map(({ permission }) => permission)) };
}

const PERMISSIONS = `select permission from user_permissions where user = :user
  union select permission from group_permissions join user_groups on user_groups.group_id = group_permissions.group_id where user_groups.user = :user`;
