/** The search page and the suggestions, through the front door. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addAlbum, testApp, visitor } from '../testing/app.ts';
import type { Db } from '../db/db.ts';

async function records(db: Db): Promise<number> {
  await addAlbum(db, { name: 'Blue Train', artist: 'John Coltrane', year_released: '1958-01-01', songs: [['Blue Train', 40], ['Locomotion', 9]] });
  await addAlbum(db, { name: 'Kind of Blue', artist: 'Miles Davis', year_released: '1959-08-17', songs: [['So What', 90], ['Blue in Green', 30]] });
  const { songs } = await addAlbum(db, { name: 'Debut', artist: 'Björk', year_released: '1993-07-05', songs: [['Venus as a <Boy>', 70]] });
  return songs[0] as number;
}

test('the page shows what was found with its marks, and the tabs how much', async (t) => {
  const site = await testApp(t);
  await records(site.db);
  const { body, statusCode } = await visitor(site).get('/search?q=blu');
  assert.equal(statusCode, 200);
  for (const text of ['“<bdi>blu</bdi>”', '6 results', '<mark>Blu</mark>e Train', 'Kind of <mark>Blu</mark>e', 'Albums <small>2</small>', 'Songs <small>4</small>', 'Artists <small>0</small>']) {
    assert.ok(body.includes(text), text);
  }
  assert.match(body, /<meta name="robots" content="noindex/);
});

test('markup in names and queries stays text', async (t) => {
  const site = await testApp(t);
  await records(site.db);
  const { body } = await visitor(site).get(`/search?q=${encodeURIComponent('venus <boy>"><script>alert(1)</script>')}`);
  assert.ok(!body.includes('<script>alert'));
  assert.match((await visitor(site).get('/search?q=venus+%3Cboy%3E')).body, /&lt;<mark>Boy<\/mark>(?:&gt;|>)/);
});

test('a tab shows one kind, page by page', async (t) => {
  const site = await testApp(t);
  const songs = Array.from({ length: 30 }, (_, index): [string, number] => [`Take ${index}`, index]);
  await addAlbum(site.db, { name: 'Takes', artist: 'One', year_released: '2000-01-01', songs });
  const guest = visitor(site);
  const first = (await guest.get('/search?q=take&kind=songs')).body;
  const second = (await guest.get('/search?q=take&kind=songs&page=2')).body;
  assert.ok(first.includes('<mark>Take</mark> 29') && !first.includes('<mark>Take</mark> 0<'));
  assert.ok(second.includes('<mark>Take</mark> 0<') && second.includes('25 to 30 of 30 songs'));
  assert.equal((await guest.get('/search?q=take&kind=songs&page=3')).statusCode, 404);
  assert.equal((await guest.get('/search?q=take&page=2')).statusCode, 404);
});

test('nothing found: another spelling is offered, in a link', async (t) => {
  const site = await testApp(t);
  await records(site.db);
  const { body } = await visitor(site).get('/search?q=blu+trane');
  assert.match(body, /Nothing matches “<bdi>blu trane<\/bdi>”/);
  assert.match(body, /Did you mean <a href="\/search\?q=blue%20train"><bdi>blue train<\/bdi><\/a>/);
});

test('an empty query shows the tips', async (t) => {
  const guest = visitor(await testApp(t));
  for (const url of ['/search', '/search?q=', '/search?q=%20%20']) {
    const { body, statusCode } = await guest.get(url);
    assert.equal(statusCode, 200);
    assert.match(body, /<h1>Search<\/h1>/);
  }
});

test('a song that is liked shows its heart', async (t) => {
  const site = await testApp(t);
  const venus = await records(site.db);
  const guest = visitor(site);
  assert.match((await guest.get('/search?q=venus')).body, /aria-pressed="false"/);
  await guest.post(`/songs/${venus}/like`, { next: '/search?q=venus' });
  assert.match((await guest.get('/search?q=venus')).body, /aria-pressed="true"/);
});

test('no query is a fault of the site', async (t) => {
  const site = await testApp(t);
  await records(site.db);
  const guest = visitor(site);
  const harmless = ['"', '""', '"blue', 'blue"', '*', '-', '^blue', 'NEAR(', 'NEAR(blue train, 2)', 'name:blue', 'song_name : blue', '{name artist}: x', 'a AND', 'OR', 'NOT blue', '(', ')', '+', "'", ';--', '%', '_',
    '😀', '👨‍👩‍👧', 'x'.repeat(9000), 'a '.repeat(4000), '¶1959', '\u202e', '\ufeff', '\u0301', '1e3', '-1', '99999999999999999999', 'é'.repeat(300)];
  for (const q of harmless) {
    for (const path of ['/search', '/search/suggestions']) {
      assert.equal((await guest.get(`${path}?q=${encodeURIComponent(q)}`)).statusCode, 200, `${path} ${q.slice(0, 30)}`);
    }
  }
  const refused = ['q=a&q=b', 'q=%00', `q=${'x'.repeat(10_001)}`, 'q=a&page=0', 'q=a&page=x', 'q=a&page=1e3', 'q=a&page=99999999999999999999', 'q=a&kind=labels', 'q=a&kind=all&kind=songs'];
  for (const query of refused) {
    const { statusCode, body } = await guest.get(`/search?${query}`);
    assert.ok(statusCode >= 400 && statusCode < 500, `${query.slice(0, 40)}: ${statusCode}`);
    assert.doesNotMatch(body, /SQLITE|fts5|at \w+ \(/);
  }
  for (const query of ['q=%', 'q=%ff', 'q=%ed%a0%80', 'q=%u0041']) assert.ok((await guest.get(`/search?${query}`)).statusCode < 500, query);
});

test('suggestions are JSON that may be kept for a minute', async (t) => {
  const site = await testApp(t);
  await records(site.db);
  const answer = await visitor(site).get('/search/suggestions?q=bj');
  assert.equal(answer.headers['cache-control'], 'public, max-age=60');
  assert.match(String(answer.headers['content-type']), /^application\/json/);
  assert.deepEqual(answer.json().suggestions.slice(0, 2), [
    { kind: 'artist', label: 'Björk', detail: '1 album', href: '/artists/Bj%C3%B6rk' },
    { kind: 'album', label: 'Debut', detail: 'Björk', href: '/albums/3-debut' },
  ]);
  assert.deepEqual((await visitor(site).get('/search/suggestions')).json(), { suggestions: [] });
});
