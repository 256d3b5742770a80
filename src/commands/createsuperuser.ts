import type { Command } from 'commander';
import { closePasswords } from '../accounts/passwords.ts';
import { createUser } from '../accounts/users.ts';
import { withDatabase } from './database.ts';
import { readPassword } from './password-prompt.ts';

type Options = { username: string; email?: string; passwordStdin?: boolean };

/** manage createsuperuser */
export function createsuperuser(program: Command): void {
  program
    .command('createsuperuser')
    .description('Makes an administrator. The password is asked for, or read from the standard input.')
    .requiredOption('--username <name>', 'letters, digits and @ . + - _')
    .option('--email <address>')
    .option('--password-stdin', 'read the password from the standard input')
    .action(({ username, email = '', passwordStdin = false }: Options) => withDatabase(async (db) => {
      const password = await readPassword({ fromInput: passwordStdin });
      await createUser(db, { username, email, password, is_staff: true, is_superuser: true });
      console.log(`Made the administrator ${username}.`);
    }).finally(closePasswords));
}
