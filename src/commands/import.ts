import type { Command } from 'commander';
import { columnMap } from '../transfer/columns.ts';
import { type CsvFile, openCsv } from '../transfer/csv-file.ts';
import { dateFormat } from '../transfer/dates.ts';
import { type ImportReport, importRows, type Rejection } from '../transfer/import.ts';
import { columnFields } from '../transfer/source.ts';
import { withDatabase } from './database.ts';
import { ImportProgress } from './import-progress.ts';
import { RejectedRows } from './rejected-rows.ts';

type Options = { map: string[]; dateFormat?: string; errors?: string };

const SHOWN_REJECTIONS = 20;

/** manage import FILE */
export function importFile(program: Command): void {
  program
    .command('import <file>')
    .description('Adds albums and songs from a CSV file with a header: all of it, or nothing.')
    .option('--map <field=column>', `takes a field from a column, can be given again; fields: ${columnFields.join(', ')}; an empty column means none`, (text: string, all: string[]) => [...all, text], [] as string[])
    .option('--date-format <format>', 'how the file writes dates, like M/D/YYYY; without it YYYY-MM-DD, YYYY-MM or YYYY')
    .option('--errors <file>', 'writes every rejected row with its line and reasons to a CSV file')
    .addHelpText('after', `
Columns are known by the names that music files use, whatever their case and punctuation. A row whose song
is there already is skipped, a row that breaks a limit is rejected with its line and reasons, and the rest
goes on. Importing a file again adds nothing.

Example: npm run manage -- import charts.csv --map song_name=Track --date-format M/D/YYYY`)
    .action(run);
}

async function run(path: string, options: Options): Promise<void> {
  const dates = options.dateFormat === undefined ? {} : { dates: dateFormat(options.dateFormat) };
  const file = await openCsv(path, { map: columnMap(options.map), mapFlag: '--map ' });
  try {
    console.log(takenFrom(file));
    const report = await withDatabase(async (db) => {
      using rejected = options.errors === undefined ? undefined : new RejectedRows(options.errors, path);
      using progress = new ImportProgress(process.stderr);
      return await importRows(db, file, {
        ...dates,
        onProgress: (now) => progress.show(now),
        onRejected: (rejection) => rejected?.add(rejection),
      });
    });
    tell(report, options);
    if (report.rows > 0 && report.rejected === report.rows) process.exitCode = 1;
  } finally {
    await file.close();
  }
}

/** Which columns are read, so that a wrong guess is seen before it is believed. */
function takenFrom({ columns }: CsvFile): string {
  const taken = Object.entries(columns).map(([field, column]) => `${field} from "${column.replace(/\p{C}/gu, ' ')}"`);
  return `Taking ${taken.join(', ')}.${columns.song_name === undefined ? ' No column is known as the song name: only albums are added.' : ''}`;
}

function tell(report: ImportReport, { errors, dateFormat: format }: Options): void {
  for (const notice of report.notices) console.log(notice);
  if (report.rows === 0) console.log('The file has a header and no rows.');
  console.log(`Read ${rows(report.rows)}: added ${number(report.albums)} albums and ${number(report.songs)} songs, skipped ${number(report.duplicates)} duplicates, rejected ${rows(report.rejected)}.`);
  if (report.datesIgnored > 0) console.log(`${rows(report.datesIgnored)} with another release date than their album’s, which stays.`);
  if (report.otherStreams > 0) console.log(`${number(report.otherStreams)} duplicates with other streams than the song’s, which stay.`);
  if (report.emptyStreams > 0) console.log(`${number(report.emptyStreams)} empty cells for streams, taken as 0.`);
  if (report.rejected > 0) tellRejected(report, errors);
  if (format === undefined && report.rejections.some(isForItsDate)) console.log('If the file writes dates another way, say which: --date-format M/D/YYYY.');
}

function tellRejected({ rejected, rejections }: ImportReport, errors: string | undefined): void {
  for (const { place, reasons } of rejections.slice(0, SHOWN_REJECTIONS)) console.log(`Line ${place}: ${reasons.join(' ')}`);
  const more = rejected - SHOWN_REJECTIONS;
  if (errors !== undefined) console.log(`All rejected rows are in ${errors}.`);
  else if (more > 0) console.log(`and ${number(more)} more: --errors FILE writes them all.`);
}

function isForItsDate({ reasons }: Rejection): boolean {
  return reasons.some((reason) => reason.includes('release date that exists'));
}

function rows(count: number): string {
  return `${number(count)} ${count === 1 ? 'row' : 'rows'}`;
}

function number(value: number): string {
  return value.toLocaleString('en');
}
