import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createUser } from '../../accounts/users.ts';
import { addAlbum, testApp, type TestApp, visitor, type Visitor } from '../../testing/app.ts';

const PASSWORD = 'correct-horse-battery';

/** A catalogue of three albums by Kate Bush and one by Nirvana, and mara, who may do everything. */
async function catalogue(t: TestContext): Promise<TestApp & { mara: Visitor; albums: number[] }> {
  const site = await testApp(t);
  const albums: number[] = [];
  for (const [name, artist, year_released] of [['The Kick Inside', 'Kate Bsh', '1978-02-17'], ['Lionheart', 'Kate Bsh', '1978-11-13'], ['Hounds of Love', 'Kate Bush', '1985-09-16'], ['=Nevermind', 'Nirvana', '1991-09-24']] as const) {
    albums.push((await addAlbum(site.db, { name, artist, year_released, songs: [['One', 10], ['Two', 20]] })).album);
  }
  await createUser(site.db, { username: 'mara', password: PASSWORD, is_staff: true, is_superuser: true });
  const mara = visitor(site);
  await mara.post('/login', { username: 'mara', password: PASSWORD, next: '/admin/albums' });
  return { ...site, mara, albums };
}

/** The hidden fields of the last form of a page. */
function hiddenOf(html: string): [string, string][] {
  return [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)].map(([, name, value]) => [name as string, value as string]);
}

test('albums that are chosen are listed, counted, and deleted once that is confirmed', async (t) => {
  const { mara, db, albums } = await catalogue(t);
  const [first, second] = albums.map(String) as [string, string];
  const asked = await mara.post('/admin/albums/actions', [['selected', first], ['selected', second], ['action', 'delete']]);
  assert.match(asked.body, /<h1><bdi>Delete 2 albums\?<\/bdi><\/h1>/);
  assert.match(asked.body, /The Kick Inside[\s\S]*Lionheart[\s\S]*With them go <strong>4 songs<\/strong>/);
  const done = await mara.post('/admin/albums/actions', hiddenOf(asked.body));
  assert.equal(done.statusCode, 303);
  assert.match((await mara.get('/admin/albums')).body, /Deleted 2 albums with 4 songs\./);
  assert.deepEqual(await db.all('select name from albums order by id'), [{ name: 'Hounds of Love' }, { name: '=Nevermind' }]);
  assert.equal((await db.first<{ summary: string }>('select summary from acts order by id desc limit 1'))?.summary, 'deleted 2 albums and 4 songs');
});

test('a deletion is asked again when other rows match by then, and says so when all are gone', async (t) => {
  const { mara, db, albums } = await catalogue(t);
  const asked = await mara.post('/admin/albums/actions', [['everything', '1'], ['list.q', 'kate'], ['action', 'delete']]);
  await db.run('delete from albums where id = :id', { id: albums[2] as number });
  const again = await mara.post('/admin/albums/actions', [['everything', '1'], ['list.artist', 'kate bsh'], ['action', 'delete'], ['confirmed', hiddenOf(asked.body).find(([name]) => name === 'confirmed')?.[1] ?? '']]);
  assert.match(again.body, /Something was added or deleted since you saw this page/);
  const gone = await mara.post('/admin/albums/actions', [['selected', String(albums[2])], ['action', 'delete']]);
  assert.equal(gone.statusCode, 303);
  assert.match((await mara.get('/admin/albums')).body, /The albums that you chose are gone\. Somebody has deleted them\./);
});

test('many albums get a new artist at once, after a preview of each change, as one act', async (t) => {
  const { mara, db } = await catalogue(t);
  const state: [string, string][] = [['everything', '1'], ['list.artist', 'kate bsh'], ['action', 'edit']];
  assert.match((await mara.post('/admin/albums/actions', state)).body, /<h1>Edit 2 albums<\/h1>/);
  const preview = await mara.post('/admin/albums/actions', [...state, ['step', 'preview'], ['how.artist', 'replace'], ['find.artist', 'Bsh'], ['value.artist', 'Bush']]);
  assert.match(preview.body, /<h1>Change 2 albums\?<\/h1>[\s\S]*<del><bdi>Kate Bsh<\/bdi><\/del>[\s\S]*<ins><bdi>Kate Bush<\/bdi><\/ins>/);
  const done = await mara.post('/admin/albums/actions', [...hiddenOf(preview.body), ['step', 'apply']]);
  assert.equal(done.statusCode, 303);
  assert.equal((await db.first<{ n: number }>("select count(*) as n from albums where artist = 'Kate Bush'"))?.n, 3);
  assert.equal((await db.first<{ n: number }>("select count(*) as n from acts where surface = 'admin'"))?.n, 1);
});

