/** The command line: `npm run manage -- COMMAND`. Picks a file of commands/, and tells faults in one sentence. */
import { inspect } from 'node:util';
import { Command, CommanderError } from 'commander';
import { changepassword } from './commands/changepassword.ts';
import { createsuperuser } from './commands/createsuperuser.ts';
import { createtoken } from './commands/createtoken.ts';
import { demo } from './commands/demo.ts';
import { flush } from './commands/flush.ts';
import { importFile } from './commands/import.ts';
import { migrateDatabase } from './commands/migrate.ts';
import { recount } from './commands/recount.ts';
import { removefactor } from './commands/removefactor.ts';
import { routes } from './commands/routes.ts';
import { sendtestmail } from './commands/sendtestmail.ts';
import { unlock } from './commands/unlock.ts';
import { ConfigFault } from './config.ts';
import { DatabaseFault, StorageFault } from './db/fault.ts';
import { GuestError, InvalidInput } from './errors.ts';
import { secretsIn, withoutSecrets } from './secrets.ts';

const program = new Command('manage')
  .description('Runs Tracklist from the command line. Every command has --help.')
  .exitOverride()
  .configureHelp({ showGlobalOptions: true });

for (const add of [migrateDatabase, demo, flush, importFile, createsuperuser, changepassword, createtoken, removefactor, unlock, recount, routes, sendtestmail]) add(program);
for (const command of program.commands) command.exitOverride();

// Somebody who reads the first lines only, as `head` does, ends the output early.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode;
  else {
    const sentence = sentenceOf(error);
    console.error(withoutSecrets(typeof sentence === 'string' ? sentence : inspect(sentence), secretsIn(process.env)));
    process.exitCode = 1;
  }
}

/** What an operator can do something about; anything else is a bug, with its stack. */
function sentenceOf(error: unknown): unknown {
  if (error instanceof ConfigFault) return error.faults.join('\n');
  if (error instanceof InvalidInput) return Object.values(error.fields).join('\n');
  if (error instanceof StorageFault) return error.reason;
  return error instanceof GuestError || error instanceof DatabaseFault || isOfTheSystem(error) ? (error as Error).message : error;
}

/** A full disk, a folder that may not be written: the message says it, and no line of ours is to blame. */
function isOfTheSystem(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ('syscall' in error || String(error.code).startsWith('SQLITE_'));
}
