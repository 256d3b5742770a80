/** Who calls: by a token, by a JSON Web Token, or by the session of a browser. */
import type { FastifyRequest } from 'fastify';
import { lacksFactor } from '../../accounts/factors/requirement.ts';
import { type Rights, rightsOf } from '../../accounts/permissions.ts';
import { findToken, type Scope } from '../../accounts/tokens.ts';
import type { Author } from '../../db/history/change.ts';
import type { Door } from '../../web/door.ts';
import { personOf } from '../../web/session.ts';
import { ApiError } from './errors.ts';
import { bearerOf, isForJwt } from '../jwt/bearer.ts';

/** Somebody who calls. `scopes` is undefined for a session and a JSON Web Token, which may do all that their person may. */
export type Person = Rights & { id: number; username: string; isStaff: boolean; token: number | undefined; scopes: ReadonlySet<Scope> | undefined; /** Staff without the second factor that they need: they may do what any account may. */ lacksFactor?: boolean };
/** Undefined for a stranger. */
export type Caller = Person | undefined;

/**
 * Reads who calls. Bad credentials are refused everywhere, where nothing is asked for, too.
 * @throws ApiError 401 in the words of Django REST framework
 */
export async function callerOf(door: Door, request: FastifyRequest): Promise<Caller> {
  const caller = await readCaller(door, request);
  if (!caller || !(await lacksFactor(door.db, door.config.requireMfa, caller))) return caller;
  return { ...caller, isStaff: false, isSuperuser: false, permissions: new Set(), lacksFactor: true };
}

async function readCaller(door: Door, request: FastifyRequest): Promise<Caller> {
  const { db } = door;
  const header = request.headers.authorization;
  const [scheme = '', ...rest] = (header ?? '').split(' ').filter((part) => part !== '');
  if (!/^(token|bearer)$/i.test(scheme)) {
    const person = await personOf(request);
    return person && { ...person, ...(await rightsOf(db, person)), token: undefined, scopes: undefined };
  }
  if (isForJwt(door, scheme, rest)) {
    const { isActive: _, ...bearer } = await bearerOf(door, rest);
    return { ...bearer, ...(await rightsOf(db, bearer)), token: undefined, scopes: undefined };
  }
  if (rest.length === 0) throw unauthorized('Invalid token header. No credentials provided.');
  if (rest.length > 1) throw unauthorized('Invalid token header. Token string should not contain spaces.');
  const owner = await findToken(db, rest[0] as string);
  if (!owner) throw unauthorized('Invalid token.');
  if (!owner.isActive) throw unauthorized('User inactive or deleted.');
  const rights = await rightsOf(db, { id: owner.user, isSuperuser: owner.isSuperuser });
  return { ...rights, id: owner.user, username: owner.username, isStaff: owner.isStaff, token: owner.token, scopes: owner.scopes };
}

/** Whether the caller's token may be used for something; a session may be for everything. */
export function hasScope(caller: Person, scope: Scope): boolean {
  return caller.scopes === undefined || caller.scopes.has('admin') || caller.scopes.has(scope) || (scope === 'read' && caller.scopes.size > 0);
}

/** The caller as the author of what the API writes. */
export function authorOf(caller: Person): Author {
  return { user: caller.id, person: caller.username, surface: 'api' };
}

/** A 401 with the header that says how to authenticate. */
export function unauthorized(detail: string): ApiError {
  return new ApiError(401, { detail }, { 'www-authenticate': 'Token' });
}
