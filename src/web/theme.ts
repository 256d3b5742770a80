/** Light or dark, when a visitor has chosen: a cookie of its own, so that no session is needed for it. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { formOf } from './forms.ts';
import { safeNext } from './next.ts';
import { badRequest } from '../errors.ts';
import * as urls from './urls.ts';

export type Theme = 'light' | 'dark';

const YEAR = 365 * 24 * 60 * 60;

/** The chosen theme; undefined follows the system. */
export function themeOf(request: FastifyRequest): Theme | undefined {
  const cookie = request.headers.cookie;
  if (!cookie?.includes('theme=')) return undefined;
  return /(?:^|;\s*)theme=(light|dark)(?:;|$)/.exec(cookie)?.[1] as Theme | undefined;
}

/** POST /theme keeps the choice for a year, or forgets it with `auto`. */
export function registerTheme(app: FastifyInstance, { secure }: { secure: boolean }): void {
  const attributes = `Path=/; SameSite=Lax${secure ? '; Secure' : ''}`;
  app.post(urls.theme, async (request, reply) => {
    const { theme, next } = formOf(request, ['theme', 'next']);
    if (!['light', 'dark', 'auto'].includes(theme)) throw badRequest('Choose light, dark or auto.');
    const cookie = theme === 'auto' ? `theme=; Max-Age=0; ${attributes}` : `theme=${theme}; Max-Age=${YEAR}; ${attributes}`;
    return reply.header('set-cookie', cookie).redirect(safeNext(next), 303);
  });
}