test('a value that no row may have is told at its field, and one that some rows would get is told with their names', async (t) => {
  const { mara, db } = await catalogue(t);
  const state: [string, string][] = [['everything', '1'], ['action', 'edit'], ['step', 'preview']];
  const impossible = await mara.post('/admin/albums/actions', [...state, ['how.year_released', 'set'], ['value.year_released', '1985-09-31']]);
  assert.equal(impossible.statusCode, 422);
  assert.match(impossible.body, /href="#value-year_released">Enter a release date that exists/);
  assert.match(impossible.body, /value="1985-09-31"/);
  const emptied = await mara.post('/admin/albums/actions', [...state, ['how.name', 'replace'], ['find.name', 'Lionheart'], ['value.name', '']]);
  assert.equal(emptied.statusCode, 422);
  assert.match(emptied.body, /1 album can’t be changed so[\s\S]*Lionheart<\/bdi>: Enter an album name/);
  assert.doesNotMatch(emptied.body, /value="apply"/);
  assert.equal((await db.first<{ n: number }>("select count(*) as n from acts where surface = 'admin'"))?.n, 0);
});

test('a preview that somebody has overtaken is shown anew instead of being applied', async (t) => {
  const { mara, db, albums } = await catalogue(t);
  const preview = await mara.post('/admin/albums/actions', [['selected', String(albums[0])], ['action', 'edit'], ['step', 'preview'], ['how.artist', 'set'], ['value.artist', 'Kate Bush']]);
  const other = await mara.post('/admin/albums/actions', [['selected', String(albums[0])], ['action', 'edit'], ['step', 'preview'], ['how.name', 'set'], ['value.name', 'Kick']]);
  assert.equal((await mara.post('/admin/albums/actions', [...hiddenOf(other.body), ['step', 'apply']])).statusCode, 303);
  const stale = await mara.post('/admin/albums/actions', [...hiddenOf(preview.body), ['step', 'apply']]);
  assert.equal(stale.statusCode, 409);
  assert.match(stale.body, /Somebody has changed these albums since you saw the preview/);
  assert.equal((await db.first<{ artist: string }>('select artist from albums where id = :id', { id: albums[0] as number }))?.artist, 'Kate Bsh');
});

test('an export has what the list shows, in its order, and no formula for a spreadsheet', async (t) => {
  const { mara } = await catalogue(t);
  const csv = await mara.get('/admin/albums/export.csv?order=-name&decade=1990&decade=1980');
  assert.equal(csv.headers['content-disposition'], 'attachment; filename="albums.csv"');
  assert.equal(csv.body, '\ufeffid,name,artist,year_released,song_count,stream_total,like_count\r\n4,\'=Nevermind,Nirvana,1991-09-24,2,30,0\r\n3,Hounds of Love,Kate Bush,1985-09-16,2,30,0\r\n');
  const json = await mara.get('/admin/albums/export.json?q=lionheart');
  assert.deepEqual(json.json(), [{ id: 2, name: 'Lionheart', artist: 'Kate Bsh', year_released: '1978-11-13', song_count: 2, stream_total: 30, like_count: 0 }]);
  const chosen = await mara.post('/admin/albums/actions', [['selected', '1'], ['action', 'csv']]);
  assert.match(chosen.body, /\r\n1,The Kick Inside,/);
});

test('what makes no sense is told in words', async (t) => {
  const { mara } = await catalogue(t);
  for (const [url, sentence] of [
    ['/admin/albums?colour=red', 'This list has no filter &quot;colour&quot;'],
    ['/admin/albums?order=price', 'This list can&#39;t be sorted by &quot;price&quot;'],
    ['/admin/albums?decade=x', 'makes no sense as a filter by decade'],
    ['/admin/albums?date=yesterday', 'is no date that this list can be narrowed to'],
    ['/admin/albums?after=xyz', 'says wrongly where this page begins'],
    ['/admin/albums?page=9', 'has no such page any more'],
  ] as const) {
    const answer = await mara.get(url);
    assert.ok(answer.statusCode === 400 || answer.statusCode === 404, url);
    assert.ok(answer.body.includes(sentence), `${url}: ${answer.body.match(/<p[^>]*>[^<]*/g)?.join(' ')}`);
  }
  const nothing = await mara.post('/admin/albums/actions', { action: 'delete' });
  assert.equal(nothing.statusCode, 303);
  assert.equal((await mara.post('/admin/albums/actions', { action: 'explode', selected: '1' })).statusCode, 400);
  assert.equal((await mara.post('/admin/albums/actions', { action: 'delete', selected: '1e3' })).statusCode, 400);
  const huge = await mara.post('/admin/albums/actions', [['action', 'delete'], ...Array.from({ length: 300_000 }, (_, index): [string, string] => ['selected', String(index + 1)])]);
  assert.equal(huge.statusCode, 413);
});
