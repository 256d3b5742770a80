/**
 * Takes rows into the catalogue, all or nothing. An album is its name and artist, a song its name within
 * the album, both compared to the letter; a row is taken whole or not at all, and the rest goes on.
 */
import type { Db } from '../db/db.ts';
import { postponeIndexing } from '../db/sqlite/full-text-rebuild.ts';
import type { Author } from '../db/history/change.ts';
import { act } from '../db/history/writer.ts';
import { album as albumModel, type AlbumInput } from '../models/album.ts';
import { song as songModel } from '../models/song.ts';
import { parse, trimmed } from '../schema/parse.ts';
import { type DateFormat, readDate } from './dates.ts';
import { Shelf, type ShelvedAlbum } from './shelf.ts';
import type { Place, RawRow, Source } from './source.ts';

/** A row that was not taken, and every reason, a sentence each. */
export type Rejection = { place: Place; reasons: string[] };

/** What an import has done. rows = what was added + duplicates + rejected. */
export type ImportReport = {
  rows: number;
  albums: number;
  songs: number;
  /** Rows whose song, or album in a file without songs, was there already. */
  duplicates: number;
  /** Those among them that tell another number of streams than the one that stays. */
  otherStreams: number;
  rejected: number;
  /** The first thousand of the rejected rows; `onRejected` is given all. */
  rejections: Rejection[];
  /** Rows whose release date differs from their album's, which stays. */
  datesIgnored: number;
  /** Empty cells for streams, taken as 0. */
  emptyStreams: number;
  notices: string[];
};

export type ImportProgress = { rows: number; part: number };

export type ImportOptions = {
  /** Who imports; left out for the command. */
  author?: Author;
  /** How the source writes dates, when not as the standard does. */
  dates?: DateFormat;
  onProgress?: (progress: ImportProgress) => void;
  onRejected?: (rejection: Rejection) => void;
};

const AT_THE_COMMAND_LINE: Author = { user: null, person: 'command line', surface: 'import' };

type Song = { song_name: string; num_streams: number };
type Judged = { album: AlbumInput; song: Song | undefined } | { reasons: string[] };

const KEPT_REJECTIONS = 1000;
const ROWS_PER_PROGRESS = 500;

/** So few are indexed as they come; for more it is worth going through the whole index once, at the end. */
const FEW_ADDED = 500;

/**
 * Imports every row of a source in one transaction, as one act, which can be undone.
 * @throws InvalidInput when the source can't be read to its end; nothing is stored then
 */
export async function importRows(db: Db, source: Source, options: ImportOptions = {}): Promise<ImportReport> {
  return act(db, options.author ?? AT_THE_COMMAND_LINE, async (writer) => {
    const shelf = new Shelf(writer);
    const report = emptyReport(source.notices);
    let index: (() => Promise<void>) | undefined;
    for await (const row of source.rows) {
      report.rows += 1;
      const judged = judge(row, options.dates);
      if ('reasons' in judged) reject(report, { place: row.place, reasons: judged.reasons }, options);
      else await take(shelf, judged, row, report);
      if (report.albums + report.songs > FEW_ADDED) index ??= await postponeIndexing(writer.db);
      if (report.rows % ROWS_PER_PROGRESS === 0) options.onProgress?.({ rows: report.rows, part: source.part() });
    }
    await index?.();
    options.onProgress?.({ rows: report.rows, part: 1 });
    return report;
  });
}

function emptyReport(notices: string[]): ImportReport {
  return {
    rows: 0, albums: 0, songs: 0, duplicates: 0, otherStreams: 0, rejected: 0, rejections: [],
    datesIgnored: 0, emptyStreams: 0, notices: [...notices],
  };
}

/** The album and the song of a row, or every reason against it. */
function judge({ values, fault }: RawRow, dates: DateFormat | undefined): Judged {
  if (fault) return { reasons: [fault] };
  const album = parse(albumModel, { ...values, year_released: readDate(values.year_released ?? '', dates) });
  // Which album and which place in it is only known once the row is good.
  const song = values.song_name === undefined ? undefined : parse(songModel, { ...values, album: 1, position: 1 });
  if (album.ok && (!song || song.ok)) return { album: album.value, song: song?.value };
  return { reasons: [album, song].flatMap((parsed) => (parsed && !parsed.ok ? Object.values(parsed.errors) : [])) };
}

function reject(report: ImportReport, rejection: Rejection, { onRejected }: ImportOptions): void {
  report.rejected += 1;
  if (report.rejections.length < KEPT_REJECTIONS) report.rejections.push(rejection);
  onRejected?.(rejection);
}

async function take(shelf: Shelf, { album, song }: Exclude<Judged, { reasons: string[] }>, { values }: RawRow, report: ImportReport): Promise<void> {
  const known = await shelf.album(album.artist, album.name);
  if (known && known.year_released !== album.year_released) report.datesIgnored += 1;
  if (values.num_streams !== undefined && trimmed(values.num_streams) === '') report.emptyStreams += 1;
  if (!known) report.albums += 1;
  else if (!song || known.songs.has(song.song_name)) {
    skip(report, known, song);
    return;
  }
  const shelved = known ?? (await shelf.addAlbum(album));
  if (!song) return;
  await shelf.addSong(shelved, song);
  report.songs += 1;
}

function skip(report: ImportReport, album: ShelvedAlbum, song: Song | undefined): void {
  report.duplicates += 1;
  if (song && album.songs.get(song.song_name) !== song.num_streams) report.otherStreams += 1;
}
