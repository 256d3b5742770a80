import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storeCover } from '../music/covers.ts';
import { addAlbum, testApp, visitor } from '../testing/app.ts';
import { imageOf } from '../testing/images.ts';

test('an album with a cover shows it everywhere in place of its sleeve', async (t) => {
  const site = await testApp(t);
  const { album, songs } = await addAlbum(site.db, { name: 'Hounds of Love', artist: 'Kate Bush', year_released: '1985-09-16', songs: [['Cloudbusting', 118], ['The Big Sky', 21]] });
  const cover = await storeCover(site.db, await imageOf('jpeg'));
  await site.db.run('update albums set cover = :cover where id = :album', { cover, album });
  const guest = visitor(site);
  await guest.post(`/songs/${songs[1]}/like`, { next: '/' });
  for (const [url, ...files] of [
    ['/', '-320.webp', '-96.webp'], ['/albums', '-320.webp'], [`/albums/${album}-hounds-of-love`, '-640.webp', '-1280.webp 1280w', '.jpg'],
    ['/songs', '-640.webp', '-96.webp'], [`/songs/${songs[0]}-cloudbusting`, '-640.webp', '.jpg'], ['/artists/Kate%20Bush', '-96.webp', '.jpg'],
    ['/search?q=hounds', '-320.webp', '-96.webp'], ['/liked', '-96.webp'],
  ] as [string, ...string[]][]) {
    const { body, statusCode } = await guest.get(url);
    assert.equal(statusCode, 200, url);
    assert.doesNotMatch(body, /\/sleeves\//, url);
    for (const file of files) assert.ok(body.includes(`/covers/${cover}${file}`), `${url} shows ${file}`);
  }
});

test('a cover is an image for ever, and what is none leads nowhere', async (t) => {
  const site = await testApp(t);
  const cover = await storeCover(site.db, await imageOf('png'));
  for (const [file, type] of [['-96.webp', 'image/webp'], ['-1280.webp', 'image/webp'], ['.jpg', 'image/jpeg']]) {
    const { statusCode, headers } = await visitor(site).get(`/covers/${cover}${file}`);
    assert.deepEqual([statusCode, headers['content-type'], headers['cache-control'], headers['x-content-type-options']], [200, type, 'public, max-age=31536000, immutable', 'nosniff'], file);
  }
  for (const file of [`${cover}-97.webp`, `${cover}.png`, cover, `${'0'.repeat(32)}.jpg`, '%00', '..%2fpackage.json', 'x'.repeat(3000)]) {
    assert.equal((await visitor(site).get(`/covers/${file}`)).statusCode, 404, file);
  }
});
