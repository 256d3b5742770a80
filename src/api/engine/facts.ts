/** What follows from the description of an endpoint: who may call it, by which kind of token, and which statuses can come. */
import { SCOPES, type Scope } from '../../accounts/tokens.ts';
import type { Person } from './caller.ts';
import type { Endpoint, Parameter } from './endpoint.ts';
import type { Method } from './rules.ts';

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const satisfies Method[];

/** The methods that an endpoint answers, without HEAD and OPTIONS. */
export function methodsOf(endpoint: Endpoint): Method[] {
  return METHODS.filter((method) => endpoint.methods[method]);
}

/** What `Allow` tells, in the order in which Django REST framework names them. */
export function allowedMethods({ methods }: Pick<Endpoint, 'methods'>): string[] {
  const own = (['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const).filter((method) => methods[method]);
  return [...own, ...(methods.GET ? ['HEAD'] : []), 'OPTIONS'];
}

/** Who is let through: everybody, everybody who is logged in, staff, or only those with the permission. */
export function whoMay(endpoint: Endpoint, method: Method): 'everybody' | 'people' | 'staff' | 'permitted' {
  if (endpoint.rule(undefined, method)) return 'everybody';
  if (endpoint.rule(POWERLESS, method)) return 'people';
  return endpoint.rule({ ...POWERLESS, isStaff: true }, method) ? 'staff' : 'permitted';
}

/** What a token must be for, at least; undefined where none is needed. */
export function scopeOf(endpoint: Endpoint, method: Method): Scope | undefined {
  if (endpoint.rule(undefined, method)) return undefined;
  return SCOPES.find((scope) => endpoint.rule({ ...POWERLESS, isStaff: true, isSuperuser: true, token: 0, scopes: new Set([scope]) }, method));
}

/** The statuses with which a call can fail: those that any can, and those that its description names. */
export function failuresOf(endpoint: Endpoint, method: Method): number[] {
  const operation = endpoint.operations[method];
  const takesBody = method !== 'GET';
  const asksMore = operation?.parameters?.some((parameter) => parameter.in !== 'path') ?? false;
  return [...new Set([
    ...(takesBody || asksMore ? [400] : []),
    401,
    ...(takesBody || isRefusable(endpoint, method) ? [403] : []),
    ...(pathNames(endpoint.path).length > 0 ? [404] : []),
    406,
    ...(takesBody ? [413, 415] : []),
    429, 503,
    ...(operation?.errors ?? []),
  ])].sort((one, other) => one - other);
}

/** Whether anybody who is known can be refused; writing by a session is, when it comes from another site. */
function isRefusable(endpoint: Endpoint, method: Method): boolean {
  return !endpoint.rule(POWERLESS, method) || SCOPES.some((scope) => !endpoint.rule({ ...POWERLESS, token: 0, scopes: new Set([scope]) }, method));
}

/** What an endpoint takes in its path, query and headers; what stands in the path is always there. */
export function parametersOf(endpoint: Endpoint, method: Method): Parameter[] {
  const told = endpoint.operations[method]?.parameters ?? [];
  const inPath = pathNames(endpoint.path).map((name): Parameter => told.find((parameter) => parameter.in === 'path' && parameter.name === name)
    ?? { name, in: 'path', description: '', schema: /^(pk|id)$/.test(name) ? { type: 'integer', minimum: 1 } : { type: 'string' } });
  return [...inPath.map((parameter) => ({ ...parameter, isRequired: true })), ...told.filter((parameter) => parameter.in !== 'path')];
}

/** '/song/:pk' -> '/api/song/{pk}' */
export function templateOf(path: string): string {
  return `/api${path.replace(PARAMETER, '{$1}')}`;
}

/** An endpoint's path with its parameters filled in, below /api. */
export function filledPath(path: string, values: Record<string, string | number>): string {
  return `/api${path.replace(PARAMETER, (_whole, name: string) => encodeURIComponent(String(values[name] ?? `{${name}}`)))}`;
}

function pathNames(path: string): string[] {
  return [...path.matchAll(PARAMETER)].map(([, name]) => name as string);
}

/** `:pk`, and with an expression `:pk(^\\d+$)`. */
const PARAMETER = /:(\w+)(?:\([^/]*\))?/g;

const POWERLESS: Person = { id: 0, username: '', isStaff: false, isSuperuser: false, permissions: new Set(), token: undefined, scopes: undefined };
