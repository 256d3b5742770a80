import assert from 'node:assert/strict';
import { test } from 'node:test';
import { song } from '../models/song.ts';
import { album } from '../models/album.ts';
import { parse, trimmed } from './parse.ts';

const SONG = { song_name: 'River', album: '3', num_streams: '1,234', position: 1 };

test('values are trimmed and read, and nothing else is changed', () => {
  assert.deepEqual(parse(song, { ...SONG, song_name: '\u00a0 River  (live)\t' }), {
    ok: true, value: { song_name: 'River  (live)', album: 3, num_streams: 1234, position: 1 },
  });
});

test('every fault of a row is told at once, in sentences', () => {
  const parsed = parse(album, { name: '  ', artist: 'x'.repeat(101), year_released: '2023-02-29' });
  assert.deepEqual(parsed, {
    ok: false,
    errors: {
      name: 'Enter an album name.',
      artist: 'Artist must be at most 100 characters. It has 101.',
      year_released: 'Enter a release date that exists, like 1985-09-16.',
    },
  });
});

test('a length counts characters, not bytes and not halves of an emoji', () => {
  assert.equal(parse(song, { ...SONG, song_name: '🎵'.repeat(100) }).ok, true);
  assert.equal(parse(song, { ...SONG, song_name: '🎵'.repeat(101) }).ok, false);
});

test('numbers are whole, in range, and grouped in threes or not at all', () => {
  const streams = (num_streams: unknown) => {
    const parsed = parse(song, { ...SONG, num_streams });
    return parsed.ok ? parsed.value.num_streams : Object.values(parsed.errors)[0];
  };
  assert.equal(streams(''), 0);
  assert.equal(streams(undefined), 0);
  assert.equal(streams('9,007,199,254,740,991'), 9007199254740991);
  assert.equal(streams(12), 12);
  for (const bad of ['-1', '1.5', '1e3', '12,34', '+5', '0x10', 'many', true, null, [1]]) {
    assert.equal(streams(bad), 'Streams must be a whole number, like 1,234,567.', String(bad));
  }
  assert.equal(streams('9007199254740992'), 'Streams must be between 0 and 9,007,199,254,740,991.');
});

test('what no engine stores alike is refused before it gets there', () => {
  for (const song_name of ['a\0b', 'half \ud83c']) assert.equal(parse(song, { ...SONG, song_name }).ok, false);
  for (const reference of ['1e3', '-1', '0', '99999999999999999999', 1.5]) assert.equal(parse(song, { ...SONG, album: reference }).ok, false);
});

test('dates exist', () => {
  for (const year_released of ['1985-09-16', '0001-01-01', '9999-12-31', '2024-02-29']) assert.equal(parse(album, { name: 'a', artist: 'b', year_released }).ok, true, year_released);
  for (const year_released of ['0000-01-01', '1985-9-16', '1985', '1985-13-01', '1985-09-16T00:00']) assert.equal(parse(album, { name: 'a', artist: 'b', year_released }).ok, false, year_released);
});

test('white space of any script goes at both ends and stays within, however much of it there is', () => {
  const spaces = '\t\n\v\f\r \u0085\u00a0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000';
  assert.equal(trimmed(`${spaces}a${spaces}b${spaces}`), `a${spaces}b`);
  assert.equal(trimmed(spaces), '');
  assert.equal(trimmed('\ufeffa\u200b'), '\ufeffa\u200b');
  const started = performance.now();
  trimmed(`a${' '.repeat(1024 * 1024)}x`);
  assert.ok(performance.now() - started < 200);
});
