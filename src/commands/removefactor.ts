import type { Command } from 'commander';
import { removeSecondFactor } from '../accounts/factors/second-factor.ts';
import { userByName } from '../accounts/users.ts';
import { OPERATOR } from '../db/history/change.ts';
import { invalid } from '../errors.ts';
import { withDatabase } from './database.ts';

/** manage removefactor USERNAME */
export function removefactor(program: Command): void {
  program
    .command('removefactor <username>')
    .description('Removes the second factor of somebody who has lost it, recovery codes included. They are told at their next log-in.')
    .action((username: string) => withDatabase(async (db) => {
      const user = await userByName(db, username);
      if (!user) throw invalid({ username: `There is no user "${username}".` });
      await removeSecondFactor(db, OPERATOR, user);
      console.log(`Removed the second factor of ${user.username}.`);
    }));
}
