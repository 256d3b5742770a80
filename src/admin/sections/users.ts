/** People with an account in the admin area. Their forms are src/admin/users.ts. */
import { refuseAccounts } from '../../accounts/rank.ts';
import { countSessions } from '../../accounts/sessions.ts';
import { findUsers } from '../../accounts/users.ts';
import { tableSize } from '../../music/sizes.ts';
import { user } from '../../models/user.ts';
import { staffOf } from '../../web/staff.ts';
import * as text from '../../web/text.ts';
import { flagFacet } from '../list/facets.ts';
import type { Section } from '../section.ts';

export const users: Section = {
  model: user,
  path: 'users',
  title: 'Users',
  group: 'People',
  hasOwnForm: true,
  rows: 'select id, username, email, is_active, is_staff, is_superuser, like_count, created_at, last_login_at from users where id in',
  columns: [
    { name: 'username', label: 'Username', sort: 'username_key' },
    { name: 'email', label: 'E-mail address', sort: 'email' },
    { name: 'is_active', label: 'Active', kind: 'flag', sort: 'is_active' },
    { name: 'is_staff', label: 'Staff', kind: 'flag', sort: 'is_staff' },
    { name: 'is_superuser', label: 'Superuser', kind: 'flag', sort: 'is_superuser' },
    { name: 'like_count', label: 'Likes', kind: 'number', sort: 'like_count' },
    { name: 'created_at', label: 'Joined', kind: 'moment', sort: 'created_at' },
    { name: 'last_login_at', label: 'Last login', kind: 'moment', sort: 'last_login_at' },
  ],
  order: '-created_at',
  search: { hint: 'Search by username or e-mail address', find: findUsers },
  facets: [
    flagFacet({ table: 'users', column: 'is_staff', label: 'Staff' }, { yes: 'Staff', no: 'Not staff' }),
    flagFacet({ table: 'users', column: 'is_superuser', label: 'Superuser' }, { yes: 'Superusers', no: 'Others' }),
    flagFacet({ table: 'users', column: 'is_active', label: 'Active' }, { yes: 'Active', no: 'Not active' }),
  ],
  dates: 'created_at',
  size: (db) => tableSize(db, 'users'),
  refuse: (db, request, verb, ids) => refuseAccounts(db, staffOf(request), verb, ids),
  warnings: async (db, id) => {
    const sessions = await countSessions(db, id);
    return [
      ...(sessions > 0 ? [`${text.plural(sessions, 'session')} of this user ${sessions === 1 ? 'ends' : 'end'}.`] : []),
      'If you undo it, the account comes back without its password and its API tokens: nobody knows them.',
    ];
  },
};
