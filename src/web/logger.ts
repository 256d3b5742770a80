/** Structured logs: JSON for machines, lines for a person at a terminal. Never a secret. */
import type { FastifyRequest, FastifyServerOptions } from 'fastify';
import type { Config } from '../config.ts';

/** The options of the logger at the configured level. */
export function loggerOf(config: Pick<Config, 'logLevel' | 'production'>): Exclude<FastifyServerOptions['logger'], boolean | undefined> {
  const readable = !config.production && config.logLevel !== 'silent' && process.stdout.isTTY;
  return {
    level: config.logLevel,
    redact: ['req.headers.cookie', 'req.headers.authorization', 'res.headers["set-cookie"]'],
    serializers: { req: requestOf },
    ...(readable ? { transport: { target: '@fastify/one-line-logger' } } : {}),
  };
}

/** The query may hold a one-time key, so only its names are kept. */
function requestOf(request: FastifyRequest): { method: string; url: string; address: string } {
  const [path = '', query] = request.url.split('?');
  const names = query ? `?${[...new URLSearchParams(query).keys()].join('&')}` : '';
  return { method: request.method, url: path + names, address: request.ip };
}
