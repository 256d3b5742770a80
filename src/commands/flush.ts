import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { OPERATOR } from '../db/history/change.ts';
import { emptyCatalogue } from '../music/albums.ts';
import { tableSizes } from '../music/sizes.ts';
import { withDatabase } from './database.ts';

/** manage flush */
export function flush(program: Command): void {
  program
    .command('flush')
    .description('Empties the catalogue: every album, song and like. Accounts stay.')
    .option('--yes', 'do not ask')
    .action((options: { yes?: boolean }) => withDatabase(async (db) => {
      const { albums, songs, likes } = await tableSizes(db);
      if (!options.yes && !(await isSure(`This deletes ${albums} albums, ${songs} songs and ${likes} likes. Type "flush" to go on: `))) {
        console.log('Nothing was deleted.');
        process.exitCode = 1;
        return;
      }
      await emptyCatalogue(db, OPERATOR);
      console.log(`Deleted ${albums} albums, ${songs} songs and ${likes} likes.`);
    }));
}

async function isSure(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
  const answer = await Promise.race([terminal.question(question), closed]);
  terminal.close();
  return answer.trim() === 'flush';
}
