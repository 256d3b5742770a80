/** Browsing: the lists in their orders and filters, the pages of one record, song and artist. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Db } from '../db/db.ts';
import { addAlbum, testApp, visitor } from '../testing/app.ts';

async function threeRecords(db: Db): Promise<{ hounds: number; blue: number; kind: number; river: number }> {
  const hounds = await addAlbum(db, { name: 'Hounds of Love', artist: 'Kate Bush', year_released: '1985-09-16', songs: [['Cloudbusting', 118], ['The Big Sky', 21]] });
  const blue = await addAlbum(db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', songs: [['River', 500]] });
  const kind = await addAlbum(db, { name: 'Kind of Blue', artist: 'Miles Davis', year_released: '1959-08-17', songs: [['So What', 90]] });
  return { hounds: hounds.album, blue: blue.album, kind: kind.album, river: blue.songs[0] as number };
}

/** The texts in the order in which the page has them. */
function order(body: string, texts: string[]): string[] {
  const main = body.slice(body.indexOf('<main'));
  return texts.filter((text) => main.includes(text)).sort((a, b) => main.indexOf(a) - main.indexOf(b));
}

test('albums stand in the order that was asked for', async (t) => {
  const site = await testApp(t);
  await threeRecords(site.db);
  const guest = visitor(site);
  const albums = async (query: string) => order((await guest.get(`/albums${query}`)).body, ['>Hounds of Love<', '>Blue<', '>Kind of Blue<']).join(' ').replace(/[<>]/g, '');
  assert.equal(await albums(''), 'Hounds of Love Blue Kind of Blue');
  assert.equal(await albums('?order=oldest'), 'Kind of Blue Blue Hounds of Love');
  assert.equal(await albums('?order=name'), 'Blue Hounds of Love Kind of Blue');
  assert.equal(await albums('?order=streams'), 'Blue Hounds of Love Kind of Blue');
  assert.equal(await albums('?decade=1970'), 'Blue');
  assert.equal(await albums('?year=1985'), 'Hounds of Love');
  assert.equal(await albums('?decade=2000'), '');
});

test('songs stand in the order that was asked for, and a decade narrows them', async (t) => {
  const site = await testApp(t);
  await threeRecords(site.db);
  const guest = visitor(site);
  const songs = async (query: string) => order((await guest.get(`/songs${query}`)).body, ['Cloudbusting', 'The Big Sky', 'River', 'So What']).join(', ');
  assert.equal(await songs(''), 'River, Cloudbusting, So What, The Big Sky');
  assert.equal(await songs('?order=newest'), 'The Big Sky, Cloudbusting, River, So What');
  assert.equal(await songs('?order=name'), 'Cloudbusting, River, So What, The Big Sky');
  assert.equal(await songs('?decade=1980'), 'Cloudbusting, The Big Sky');
});

test('a page of an album tells its facts, its songs and what else there is', async (t) => {
  const site = await testApp(t);
  const { hounds } = await threeRecords(site.db);
  const { body, statusCode } = await visitor(site).get(`/albums/${hounds}-hounds-of-love`);
  assert.equal(statusCode, 200);
  for (const fact of ['16 September 1985', '>139<', 'Cloudbusting', 'The Big Sky', '"@type":"MusicAlbum"', 'property="og:title"', 'rel="canonical"']) assert.ok(body.includes(fact), fact);
});

test('a missing or wrong slug leads to the right address for good', async (t) => {
  const site = await testApp(t);
  const { hounds, river } = await threeRecords(site.db);
  const guest = visitor(site);
  for (const wrong of [`/albums/${hounds}`, `/albums/${hounds}-another-name`, `/albums/${hounds}-hounds-of-love?from=feed`]) {
    const answer = await guest.get(wrong);
    if (wrong.includes('?')) assert.equal(answer.statusCode, 200);
    else assert.deepEqual([answer.statusCode, answer.headers.location], [301, `/albums/${hounds}-hounds-of-love`]);
  }
  assert.equal((await guest.get(`/songs/${river}-lake`)).headers.location, `/songs/${river}-river`);
});

test('a song tells its rank, and an artist has a page by name', async (t) => {
  const site = await testApp(t);
  const { river } = await threeRecords(site.db);
  const guest = visitor(site);
  assert.match((await guest.get(`/songs/${river}-river`)).body.replace(/\s+/g, ' '), /Number 1 of 4/);
  const artist = await guest.get('/artists/Joni%20Mitchell');
  assert.match(artist.body, /"@type":"MusicGroup"/);
  const otherwise = await guest.get('/artists/joni%20mitchell');
  assert.deepEqual([otherwise.statusCode, otherwise.headers.location], [301, '/artists/Joni%20Mitchell']);
});

