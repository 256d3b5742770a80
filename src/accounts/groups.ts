/** Groups of people, whose members have the group's permissions. */
import type { Db } from '../db/db.ts';
import type { FieldErrors } from '../errors.ts';
import { caseless } from '../schema/caseless.ts';

export type GroupChoice = { id: number; name: string; permissions: string[] };

/** Every group with its permissions, by name. */
export async function allGroups(db: Db): Promise<GroupChoice[]> {
  const rows = await db.all<{ id: number; name: string }>('select id, name from groups order by name_key');
  const permissions = await db.all<{ group_id: number; permission: string }>('select group_id, permission from group_permissions');
  const byGroup = Map.groupBy(permissions, (row) => row.group_id);
  return rows.map((row) => ({ ...row, permissions: (byGroup.get(row.id) ?? []).map(({ permission }) => permission) }));
}

/** What is wrong with a group's name, which is trimmed already; `own` is the group that has it now, and may keep it. */
export async function faultsOfGroup(db: Db, name: string, own = 0): Promise<FieldErrors> {
  if (own !== 0 && (await db.first('select 1 from groups where id = :own and name = :name', { own, name }))) return {};
  const taken = await db.first('select 1 from groups where name_key = :key and id <> :own', { key: caseless(name), own });
  return taken ? { name: 'There is a group of this name. Choose another.' } : {};
}

/** The first members of a group, by when they joined the site, and how many there are. */
export async function membersOfGroup(db: Db, group: number, limit: number): Promise<{ members: { id: number; username: string }[]; count: number }> {
  const members = await db.all<{ id: number; username: string }>(MEMBERS, { group, limit });
  const counted = await db.first<{ rows: number }>('select count(*) as rows from user_groups where group_id = :group', { group });
  return { members, count: counted?.rows ?? 0 };
}

const MEMBERS = `select users.id, users.username from (select user from user_groups where group_id = :group order by user limit :limit) as members
  join users on users.id = members.user order by users.username_key`;
