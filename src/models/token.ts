/** What an API token is. Its hash is no field: nothing that lists fields can show it. */
import { defineModel, type Row } from '../schema/define-model.ts';
import { caseless, internal, moment, reference, text } from '../schema/fields.ts';

export const token = defineModel({
  table: 'tokens',
  label: 'token',
  plural: 'tokens',
  title: 'name',
  secrets: { hash: null },
  fields: {
    user: reference('User', 'users'),
    name: text('Token name', 100),
    name_key: caseless('Token name without case', 'name'),
    scopes: internal('Scopes'),
    ending: internal('Last characters'),
    created_at: moment('Made'),
    updated_at: moment('Changed'),
    expires_at: moment('Ends'),
    last_used_at: moment('Last used'),
  },
});

export type Token = Row<typeof token>;
