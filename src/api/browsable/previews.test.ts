import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { previewOf } from './previews.ts';
import { readable } from './readable.ts';

test('of a stream without end the first rows are read, and the stream is stopped', async () => {
  let sent = 0;
  let isStopped = false;
  async function* rows(): AsyncGenerator<string> {
    try {
      for (;;) {
        sent += 1;
        yield `${sent === 1 ? '[' : ','}{"id":${sent},"name":"a \\"}]{ b ${'x'.repeat(200)}"}`;
      }
    } finally {
      isStopped = true;
    }
  }
  const { data, isCut } = await previewOf(Readable.from(rows()));
  assert.equal((data as unknown[]).length, 50);
  assert.deepEqual((data as { id: number }[]).map(({ id }) => id).slice(-2), [49, 50]);
  assert.equal(isCut, true);
  assert.equal(isStopped, true);
  assert.ok(sent < 2000, `${sent} rows were made`);
});

test('a stream that is short is whole, and one of something else is text', async () => {
  assert.deepEqual(await previewOf(Readable.from(['[{"id":1}', ',{"id":2}]'])), { data: [{ id: 1 }, { id: 2 }], isCut: false });
  assert.deepEqual(await previewOf(Readable.from(['[]'])), { data: [], isCut: false });
  assert.deepEqual(await previewOf(Readable.from(['{"id":1}\n{"id":2}\n'])), { data: '{"id":1}\n{"id":2}\n', isCut: true });
});

test('readable JSON is the same JSON, and a list that is too long ends early', () => {
  const value = { id: 1, none: null, empty: [], nothing: {}, list: [{ name: 'a"b' }, 2.5, true] };
  const { pieces } = readable(value, () => undefined);
  assert.deepEqual(JSON.parse(pieces.map(({ text }) => text).join('')), value);
  const long = readable(Array.from({ length: 20_000 }, (_none, index) => ({ id: index, name: 'x'.repeat(40) })), () => undefined);
  assert.ok(long.hidden > 10_000);
  assert.ok(long.pieces.map(({ text }) => text).join('').length < 210 * 1024);
});
