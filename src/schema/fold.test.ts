/** Names are compared without case, accents, width and punctuation, in every script. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chunksOf, fold, plain, traced } from './fold.ts';

const folded: [name: string, key: string][] = [
  ['Hounds of Love', 'hounds of love'],
  ['CAFÉ', 'cafe'],
  ['Cafe\u0301', 'cafe'],
  ['ＦＵＬＬ　Ｗｉｄｔｈ', 'full width'],
  ['Björk', 'bjork'],
  ['Sigur Rós', 'sigur ros'],
  ['Motörhead', 'motorhead'],
  ['Straße', 'strasse'],
  ['Æther Ørsted Łódź', 'aether orsted lodz'],
  ['İstanbul ılık', 'istanbul ilik'],
  ['ﬁne oﬀer', 'fine offer'],
  ['Đất nước', 'dat nuoc'],
  ['T.N.T.', 't n t tnt'],
  ['AC/DC', 'ac dc acdc'],
  ['Jay-Z', 'jay z jayz'],
  ['Don’t Stop ’Til You Get Enough', 'dont stop til you get enough'],
  ["Fishin' Blues", 'fishin blues'],
  ['L’amour', 'lamour amour'],
  ["Rock'n'Roll", 'rocknroll rock n roll'],
  ['Simon & Garfunkel', 'simon and garfunkel'],
  ['Florence + The Machine', 'florence and the machine'],
  ['A$AP Rocky', 'asap rocky'],
  ['P!nk', 'pink'],
  ['Wham!', 'wham'],
  ['$100', '100'],
  ['Song™', 'song'],
  ['soft\u00adhyphen', 'softhyphen'],
  ['“Heroes”', 'heroes'],
  ['...Baby One More Time', 'baby one more time'],
  ['÷', '0xf7'],
  ['+', '0x2b'],
  ['!!!', '0x21 0x21 0x21'],
  ['❤️', '0x2764'],
  ['❤️ Love', 'love'],
  ['風街ろまん', '風 街 ろ ま ん'],
  ['ﾊﾟｰﾃｨｰ', 'ぱ ー て ぃ ー'],
  ['パーティー', 'ぱ ー て ぃ ー'],
  ['第1巻', '第 1 巻'],
  ['愛 Love', '愛 love'],
  ['รักเธอ', 'รั ก เ ธ อ'],
  ['한국어', '한국어'],
  ['한국어'.normalize('NFD'), '한국어'],
  ['Ёлка', 'елка'],
  ['ΟΔΟΣ', 'οδοσ'],
  ['οδός', 'οδοσ'],
  ['أنت عمري', 'انت عمري'],
  ['حُبّ', 'حب'],
  ['کیا', 'كيا'],
  ['שָׁלוֹם', 'שלומ'],
  ['١٩٥٩ ۱۹۵۹', '1959 1959'],
  ['', ''],
  ['\u200b', '0x200b'],
  ['a\0b', 'a b ab'],
  ['\ud800x', 'x'],
];

test('a name is folded to its words', () => {
  for (const [name, key] of folded) assert.equal(fold(name), key, name);
});

test('a folded name is folded to itself', () => {
  for (const [name] of folded) assert.equal(fold(fold(name)), fold(name), name);
});

test('any character leaves a key of words between single spaces, which stays the same when folded again', () => {
  for (const code of characters()) {
    const key = fold(`a${String.fromCodePoint(code)}b`);
    assert.match(key, /^[\p{L}\p{N}\p{M}]+(?: [\p{L}\p{N}\p{M}]+)*$/u, code.toString(16));
    assert.equal(fold(key), key, code.toString(16));
  }
});

test('the plain text can be traced back to the letters it comes from', () => {
  for (const code of characters()) {
    const text = `a${String.fromCodePoint(code)}b`;
    const { plain: letters, starts, ends } = traced(text);
    assert.equal(letters, plain(text), code.toString(16));
    assert.equal(starts.length, letters.length);
    assert.ok(starts.every((start, index) => start < (ends[index] as number) && (ends[index] as number) <= text.length));
  }
  for (const [name] of folded) assert.equal(traced(name).plain, plain(name), name);
});

test('a piece that punctuation divides is told from one whose script has no spaces', () => {
  const dividedOf = (text: string) => chunksOf(plain(text)).map((chunk) => chunk.isDivided);
  assert.deepEqual(dividedOf('AC/DC 風街 rock'), [true, false, false]);
});

/** Every code point of the planes in use, by steps that miss no script. */
function* characters(): Generator<number> {
  for (let code = 1; code < 0x3400; code += 1) yield code;
  for (let code = 0x3400; code < 0x20000; code += 7) if (code < 0xd800 || code > 0xdfff) yield code;
}
