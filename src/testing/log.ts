/**
 * The log of every test's site, at the level that tells most, and every secret that its visitors have met. At
 * the end of the process the one is searched for the other, so each test is a test of the log, too.
 */
import type { LogStream } from '../web/logger.ts';

/** A shorter one stands in ordinary words. */
const SHORTEST = 10;

const lines: string[] = [];
const secrets = new Set<string>();

/** Where the sites of tests write their log. */
export const testLog: LogStream = { write: (line) => void lines.push(line) };

/** Notes something that no log may hold. */
export function noteSecret(secret: string | undefined): void {
  if (secret !== undefined && secret.length >= SHORTEST) secrets.add(secret);
}

process.once('exit', () => {
  const log = lines.join('');
  const found = [...secrets].filter((secret) => log.includes(secret) || log.includes(encodeURIComponent(secret)));
  if (found.length === 0) return;
  console.error(`The log holds secrets:\n${found.map((secret) => `${secret}: ${lines.find((line) => line.includes(secret)) ?? 'percent-encoded'}`).join('\n')}`);
  process.exitCode = 1;
});
