import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressOf } from './address.ts';

test('an address is kept in one form: the domain in small letters, the rest as typed', () => {
  for (const [typed, kept] of [
    ['ann@example.org', 'ann@example.org'], ['Ann.Lee+x@EXAMPLE.Org', 'Ann.Lee+x@example.org'], ['ann@localhost', 'ann@localhost'],
    ['ann@BÜCHER.example', 'ann@bücher.example'], ['ann@xn--bcher-kva.example', 'ann@bücher.example'], ['用户@例子.广告', '用户@例子.广告'],
    ['re\u0301my@example.org', 'rémy@example.org'],
  ] as const) assert.equal(addressOf(typed), kept, typed);
});

test('what is no address is none, whatever a library would make of it', () => {
  for (const text of [
    '', '@', 'ann', 'ann@', '@example.org', 'a b@c.d', 'a@b c.d', 'a@b@c.d', '.a@b.c', 'a.@b.c', 'a..b@c.d', '"a"@b.c', 'a,b@c.d', 'a<b@c.d', 'a@[127.0.0.1]', 'a@1', 'a@0x7f.1',
    'a@b_c.d', 'a@-b.c', 'a@b..c', 'a@b.c.', 'a@ex/ample.org', 'a@ex%61mple.org', 'a@b.c\r\nBcc: x@y.z', 'a\0@b.c', 'a@b.c\u2028', `${'a'.repeat(65)}@b.c`, `a@${'b'.repeat(64)}.c`, `a@${'b.'.repeat(140)}c`,
    `a@${'ü'.repeat(60)}.example`, `${'@'.repeat(100_000)}`, `a@${'b.'.repeat(50_000)}c`,
  ]) assert.equal(addressOf(text), undefined, JSON.stringify(text.slice(0, 80)));
});
