import type { Command } from 'commander';
import { createToken, revokeTokens, SCOPES, type Scope } from '../accounts/tokens.ts';
import { userByName } from '../accounts/users.ts';
import { OPERATOR } from '../db/history/change.ts';
import { act } from '../db/history/writer.ts';
import { invalid } from '../errors.ts';
import { withDatabase } from './database.ts';

type Options = { name: string; scope: string; days?: string; reset?: boolean };

const DAY = 24 * 60 * 60 * 1000;
const MOST_DAYS = 36_500;

/** manage createtoken USERNAME */
export function createtoken(program: Command): void {
  program
    .command('createtoken <username>')
    .description('Makes an API token for somebody, and prints it. It is not kept and can’t be printed again.')
    .option('--name <name>', 'what the token is called', 'command line')
    .option('--scope <scopes>', `what it may be used for, separated by commas: ${SCOPES.join(', ')}`, 'read,like')
    .option('--days <number>', 'for how many days it works, today not counted; without it, until it is revoked')
    .option('--reset', 'first revokes the tokens of this user that have the same name')
    .action((username: string, options: Options) => withDatabase(async (db) => {
      const [scopes, lastDay] = [scopesIn(options.scope), lastDayOf(options.days)];
      const user = await userByName(db, username);
      if (!user) throw invalid({ username: `There is no user "${username}".` });
      const { revoked, secret } = await act(db, OPERATOR, async (writer) => ({
        revoked: options.reset === true ? await revokeTokens(writer, user.id, options.name.trim()) : 0,
        ...(await createToken(writer, { user: user.id, name: options.name, scopes, lastDay })),
      }));
      // The token alone goes to the standard output, so that a script can take it from there.
      console.error(`Made a token for ${user.username}${revoked > 0 ? `, and revoked ${revoked}` : ''}. It is not shown again:`);
      console.log(secret);
    }));
}

function scopesIn(text: string): Scope[] {
  const names = text.split(',').map((name) => name.trim()).filter((name) => name !== '');
  const unknown = names.find((name) => !(SCOPES as readonly string[]).includes(name));
  if (unknown !== undefined) throw invalid({ scope: `There is no scope "${unknown}". Use ${SCOPES.join(', ')}.` });
  return names as Scope[];
}

function lastDayOf(days: string | undefined): string {
  if (days === undefined) return '';
  const number = /^\d{1,6}$/.test(days) ? Number(days) : 0;
  if (number < 1 || number > MOST_DAYS) throw invalid({ days: `--days must be a number from 1 to ${MOST_DAYS}, not "${days}".` });
  return new Date(Date.now() + number * DAY).toISOString().slice(0, 10);
}
