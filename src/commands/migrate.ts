import type { Command } from 'commander';
import { environment, readConfig } from '../config.ts';
import { migrate } from '../db/migrate.ts';

/** manage migrate */
export function migrateDatabase(program: Command): void {
  program
    .command('migrate')
    .description('Brings the database to the shape that this version expects, and creates it when it is missing.')
    .action(async () => {
      const applied = await migrate(readConfig(environment()).databaseUrl, { create: true });
      console.log(applied.length === 0 ? 'The database is up to date.' : `Applied ${applied.join(', ')}.`);
    });
}
