import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import type { Db } from '../db/db.ts';
import { rebuildFullText } from '../db/sqlite/full-text-rebuild.ts';
import { insert } from '../db/save.ts';
import { album } from '../models/album.ts';
import { testDb } from '../testing/app.ts';
import { columnMap } from './columns.ts';
import { openCsv } from './csv-file.ts';
import { dateFormat } from './dates.ts';
import { OPERATOR } from '../db/history/change.ts';
import { act } from '../db/history/writer.ts';
import { type ImportOptions, type ImportReport, importRows, type Rejection } from './import.ts';
import { Shelf } from './shelf.ts';

/** A catalogue, and a function that imports lines of text into it. */
async function importing(t: TestContext) {
  const db = await testDb(t);
  const folder = mkdtempSync(join(tmpdir(), 'tracklist-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const take = async (lines: string[] | Buffer, options: ImportOptions & { map?: string[] } = {}): Promise<ImportReport> => {
    const path = join(folder, 'file.csv');
    writeFileSync(path, Array.isArray(lines) ? lines.join('\n') : lines);
    return importFile(db, path, options);
  };
  return { db, take };
}

async function importFile(db: Db, path: string, { map = [], ...options }: ImportOptions & { map?: string[] } = {}): Promise<ImportReport> {
  const file = await openCsv(path, { map: columnMap(map) });
  try {
    return await importRows(db, file, options);
  } finally {
    await file.close();
  }
}

const albumsOf = (db: Db) => db.all<{ name: string; artist: string; year_released: string }>('select name, artist, year_released from albums order by id');
const songsOf = (db: Db) => db.all<{ name: string; artist: string; song_name: string; num_streams: number; position: number }>(
  'select name, artist, song_name, num_streams, position from songs join albums on albums.id = songs.album order by songs.id');

const HEADER = 'name,artist,year_released,song_name,num_streams';

describe('an import', () => {
  test('adds albums and songs in the order of the rows, with their positions', async (t) => {
    const { db, take } = await importing(t);
    const report = await take([HEADER, 'Hounds of Love,Kate Bush,1985-09-16,Running Up That Hill,"1,234,567"', 'Hounds of Love,Kate Bush,1985-09-16,Cloudbusting,5', 'Post,Björk,1995-06,Hyperballad,0']);
    assert.deepEqual(report, {
      rows: 3, albums: 2, songs: 3, duplicates: 0, otherStreams: 0, rejected: 0, rejections: [], datesIgnored: 0, emptyStreams: 0, notices: [],
    });
    assert.deepEqual(await albumsOf(db), [
      { name: 'Hounds of Love', artist: 'Kate Bush', year_released: '1985-09-16' },
      { name: 'Post', artist: 'Björk', year_released: '1995-06-01' },
    ]);
    assert.deepEqual((await songsOf(db)).map(({ song_name, num_streams, position }) => [song_name, num_streams, position]), [
      ['Running Up That Hill', 1234567, 1], ['Cloudbusting', 5, 2], ['Hyperballad', 0, 1],
    ]);
  });

  test('trims every kind of white space at the ends of values, and changes nothing else', async (t) => {
    const { db, take } = await importing(t);
    await take([HEADER, '\u00a0A  &amp; B\u3000, NA ,2000, null\u2003,\u00a07 ']);
    assert.deepEqual(await songsOf(db), [{ name: 'A  &amp; B', artist: 'NA', song_name: 'null', num_streams: 7, position: 1 }]);
  });

  test('compares names to the letter: case, accents and composition count', async (t) => {
    const { db, take } = await importing(t);
    const report = await take([HEADER, 'Café,X,2000,One,', 'Cafe,X,2000,One,', 'café,X,2000,One,', 'Cafe\u0301,X,2000,One,', 'Café,x,2000,One,', 'Café,X,2000,one,']);
    assert.deepEqual([report.albums, report.songs, report.duplicates], [5, 6, 0]);
    assert.equal((await albumsOf(db)).length, 5);
  });

  test('keeps the first date of an album and the first streams of a song, and counts the others', async (t) => {
    const { db, take } = await importing(t);
    const report = await take([HEADER, 'A,X,2000,One,1', 'A,X,2001,Two,2', 'A,X,2000,One,9', 'A,X,2001,One,1']);
    assert.deepEqual([report.albums, report.songs, report.duplicates, report.otherStreams, report.datesIgnored], [1, 2, 2, 1, 2]);
    assert.equal((await albumsOf(db))[0]?.year_released, '2000-01-01');
    assert.deepEqual((await songsOf(db)).map(({ num_streams }) => num_streams), [1, 2]);
  });

  test('rejects a row whole, with its line and every reason; its album is not made', async (t) => {
    const { db, take } = await importing(t);
    const report = await take([HEADER, `${'n'.repeat(201)},,2000-02-30,${'s'.repeat(101)},1.5`, '"A', 'B",X,2000,One,1', 'C,X,2000,,1']);
    assert.deepEqual(report.rejections, [
      {
        place: 2,
        reasons: [
          'Album name must be at most 200 characters. It has 201.', 'Enter an artist.', 'Enter a release date that exists, like 1985-09-16.',
          'Song name must be at most 100 characters. It has 101.', 'Streams must be a whole number, like 1,234,567.',
        ],
      },
      { place: 5, reasons: ['Enter a song name.'] },
    ]);
    assert.deepEqual([report.rows, report.songs, report.rejected], [3, 1, 2]);
    assert.deepEqual((await albumsOf(db)).map(({ name }) => name), ['A\nB']);
  });

  test('counts characters, not bytes nor UTF-16 units', async (t) => {
    const { take } = await importing(t);
    const report = await take([HEADER, `A,X,2000,${'🎵'.repeat(100)},1`, `A,X,2000,${'🎵'.repeat(101)},1`]);
    assert.deepEqual([report.songs, report.rejected], [1, 1]);
  });

  test('takes digits, or digits in threes, as streams; an empty cell is 0 and counted', async (t) => {
    const { db, take } = await importing(t);
    const bad = ['-1', '+1', '1.0', '1e3', '1,23', 'many', '9007199254740992'];
    const report = await take([HEADER, 'A,X,2000,empty,', 'A,X,2000,space, ', 'A,X,2000,most,9007199254740991', ...bad.map((streams, index) => `B,X,2000,${index},"${streams}"`)]);
    assert.deepEqual([report.songs, report.emptyStreams, report.rejected], [3, 2, bad.length]);
    assert.deepEqual((await songsOf(db)).map(({ num_streams }) => num_streams), [0, 0, 9007199254740991]);
  });

  test('counts no empty streams in a file without such a column', async (t) => {
    const { take } = await importing(t);
    const report = await take(['name,artist,year,song', 'A,X,2000,One']);
    assert.deepEqual([report.songs, report.emptyStreams], [1, 0]);
  });

  test('reads another date format only when it is said', async (t) => {
    const { db, take } = await importing(t);
    const lines = [HEADER, 'A,X,4/26/2024,One,1', 'B,X,26/4/2024,Two,1'];
    assert.equal((await take(lines)).rejected, 2);
    assert.equal((await take(lines, { dates: dateFormat('M/D/YYYY') })).rejected, 1);
    assert.equal((await albumsOf(db))[0]?.year_released, '2024-04-26');
  });

  test('rejects a row of the wrong form and goes on', async (t) => {
    const { take } = await importing(t);
    const report = await take([HEADER, 'A,X,2000,One', '', '"A"x,X,2000,One,1', 'A,X,2000,Two,1']);
    assert.deepEqual(report.rejections.map(({ place }) => place), [2, 4]);
    assert.deepEqual([report.rows, report.songs], [3, 1]);
  });

  test('takes a file of albums only', async (t) => {
    const { db, take } = await importing(t);
    const report = await take(['album,artist,year', 'A,X,2000', 'A,X,2001', ',X,2000', 'B,X,2000']);
    assert.deepEqual([report.rows, report.albums, report.songs, report.duplicates, report.rejected, report.datesIgnored], [4, 2, 0, 1, 1, 1]);
    assert.equal((await albumsOf(db)).length, 2);
  });

  test('goes on where the catalogue ends: its albums are known, new songs come after the last', async (t) => {
    const { db, take } = await importing(t);
    await take([HEADER, 'A,X,2000,One,1', 'A,X,2000,Two,1']);
    const again = await take([HEADER, 'A,X,2000,Two,1', 'A,X,2000,Three,1', 'B,X,2000,One,1']);
    assert.deepEqual([again.albums, again.songs, again.duplicates], [1, 2, 1]);
    assert.deepEqual((await songsOf(db)).map(({ name, song_name, position }) => [name, song_name, position]), [
      ['A', 'One', 1], ['A', 'Two', 2], ['A', 'Three', 3], ['B', 'One', 1],
    ]);
  });

  test('adds to the oldest of several albums of the same name and artist', async (t) => {
    const { db, take } = await importing(t);
    const twins = await db.transaction(async (trx) => [
      await insert(trx, album, { name: 'A', artist: 'X', year_released: '2005-01-01' }),
      await insert(trx, album, { name: 'A', artist: 'X', year_released: '2000-01-01' }),
    ]);
    await take([HEADER, 'A,X,2000,One,1']);
    assert.deepEqual(await db.all('select album from songs'), [{ album: twins[0] }]);
  });

  test('stores nothing when the file can’t be read to its end', async (t) => {
    const { db, take } = await importing(t);
    await assert.rejects(take([HEADER, ...Array.from({ length: 3000 }, (_, index) => `A,X,2000,${index},1`), 'B,X,2000,"never closed']), /The quote that opens on line 3002 is never closed/);
    assert.deepEqual(await albumsOf(db), []);
    assert.deepEqual(await db.all('select * from words'), []);
  });

  test('of many rows, which are indexed together, leaves the search index and its triggers as one of few does', async (t) => {
    const { db, take } = await importing(t);
    const triggers = () => db.all("select name, sql from sqlite_schema where type = 'trigger' order by rowid");
    const before = await triggers();
    const row = (index: number) => `Album ${index % 40},Artist ${index % 7},2000,Song ${index},${index ** 3 % 1_000_003}`;
    await take([HEADER, ...Array.from({ length: 300 }, (_, index) => row(index))]);
    await take([HEADER, ...Array.from({ length: 2000 }, (_, index) => row(index))]);
    assert.deepEqual(await db.transaction(rebuildFullText), []);
    assert.deepEqual(await triggers(), before);
    await assert.rejects(take([HEADER, ...Array.from({ length: 3000 }, (_, index) => row(index)), '"']), /never closed/);
    assert.deepEqual(await db.transaction(rebuildFullText), []);
    assert.deepEqual(await triggers(), before);
    assert.equal((await songsOf(db)).length, 2000);
  });

  test('says when a file was read as Windows-1252', async (t) => {
    const { db, take } = await importing(t);
    const report = await take(Buffer.from(`${HEADER}\nA,Caf\xe9 \x93X\x94,2000,One,1\n`, 'latin1'));
    assert.match(report.notices.join(), /read as Windows-1252/);
    assert.equal((await albumsOf(db))[0]?.artist, 'Café “X”');
  });

  test('tells how far it is, and every rejected row, though the report keeps a thousand', async (t) => {
    const { take } = await importing(t);
    const parts: number[] = [];
    const rejected: Rejection[] = [];
    const report = await take([HEADER, ...Array.from({ length: 1200 }, () => ',X,2000,One,1')], {
      onProgress: ({ part }) => parts.push(part),
      onRejected: (rejection) => rejected.push(rejection),
    });
    assert.deepEqual([report.rejected, report.rejections.length, rejected.length], [1200, 1000, 1200]);
    assert.equal(parts.length, 3);
    assert.equal(parts.at(-1), 1);
  });
});

test('a shelf without room for more than one artist finds the same as one that keeps all', async (t) => {
  const db = await testDb(t);
  await act(db, OPERATOR, async (writer) => {
    const shelf = new Shelf(writer, 1);
    for (const artist of ['X', 'Y', 'Z']) {
      const added = await shelf.addAlbum({ name: 'A', artist, year_released: '2000-01-01' });
      await shelf.addSong(added, { song_name: 'One', num_streams: 5 });
    }
    const again = await shelf.album('X', 'A');
    assert.ok(again);
    assert.deepEqual([...again.songs], [['One', 5]]);
    await shelf.addSong(again, { song_name: 'Two', num_streams: 6 });
    await shelf.album('Y', 'A');
    assert.deepEqual((await shelf.album('X', 'A'))?.lastPosition, 2);
  });
});
