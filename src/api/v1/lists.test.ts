import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { addAlbum, testApp, type TestApp } from '../../testing/app.ts';
import { type Program, program } from '../../testing/program.ts';

type Page = { count?: number; count_is_capped?: boolean; next: string | null; previous: string | null; results: Record<string, unknown>[] };

/** Three albums with seven songs. */
async function shelf(t: TestContext): Promise<{ site: TestApp; guest: Program }> {
  const site = await testApp(t);
  await addAlbum(site.db, { name: 'Hounds of Love', artist: 'Kate Bush', year_released: '1985-09-16', songs: [['Running Up That Hill', 900], ['Cloudbusting', 500], ['Hello Earth', 40]] });
  await addAlbum(site.db, { name: 'Aerial', artist: 'Kate Bush', year_released: '2005-11-07', songs: [['King of the Mountain', 500], ['Pi', 10]] });
  await addAlbum(site.db, { name: 'Homogenic', artist: 'Björk', year_released: '1997-09-22', songs: [['Jóga', 700], ['=cmd()', 5]] });
  return { site, guest: program(site) };
}

const names = (page: unknown, field = 'song_name') => (page as Page).results.map((row) => row[field]);
/** The address of a page, as `program` calls it. */
const pathOf = (href: string | null) => String(href).replace('http://localhost:8000/api', '');

test('a list comes in pages by cursor, onward and back', async (t) => {
  const { guest } = await shelf(t);
  const first = (await guest('GET', '/v1/songs?page_size=3&ordering=-num_streams,song_name')).json as Page;
  assert.deepEqual(Object.keys(first), ['next', 'previous', 'results']);
  assert.deepEqual([names(first), first.previous], [['Running Up That Hill', 'Jóga', 'Cloudbusting'], null]);
  const second = (await guest('GET', pathOf(first.next))).json as Page;
  assert.deepEqual(names(second), ['King of the Mountain', 'Hello Earth', 'Pi']);
  const third = (await guest('GET', pathOf(second.next))).json as Page;
  assert.deepEqual([names(third), third.next], [['=cmd()'], null]);
  assert.deepEqual(names((await guest('GET', pathOf(third.previous))).json), names(second));
  const back = (await guest('GET', pathOf(((await guest('GET', pathOf(third.previous))).json as Page).previous))).json as Page;
  assert.deepEqual([names(back), back.previous], [names(first), null]);
});

test('a cursor that is none, or of another list, is not found', async (t) => {
  const { guest } = await shelf(t);
  const { next } = (await guest('GET', '/v1/songs?page_size=1')).json as Page;
  const cursor = new URL(next as string).searchParams.get('cursor') as string;
  for (const path of ['/v1/songs?cursor=bad', '/v1/songs?cursor=%00', '/v1/songs?cursor=W10', `/v1/albums?cursor=${cursor}`, `/v1/songs?ordering=-id&cursor=${cursor}`, `/v1/songs?cursor=${'x'.repeat(3000)}`]) {
    const answer = await guest('GET', path);
    assert.deepEqual([answer.status, answer.json], [404, { detail: 'Invalid cursor' }], path);
  }
});

test('pages by number come on request, with a count', async (t) => {
  const { guest } = await shelf(t);
  const page = (await guest('GET', '/v1/songs?page=2&page_size=3')).json as Page;
  assert.deepEqual([page.count, page.results.length, page.next, page.previous], [7, 3, 'http://localhost:8000/api/v1/songs?page_size=3&page=3', 'http://localhost:8000/api/v1/songs?page_size=3&page=1']);
  assert.deepEqual(names((await guest('GET', '/v1/songs?page=last&page_size=3')).json), ['=cmd()']);
  for (const number of ['4', '0', '-1', 'abc', '1e9', '99999999999999']) {
    const answer = await guest('GET', `/v1/songs?page_size=3&page=${number}`);
    assert.deepEqual([answer.status, answer.json], [404, { detail: 'Invalid page.' }], number);
  }
  assert.equal(((await guest('GET', '/v1/songs?page=1&page_size=9999')).json as Page).results.length, 7);
  assert.equal(((await guest('GET', '/v1/artists?page=1&search=zzzz')).json as Page).count, 0);
  assert.equal(((await guest('GET', '/v1/albums?page=1&decade=1980')).json as Page).count, 1);
  assert.equal(((await guest('GET', '/v1/songs?page=1&num_streams__gte=500')).json as Page).count, 4);
});

test('a count that would take too long is capped, and says so', async (t) => {
  const { site, guest } = await shelf(t);
  await site.db.run(`with recursive numbers (number) as (select 1 union all select number + 1 from numbers where number < 21000)
    insert into songs (song_name, album, num_streams, position, song_name_key, created_at, updated_at) select 's', 1, number % 50 + 100, number + 100, 's', '', '' from numbers`);
  const page = (await guest('GET', '/v1/songs?num_streams__gte=1&ordering=num_streams&page=2')).json as Page;
  assert.deepEqual([page.count, page.count_is_capped, page.next], [20_000, true, 'http://localhost:8000/api/v1/songs?num_streams__gte=1&ordering=num_streams&page=3']);
  const many = (await guest('GET', '/v1/songs?num_streams__gte=1&like_count__lte=5&page=3&page_size=10&ordering=-num_streams')).json as Page;
  assert.deepEqual([many.results.length, many.count], [10, 21_007]);
  assert.ok(many.next);
});

