/** Where a form may lead afterwards. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { safeNext } from './next.ts';

test('a path of the site is kept as it is', () => {
  for (const path of ['/', '/liked', '/songs?page=2&order=likes#song-7', '/artists/Bj%C3%B6rk', '/artists/AC%2FDC', '/search?q=100%25', '/albums/12-hounds-of-love']) {
    assert.equal(safeNext(path), path);
  }
});

test('other scripts are written as a header can carry them', () => {
  assert.equal(safeNext('/artists/Björk'), '/artists/Bj%C3%B6rk');
  assert.equal(safeNext('/search?q=風街'), '/search?q=%E9%A2%A8%E8%A1%97');
});

test('everything that could lead outside, or break a header, leads to the front page', () => {
  const refused = [
    undefined, '', 'liked', 'https://evil.test/', 'HTTPS://evil.test', '//evil.test', '///evil.test', '/\\evil.test', '\\\\evil.test', '/a\\b', '/\t/evil.test',
    '\t//evil.test', ' //evil.test', '/a\r\nSet-Cookie: x', '/\0', 'javascript:alert(1)', 'data:text/html,x', '/\ud800', '/%', '/%e9', `/${'a'.repeat(4001)}`, '?next=/', '#x',
  ];
  for (const next of refused) assert.equal(safeNext(next), '/', String(next));
});

test('wherever it leads, a browser stays on the site', () => {
  for (const next of ['/.//evil.test', '/..//evil.test', '/%2e%2e//evil.test', '/%5Cevil.test', '/%09/evil.test', '/@evil.test', '/:80', '/;//evil.test']) {
    assert.equal(new URL(safeNext(next), 'https://music.example.org/login').host, 'music.example.org', next);
  }
});
