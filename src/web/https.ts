/** Where people reach the site by https, whoever came to its proxy by http is led there before anything is answered. */
import { BlockList, isIPv4 } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { GuestError } from '../errors.ts';

const A_DAY = 24 * 60 * 60;

/**
 * Adds the rule when PUBLIC_URL is https. Only a trusted proxy is believed about how somebody came; without
 * its word nothing changes. Health is told by http, too: a load balancer asks for it inside the house.
 */
export function registerHttps(app: FastifyInstance, { publicUrl, trustProxy }: { publicUrl: string; trustProxy: readonly string[] }): void {
  if (!publicUrl.startsWith('https:')) return;
  const proxies = new BlockList();
  for (const [address = '', bits] of trustProxy.map((network) => network.split('/'))) proxies.addSubnet(address, Number(bits), isIPv4(address) ? 'ipv4' : 'ipv6');

  app.addHook('onRequest', (request, reply, done) => {
    if (!cameByHttp(request, proxies) || request.url === '/healthz' || request.url === '/readyz') return done();
    if (request.method !== 'GET' && request.method !== 'HEAD') return done(new GuestError(403, `This site is reached by https alone, so nothing was changed. Open ${publicUrl} and try again.`));
    reply.header('cache-control', `public, max-age=${A_DAY}`).redirect(request.url.startsWith('/') ? publicUrl + request.url : publicUrl, 308);
  });
}

function cameByHttp(request: FastifyRequest, proxies: BlockList): boolean {
  // The last entry is that of the proxy which we know.
  const told = String(request.headers['x-forwarded-proto'] ?? '').split(',').at(-1)?.trim().toLowerCase();
  if (told !== 'http') return false;
  const address = (request.socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '');
  return proxies.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}
