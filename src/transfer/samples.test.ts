/**
 * Small files of our own in samples/, each with the oddities of a kind of real ones. What they must give was
 * told by reading the files, row by row, and is compared in full. `node e2e/real-data.ts` asks the same of
 * the real ones.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { testDb } from '../testing/app.ts';
import { openCsv } from './csv-file.ts';
import { dateFormat } from './dates.ts';
import { type ImportOptions, type ImportReport, importRows } from './import.ts';

type Told = {
  oddities: string;
  options?: ImportOptions;
  report: Partial<ImportReport>;
  /** Name, artist and date. */
  albums: [string, string, string][];
  /** Album, song, streams. */
  songs: [string, string, number][];
};

const NONE = { rows: 0, albums: 0, songs: 0, duplicates: 0, otherStreams: 0, rejected: 0, rejections: [], datesIgnored: 0, emptyStreams: 0, notices: [] };
const AS_WINDOWS_1252 = 'The file is not valid UTF-8, so it was read as Windows-1252. Where names look wrong, save it as UTF-8.';
const UTF_16: Omit<Told, 'oddities'> = {
  report: { rows: 2, albums: 1, songs: 2 },
  albums: [['東京', 'Åsa', '2001-01-01']],
  songs: [['東京', '🎵 Tone', 0], ['東京', 'Tab\there', 0]],
};

const FILES: Record<string, Told> = {
  'playlists.csv': {
    oddities: 'NA as a name, years and months as dates, the same song in several playlists, names like formulas and tags, invisible characters',
    report: {
      rows: 12, albums: 6, songs: 9, duplicates: 2, rejected: 1, datesIgnored: 1,
      rejections: [{ place: 12, reasons: ['Song name must be at most 100 characters. It has 105.'] }],
    },
    albums: [
      ['Low Tide', 'Ada Quill', '2019-06-14'], ['NA', 'NA', '2012-01-01'], ['@', 'The @ Signs', '1999-07-01'],
      ['Más < :-)', 'Ada Quill', '2001-02-03'], ['low tide', 'Ada Quill', '2019-06-14'], ['Zer\u200bo', 'Mira & Co', '1977-01-01'],
    ],
    songs: [
      ['Low Tide', 'Harbour, Slowly', 0], ['Low Tide', 'Say "When"', 0], ['NA', 'NA', 0], ['@', '+', 0], ['@', '1999', 0],
      ['Más < :-)', '<I°_°I>', 0], ['low tide', '\u202aLow Light\u202c', 0], ['Zer\u200bo', 'low light', 0], ['low tide', 'Low Light', 0],
    ],
  },
  'charts.csv': {
    oddities: 'Windows-1252 with accents lost on the way, month before day, thousands in quotes, more streams than 32 bits hold',
    options: { dates: dateFormat('M/D/YYYY') },
    report: {
      rows: 12, albums: 4, songs: 6, duplicates: 2, otherStreams: 1, rejected: 4, datesIgnored: 1, emptyStreams: 2, notices: [AS_WINDOWS_1252],
      rejections: [
        { place: 9, reasons: ['Enter an artist.'] },
        { place: 10, reasons: ['Song name must be at most 100 characters. It has 114.'] },
        { place: 11, reasons: ['Enter a release date that exists, like 1985-09-16.'] },
        { place: 12, reasons: ['Streams must be a whole number, like 1,234,567.'] },
      ],
    },
    albums: [['Night Bus', 'The Wicks', '2020-03-20'], ['ýýý', 'ýý', '2024-06-09'], ['Beyoncï¿', 'Mañana', '1999-12-01'], ['Señor', 'Mañana', '1987-07-21']],
    songs: [
      ['Night Bus', 'Blinding Halos', 4_281_468_720], ['Night Bus', 'Ghosts', 9012], ['ýýý', 'ýýýý', 0],
      ['Beyoncï¿', 'Cafï¿½', 2_147_483_648], ['Señor', '“Quoted”', 600], ['Night Bus', '31', 0],
    ],
  },
  'releases.csv': {
    oddities: 'albums without songs, accents encoded twice, control characters, soft hyphens and spaces that don’t break',
    report: { rows: 8, albums: 6, duplicates: 1, rejected: 1, datesIgnored: 1, rejections: [{ place: 4, reasons: ['Enter an album name.'] }] },
    albums: [
      ['SeÃ±or', 'Various Artists', '2009-01-01'], ['A\u00adB', 'No\u00a0Break', '2010-01-01'], ['Two', 'Same', '2012-01-01'],
      ['Trim', 'Me', '1920-01-01'], ['++', 'I Nvr <3 U', '2014-01-01'], ['Ã\u0081gua\u008d', 'C1', '2014-01-01'],
    ],
    songs: [],
  },
  'marked.csv': {
    oddities: 'UTF-8 with a byte order mark before a quoted name, semicolons',
    report: { rows: 2, albums: 1, songs: 2, datesIgnored: 1 },
    albums: [['Snö', 'Åsa', '2001-01-01']],
    songs: [['Snö', 'Första', 1234], ['Snö', 'Semi;colon', 0]],
  },
  'utf-16-le.csv': { oddities: 'UTF-16, the low byte first, tabs', ...UTF_16 },
  'utf-16-be.csv': { oddities: 'UTF-16, the high byte first, tabs', ...UTF_16 },
  'quotes.csv': {
    oddities: 'quotes in odd places, line breaks in values, a blank line, no line end at the end',
    report: {
      rows: 7, albums: 3, songs: 4, rejected: 3,
      rejections: [
        { place: 8, reasons: ['Text follows a closing quote. Write each quote inside a quoted field twice.'] },
        { place: 9, reasons: ['The row has 3 fields, the header has 4.'] },
        { place: 10, reasons: ['Enter an album name.'] },
      ],
    },
    albums: [['12" mix', 'DJ "X"', '1984-01-01'], ['Two\nlines', 'DJ', '1984-01-01'], ['","', 'DJ', '1984-01-01']],
    songs: [['12" mix', 'Side "A"', 0], ['12" mix', 'Side B', 0], ['Two\nlines', 'a\nb', 0], ['","', '"', 0]],
  },
};

describe('a file with', () => {
  for (const [name, told] of Object.entries(FILES)) {
    test(`${told.oddities} (${name}) gives each value, and nothing more the second time`, async (t) => {
      const db = await testDb(t);
      const catalogue = async () => ({
        albums: (await db.all<Record<string, string>>('select name, artist, year_released from albums order by id')).map((row) => Object.values(row)),
        songs: (await db.all<Record<string, string>>(
          'select name, song_name, num_streams from songs join albums on albums.id = songs.album order by songs.id')).map((row) => Object.values(row)),
      });
      const take = async () => {
        const file = await openCsv(sample(name));
        try {
          return await importRows(db, file, told.options);
        } finally {
          await file.close();
        }
      };
      const { albums, songs } = told;
      const report = await take();
      assert.deepEqual(report, { ...NONE, ...told.report });
      assert.deepEqual(await catalogue(), { albums, songs });

      const again = await take();
      assert.deepEqual([again.albums, again.songs, again.duplicates], [0, 0, report.rows - report.rejected]);
      assert.deepEqual(again.rejections, report.rejections);
      assert.deepEqual(await catalogue(), { albums, songs });
    });
  }

  test('tracks alone, without album and date, is refused', async () => {
    await assert.rejects(openCsv(sample('tracks.csv')),
      /No column is known as the album name, no column is known as the release date, .*the file has activity, disc, .*trackurl\.$/);
  });
});

function sample(name: string): string {
  return join(import.meta.dirname, 'samples', name);
}
