import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import sharp from 'sharp';
import { InvalidInput } from '../errors.ts';
import { testDb } from '../testing/app.ts';
import { bomb, imageOf, photograph } from '../testing/images.ts';
import { coverFile, storeCover } from './covers.ts';

test('a cover of every accepted kind is kept square, in fixed sizes, and once', async (t) => {
  const db = await testDb(t);
  for (const kind of ['jpeg', 'png', 'webp', 'avif'] as const) {
    const bytes = await imageOf(kind);
    const hash = await storeCover(db, bytes);
    assert.match(hash, /^[0-9a-f]{32}$/);
    assert.equal(await storeCover(db, bytes), hash);
    for (const [file, format, width] of [['-96.webp', 'webp', 96], ['-320.webp', 'webp', 320], ['-640.webp', 'webp', 640], ['-1280.webp', 'webp', 1280], ['.jpg', 'jpeg', 1200]] as const) {
      const image = await sharp(await coverFile(db, hash + file)).metadata();
      assert.deepEqual([image.format, image.width, image.height], [format, width, width], `${kind}${file}`);
    }
  }
  assert.deepEqual(await db.first('select count(*) as files from covers'), { files: 20 });
});

test('a photograph stands upright, and tells nothing of who took it and where', async (t) => {
  const db = await testDb(t);
  const bytes = await photograph();
  assert.ok((await sharp(bytes).metadata()).exif?.includes('Somebody Private'));
  const hash = await storeCover(db, bytes);
  for (const file of [`${hash}-1280.webp`, `${hash}.jpg`]) {
    const content = await coverFile(db, file);
    const { exif, icc, xmp, orientation } = await sharp(content).metadata();
    assert.deepEqual([exif, icc, xmp, orientation], [undefined, undefined, undefined, undefined], file);
    // Left and right have become top and bottom.
    const { data } = await sharp(content).raw().toBuffer({ resolveWithObject: true });
    const [first, behindIt] = [data.subarray(0, 3), data.subarray(-3)];
    assert.ok((first[2] as number) > 120 && (behindIt[0] as number) > 150, `${[...first]} over ${[...behindIt]}`);
  }
});

test('transparent, grey, tiny, very long and moving images are covers, too', async (t) => {
  const db = await testDb(t);
  const images = {
    transparent: await sharp({ create: { width: 50, height: 50, channels: 4, background: '#0000' } }).png().toBuffer(),
    grey: await sharp({ create: { width: 50, height: 50, channels: 3, background: '#777' } }).greyscale().jpeg().toBuffer(),
    print: await sharp({ create: { width: 50, height: 50, channels: 3, background: '#717' } }).toColourspace('cmyk').jpeg().toBuffer(),
    deep: await sharp({ create: { width: 50, height: 50, channels: 3, background: '#717' } }).toColourspace('rgb16').png().toBuffer(),
    tiny: bomb(1, 1),
    long: bomb(20_000, 2),
  };
  for (const [name, bytes] of Object.entries(images)) {
    const hash = await storeCover(db, bytes);
    const image = await sharp(await coverFile(db, `${hash}-640.webp`)).metadata();
    assert.deepEqual([image.width, image.height, image.hasAlpha, image.space], [640, 640, false, 'srgb'], name);
  }
});

test('what is no cover is refused in words, and nothing of it is kept', async (t) => {
  const db = await testDb(t);
  const jpeg = await imageOf('jpeg', { width: 2000, height: 2000 });
  const refused: [string, Buffer, RegExp][] = [
    ['nothing', Buffer.alloc(0), /file is empty/],
    ['too long', Buffer.concat([jpeg, Buffer.alloc(10 * 1024 * 1024)]), /larger than 10 MB/],
    ['a text called .jpg', Buffer.from('Dear Tracklist, this is no image at all.'), /not an image/],
    ['an SVG', Buffer.from('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), /an SVG image\. Choose a JPEG/],
    ['a GIF', await sharp({ create: { width: 9, height: 9, channels: 3, background: '#f00' } }).gif().toBuffer(), /a GIF image/],
    ['a TIFF', await sharp({ create: { width: 9, height: 9, channels: 3, background: '#f00' } }).tiff().toBuffer(), /a TIFF image/],
    ['a truncated JPEG', jpeg.subarray(0, jpeg.length - 2000), /damaged/],
    ['a truncated PNG', (await imageOf('png')).subarray(0, 300), /damaged/],
    ['the head of a WebP', Buffer.from('RIFF\0\0\0\0WEBPVP8 '), /damaged/],
    ['random bytes behind the head of a JPEG', Buffer.concat([Buffer.from('\xff\xd8\xff\xe0', 'latin1'), randomBytes(5000)]), /damaged/],
    ['a bomb', bomb(), /more than 50 million pixels/],
  ];
  for (const [name, bytes, sentence] of refused) {
    await assert.rejects(storeCover(db, bytes), (error) => error instanceof InvalidInput && sentence.test(error.fields['cover'] ?? ''), name);
  }
  assert.deepEqual(await db.first('select count(*) as files from covers'), { files: 0 });
});

test('several uploads at once are each kept, also after one that is damaged', async (t) => {
  const db = await testDb(t);
  const images = await Promise.all([300, 301, 302].map((width) => imageOf('png', { width, height: 300 })));
  const results = await Promise.allSettled([storeCover(db, (images[0] as Buffer).subarray(0, 100)), ...images.map((bytes) => storeCover(db, bytes))]);
  assert.deepEqual(results.map(({ status }) => status), ['rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
  assert.deepEqual(await db.first('select count(*) as files from covers'), { files: 15 });
});
