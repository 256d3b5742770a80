/** The sleeve as a whole: the right one for the record, small, sound XML whatever the name. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawSleeve, inkOf, palettes } from './draw.ts';

const released = '1985-09-16';
const hostile = [
  '<script>alert("&\'")</script>',
  'Tab\tline\nbreak\u0000\u0001\u0008\u001f\u0081\ufffe\uffff',
  '\ud800 lone \udc00 surrogates \ud83d',
  '🎵👨‍👩‍👧‍👦🇫🇷🎵',
  'إنت عمري',
  '風街ろまん',
  '失われた時を求めてどこまでも歩いてゆく',
  'Z\u0351\u0350a\u0301\u0302\u0303lgo',
  '\u202eright to left override',
  '&'.repeat(200),
  'W'.repeat(200),
  'word '.repeat(40).trim(),
  '😀'.repeat(100),
  'é'.repeat(66),
  'I',
  '÷',
  ' ',
  '\u0301',
];

test('known records keep the palette and the pattern they were designed with', () => {
  for (const [name, artist, pattern, ink] of known) {
    const svg = drawSleeve({ name, artist, year_released: released });
    assert.equal(inkOf({ name, artist }), ink, name);
    assert.equal(patternSeen(svg), pattern, name);
    const { dark, vivid, second, light } = palettes[ink]!;
    for (const colour of svg.match(/#[0-9a-f]{6}/g)!) assert.ok([dark, vivid, second, light].includes(colour), name);
  }
});

test('a sleeve is kept for ever under its address, so its bytes stay the same', () => {
  const record = { name: 'Kind of Blue', artist: 'Miles Davis', year_released: '1959-08-17' };
  const rings =
    '<path fill="#fbebf3" d="M0 0h200v200h-200z"/><circle cx="0" cy="200" r="190" fill="#f5b66f"/>' +
    '<circle cx="0" cy="200" r="162.9" fill="#f6629e"/><circle cx="0" cy="200" r="135.7" fill="#4d144a"/>' +
    '<circle cx="0" cy="200" r="108.6" fill="#f5b66f"/><circle cx="0" cy="200" r="81.4" fill="#f6629e"/>' +
    '<circle cx="0" cy="200" r="54.3" fill="#4d144a"/><circle cx="0" cy="200" r="27.1" fill="#f5b66f"/>' +
    '<circle cx="200" cy="0" r="46" fill="#4d144a"/><circle cx="200" cy="0" r="22" fill="#fbebf3"/>';
  const strip =
    '<path fill="#4d144a" d="M0 0h200v26h-200z"/><text x="10" y="17" font-size="11" fill="#fbebf3">Miles Davis</text>' +
    '<text x="190" y="17" font-size="11" fill="#fbebf3" text-anchor="end">1959</text>';
  const head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200" preserveAspectRatio="xMidYMid slice"';
  const font = ' font-family="Archivo, Helvetica, Arial, sans-serif" font-weight="800"';
  assert.equal(drawSleeve(record), `${head}${font}>${rings}${strip}</svg>`);
  assert.equal(drawSleeve(record, 'small'), `${head}>${rings}</svg>`);
});

test('the year changes the label only', () => {
  const record = { name: 'Hounds of Love', artist: 'Kate Bush' };
  const small = (year_released: string) => drawSleeve({ ...record, year_released }, 'small');
  assert.equal(small('1985-09-16'), small('2011-01-01'));
});

test('every sleeve is sound XML of at most 2.2 KB with numbers of at most one decimal', () => {
  const names = [...Array.from({ length: 500 }, (_, at) => generated(at)), ...hostile.flatMap(underManyArtists)];
  for (const record of names) {
    for (const size of ['full', 'small'] as const) {
      const svg = drawSleeve({ ...record, year_released: released }, size);
      const about = `${JSON.stringify(record)} ${svg}`;
      assert.ok(Buffer.byteLength(svg) <= 2200, `${Buffer.byteLength(svg)} bytes: ${about}`);
      assertXml(svg, about);
      assert.doesNotMatch(svg.replace(/>[^<]*</g, '><'), /\d\.\d\d|NaN|Infinity|undefined|e-\d/, about);
    }
  }
});

test('all patterns and palettes turn up about as often', () => {
  const seen = new Map<string | number, number>();
  for (let at = 0; at < 1200; at += 1) {
    const record = { ...generated(at), year_released: released };
    for (const key of [patternSeen(drawSleeve(record)), inkOf(record)]) seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  assert.equal(seen.size, 8 + 12);
  for (const [key, count] of seen) assert.ok(count > 60, `${key}: ${count}`);
});

/** Which pattern a drawing shows, by the marks that only it leaves. */
function patternSeen(svg: string): string {
  if (svg.includes('stroke-dasharray')) return 'dots';
  if (svg.includes('<use')) return 'waves';
  if (/v320h/.test(svg)) return 'stripes';
  if (/M\d+ \d+L-?\d/.test(svg)) return 'sunburst';
  if (/a(40|50|66\.7) \1 0 0 1/.test(svg)) return 'quarters';
  if (/textLength="[\d.]+" lengthAdjust="spacingAndGlyphs">[^<]*<\/text>.*y="192"/.test(svg)) return 'type';
  return (svg.match(/<circle/g)?.length ?? 0) >= 5 ? 'arcs' : 'bauhaus';
}

