/**
 * Imports real files, which are too large for the project, and compares every value with what is expected:
 * `npx node e2e/real-data.ts FOLDER`. FOLDER holds the files as their publishers left them, and in
 * `expected/` the counts, the rejected rows and the digests for each.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { connect } from '../src/db/connect.ts';
import type { Db } from '../src/db/db.ts';
import { migrate } from '../src/db/migrate.ts';
import { openCsv } from '../src/transfer/csv-file.ts';
import { dateFormat } from '../src/transfer/dates.ts';
import { type ImportOptions, type ImportReport, importRows, type Rejection } from '../src/transfer/import.ts';

type Told = Record<string, unknown>;
type RealFile = { name: string; expected: string; options?: ImportOptions; /** What is expected of it; without this, all that the file says. */ of?: (told: Told) => Told };

const FILES: RealFile[] = [
  { name: 'spotify_songs.csv', expected: 'spotify_songs.json' },
  { name: 'most_streamed_spotify_songs_2024.csv', expected: 'most_streamed_2024.json', options: { dates: dateFormat('M/D/YYYY') } },
  {
    name: 'freemusi.cc/releases.csv', expected: 'freemusi.json',
    // The numbers there are those of releases and tracks together; the albums are the same.
    of: ({ albums, albums_sha256 }) => ({ rows_read: 2289, albums, songs: 0, duplicate_rows_skipped: 3, rows_rejected: 2, albums_sha256 }),
  },
];
const REFUSED = 'freemusi.cc/tracks.csv';

const [folder, ...rest] = process.argv.slice(2);
if (folder === undefined || rest.length > 0 || !existsSync(join(folder, 'expected'))) {
  console.error('Name the folder of the real files, which has a folder "expected" in it: npx node e2e/real-data.ts FOLDER');
  process.exit(2);
}
let failed = 0;
for (const file of FILES) tell(file.name, await faultsOf(folder, file));
tell(`${REFUSED}, which lacks album and date`, await refusalOf(join(folder, REFUSED)));
console.log(`${FILES.length + 1 - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

function tell(name: string, faults: string[]): void {
  if (faults.length > 0) failed += 1;
  console.log([`${faults.length > 0 ? 'differs' : 'as expected'}: ${name}`, ...faults].join('\n  '));
}

/** What is otherwise than expected after the first and after the second import. */
async function faultsOf(place: string, { name, expected, options, of = (told) => told }: RealFile): Promise<string[]> {
  const told = of(JSON.parse(readFileSync(join(place, 'expected', expected), 'utf8')) as Told);
  return withCatalogue(async (db) => {
    const report = await take(db, join(place, name), options);
    const first = differences('first time', { ...countsOf(report), ...(await digests(db)) }, told);
    const again = await take(db, join(place, name), options);
    const nothingNew = { albums: 0, songs: 0, duplicate_rows_skipped: report.rows - report.rejected, rejected: countsOf(report)['rejected'] };
    return [...first, ...differences('second time', countsOf(again), nothingNew), ...differences('second time', await digests(db), told)];
  });
}

async function refusalOf(path: string): Promise<string[]> {
  try {
    await (await openCsv(path)).close();
    return ['It was taken.'];
  } catch (error) {
    return /No column is known as the album name, no column is known as the release date/.test((error as Error).message) ? [] : [(error as Error).message];
  }
}

/** Compares what both know. */
function differences(when: string, found: Told, told: Told): string[] {
  const names = Object.keys(found).filter((name) => name in told && !isDeepStrictEqual(found[name], told[name]));
  return names.map((name) => `${when}, ${name}: ${JSON.stringify(found[name])} in place of ${JSON.stringify(told[name])}`);
}

async function withCatalogue<Result>(work: (db: Db) => Promise<Result>): Promise<Result> {
  const place = mkdtempSync(join(tmpdir(), 'tracklist-real-data-'));
  const url = `sqlite:${join(place, 'music.db')}`;
  await migrate(url, { create: true });
  const db = await connect(url);
  try {
    return await work(db);
  } finally {
    await db.close();
    rmSync(place, { recursive: true });
  }
}

async function take(db: Db, path: string, options?: ImportOptions): Promise<ImportReport> {
  const file = await openCsv(path);
  try {
    return await importRows(db, file, options);
  } finally {
    await file.close();
  }
}

/** The report under the names of the expected results. */
function countsOf(report: ImportReport): Told {
  return {
    rows_read: report.rows,
    albums: report.albums,
    songs: report.songs,
    duplicate_rows_skipped: report.duplicates,
    duplicates_that_differ_in_num_streams: report.otherStreams,
    rows_rejected: report.rejected,
    rows_whose_date_differs_from_their_album: report.datesIgnored,
    empty_num_streams_taken_as_0: report.emptyStreams,
    rejected: report.rejections.map(inTheirWords),
  };
}

function inTheirWords({ place, reasons }: Rejection): { where: string; why: string[] } {
  const why = reasons.map((reason) => reason
    .replace(/^Song name must be at most 100 characters. It has (\d+).$/, 'song name too long ($1 > 100)')
    .replace(/^Enter an artist.$/, 'artist empty'));
  return { where: `line ${place}`, why };
}

async function digests(db: Db): Promise<Told> {
  const albums = await db.all<Record<string, string>>('select name, artist, year_released from albums');
  const songs = await db.all<Record<string, string>>('select name, artist, song_name, num_streams from songs join albums on albums.id = songs.album');
  return { albums_sha256: digest(albums), songs_sha256: digest(songs) };
}

/** One line a row, fields separated by U+001F, sorted by byte. */
function digest(rows: Record<string, string>[]): string {
  const lines = rows.map((row) => Buffer.from(`${Object.values(row).join('\u001f')}\n`)).sort(Buffer.compare);
  return createHash('sha256').update(Buffer.concat(lines)).digest('hex');
}
