/** What a person with an account is. The password's hash is no field: nothing that lists fields can show it. */
import { defineModel, type Row } from '../schema/define-model.ts';
import { address, caseless, flag, kept, moment, set, text } from '../schema/fields.ts';

/** Stands where the hash of a password would: no password has it. */
export const NO_PASSWORD = '!';

export const user = defineModel({
  table: 'users',
  label: 'user',
  plural: 'users',
  title: 'username',
  unique: [['username_key']],
  secrets: { password_hash: NO_PASSWORD, confirmed_email: '' },
  fields: {
    username: text('Username', 150, 'Letters, digits and @ . + - _'),
    username_key: caseless('Username without case', 'username'),
    email: address('E-mail address'),
    email_key: caseless('E-mail address without case', 'email'),
    is_active: flag('Active'),
    is_staff: flag('Staff'),
    is_superuser: flag('Superuser'),
    groups: set('Groups', { table: 'user_groups', owner: 'user', member: 'group_id', to: 'groups' }),
    permissions: set('Permissions', { table: 'user_permissions', owner: 'user', member: 'permission' }),
    like_count: kept('Likes'),
    created_at: moment('Joined'),
    updated_at: moment('Changed'),
    last_login_at: moment('Last login'),
  },
});

export type User = Row<typeof user>;
