import type { Command } from 'commander';
import { loadDemo } from '../music/demo/load.ts';
import { withDatabase } from './database.ts';

/** manage demo */
export function demo(program: Command): void {
  program
    .command('demo')
    .description('Loads the demo catalogue into an empty one. Titles, artists and dates are real; stream counts are illustrative.')
    .action(async () => {
      const { albums, songs } = await withDatabase((db) => loadDemo(db));
      console.log(`Loaded ${albums} albums and ${songs} songs.`);
    });
}
