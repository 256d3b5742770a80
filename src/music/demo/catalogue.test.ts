import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import catalogue from './catalogue.json' with { type: 'json' };

type Album = { name: string; artist: string; year_released: string; songs: [name: string, streams: number][] };

const albums = catalogue.albums as Album[];
const songs = albums.flatMap((album) => album.songs);
const names = albums.flatMap((album) => [album.name, album.artist, ...album.songs.map(([name]) => name)]);

const codePoints = (text: string) => [...text].length;
const twice = <T>(values: T[]) => values.filter((value, at) => values.indexOf(value) !== at);
const decadeOf = (album: Album) => `${album.year_released.slice(0, 3)}0s`;

describe('the demo catalogue', () => {
  test('is large enough to fill every page', () => {
    assert.ok(albums.length >= 66, `${albums.length} albums`);
    assert.ok(songs.length >= 720, `${songs.length} songs`);
  });

  test('says that its stream counts are illustrative', () => {
    assert.match(catalogue.note, /illustrative/);
  });

  test('keeps to the lengths that the tables hold, counted in code points', () => {
    assert.deepEqual(albums.filter((album) => codePoints(album.name) > 200), []);
    assert.deepEqual(albums.filter((album) => codePoints(album.artist) > 100), []);
    assert.deepEqual(songs.filter(([name]) => codePoints(name) > 100), []);
  });

  test('has no empty name, no white space around one and only typographic quotes', () => {
    assert.deepEqual(names.filter((name) => name === '' || name !== name.trim()), []);
    assert.deepEqual(names.filter((name) => /['"]/.test(name)), []);
  });

  test('writes names in composed Unicode, so that equal names are equal strings', () => {
    assert.deepEqual(names.filter((name) => name !== name.normalize('NFC')), []);
  });

  test('dates every album with a real day between 1950 and today', () => {
    const today = new Date().toISOString().slice(0, 10);
    for (const { name, year_released: day } of albums) {
      assert.match(day, /^\d{4}-\d{2}-\d{2}$/, name);
      assert.equal(new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10), day, name);
      assert.ok(day >= '1950-01-01' && day <= today, `${name}: ${day}`);
    }
  });

  test('stands in order of release', () => {
    const days = albums.map((album) => album.year_released);
    assert.deepEqual(days, days.toSorted());
  });

  test('names an album of an artist once, and a song of an album once', () => {
    assert.deepEqual(twice(albums.map((album) => `${album.name} by ${album.artist}`)), []);
    for (const album of albums) assert.deepEqual(twice(album.songs.map(([name]) => name)), [], album.name);
  });

  test('gives every album a song', () => {
    assert.deepEqual(albums.filter((album) => album.songs.length === 0), []);
  });

  test('counts streams in whole numbers from 0 to 2^53 - 1', () => {
    assert.deepEqual(songs.filter(([, streams]) => !Number.isSafeInteger(streams) || streams < 0), []);
  });

  test('has no tie among the hundred most streamed songs', () => {
    const top = songs.map(([, streams]) => streams).toSorted((a, b) => b - a).slice(0, 101);
    assert.deepEqual(twice(top), []);
  });

  for (const decade of ['1950s', '1960s', '1970s', '1980s', '1990s', '2000s', '2010s', '2020s']) {
    test(`has at least three albums from the ${decade}`, () => {
      assert.ok(albums.filter((album) => decadeOf(album) === decade).length >= 3);
    });
  }

  for (const script of ['Latin', 'Cyrillic', 'Arabic', 'Han', 'Hiragana', 'Katakana', 'Hangul']) {
    test(`has an artist, an album or a song in ${script} script`, () => {
      assert.ok(names.some((name) => new RegExp(`\\p{Script=${script}}`, 'u').test(name)));
    });
  }

  test('has several artists with more than one album', () => {
    assert.ok(new Set(twice(albums.map((album) => album.artist))).size >= 7);
  });
});
