/**
 * Refuses cross-site posts by what the browser says of their origin, so no form needs a token and a page
 * holds nothing personal. The rules are Go's CrossOriginProtection, made stricter: same-site is not enough,
 * and the Origin is compared with the configuration, never with Host.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { GuestError } from '../errors.ts';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'QUERY']);
/** Without a session these still change who somebody is. */
const SIGNING_IN = new Set(['/login', '/login/code', '/login/passkey', '/login/passkey/options', '/signup', '/setup']);

/** Adds the check before any body is read. */
export function registerSameOrigin(app: FastifyInstance, { publicUrl, production }: { publicUrl: string; production: boolean }): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const reason = refusal(request, publicUrl, production);
    if (reason) request.log.warn({ reason }, 'cross-site post refused');
    done(reason ? new GuestError(403, 'This form came from another site, so nothing was changed. Go back, reload the page and try again.') : undefined);
  });
}

function refusal(request: FastifyRequest, publicUrl: string, production: boolean): string | undefined {
  if (SAFE.has(request.method)) return undefined;
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none' ? undefined : `sec-fetch-site: ${site}`;
  const origin = request.headers.origin;
  if (origin !== undefined) return isOwn(origin, request, publicUrl, production) ? undefined : 'foreign origin';
  if (request.headers.cookie !== undefined) return 'a cookie without an origin';
  return SIGNING_IN.has(request.url.split('?')[0] ?? '') ? 'signing in without an origin' : undefined;
}

/** Outside production the site may be open under any of this machine's names; hosts.ts has let no other pass. */
function isOwn(origin: string, request: FastifyRequest, publicUrl: string, production: boolean): boolean {
  return origin === publicUrl || (!production && origin === `http://${request.host}`);
}
