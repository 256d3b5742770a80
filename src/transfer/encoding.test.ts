import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decoded, type Encoding, judgeEncoding } from './encoding.ts';

async function* inPieces(bytes: number[] | string, size: number): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.from(bytes as string);
  for (let at = 0; at < buffer.length; at += size) yield buffer.subarray(at, at + size);
}

const judge = (bytes: number[] | string, size = 100) => judgeEncoding(inPieces(bytes, size));
const utf16be = (text: string) => [0xfe, 0xff, ...Buffer.from(text, 'utf16le').swap16()];
const utf16le = (text: string) => [0xff, 0xfe, ...Buffer.from(text, 'utf16le')];

async function decode(bytes: number[] | string, encoding: Encoding, size = 100): Promise<string> {
  let text = '';
  for await (const piece of decoded(inPieces(bytes, size), encoding)) text += piece;
  return text;
}

describe('the encoding of a file', () => {
  test('is what its byte order mark says', async () => {
    for (const size of [1, 2, 3, 100]) {
      assert.equal(await judge([0xef, 0xbb, 0xbf, 0x41, 0xe9, 0x42], size), 'utf-8');
      assert.equal(await judge(utf16le('é'), size), 'utf-16le');
      assert.equal(await judge(utf16be('née'), size), 'utf-16be');
    }
    assert.equal(await judge([0xff, 0xfe]), 'utf-16le');
    await assert.rejects(judge([0xff, 0xfe, 0, 0, 0x41, 0, 0, 0]), /UTF-32/);
  });

  test('is UTF-8 if the whole file is valid UTF-8', async () => {
    assert.equal(await judge(''), 'utf-8');
    assert.equal(await judge('Café 風街 🎵'), 'utf-8');
    for (const size of [1, 2, 3]) assert.equal(await judge('Café 風街 🎵', size), 'utf-8');
  });

  test('is Windows-1252 if a single byte isn’t UTF-8, the last one included', async () => {
    assert.equal(await judge([...Buffer.from('Café '.repeat(50)), 0xe9, 0x41], 7), 'windows-1252');
    assert.equal(await judge([0x41, 0xc3]), 'windows-1252');
    assert.equal(await judge([0xe9]), 'windows-1252');
  });

  test('turns bytes into characters without the mark, whatever the pieces', async () => {
    for (const size of [1, 2, 3, 5, 100]) {
      assert.equal(await decode('\ufeffCafé 🎵', 'utf-8', size), 'Café 🎵');
      assert.equal(await decode(utf16le('née 🎵'), 'utf-16le', size), 'née 🎵');
      assert.equal(await decode(utf16be('née 🎵'), 'utf-16be', size), 'née 🎵');
      assert.equal(await decode([0x80, 0x93, 0xe9, 0x81, 0xfd], 'windows-1252', size), '€“é\u0081ý');
    }
  });

  test('is not guessed again where the mark promises what the bytes don’t keep', async () => {
    await assert.rejects(decode([0xef, 0xbb, 0xbf, 0xe9, 0x41], 'utf-8'), /begins with the mark of UTF-8, but holds bytes that are not UTF-8/);
  });
});
