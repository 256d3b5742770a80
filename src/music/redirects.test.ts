import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addAlbum, testApp, visitor } from '../testing/app.ts';
import { redirectOf } from './redirects.ts';

const RECORD = { name: 'Hounds of Love', artist: 'Kate Bush', year_released: '1985-09-16' };

test('an album and a song that were merged lead for good to what stays, also over several merges', async (t) => {
  const site = await testApp(t);
  const { album, songs: [song] } = await addAlbum(site.db, { ...RECORD, songs: [['Cloudbusting', 118]] });
  const add = (model: string, old: number, target: number) => site.db.run("insert into redirects (model, old, target, created_at) values (:model, :old, :target, '')", { model, old, target });
  await add('albums', 901, 902);
  await add('albums', 902, album);
  await add('songs', 901, song as number);
  await add('albums', 903, 999);
  assert.equal(await redirectOf(site.db, 'albums', 901), album);
  assert.equal(await redirectOf(site.db, 'albums', album), undefined);

  const guest = visitor(site);
  for (const old of ['/albums/901', '/albums/901-hounds-of-love', '/albums/902-another-name']) {
    const answer = await guest.get(old);
    assert.deepEqual([answer.statusCode, answer.headers.location, answer.headers['cache-control']], [301, `/albums/${album}-hounds-of-love`, 'private, no-cache'], old);
  }
  const answer = await guest.get('/songs/901-cloudbusting');
  assert.deepEqual([answer.statusCode, answer.headers.location], [301, `/songs/${song}-cloudbusting`]);
  for (const gone of ['/albums/903', '/albums/904', '/songs/902']) assert.equal((await guest.get(gone)).statusCode, 404, gone);
  // A page that was open before the merge likes the song that stays.
  assert.equal((await guest.post('/songs/901/like', { next: '/' })).statusCode, 303);
  assert.match((await guest.get('/liked')).body, /Cloudbusting/);
});

test('a circle of redirects, however it came about, ends', async (t) => {
  const site = await testApp(t);
  for (const [old, target] of [[901, 902], [902, 901]]) await site.db.run("insert into redirects (model, old, target, created_at) values ('albums', :old, :target, '')", { old: old as number, target: target as number });
  assert.equal((await visitor(site).get('/albums/901')).statusCode, 404);
});
