/** What a password must be like, in the words that people read. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { faultOf, type Owner } from './password-rules.ts';
import { closePasswords } from './passwords.ts';
import { introduceSite } from './site.ts';

after(closePasswords);

const ANN: Owner = { username: 'ann', email: '' };

/** Fails on the first of these passwords that isn't refused with this sentence, or that is, without one. */
async function judge(passwords: readonly string[], fault: RegExp | undefined, owner = ANN): Promise<void> {
  for (const password of passwords) {
    const found = await faultOf(password, owner);
    if (fault) assert.match(found ?? '', fault, password);
    else assert.equal(found, undefined, password);
  }
}

test('good passwords have no fault: long ones, short odd ones, of any script', async () => {
  await judge([
    'clouds over Kent', '  spaces  ', 'cannot stop me', 'x7#kq2!v', '正确的马电池订书钉不会忘记的秘密', 'пушистый кот спит', '🎵🎷🥁🎻🎺🪕🎸🎹', 'dragon-8317465920', 'Blue, 1971, side two',
  ], undefined);
  await judge(['a long walk'], undefined, { username: 'a', email: '' });
  await judge(['rain over Kent'], undefined, { username: 'kathleen', email: 'kathleen@example.org' });
});

test('8 to 64 characters of any script, each counted as one however it is composed', async () => {
  await judge(['Ж'.repeat(3), 'e\u0301'.repeat(7)], /^Use at least 8 characters\. This password has [37]\.$/);
  const sixty = [...'天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律吕调阳云腾致雨露结为霜金生丽水玉出昆冈剑号巨阙珠称夜光果珍李柰菜重芥姜'].slice(0, 60).join('');
  await judge([`${sixty}海咸河淡`, `${'Pe\u0302che '.repeat(10)}Melb`], undefined);
  await judge([`${sixty}海咸河淡鳞`], /^Use at most 64 characters\. This password has 65\.$/);
  await judge(['clouds over Kent '.repeat(4_000)], /^Use at most 64 characters\. This password has 68000\.$/);
});

test('what is empty, holds a null or is all digits', async () => {
  await judge([''], /^Enter a password\.$/);
  await judge(['half\0way there'], /null character/);
  await judge(['7315948260', '٠١٢٣٤٥٦٧٨', '12345678'], /^Add something besides digits\.$/);
});

test('repeats', async () => {
  await judge(['aaaaaaaa', 'abababab', 'xyzxyzxyzx', 'AaAaAaAaA', 'ааааббббвввв', '🎵🎵🎵🎵🎵🎵🎵🎵', 'a b a b a b ', '!!!!????!!!!'], /more than repeat a few characters/);
});

test('rows of the alphabet, of digits and of the usual keyboards', async () => {
  await judge([
    'abcdefgh', 'HGFEDCBA', 'aabbccddee', 'abcd1234', '1234qwer', 'qwertyuiop', 'qwertzuiop', 'poiuztrewq', 'azertyuiop', 'qsdfghjklm', 'йцукенгш', 'αβγδεζηθ', '1qaz2wsx', '!@#$%^&*', 'asdfghjkl;',
    'qwerasdfzxcv',
  ], /more than letters, digits or keys in a row/);
});

test('common passwords, with the usual changes or without', async () => {
  await judge([
    'Password1', 'password', 'PASSWORD', 'Password1!', 'P@ssw0rd1', 'P@$$w0rd!', 'pa55word99', '2026password', '***dragon***', 'Dragon2026', 'Summer2026!', 'hellohello', 'l3tme1n!', 'iloveyou2', 'trustno1', '5unshine', 'starwars', 'Baseball#1',
  ], /among the most common/);
});

test('one’s own name and address', async () => {
  const of = (username: string, email = '') => ({ username, email });
  await judge(['kathleen', 'xx-KATHLEEN-xx', 'kathleem1'], /like your username/, of('Kathleen'));
  await judge(['athleens'], /like your username/, of('kathleens-records'));
  await judge(['kate.bush@wuthering.org', 'Kate.Bush78', 'wuthering', 'bush-bush!'], /like your e-mail address/, of('ann', 'kate.bush@wuthering.org'));
});

test('the name of the site, whatever it is called', async (t) => {
  t.after(() => introduceSite({ name: 'Tracklist', report: () => {} }));
  await judge(['Tracklist1!', 'my-tracklist'], /like the name of this site/);
  introduceSite({ name: 'Vinyl Cellar', report: () => {} });
  await judge(['vinylcellar', 'Cellar-2026', 'tracklist!!'], /like the name of this site/);
});
