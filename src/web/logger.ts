/** Structured logs: JSON for machines, lines for a person at a terminal. Never a secret. */
import type { FastifyRequest, FastifyServerOptions } from 'fastify';
import type { Config } from '../config.ts';
import { secretsIn, withoutSecrets } from '../secrets.ts';

/** Takes the lines of a log, each as JSON. */
export type LogStream = { write(line: string): void };

/**
 * The options of the logger at the configured level. Secrets are taken out of each finished line: whatever a
 * library writes, and at whatever level, passes here.
 * @param stream takes the lines instead of the standard output
 */
export function loggerOf(config: Config, stream?: LogStream): Exclude<FastifyServerOptions['logger'], boolean | undefined> {
  const readable = !config.production && config.logLevel !== 'silent' && process.stdout.isTTY && !stream;
  const known = secretsIn(config);
  return {
    level: config.logLevel,
    serializers: { req: requestOf },
    hooks: { streamWrite: (line) => withoutSecrets(line, known) },
    ...(stream ? { stream } : {}),
    ...(readable ? { transport: { target: '@fastify/one-line-logger' } } : {}),
  };
}

/** The query may hold a one-time key, so only its names are kept. */
function requestOf(request: FastifyRequest): { method: string; url: string; address: string } {
  const [path = '', query] = request.url.split('?');
  const names = query ? `?${[...new URLSearchParams(query).keys()].join('&')}` : '';
  return { method: request.method, url: path + names, address: request.ip };
}
