import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as urls from './urls.ts';

test('an album and a song carry their id and a readable name', () => {
  assert.equal(urls.albumPath({ id: 12, name: 'Hounds of Love' }), '/albums/12-hounds-of-love');
  assert.equal(urls.songPath({ id: 7, song_name: 'Running Up That Hill (A Deal with God)' }), '/songs/7-running-up-that-hill-a-deal-with-god');
  assert.equal(urls.albumPath({ id: 12, name: '÷' }), '/albums/12');
  assert.equal(urls.albumPath({ id: 3, name: '風街ろまん' }), `/albums/3-${encodeURIComponent('風街ろまん')}`);
});

test('slugs fold Latin accents and keep other scripts whole', () => {
  assert.equal(urls.slug('Ágætis byrjun'), 'agaetis-byrjun');
  assert.equal(urls.slug('Straße ÖL Łódź Øresund'), 'strasse-ol-lodz-oresund');
  assert.equal(urls.slug('Don’t Stop ’Til You Get Enough'), 'dont-stop-til-you-get-enough');
  assert.equal(urls.slug('AC/DC: T.N.T.!'), 'ac-dc-t-n-t');
  assert.equal(urls.slug('ガラス'), 'ガラス');
  assert.equal(urls.slug('ガラス'.normalize('NFD')), 'ガラス');
  assert.equal(urls.slug('Ёлка й'), 'ёлка-й');
  assert.equal(urls.slug('ＦＵＬＬ width'), 'full-width');
  assert.equal(urls.slug('!!!'), '');
  assert.equal(urls.slug('\ud800broken'), 'broken');
});

test('a long slug ends at a word', () => {
  const long = urls.slug('When the Pawn Hits the Conflicts He Thinks like a King What He Knows Throws the Blows');
  assert.equal(long, 'when-the-pawn-hits-the-conflicts-he-thinks-like-a-king-what');
  assert.equal(urls.slug('a'.repeat(100)), 'a'.repeat(60));
  assert.equal(urls.slug(`${'a'.repeat(60)} b`), 'a'.repeat(60));
  assert.equal([...urls.slug('𠮷'.repeat(80))].length, 60);
});

test('the id is read back from a segment, and nothing else passes', () => {
  assert.equal(urls.idOf('12-hounds-of-love'), 12);
  assert.equal(urls.idOf('12'), 12);
  for (const bad of ['', '0', '-1', '1e3', '012', '12abc', '1.5', '99999999999999999999', '9999999999999999', '+1', ' 1']) {
    assert.equal(urls.idOf(bad), undefined, bad);
  }
});

test('an artist is addressed by the whole name', () => {
  assert.equal(urls.artistPath('Kate Bush'), '/artists/Kate%20Bush');
  assert.equal(urls.artistPath('AC/DC'), '/artists/AC%2FDC');
  assert.equal(urls.artistPath('..'), '/search?q=..&kind=albums');
  assert.equal(urls.artistPath('\ud800'), '/artists/%EF%BF%BD');
});

test('lists leave out what is usual and keep one order of parameters', () => {
  assert.equal(urls.albumsPath(), '/albums');
  assert.equal(urls.albumsPath({ page: 1, order: 'newest' }), '/albums');
  assert.equal(urls.albumsPath({ page: 2, decade: 1980, order: 'streams' }), '/albums?order=streams&decade=1980&page=2');
  assert.equal(urls.albumsPath({ decade: 1980, year: 1985 }), '/albums?year=1985');
  assert.equal(urls.songsPath({ order: 'streams', decade: 1990 }), '/songs?decade=1990');
  assert.equal(urls.songsPath({ order: 'likes', page: 3 }), '/songs?order=likes&page=3');
  assert.equal(urls.artistsPath({ letter: '#' }), '/artists?letter=%23');
  assert.equal(urls.likedPath({ order: 'artist' }), '/liked?order=artist');
  assert.equal(urls.searchPath({ q: 'blue & green', kind: 'songs', page: 2 }), '/search?q=blue%20%26%20green&kind=songs&page=2');
  assert.equal(urls.searchPath(), '/search');
  assert.equal(urls.withNext('/login', '/albums?page=2'), '/login?next=%2Falbums%3Fpage%3D2');
  assert.equal(urls.withNext('/login', '/'), '/login');
});

test('likes and sleeves', () => {
  assert.equal(urls.likePath(7), '/songs/7/like');
  assert.equal(urls.unlikePath(7), '/songs/7/unlike');
  assert.equal(urls.songAnchor(7), 'song-7');
  assert.equal(urls.sleevePath('ab12'), '/sleeves/ab12.svg');
  assert.equal(urls.sleevePath('ab12', 'small'), '/sleeves/ab12-s.svg');
  const sizes = ['small', 'full', 'large', 'plain'] as const;
  assert.deepEqual(sizes.map((size) => urls.sleeveOf({ sleeve: 'ab12', cover: '' }, size)), ['/sleeves/ab12-s.svg', '/sleeves/ab12.svg', '/sleeves/ab12.svg', '/sleeves/ab12-s.svg']);
  assert.deepEqual(sizes.map((size) => urls.sleeveOf({ sleeve: 'ab12', cover: 'cd34' }, size)), ['/covers/cd34-96.webp', '/covers/cd34-320.webp', '/covers/cd34-640.webp', '/covers/cd34-640.webp']);
  assert.deepEqual(['', 'cd34'].map((cover) => urls.sharedSleeveOf({ sleeve: 'ab12', cover })), ['/sleeves/ab12.svg', '/covers/cd34.jpg']);
});

test('an asset’s address changes with its content', () => {
  const { path, integrity } = urls.asset('/site.css');
  assert.match(path, /^\/site\.css\?v=[0-9a-f]{8}$/);
  assert.match(integrity, /^sha384-[\w+/=]{64}$/);
});
