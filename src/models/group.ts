/** What a group of users is: everybody in it has its permissions. */
import { defineModel, type Row } from '../schema/define-model.ts';
import { caseless, moment, set, text } from '../schema/fields.ts';

export const group = defineModel({
  table: 'groups',
  label: 'group',
  plural: 'groups',
  title: 'name',
  unique: [['name_key']],
  fields: {
    name: text('Group name', 150),
    name_key: caseless('Group name without case', 'name'),
    permissions: set('Permissions', { table: 'group_permissions', owner: 'group_id', member: 'permission' }),
    members: set('Members', { table: 'user_groups', owner: 'group_id', member: 'user', to: 'users' }),
    created_at: moment('Added'),
    updated_at: moment('Changed'),
  },
});

export type Group = Row<typeof group>;
