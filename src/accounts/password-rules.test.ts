/** What a password must be like, in the words that people read. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultOf } from './password-rules.ts';

const cases: [password: string, username: string, fault: RegExp | undefined][] = [
  ['clouds over Kent', 'ann', undefined],
  ['  spaces  ', 'ann', undefined],
  ['🎵🎵🎵🎵🎵🎵🎵🎵', 'ann', undefined],
  ['', 'ann', /^Enter a password\.$/],
  ['é'.repeat(7), 'ann', /at least 8 characters\. This password has 7\./],
  ['🎵🎵🎵🎵', 'ann', /This password has 4\./],
  ['x'.repeat(73), 'ann', /at most 72 bytes\. This password has 73/],
  ['é'.repeat(37), 'ann', /This password has 74/],
  ['half\0way there', 'ann', /null character/],
  ['7315948260', 'ann', /digits/],
  ['٠١٢٣٤٥٦٧٨', 'ann', /digits/],
  ['Password1', 'ann', /most common/],
  ['QWERTYUIOP', 'ann', /most common/],
  ['kathleen', 'Kathleen', /like your username/],
  ['xx-KATHLEEN-xx', 'kathleen', /like your username/],
  ['athleens', 'kathleens-records', /like your username/],
  ['kathleem1', 'kathleen', /like your username/],
  ['rain over Kent', 'kathleen', undefined],
  ['a long walk', 'a', undefined],
];

test('each rule has a sentence of its own, and a good password has none', async () => {
  for (const [password, username, fault] of cases) {
    const found = await faultOf(password, username);
    if (fault) assert.match(found ?? '', fault, password);
    else assert.equal(found, undefined, password);
  }
});
