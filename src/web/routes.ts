/** The list of every route with who may pass, for `manage routes` and the test that no opening is left unsaid. */
import type { FastifyInstance } from 'fastify';
import type { Permission } from '../accounts/permissions.ts';

/** Who may pass: everybody, people with an account, the holder of a one-time link, staff, or staff with a permission. */
export type Access = 'everybody' | 'signed in' | 'one-time link' | 'staff' | Permission;

export type Route = { method: string; path: string; access: Access };

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Written down at the route; without it a route is open to everybody. */
    access?: Access;
  }
}

/** Collects the routes while they are registered. */
export function recordRoutes(app: FastifyInstance): Route[] {
  const routes: Route[] = [];
  app.addHook('onRoute', ({ method, url, config }) => {
    for (const name of [method].flat()) {
      if (name !== 'HEAD') routes.push({ method: name, path: url, access: config?.access ?? 'everybody' });
    }
  });
  return routes;
}