function generated(at: number): { name: string; artist: string } {
  const words = ['Night', 'of', 'the', 'Électrique', 'Rain', 'X', 'Machinery', '&', 'Love', '7', 'and', 'Wonderwall'];
  const name = Array.from({ length: 1 + (at % 9) }, (_, word) => words[(at * 7 + word * 5) % words.length]).join(' ');
  return { name: `${name} ${at}`, artist: `The ${words[at % words.length]} Orchestra ${at}` };
}

function underManyArtists(name: string): { name: string; artist: string }[] {
  return [...Array.from({ length: 40 }, (_, at) => ({ name, artist: `${at}` })), ...hostile.map((artist) => ({ name, artist }))];
}

function assertXml(svg: string, about: string): void {
  const open: string[] = [];
  const tokens = svg.match(/<[^>]*>|[^<]+/g) ?? [];
  for (const token of tokens) {
    if (token.startsWith('</')) assert.equal(`</${open.pop()}>`, token, about);
    else if (token.startsWith('<')) {
      assert.match(token, /^<[a-z]+( [a-zA-Z-]+="[^"<&]*")*\/?>$/, about);
      if (!token.endsWith('/>')) open.push(/[a-z]+/.exec(token)![0]);
    } else assert.match(token, /^([^<>&]|&(lt|gt|amp|quot|#39);)*$/, about);
  }
  assert.equal(tokens.join(''), svg, about);
  assert.deepEqual(open, [], about);
  assert.ok(svg.isWellFormed(), about);
  assert.doesNotMatch(svg, /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/, about);
}

const known: readonly (readonly [name: string, artist: string, pattern: string, ink: number])[] = [
  ['Kind of Blue', 'Miles Davis', 'arcs', 3],
  ['Time Out', 'The Dave Brubeck Quartet', 'type', 2],
  ['Revolver', 'The Beatles', 'type', 3],
  ['Abbey Road', 'The Beatles', 'quarters', 11],
  ['Pet Sounds', 'The Beach Boys', 'stripes', 4],
  ['Blue', 'Joni Mitchell', 'arcs', 3],
  ['What’s Going On', 'Marvin Gaye', 'arcs', 0],
  ['The Rise and Fall of Ziggy Stardust and the Spiders from Mars', 'David Bowie', 'bauhaus', 3],
  ['The Dark Side of the Moon', 'Pink Floyd', 'waves', 8],
  ['Songs in the Key of Life', 'Stevie Wonder', 'quarters', 1],
  ['Low', 'David Bowie', 'stripes', 5],
  ['Rumours', 'Fleetwood Mac', 'type', 7],
  ['The Man-Machine', 'Kraftwerk', 'waves', 7],
  ['Unknown Pleasures', 'Joy Division', 'quarters', 3],
  ['London Calling', 'The Clash', 'bauhaus', 6],
  ['Remain in Light', 'Talking Heads', 'stripes', 3],
  ['Thriller', 'Michael Jackson', 'stripes', 8],
  ['Purple Rain', 'Prince and the Revolution', 'dots', 9],
  ['Hounds of Love', 'Kate Bush', 'dots', 7],
  ['The Queen Is Dead', 'The Smiths', 'sunburst', 9],
  ['Graceland', 'Paul Simon', 'bauhaus', 4],
  ['Disintegration', 'The Cure', 'arcs', 5],
  ['Nevermind', 'Nirvana', 'arcs', 10],
  ['Blue Lines', 'Massive Attack', 'type', 2],
  ['Loveless', 'My Bloody Valentine', 'type', 9],
  ['Moon Safari', 'Air', 'dots', 7],
  ['The Miseducation of Lauryn Hill', 'Lauryn Hill', 'sunburst', 0],
  ['Homogenic', 'Björk', 'waves', 5],
  ['OK Computer', 'Radiohead', 'type', 8],
  ['Funeral', 'Arcade Fire', 'sunburst', 1],
  ['In Rainbows', 'Radiohead', 'quarters', 0],
  ['channel ORANGE', 'Frank Ocean', 'type', 11],
  ['Random Access Memories', 'Daft Punk', 'type', 8],
  ['AM', 'Arctic Monkeys', 'dots', 0],
  ['To Pimp a Butterfly', 'Kendrick Lamar', 'type', 10],
  ['Lemonade', 'Beyoncé', 'stripes', 3],
  ['Blonde', 'Frank Ocean', 'bauhaus', 8],
  ['÷', 'Ed Sheeran', 'sunburst', 3],
  ['Melodrama', 'Lorde', 'quarters', 6],
  ['When We All Fall Asleep, Where Do We Go?', 'Billie Eilish', 'arcs', 5],
  ['After Hours', 'The Weeknd', 'dots', 0],
  ['Future Nostalgia', 'Dua Lipa', 'waves', 1],
  ['Punisher', 'Phoebe Bridgers', 'dots', 8],
  ['MOTOMAMI', 'Rosalía', 'arcs', 4],
  ['Harry’s House', 'Harry Styles', 'dots', 9],
  ['RENAISSANCE', 'Beyoncé', 'bauhaus', 6],
  ['風街ろまん', 'はっぴいえんど', 'type', 9],
  ['First Love', '宇多田ヒカル', 'quarters', 5],
  ['FOR YOU', '山下達郎', 'type', 10],
  ['إنت عمري', 'أم كلثوم', 'arcs', 9],
  ['A Night at the Opera', 'Queen', 'quarters', 7],
  ['Parachutes', 'Coldplay', 'arcs', 5],
  ['Hot Fuss', 'The Killers', 'type', 5],
  ['Views', 'Drake', 'sunburst', 3],
  ['Evolve', 'Imagine Dragons', 'sunburst', 0],
  ['Dreamland', 'Glass Animals', 'quarters', 10],
  ['Strange Trails', 'Lord Huron', 'quarters', 9],
  ['Hunting High and Low', 'a-ha', 'dots', 3],
  ['Pablo Honey', 'Radiohead', 'bauhaus', 9],
  ['(What’s the Story) Morning Glory?', 'Oasis', 'arcs', 0],
  ['Starboy', 'The Weeknd', 'sunburst', 4],
  ['Dream Your Life Away', 'Vance Joy', 'bauhaus', 10],
  ['Blue Train', 'John Coltrane', 'sunburst', 5],
  ['Blue Bell Knoll', 'Cocteau Twins', 'dots', 1],
  ['Blue Moves', 'Elton John', 'bauhaus', 10],
];
