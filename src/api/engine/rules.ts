/** Who may call an endpoint: small rules that compose, as those of Django REST framework do. */
import { may, type Permission } from '../../accounts/permissions.ts';
import type { Scope } from '../../accounts/tokens.ts';
import { type Caller, hasScope } from './caller.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
/** Asked with the method of the request: reading is GET. */
export type Rule = (caller: Caller, method: Method) => boolean;

export const allowAny: Rule = () => true;
export const readOnly: Rule = (_caller, method) => method === 'GET';
export const isAuthenticated: Rule = (caller) => caller !== undefined;
export const isAdminUser: Rule = (caller) => caller?.isStaff ?? false;
export const isAuthenticatedOrReadOnly: Rule = (caller, method) => readOnly(caller, method) || isAuthenticated(caller, method);

/** Either of the rules. */
export const or = (...rules: Rule[]): Rule => (caller, method) => rules.some((rule) => rule(caller, method));
/** All of the rules. */
export const and = (...rules: Rule[]): Rule => (caller, method) => rules.every((rule) => rule(caller, method));
export const not = (rule: Rule): Rule => (caller, method) => !rule(caller, method);

/** Whoever has the permission, decided where the admin area's permissions are. */
export const permitted = (permission: Permission): Rule => (caller) => may(caller, permission);
/** Whoever comes by a session, or by a token that may be used for this. A stranger has no token, and so none that forbids it. */
export const scoped = (scope: Scope): Rule => (caller) => caller === undefined || hasScope(caller, scope);

/** Reading is open to all; writing asks for the permission of the method and a token that may write. */
export const catalogue = (noun: string): Rule => (caller, method) => {
  if (method === 'GET') return scoped('read')(caller, method);
  const verb = method === 'POST' ? 'add' : method === 'DELETE' ? 'delete' : 'change';
  return and(permitted(`${verb}_${noun}`), scoped('write'))(caller, method);
};
