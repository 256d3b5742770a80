/** Only the hosts that the site is known by are answered, so that no forged Host reaches a link or a cache. */
import type { FastifyInstance } from 'fastify';
import { badRequest } from '../errors.ts';

const LOCAL = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/;

/** Refuses a request for another host; outside production this machine's own names pass, at any port. */
export function registerHosts(app: FastifyInstance, { publicUrl, production }: { publicUrl: string; production: boolean }): void {
  const own = new URL(publicUrl).host;
  app.addHook('onRequest', (request, _reply, done) => {
    const hosts = request.raw.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
    const known = request.host === own || (!production && LOCAL.test(request.host));
    // A load balancer asks for health by address.
    const isHealth = request.url === '/healthz' || request.url === '/readyz';
    done(hosts.length > 1 || !(known || isHealth) ? badRequest('This site is not served under that host name.') : undefined);
  });
}
