import type { Command } from 'commander';
import { rebuildFullText } from '../db/sqlite/full-text-rebuild.ts';
import { recountTotals } from '../music/totals.ts';
import { withDatabase } from './database.ts';

const SHOWN = 50;

/** manage recount */
export function recount(program: Command): void {
  program
    .command('recount')
    .description('Compares kept totals and the search index with what is there, and repairs what differs.')
    .option('--check', 'compare only; the exit code is 1 when something differs')
    .action((options: { check?: boolean }) => withDatabase(async (db) => {
      const told: string[] = [];
      await db.transaction(async (trx) => {
        for (const { total, row, kept, counted } of await recountTotals(trx)) told.push(`${total} of ${row}: kept ${kept ?? 'nothing'}, counted ${counted ?? 'nothing'}`);
        for (const index of await rebuildFullText(trx)) told.push(`${index} was not what its table gives`);
        if (options.check) throw new Undone();
      }).catch((error: unknown) => {
        if (!(error instanceof Undone)) throw error;
      });
      for (const line of told.slice(0, SHOWN)) console.log(line);
      if (told.length > SHOWN) console.log(`and ${told.length - SHOWN} more`);
      if (told.length === 0) console.log('Everything that is kept is what a count gives.');
      else console.log(options.check ? `${told.length} differ.` : `Repaired ${told.length}.`);
      if (options.check && told.length > 0) process.exitCode = 1;
    }));
}

/** Thrown to roll the comparison back. */
class Undone extends Error {}
