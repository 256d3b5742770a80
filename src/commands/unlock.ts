import type { Command } from 'commander';
import { isAddress } from '../accounts/networks.ts';
import { unlockAccount, unlockAddress } from '../accounts/unlock.ts';
import { userByName } from '../accounts/users.ts';
import { invalid } from '../errors.ts';
import { withDatabase } from './database.ts';

/** manage unlock NAME|ADDRESS */
export function unlock(program: Command): void {
  program
    .command('unlock <name-or-address>')
    .description('Lifts the waits after wrong passwords of somebody’s account, or all waits of an address and its network.')
    .addHelpText('after', '\nExamples:\n  manage unlock ann\n  manage unlock 203.0.113.7\n  manage unlock 2001:db8::7')
    .action((text: string) => withDatabase(async (db) => {
      const user = await userByName(db, text);
      if (!user && !isAddress(text)) throw invalid({ name: `There is no user "${text}", and it is no address like 203.0.113.7.` });
      const lifted = (user ? await unlockAccount(db, user.username) : 0) + (isAddress(text) ? await unlockAddress(db, text) : 0);
      console.log(lifted > 0 ? `Lifted the waits of ${user?.username ?? text}.` : `Nothing kept ${user?.username ?? text} waiting.`);
    }));
}