test('artists of every script have their section, and signs and digits stand last', async (t) => {
  const site = await testApp(t);
  for (const artist of ['ABBA', 'Björk', 'Земфира', 'أم كلثوم', 'はっぴいえんど', '2Pac', '÷÷', 'Ольга']) await addAlbum(site.db, { name: 'One', artist, year_released: '2000-01-01' });
  const guest = visitor(site);
  assert.deepEqual(order((await guest.get('/artists')).body, ['>ABBA<', '>Björk<', '>Земфира<', '>أم كلثوم<', '>はっぴいえんど<', '>2Pac<']), ['>ABBA<', '>Björk<', '>Земфира<', '>أم كلثوم<', '>はっぴいえんど<', '>2Pac<']);
  assert.deepEqual(order((await guest.get(`/artists?letter=${encodeURIComponent('Я')}`)).body, ['>ABBA<', '>Земфира<', '>Ольга<']), ['>Земфира<', '>Ольга<']);
  assert.equal((await guest.get('/artists?letter=Q')).statusCode, 200);
});

test('a catalogue without anything has pages all the same', async (t) => {
  const site = await testApp(t);
  const guest = visitor(site);
  for (const url of ['/', '/albums', '/songs', '/artists', '/liked', '/about', '/sitemap.xml', '/feeds/albums.atom']) assert.equal((await guest.get(url)).statusCode, 200, url);
});

test('names that look like markup are shown as they are written', async (t) => {
  const site = await testApp(t);
  const name = '<script>alert("1")</script> & \'2\'';
  const { album, songs } = await addAlbum(site.db, { name, artist: '"><img src=x>', year_released: '2001-01-01', songs: [['</script><b>', 1]] });
  const guest = visitor(site);
  for (const url of ['/', '/albums', `/albums/${album}`, '/songs', `/songs/${songs[0]}`, '/artists', '/feeds/albums.atom']) {
    let answer = await guest.get(url);
    if (answer.statusCode === 301) answer = await guest.get(String(answer.headers.location));
    assert.equal(answer.statusCode, 200, url);
    assert.doesNotMatch(answer.body, /<script>alert|<img src=x|<\/script><b>/, url);
  }
});

test('a sleeve is an image for ever, and its address changes with what it shows', async (t) => {
  const site = await testApp(t);
  const { hounds } = await threeRecords(site.db);
  const row = await site.db.first<{ sleeve: string }>('select sleeve from albums where id = :id', { id: hounds });
  for (const size of ['', '-s']) {
    const answer = await visitor(site).get(`/sleeves/${row?.sleeve}${size}.svg`);
    assert.equal(answer.statusCode, 200);
    assert.equal(answer.headers['content-type'], 'image/svg+xml');
    assert.match(String(answer.headers['cache-control']), /immutable/);
  }
});

test('machines find the feed, the sitemaps and the search', async (t) => {
  const site = await testApp(t);
  const { hounds, river } = await threeRecords(site.db);
  const guest = visitor(site);
  assert.match((await guest.get('/feeds/albums.atom')).body, /<title>Hounds of Love<\/title>/);
  const index = (await guest.get('/sitemap.xml')).body;
  const parts = [...index.matchAll(/<loc>http:\/\/localhost:8000([^<]+)<\/loc>/g)].map(([, path]) => path as string);
  const addresses = (await Promise.all(parts.map(async (part) => (await guest.get(part)).body))).join('');
  for (const path of [`/albums/${hounds}-hounds-of-love`, `/songs/${river}-river`, '/artists/Kate%20Bush']) assert.ok(addresses.includes(`<loc>http://localhost:8000${path}</loc>`), path);
  assert.match((await guest.get('/robots.txt')).body, /Sitemap: http:\/\/localhost:8000\/sitemap\.xml/);
  assert.match((await guest.get('/opensearch.xml')).body, /\{searchTerms\}/);
});

test('a very long album has pages, and a song of it is shown among its neighbours', async (t) => {
  const site = await testApp(t);
  const { album, songs } = await addAlbum(site.db, { name: 'Endless', artist: 'Kate Bush', year_released: '1985-09-16', songs: Array.from({ length: 401 }, (_, index) => [`Take ${index + 1}`, 1] as [string, number]) });
  const guest = visitor(site);
  const takes = (body: string) => [...body.slice(body.indexOf('class="tracks')).matchAll(/<bdi>Take (\d+)<\/bdi>/g)].map(([, number]) => Number(number));
  const [first, last] = [await guest.get(`/albums/${album}-endless`), await guest.get(`/albums/${album}-endless?page=3`)];
  assert.deepEqual([takes(first.body).length, takes(first.body).at(0), takes(first.body).at(-1)], [200, 1, 200]);
  assert.match(first.body, /1 to 200 of 401 songs/);
  assert.deepEqual(takes(last.body), [401]);
  assert.match(last.body, /<ol class="tracks numbered" start="401">/);
  assert.equal((await guest.get(`/albums/${album}-endless?page=4`)).statusCode, 404);
  const song = await guest.get(`/songs/${songs[250]}-take-251`);
  assert.equal(takes(song.body)[0], 201);
  assert.match(song.body, /401 songs/);
});
