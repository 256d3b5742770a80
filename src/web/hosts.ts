/** Only the hosts that the site is known by are answered, so that no forged Host reaches a link or a cache. */
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { badRequest } from '../errors.ts';

const LOCAL = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/;
const REFUSED = 'This site is not served under that host name.';
/** Of foreign hosts the log has a line so often at most, with how many more there were. */
const TELL_EVERY = 60_000;

/** Refuses a request for another host; outside production this machine's own names pass, at any port. */
export function registerHosts(app: FastifyInstance, { publicUrl, production }: { publicUrl: string; production: boolean }): void {
  const own = new URL(publicUrl);
  const told = { at: Number.NEGATIVE_INFINITY, since: 0 };
  app.addHook('onRequest', (request, _reply, done) => {
    const host = sameHost(request.host, own.protocol);
    const known = host === own.host || (!production && LOCAL.test(host));
    // A load balancer asks for health by address.
    if (known || request.url === '/healthz' || request.url === '/readyz') return done();
    tell(request, own, told);
    done(badRequest(production ? REFUSED : `${REFUSED} Open ${own.origin}, or set PUBLIC_URL to the address that you use.`));
  });
}

/**
 * Which form of an address a request is routed by. A target may hold a host, too (`GET http://host/path`); it
 * then counts instead of the Host header (RFC 9112, section 3.2.2), and is judged like it.
 */
export function originForm(request: IncomingMessage): string {
  const [, host, path] = /^https?:\/\/([^/?#]*)(.*)$/is.exec(request.url ?? '') ?? [];
  if (host === undefined || path === undefined) return request.url ?? '/';
  request.headers.host = host;
  return path.startsWith('/') ? path : `/${path}`;
}

/** A host as an address of the site spells it: in small letters, without the port that goes without saying, and without the dot of a full name. */
function sameHost(host: string, protocol: string): string {
  const [, name = '', port = ''] = /^(.*?)\.?(:\d{1,5})?$/s.exec(host.toLowerCase()) ?? [];
  return port === (protocol === 'https:' ? ':443' : ':80') ? name : name + port;
}

/** A wrong PUBLIC_URL, and a proxy that hides the name, look like this from inside. */
function tell(request: FastifyRequest, own: URL, told: { at: number; since: number }): void {
  const now = Date.now();
  if (Math.abs(now - told.at) < TELL_EVERY) {
    told.since += 1;
    return;
  }
  request.log.warn({ asked: request.host.slice(0, 255), PUBLIC_URL: own.origin, more: told.since }, 'asked for a host that is not the one in PUBLIC_URL');
  Object.assign(told, { at: now, since: 0 });
}
