/** What the demo catalogue gives to whom looks for it. */
import assert from 'node:assert/strict';
import { before, test, type TestContext } from 'node:test';
import { addAlbum, testDb } from '../testing/app.ts';
import type { Db } from '../db/db.ts';
import { loadDemo } from './demo/load.ts';
import { searchPage, suggest } from './search.ts';

let demo: Db;

/** One catalogue for all tests: they only read. */
before(async (t) => {
  demo = await testDb(t as TestContext);
  await loadDemo(demo);
});

const albums = async (text: string) => (await searchPage(demo, text, 'albums', 1)).albums.map(({ name }) => name);
const songs = async (text: string) => (await searchPage(demo, text, 'songs', 1)).songs.map(({ song_name }) => song_name);
const artists = async (text: string) => (await searchPage(demo, text, 'artists', 1)).artists.map(({ artist }) => artist);
const didYouMean = async (text: string) => (await searchPage(demo, text, 'all', 1)).didYouMean;

test('accents, case, width and punctuation make no difference', async () => {
  for (const text of ['bjork', 'BJÖRK', 'Bjo\u0308rk', 'ｂｊｏｒｋ', '"Björk"', 'bjö']) assert.deepEqual(await artists(text), ['Björk'], text);
  for (const text of ['tnt', 'T.N.T.', 't.n.t', 'TNT', '"t.n.t."']) assert.deepEqual(await albums(text), ['T.N.T.'], text);
  for (const text of ['acdc', 'ac dc', 'AC/DC', 'ac-dc']) assert.deepEqual(await artists(text), ['AC/DC'], text);
  assert.deepEqual(await artists('simon and garfunkel'), ['Simon & Garfunkel']);
  assert.deepEqual(await songs('dont stop'), await songs('Don’t Stop'));
});

test('words are found by their beginnings, in any order, over song, album and artist', async () => {
  assert.deepEqual(await albums('love hou'), ['Hounds of Love']);
  assert.deepEqual(await songs('bush kate run'), ['Running Up That Hill (A Deal with God)']);
  assert.deepEqual(await albums('kind blue miles'), ['Kind of Blue']);
});

test('quoted words are exact and in order', async () => {
  assert.deepEqual(await albums('"kind of blue"'), ['Kind of Blue']);
  assert.deepEqual(await albums('"blue of kind"'), []);
  assert.deepEqual(await albums('"blue" homogen'), []);
  assert.deepEqual(await artists('"bjo"'), []);
});

test('a year narrows what the other words find', async () => {
  assert.deepEqual(await albums('blue 1959'), ['Kind of Blue']);
  assert.deepEqual(await albums('1959 blue'), ['Kind of Blue']);
});

test('scripts without spaces are found by any of their characters that stand together', async () => {
  assert.deepEqual(await albums('風街'), ['風街ろまん']);
  assert.deepEqual(await albums('街ろ'), ['風街ろまん']);
  assert.deepEqual(await artists('ハッピイエンド'), ['はっぴいえんど']);
  assert.deepEqual(await artists('ﾊｯﾋﾟｲ'), ['はっぴいえんど']);
  assert.deepEqual(await artists('はっぴいえんど'), ['はっぴいえんど']);
  assert.deepEqual(await artists('кино'), ['Кино']);
  assert.deepEqual(await albums('ГРУППА'), ['Группа крови']);
});

test('a name of a symbol is found by it', async () => {
  assert.deepEqual(await albums('÷'), ['÷']);
});

test('a typo is told, when its correction finds something', async () => {
  assert.equal(await didYouMean('blu trane'), 'blue train');
  assert.equal(await didYouMean('radiohed'), 'radiohead');
  assert.equal(await didYouMean('bohemain rapsody'), 'bohemian rhapsody');
  assert.equal(await didYouMean('bluetrain'), 'blue train');
  assert.equal(await didYouMean('black bird'), 'blackbird');
  assert.equal(await didYouMean('кыно'), 'кино');
  assert.equal(await didYouMean('kate buhs'), 'kate bush');
  assert.equal(await didYouMean('love'), undefined);
  assert.equal(await didYouMean('zzzzqqqxx'), undefined);
  assert.equal(await didYouMean('"radiohed"'), undefined);
  assert.equal(await didYouMean(''), undefined);
});

test('counts and pages are those of the kind', async () => {
  const all = await searchPage(demo, 'love', 'all', 1);
  assert.ok(all.albums.length <= 6 && all.songs.length === 8);
  assert.equal(all.counts.songs.isCapped, false);
  const pages = Math.ceil(all.counts.songs.value / all.songs.length);
  const first = await searchPage(demo, 'love', 'songs', 1);
  const second = await searchPage(demo, 'love', 'songs', 2);
  assert.deepEqual(first.songs.slice(0, 8), all.songs);
  assert.ok(pages > 2 && second.songs.length > 0);
  assert.equal(new Set([...first.songs, ...second.songs].map(({ id }) => id)).size, first.songs.length + second.songs.length);
  await assert.rejects(searchPage(demo, 'love', 'songs', 999), { status: 404 });
  await assert.rejects(searchPage(demo, 'love', 'all', 2), { status: 404 });
  await assert.rejects(searchPage(demo, 'zzzz', 'songs', 2), { status: 404 });
});

test('counts end at a thousand, and so do the pages', async (t) => {
  const db = await testDb(t);
  await addAlbum(db, { name: 'Many', artist: 'One', year_released: '2000-01-01', songs: Array.from({ length: 1010 }, (_, index): [string, number] => [`Song ${index}`, index]) });
  const { counts, songs: first } = await searchPage(db, 'song', 'songs', 1);
  assert.deepEqual(counts.songs, { value: 1000, isCapped: true });
  assert.equal(first[0]?.song_name, 'Song 1009');
  const last = await searchPage(db, 'song', 'songs', Math.ceil(1000 / first.length));
  assert.equal(last.songs.at(-1)?.song_name, 'Song 10');
  await assert.rejects(searchPage(db, 'song', 'songs', Math.ceil(1000 / first.length) + 1), { status: 404 });
});

test('suggestions are few, of all kinds, and the exact name comes first', async () => {
  const names = async (text: string) => (await suggest(demo, text)).map(({ kind, name }) => `${kind} ${name}`);
  assert.equal((await names('bj'))[0], 'artist Björk');
  assert.equal((await names('t.n.t'))[0], 'album T.N.T.');
  assert.deepEqual((await names('t.n.t')).slice(0, 2), ['album T.N.T.', 'song T.N.T.']);
  for (const text of ['a', 'the', 'love', 'kate bu']) {
    const found = await names(text);
    assert.equal(found.length, 8, text);
  }
  assert.deepEqual(await names(''), []);
  assert.deepEqual(await names('zzzzqqq'), []);
});
