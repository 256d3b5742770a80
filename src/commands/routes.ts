import type { Command } from 'commander';
import { environment, readConfig } from '../config.ts';
import { withDatabase } from './database.ts';

/** manage routes */
export function routes(program: Command): void {
  program
    .command('routes')
    .description('Lists every route with its method, its path and who may pass.')
    .option('--json', 'as JSON, for a program')
    .action((options: { json?: boolean }) => withDatabase(async (db) => {
      // The site is loaded for this command alone: the others begin in half the time without it.
      const { buildApp } = await import('../app.ts');
      // Nothing is signed while the routes are listed.
      const config = { ...readConfig(environment()), logLevel: 'silent', secrets: ['unused'] };
      const { app, routes: all } = await buildApp({ db, config });
      await app.close();
      if (options.json) console.log(JSON.stringify(all, null, 2));
      else for (const { method, path, access } of all) console.log(`${method.padEnd(6)} ${path.padEnd(34)} ${access}`);
    }));
}
