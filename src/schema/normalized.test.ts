import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normalized } from './normalized.ts';

test('a text of ordinary length is normalized as it is', () => {
  const marked = `a${'\u0301\u0316'.repeat(200)}`;
  for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD'] as const) {
    assert.equal(normalized('Ｃａｆé', form), 'Ｃａｆé'.normalize(form));
    assert.equal(normalized(marked, form), marked.normalize(form));
    assert.equal(normalized('é'.repeat(5000), form), 'é'.repeat(5000).normalize(form));
  }
});

test('a long text of nothing but marks is normalized in time that grows with its length', () => {
  for (const marks of ['\u0301\u0316', 'ﾞ\u0301', '\u0344\u0323', '\u0316\ufe2f\u05b0']) {
    const started = performance.now();
    normalized(`a${marks.repeat(1024 * 1024 / marks.length)}`, 'NFKC');
    // Without the joiners: minutes.
    assert.ok(performance.now() - started < 1000, marks);
  }
});
