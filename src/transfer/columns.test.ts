import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { columnMap, matchColumns } from './columns.ts';

const SPOTIFY_2024 = ['Track', 'Album Name', 'Artist', 'Release Date', 'Spotify Streams', 'Pandora Streams', 'Soundcloud Streams'];

describe('columns', () => {
  test('are known by the names of real files, whatever their case and punctuation', () => {
    const inOrder = { name: 0, artist: 1, year_released: 2, song_name: 3, num_streams: 4 };
    for (const header of [
      ['name', 'artist', 'year_released', 'song_name', 'num_streams'],
      ['Album', 'ARTIST', 'Year', 'title', 'Streams'],
      ['track_album_name', 'track_artist', 'track_album_release_date', 'track_name', 'Spotify Streams'],
      ['Album-Name', 'Artist(s) Name', 'date', 'Song', 'spotify_streams'],
    ]) assert.deepEqual(matchColumns(header), inOrder, header.join());
  });

  test('of streams are those of Spotify, not those of its rivals', () => {
    assert.deepEqual(matchColumns(SPOTIFY_2024), { name: 1, artist: 2, year_released: 3, song_name: 0, num_streams: 4 });
  });

  test('may lack songs and streams', () => {
    assert.deepEqual(matchColumns(['album', 'artist', 'year']), { name: 0, artist: 1, year_released: 2 });
  });

  test('prefer the album’s artist to the track’s, and a whole date to a year', () => {
    assert.deepEqual(matchColumns(['Artist', 'Album Artist', 'Album', 'Year', 'Release Date']), { name: 2, artist: 1, year_released: 4 });
  });

  test('that are missing are told in one sentence with those that are there', () => {
    assert.throws(() => matchColumns(['id', 'title', 'trackartist'], {}, '--map '), {
      message: 'No column is known as the album name, no column is known as the release date: name the right column, as in --map name=COLUMN; the file has id, title, trackartist.',
    });
  });

  test('that could be the same field are not chosen between', () => {
    assert.throws(() => matchColumns(['album', 'artist', 'year', 'title', 'track']), /^InvalidInput: Several columns could be the song name \(title, track\): name the right column, as in song_name=COLUMN; the file has/);
    assert.throws(() => matchColumns(['name', 'artist', 'album', 'year']), /Several columns could be the album name \(name, album\)/);
  });

  test('are taken as the user says, and then not for another field', () => {
    assert.deepEqual(matchColumns(['name', 'artist', 'album', 'year'], { song_name: 'name' }), { song_name: 0, artist: 1, name: 2, year_released: 3 });
    assert.deepEqual(matchColumns(SPOTIFY_2024, { num_streams: 'pandora_streams' }).num_streams, 5);
    assert.throws(() => matchColumns(['album', 'artist', 'year'], { song_name: 'album' }), /No column is known as the album name/);
    assert.deepEqual(matchColumns(['album', 'artist', 'year'], { song_name: 'album', name: 'album' }), { song_name: 0, name: 0, artist: 1, year_released: 2 });
  });

  test('of a field that the user leaves empty are not taken', () => {
    assert.equal('num_streams' in matchColumns(SPOTIFY_2024, { num_streams: '' }), false);
    assert.throws(() => matchColumns(SPOTIFY_2024, { artist: '' }, '--map '), /The artist needs a column: write --map artist=COLUMN/);
  });

  test('that the user names and the file lacks, or has twice, are told', () => {
    assert.throws(() => matchColumns(['a', 'b'], { name: 'c' }), /The file has no column "c" for name; it has a, b\./);
    assert.throws(() => matchColumns(['a', 'a'], { name: 'a' }), /The file has 2 columns "a"/);
  });

  test('are listed without what could disturb a terminal, and not without end', () => {
    assert.throws(() => matchColumns(['\u001b[31mred', '', 'x'.repeat(100), ...Array.from({ length: 50 }, (_, index) => `c${index}`)]), (error: Error) => {
      assert.match(error.message, /the file has \[31mred, \(a column without a name\), x{40}…, c0, .*c36 and 13 more\.$/);
      return true;
    });
  });
});

describe('a mapping', () => {
  test('is a field and a column', () => {
    assert.deepEqual(columnMap(['song_name=track_name', 'name=a=b', 'num_streams=']), { song_name: 'track_name', name: 'a=b', num_streams: '' });
  });

  test('of an unknown field, without a column or said twice is refused', () => {
    assert.throws(() => columnMap(['titel=x']), /There is no field "titel". The fields are name, artist, year_released, song_name, num_streams\./);
    assert.throws(() => columnMap(['toString=x']), /There is no field "toString"/);
    assert.throws(() => columnMap(['name']), /"name" is no mapping/);
    assert.throws(() => columnMap(['name=a', 'name=b']), /The field name is mapped twice/);
  });
});
