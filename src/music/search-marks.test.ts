/** What is found is marked in the name as it is written. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasAll, piecesOf } from './search-marks.ts';
import { parseQuery } from './search-query.ts';

const marked: [name: string, query: string, shown: string][] = [
  ['Hounds of Love', 'lov hou', '[Hou]nds of [Lov]e'],
  ['Café del Mar', 'CAFE', '[Café] del Mar'],
  ['Cafe\u0301 del Mar', 'caf', '[Caf]e\u0301 del Mar'],
  ['Cafe\u0301', 'cafe', '[Cafe\u0301]'],
  ['T.N.T.', 'tnt', '[T.N.T].'],
  ['T.N.T.', 'tn', '[T.N].T.'],
  ['AC/DC Live', 'ac/dc', '[AC/DC] Live'],
  ['AC/DC Live', 'dc', 'AC/[DC] Live'],
  ['Don’t Stop', 'dont', '[Don’t] Stop'],
  ['L’amour toujours', 'amour', 'L’[amour] toujours'],
  ['Rock ’n’ Roll', "rock'n'roll", '[Rock ’n’ Roll]'],
  ['Simon & Garfunkel', 'and garf', 'Simon [&] [Garf]unkel'],
  ['Straße', 'stras', '[Straß]e'],
  ['ﬁne', 'f', '[ﬁ]ne'],
  ['ＦＵＬＬ　Ｗｉｄｔｈ', 'wid', 'ＦＵＬＬ　[Ｗｉｄ]ｔｈ'],
  ['風街ろまん', '風街', '[風街]ろまん'],
  ['ﾊﾟｰﾃｨｰ', 'パーティー', '[ﾊﾟｰﾃｨｰ]'],
  ['한국어'.normalize('NFD'), '한국', `[${'한국'.normalize('NFD')}]${'어'.normalize('NFD')}`],
  ['أنت عمري', 'انت', '[أنت] عمري'],
  ['Группа крови', 'кро', 'Группа [кро]ви'],
  ['Kind of Blue', '"of blue"', 'Kind [of Blue]'],
  ['Blue of Kind', '"of blue"', 'Blue of Kind'],
  ['Blue Bluebird', '"blue"', '[Blue] Bluebird'],
  ['Blue 1959', 'blue 1959', '[Blue] [1959]'],
  ['÷', '÷', '[÷]'],
  ['÷', 'love', '÷'],
  ['😀 Love 😀', 'love', '😀 [Love] 😀'],
  ['A$AP Rocky', 'asap', '[A$AP] Rocky'],
  ['Love love LOVE', 'love', '[Love] [love] [LOVE]'],
  ['Love', '', 'Love'],
];

test('the beginnings that were found are marked, whatever was folded', () => {
  for (const [name, query, shown] of marked) {
    const pieces = piecesOf(name, parseQuery(query));
    assert.equal(pieces.map(({ text, match }) => (match ? `[${text}]` : text)).join(''), shown, `${query} in ${name}`);
    assert.equal(pieces.map(({ text }) => text).join(''), name);
  }
});

test('a name has all terms or not', () => {
  assert.equal(hasAll('Hounds of Love', parseQuery('love hou')), true);
  assert.equal(hasAll('Hounds of Love', parseQuery('love kate')), false);
  assert.equal(hasAll('T.N.T.', parseQuery('tnt')), true);
});
