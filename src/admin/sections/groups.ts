/** Groups of users in the admin area. Their forms are src/admin/groups.ts. */
import { membersOfGroup } from '../../accounts/groups.ts';
import { tableSize } from '../../music/sizes.ts';
import { group } from '../../models/group.ts';
import * as text from '../../web/text.ts';
import type { Section } from '../section.ts';

export const groups: Section = {
  model: group,
  path: 'groups',
  title: 'Groups',
  group: 'People',
  hasOwnForm: true,
  rows: `select groups.*, (select count(*) from user_groups where group_id = groups.id) as members,
    (select count(*) from group_permissions where group_id = groups.id) as permissions from groups where groups.id in`,
  columns: [
    { name: 'name', label: 'Name', sort: 'name_key' },
    { name: 'members', label: 'Members', kind: 'number' },
    { name: 'permissions', label: 'Permissions', kind: 'number' },
  ],
  order: 'name_key',
  warnings: async (db, id) => {
    const { count } = await membersOfGroup(db, id, 1);
    return count === 0 ? ['Nobody is in it.'] : [`${text.plural(count, 'member')} ${count === 1 ? 'loses' : 'lose'} what the group allows.`];
  },
  size: (db) => tableSize(db, 'groups'),
};
