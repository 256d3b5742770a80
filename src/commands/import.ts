import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { Command } from 'commander';
import { columnMap } from '../transfer/columns.ts';
import { openCsv } from '../transfer/csv-file.ts';
import { dateFormat } from '../transfer/dates.ts';
import { type ImportProgress, type ImportReport, importRows, type Rejection } from '../transfer/import.ts';
import { withDatabase } from './database.ts';

type Options = { map: string[]; dateFormat?: string; errors?: string };

const SHOWN_REJECTIONS = 20;

/** manage import FILE */
export function importFile(program: Command): void {
  program
    .command('import <file>')
    .description('Adds albums and songs from a CSV file with a header: all of it, or nothing.')
    .option('--map <field=column>', 'takes a field from a column; fields: name, artist, year_released, song_name, num_streams', (text: string, all: string[]) => [...all, text], [] as string[])
    .option('--date-format <format>', 'how the file writes dates, like M/D/YYYY; without it YYYY-MM-DD, YYYY-MM or YYYY')
    .option('--errors <file>', 'writes every rejected row with its line and reasons to a CSV file')
    .addHelpText('after', '\nExample: npm run manage -- import charts.csv --map song_name=Track --date-format M/D/YYYY')
    .action(run);
}

async function run(path: string, options: Options): Promise<void> {
  const dates = options.dateFormat === undefined ? {} : { dates: dateFormat(options.dateFormat) };
  const file = await openCsv(path, { map: columnMap(options.map), mapFlag: '--map ' });
  const errors = options.errors === undefined ? undefined : createWriteStream(options.errors);
  const failed = errors && new Promise<never>((_, reject) => errors.once('error', reject));
  failed?.catch(() => {});
  errors?.write('line,reasons\r\n');
  const progress = new Progress();
  try {
    const report = await withDatabase((db) => importRows(db, file, {
      ...dates,
      onProgress: (now) => progress.show(now),
      onRejected: (rejection) => errors?.write(lineOf(rejection)),
    }));
    progress.end();
    tell(report, options.errors);
  } finally {
    await file.close();
    if (errors) {
      errors.end();
      await Promise.race([finished(errors), failed]);
    }
  }
}

function tell(report: ImportReport, errorsFile: string | undefined): void {
  for (const notice of report.notices) console.log(notice);
  const number = (value: number) => value.toLocaleString('en');
  console.log(`Read ${number(report.rows)} rows: added ${number(report.albums)} albums and ${number(report.songs)} songs, skipped ${number(report.duplicates)} duplicates, rejected ${number(report.rejected)} rows.`);
  if (report.datesIgnored > 0) console.log(`${number(report.datesIgnored)} rows give another release date than their album has; it stays.`);
  if (report.otherStreams > 0) console.log(`${number(report.otherStreams)} duplicates give other streams than the song has; they stay.`);
  if (report.emptyStreams > 0) console.log(`${number(report.emptyStreams)} empty cells for streams were taken as 0.`);
  const shown = errorsFile === undefined ? report.rejections.slice(0, SHOWN_REJECTIONS) : [];
  for (const { place, reasons } of shown) console.log(`Line ${place}: ${reasons.join(' ')}`);
  if (errorsFile !== undefined) console.log(`The rejected rows are in ${errorsFile}.`);
  else if (report.rejected > shown.length) console.log(`and ${number(report.rejected - shown.length)} more; --errors FILE writes them all.`);
}

function lineOf({ place, reasons }: Rejection): string {
  return `${place},"${reasons.join(' ').replaceAll('"', '""')}"\r\n`;
}

/** A bar on a terminal, a line every ten per cent elsewhere. */
class Progress {
  #told = 0;

  show({ rows, part }: ImportProgress): void {
    if (process.stderr.isTTY) {
      const filled = Math.round(part * 30);
      process.stderr.write(`\r${'█'.repeat(filled)}${'░'.repeat(30 - filled)} ${Math.round(part * 100)} %, ${rows.toLocaleString('en')} rows`);
    } else if (part * 10 >= this.#told + 1) {
      this.#told = Math.floor(part * 10);
      process.stderr.write(`${this.#told * 10} %, ${rows.toLocaleString('en')} rows\n`);
    }
  }

  end(): void {
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  }
}
