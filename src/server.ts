/** The process: reads the configuration, brings the database up to date, listens, and stops with grace. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import closeWithGrace from 'close-with-grace';
import { resealApps } from './accounts/factors/app.ts';
import { makeSetupLink } from './accounts/setup-links.ts';
import { hasAdministrator } from './accounts/users.ts';
import { buildApp, type Tracklist } from './app.ts';
import { type Config, ConfigFault, environment, readConfig } from './config.ts';
import { connect, sqlitePath } from './db/connect.ts';
import type { Db } from './db/db.ts';
import { DatabaseFault, StorageFault } from './db/fault.ts';
import { migrate } from './db/migrate.ts';
import { InvalidInput } from './errors.ts';
import { budgetOf, takeHeapLimits } from './memory.ts';
import { loadDemo } from './music/demo/load.ts';
import { tableSize } from './music/sizes.ts';
import { secretsIn, withoutSecrets } from './secrets.ts';

/** How long requests may go on after a signal, before everything is ended. */
const GRACE = 8_000;
/** Connections that are on their way when the signal comes are still taken. */
const LAST_CALL = 250;

try {
  const config = readConfig(environment());
  takeHeapLimits(budgetOf(config.memoryLimit));
  await serve(config);
} catch (error) {
  const reason = error instanceof StorageFault ? error.reason : error instanceof DatabaseFault || isListenFault(error) ? (error as Error).message : inspect(error);
  console.error(withoutSecrets(error instanceof ConfigFault ? error.faults.join('\n') : reason, secretsIn(process.env)));
  process.exitCode = 1;
}

async function serve(settings: Config): Promise<void> {
  const config = { ...settings, secrets: settings.secrets.length > 0 ? settings.secrets : [developmentSecret(settings)] };
  const done: string[] = [];
  const applied = await migrate(config.databaseUrl, { create: !config.production });
  if (applied.length > 0) done.push(`Applied ${applied.length} migrations to ${withoutSecrets(config.databaseUrl, secretsIn(config))}.`);
  const db = await connect(config.databaseUrl, { memory: budgetOf(config.memoryLimit)?.sqlite });
  await resealApps(db, config.secrets);
  if (!config.production && (await tableSize(db, 'albums')) === 0) done.push(await demoCatalogue(db));
  const tracklist = await buildApp({ db, config });
  await tracklist.app.listen({ host: config.host, port: config.port });
  stopWithGrace(tracklist, db);
  await greet(db, config, done);
}

/** Of two processes that start on an empty database, one loads the catalogue and the other finds it there. */
async function demoCatalogue(db: Db): Promise<string> {
  try {
    const { albums, songs } = await loadDemo(db);
    return `Loaded the demo catalogue: ${albums} albums, ${songs} songs. Empty it with "npm run manage -- flush".`;
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    return 'Another process has just loaded the demo catalogue.';
  }
}

async function greet(db: Db, config: Config, done: string[]): Promise<void> {
  for (const sentence of done) console.log(sentence);
  console.log(`${config.siteName} is served at ${config.publicUrl}`);
  const obstacle = await db.obstacle();
  if (obstacle !== undefined) console.error(`Nothing can be stored for now: ${obstacle}`);
  if (obstacle !== undefined || (await hasAdministrator(db))) return;
  const key = await makeSetupLink(db);
  console.log(`There is no administrator yet. Make the first one within an hour, once, at ${config.publicUrl}/setup?key=${key}`);
}

/** Readiness goes first, then no new connection; idle ones are closed, those that run are waited for, and at last cut. */
function stopWithGrace({ app, readiness }: Tracklist, db: Db): void {
  closeWithGrace({ delay: GRACE + 1_000, logger: { error: (message: unknown) => app.log.error(message) } }, async ({ signal, err }) => {
    readiness.stopping = true;
    if (err) app.log.fatal({ err }, 'stopping after an error');
    else app.log.info(`stopping on ${signal}`);
    const cut = setTimeout(() => app.server.closeAllConnections(), GRACE);
    await sleep(LAST_CALL);
    await app.close();
    clearTimeout(cut);
    await db.close();
  });
}

/** Outside production a secret is made once and kept beside the database, so that a restart logs nobody out. */
function developmentSecret(config: Config): string {
  const path = join(dirname(sqlitePath(config.databaseUrl)), 'session-secret');
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, randomBytes(32).toString('hex'), { mode: 0o600 });
  }
  return readFileSync(path, 'utf8').trim();
}

/** A port that is taken or not allowed is the operator's to solve, in one sentence. */
function isListenFault(error: unknown): boolean {
  const code = (error as { code?: string }).code;
  if (code === 'EADDRINUSE') (error as Error).message = `The port is taken by another program. Stop it, or set PORT. (${(error as Error).message})`;
  return code === 'EADDRINUSE' || code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND';
}
