import type { Command } from 'commander';
import { closePasswords } from '../accounts/passwords.ts';
import { setPassword } from '../accounts/set-password.ts';
import { userByName } from '../accounts/users.ts';
import { OPERATOR } from '../db/history/change.ts';
import { invalid } from '../errors.ts';
import { withDatabase } from './database.ts';
import { readPassword } from './password-prompt.ts';

/** manage changepassword USERNAME */
export function changepassword(program: Command): void {
  program
    .command('changepassword <username>')
    .description('Sets somebody’s password, and logs them out everywhere.')
    .option('--password-stdin', 'read the password from the standard input')
    .action((username: string, options: { passwordStdin?: boolean }) => withDatabase(async (db) => {
      const user = await userByName(db, username);
      if (!user) throw invalid({ username: `There is no user "${username}".` });
      await setPassword(db, OPERATOR, user, await readPassword({ fromInput: options.passwordStdin === true }));
      console.log(`Changed the password of ${user.username}.`);
    }).finally(closePasswords));
}
