/** The command line: `npm run manage -- COMMAND`. Picks a file of commands/, and tells faults in one sentence. */
import { Command, CommanderError } from 'commander';
import { changepassword } from './commands/changepassword.ts';
import { createsuperuser } from './commands/createsuperuser.ts';
import { demo } from './commands/demo.ts';
import { flush } from './commands/flush.ts';
import { importFile } from './commands/import.ts';
import { migrateDatabase } from './commands/migrate.ts';
import { recount } from './commands/recount.ts';
import { routes } from './commands/routes.ts';
import { ConfigFault } from './config.ts';
import { DatabaseFault } from './db/fault.ts';
import { GuestError, InvalidInput } from './errors.ts';

const program = new Command('manage')
  .description('Runs Tracklist from the command line. Every command has --help.')
  .exitOverride()
  .configureHelp({ showGlobalOptions: true });

for (const add of [migrateDatabase, demo, flush, importFile, createsuperuser, changepassword, recount, routes]) add(program);
for (const command of program.commands) command.exitOverride();

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode;
  else {
    console.error(sentenceOf(error));
    process.exitCode = 1;
  }
}

/** What an operator can do something about; anything else is a bug, with its stack. */
function sentenceOf(error: unknown): unknown {
  if (error instanceof ConfigFault) return error.faults.join('\n');
  if (error instanceof InvalidInput) return Object.values(error.fields).join('\n');
  return error instanceof GuestError || error instanceof DatabaseFault ? error.message : error;
}
