/** The guard of the admin area: closed by default, opened by what somebody may do. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { NEEDS_FACTOR } from '../accounts/factors/requirement.ts';
import { may, type Permission, type Rights, rightsOf } from '../accounts/permissions.ts';
import type { Db } from '../db/db.ts';
import type { Author } from '../db/history/change.ts';
import { forbidden } from '../errors.ts';
import { flash, type Person, personOf } from './session.ts';
import * as urls from './urls.ts';

export type Staff = Person & Rights;

const known = new WeakMap<FastifyRequest, Staff>();

const NOT_STAFF = 'You cannot open the admin area with this account: it is not a staff account.';
const NOT_ALLOWED = 'Your account is not allowed to do this. Ask a superuser for the permission.';

/**
 * Options of a route for staff with a permission, or for all staff. Visitors are sent to the log-in and
 * back; others get a 403 that says what is missing.
 */
export function staffOnly(db: Db, access: Permission | 'staff'): { config: { access: Permission | 'staff' }; preHandler: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined> } {
  return {
    config: { access },
    preHandler: async (request, reply) => {
      const person = await personOf(request);
      if (!person) return reply.redirect(urls.withNext(urls.login, request.method === 'GET' ? request.url : urls.admin.dashboard), 303);
      if (!person.isStaff) throw forbidden(NOT_STAFF);
      if (person.lacksFactor) return leadToFactor(request, reply);
      const staff = { ...person, ...(await rightsOf(db, person)) };
      if (access !== 'staff' && !may(staff, access)) throw forbidden(NOT_ALLOWED);
      known.set(request, staff);
      return undefined;
    },
  };
}

/** To where a second factor is set up; a form is not taken until it is. */
function leadToFactor(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (request.method !== 'GET' && request.method !== 'HEAD') throw forbidden(NEEDS_FACTOR);
  flash(request, { kind: 'warn', text: NEEDS_FACTOR });
  return reply.redirect(urls.accountSecurity, 303);
}

/** Who is behind a request that `staffOnly` has let pass. */
export function staffOf(request: FastifyRequest): Staff {
  const staff = known.get(request);
  if (!staff) throw new Error(`${request.method} ${request.url} is not guarded`);
  return staff;
}

/** The person as the author of what the admin area writes. */
export function authorOf(request: FastifyRequest): Author {
  const { id, username } = staffOf(request);
  return { user: id, person: username, surface: 'admin' };
}

/** For what depends on more than the address, such as what an action deletes along: throws a 403 without the permission. */
export function demand(request: FastifyRequest, permission: Permission): void {
  if (!may(staffOf(request), permission)) throw forbidden(NOT_ALLOWED);
}
