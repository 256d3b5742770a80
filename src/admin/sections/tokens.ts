/** API tokens in the admin area: seen and revoked, and made in src/admin/tokens.ts. Nobody sees a secret again: only its hash is kept. */
import { refuseTokens } from '../../accounts/rank.ts';
import { findTokens } from '../../accounts/tokens.ts';
import { tableSize } from '../../music/sizes.ts';
import { token } from '../../models/token.ts';
import { user } from '../../models/user.ts';
import { staffOf } from '../../web/staff.ts';
import * as urls from '../../web/urls.ts';
import { endsFacet } from '../list/facets.ts';
import type { Section } from '../section.ts';

export const tokens: Section = {
  model: token,
  path: 'tokens',
  title: 'API tokens',
  group: 'People',
  rows: `select tokens.id, tokens.user, tokens.name, tokens.scopes, '…' || tokens.ending as ending, tokens.created_at, tokens.expires_at, tokens.last_used_at, users.username
    from tokens join users on users.id = tokens.user where tokens.id in`,
  columns: [
    { name: 'name', label: 'Name', sort: 'name_key' },
    { name: 'username', label: 'User', of: user, href: (row) => urls.admin.edit('users', Number(row['user'])) },
    { name: 'scopes', label: 'Scopes' },
    { name: 'ending', label: 'Ends with' },
    { name: 'created_at', label: 'Made', kind: 'moment', sort: 'created_at' },
    { name: 'expires_at', label: 'Valid until', kind: 'moment', sort: 'expires_at' },
    { name: 'last_used_at', label: 'Last used', kind: 'moment', sort: 'last_used_at' },
  ],
  order: '-created_at',
  search: { hint: 'Search by name or username', of: user, find: findTokens },
  facets: [endsFacet({ table: 'tokens', column: 'expires_at', label: 'Valid' })],
  dates: 'created_at',
  size: (db) => tableSize(db, 'tokens'),
  verbs: ['add', 'delete'],
  refuse: (db, request, _verb, ids) => refuseTokens(db, staffOf(request), ids),
  warnings: async () => ['Whoever uses it is refused from then on. Its secret is not kept, so it can’t come back: its owner makes another.'],
  deletes: { verb: 'Revoke', done: 'Revoked' },
  note: 'The secret itself is not kept, so nobody can see it.',
};