test('filters narrow a list, whatever the order', async (t) => {
  const { guest } = await shelf(t);
  for (const [query, expected] of [
    ['album=2', ['King of the Mountain', 'Pi']],
    ['album=1&album=3&num_streams__gt=500', ['Running Up That Hill', 'Jóga']],
    ['artist=kate bush&num_streams__gte=500', ['Running Up That Hill', 'Cloudbusting', 'King of the Mountain']],
    ['artist=bjork', ['Jóga', '=cmd()']],
    ['decade=1990', ['Jóga', '=cmd()']],
    ['year_released__gte=1997-09-22&year_released__lt=2005-11-07', ['Jóga', '=cmd()']],
    ['year_released__gt=1997-09-22', ['King of the Mountain', 'Pi']],
    ['num_streams=500&ordering=-song_name', ['King of the Mountain', 'Cloudbusting']],
    ['num_streams__gte=1000', []],
    ['num_streams__gte=20&num_streams__lte=10', []],
    ['song_name=joga', ['Jóga']],
    ['album=77', []],
    ['album=', null],
  ] as [string, string[] | null][]) {
    const answer = await guest('GET', `/v1/songs?${query.replaceAll(' ', '%20')}`);
    if (expected) assert.deepEqual(names(answer.json), expected, query);
    else assert.equal(names(answer.json).length, 7, query);
  }
  assert.deepEqual(names((await guest('GET', '/v1/albums?year=1985')).json, 'name'), ['Hounds of Love']);
  assert.deepEqual(names((await guest('GET', '/v1/albums?song_count__gte=2&ordering=-year_released')).json, 'name'), ['Aerial', 'Homogenic', 'Hounds of Love']);
  assert.deepEqual(names((await guest('GET', '/v1/artists?album_count__gte=2')).json, 'name'), ['Kate Bush']);
});

test('a filter’s value that makes no sense is refused at its name', async (t) => {
  const { guest } = await shelf(t);
  for (const [query, body] of [
    ['album=abc', { album: ['A valid integer is required.'] }],
    ['album=99999999999999999999', { album: ['A valid integer is required.'] }],
    ['year_released__gte=1985', { year_released__gte: ['Date has wrong format. Use one of these formats instead: YYYY-MM-DD.'] }],
    ['num_streams__lt=x&decade=%00', { num_streams__lt: ['A valid integer is required.'], decade: ['A valid integer is required.'] }],
    ['created_at__gte=yesterday', { created_at__gte: ['Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].'] }],
  ] as [string, unknown][]) {
    const answer = await guest('GET', `/v1/songs?${query}`);
    assert.deepEqual([answer.status, answer.json], [400, body], query);
  }
});

test('the one search finds, best first, and is narrowed and ordered', async (t) => {
  const { guest } = await shelf(t);
  assert.deepEqual(names((await guest('GET', '/v1/songs?search=kate')).json), ['Running Up That Hill', 'Cloudbusting', 'King of the Mountain', 'Hello Earth', 'Pi']);
  assert.deepEqual(names((await guest('GET', '/v1/songs?search=kate&decade=2000&ordering=num_streams')).json), ['Pi', 'King of the Mountain']);
  const first = (await guest('GET', '/v1/songs?search=kate&page_size=2')).json as Page;
  assert.deepEqual(names((await guest('GET', pathOf(first.next))).json), ['King of the Mountain', 'Hello Earth']);
  const all = (await guest('GET', '/v1/search?q=cloud')).json as Record<string, Page & { more: string }>;
  assert.deepEqual([names(all['songs']), all['songs']?.count, all['albums']?.count, all['artists']?.results], [['Cloudbusting'], 1, 0, []]);
  assert.deepEqual(names((await guest('GET', pathOf(all['songs']?.more as string))).json), ['Cloudbusting']);
  assert.deepEqual((await guest('GET', '/v1/search')).json, { q: ['This parameter is required.'] });
});

test('fields and expansions shape the rows, and no row costs a query of its own', async (t) => {
  const { site, guest } = await shelf(t);
  assert.deepEqual((await guest('GET', '/v1/songs/1?fields=id,song_name')).json, { id: 1, song_name: 'Running Up That Hill' });
  const song = (await guest('GET', '/v1/songs/4?expand=album&fields=id,album')).json as { album: Record<string, unknown> };
  assert.deepEqual([song.album['name'], song.album['song_count']], ['Aerial', 2]);
  const album = (await guest('GET', '/v1/albums/1?expand=songs')).json as { songs: Record<string, unknown>[] };
  assert.deepEqual(album.songs.map((one) => one['song_name']), ['Running Up That Hill', 'Cloudbusting', 'Hello Earth']);
  let queries = 0;
  const { all } = site.db;
  site.db.all = (...parameters) => {
    queries += 1;
    return all(...parameters) as never;
  };
  await guest('GET', '/v1/songs?expand=album&page_size=1');
  const ofOne = queries;
  await guest('GET', '/v1/songs?expand=album&page_size=7');
  assert.equal(queries - ofOne, ofOne);
  site.db.all = all;
});

test('what is not known is left out, and refused with the nearest right name when one asks for strictness', async (t) => {
  const { guest } = await shelf(t);
  const path = '/v1/songs?num_stream__gte=5&ordering=-num_stream&fields=song_nam&expand=albums&serach=x&artist=Björk'.replace('ö', '%C3%B6');
  assert.equal(names((await guest('GET', path)).json).length, 2);
  const strict = await guest('GET', path, undefined, { prefer: 'respond-async, handling=strict' });
  assert.deepEqual([strict.status, strict.headers['preference-applied'], strict.json], [400, 'handling=strict', {
    num_stream__gte: ['Unknown parameter “num_stream__gte”. Did you mean “num_streams__gte”?'],
    serach: ['Unknown parameter “serach”. Did you mean “search”?'],
    ordering: ['Unknown ordering “num_stream”. Did you mean “num_streams”?'],
    fields: ['Unknown field “song_nam”. Did you mean “song_name”?'],
    expand: ['Unknown expansion “albums”. Did you mean “album”?'],
  }]);
  const right = await guest('GET', '/v1/songs?num_streams__gte=5&ordering=-num_streams', undefined, { prefer: 'handling=strict' });
  assert.deepEqual([right.status, right.headers['preference-applied']], [200, 'handling=strict']);
});

test('who has an answer already is told so', async (t) => {
  const { site, guest } = await shelf(t);
  for (const path of ['/v1/songs', '/v1/songs/1', '/v1/search?q=kate', '/v1/songs?page=1']) {
    const { headers } = await guest('GET', path);
    assert.match(headers['etag'] ?? '', /^"[\w-]{22}"$/, path);
    const again = await guest('GET', path, undefined, { 'if-none-match': `"other", W/${headers['etag']}` });
    assert.deepEqual([again.status, again.body, again.headers['etag']], [304, '', headers['etag']], path);
    assert.equal((await guest('HEAD', path)).headers['etag'], headers['etag']);
  }
  const before = (await guest('GET', '/v1/songs/1')).headers['etag'];
  await site.db.run('update songs set num_streams = 901 where id = 1');
  const after = await guest('GET', '/v1/songs/1', undefined, { 'if-none-match': String(before) });
  assert.notDeepEqual([after.status, after.headers['etag']], [304, before]);
});

test('a list comes whole as CSV or line by line, and no cell is run by a spreadsheet', async (t) => {
  const { guest } = await shelf(t);
  const csv = await guest('GET', '/v1/songs.csv?fields=id,song_name,num_streams&ordering=num_streams');
  assert.equal(csv.headers['content-type'], 'text/csv; charset=utf-8');
  assert.equal(csv.headers['content-disposition'], 'attachment; filename="songs.csv"');
  assert.deepEqual(csv.body.split('\r\n').slice(0, 3), ['id,song_name,num_streams', "7,'=cmd(),5", '5,Pi,10']);
  const accepted = await guest('GET', '/v1/songs?fields=id,song_name,num_streams&ordering=num_streams', undefined, { accept: 'text/csv' });
  assert.equal(accepted.body, csv.body);
  for (const [path, headers] of [['/v1/albums.ndjson', {}], ['/v1/albums', { accept: 'application/x-ndjson' }]] as const) {
    const lines = (await guest('GET', path, undefined, headers)).body.trim().split('\n').map((line) => JSON.parse(line) as { name: string });
    assert.deepEqual(lines.map((line) => line.name), ['Hounds of Love', 'Aerial', 'Homogenic']);
  }
  assert.equal((await guest('HEAD', '/v1/songs.csv')).body, '');
  assert.equal((await guest('GET', '/v1/songs.xml')).status, 404);
  assert.equal((await guest('GET', '/v1/songs', undefined, { accept: 'application/xml' })).status, 406);
});

test('an album or a song that was merged into another leads to the one that stays', async (t) => {
  const { site, guest } = await shelf(t);
  await site.db.run("insert into redirects (model, old, target, created_at) values ('albums', 77, 3, ''), ('songs', 78, 79, ''), ('songs', 79, 1, '')");
  const album = await guest('GET', '/v1/albums/77?expand=songs');
  assert.deepEqual([album.status, album.headers['location']], [301, 'http://localhost:8000/api/v1/albums/3?expand=songs']);
  assert.equal((await guest('GET', '/v1/songs/78')).headers['location'], 'http://localhost:8000/api/v1/songs/1');
  assert.deepEqual((await guest('GET', '/v1/songs/80')).json, { detail: 'Not found.' });
});
