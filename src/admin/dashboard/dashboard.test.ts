import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createUser } from '../../accounts/users.ts';
import { act } from '../../db/history/writer.ts';
import { album } from '../../models/album.ts';
import { addAlbum, type TestApp, testApp, type Visitor, visitor } from '../../testing/app.ts';

const PASSWORD = 'correct-horse-battery';
const DAY = 86_400_000;

const daysAgo = (days: number) => new Date(Date.now() - days * DAY).toISOString();

async function signedIn(site: TestApp, values: { username: string; is_superuser?: boolean; permissions?: string[] }): Promise<Visitor> {
  const { permissions = [], ...account } = values;
  const id = await createUser(site.db, { password: PASSWORD, is_staff: true, ...account });
  for (const permission of permissions) await site.db.run('insert into user_permissions (user, permission) values (:id, :permission)', { id: Number(id), permission });
  const person = visitor(site);
  await person.post('/login', { username: account.username, password: PASSWORD, next: '/' });
  return person;
}

/** Three albums with four songs, 4,500 streams; likes of today, of ten days ago and of forty days ago. */
async function catalogue(t: TestContext): Promise<TestApp> {
  const site = await testApp(t);
  const { songs } = await addAlbum(site.db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', songs: [['All I Want', 3000], ['Carey', 1000]] });
  const other = await addAlbum(site.db, { name: 'Hounds of Love', artist: 'Kate Bush', year_released: '1985-09-16', songs: [['Cloudbusting', 500]] });
  const old = await addAlbum(site.db, { name: 'Aerial', artist: 'Kate Bush', year_released: '1985-11-07', songs: [['Prelude', 0]] });
  await site.db.run("update albums set created_at = '2020-01-01T00:00:00.000Z' where id = :album", { album: old.album });
  const all = [...songs, ...other.songs, ...old.songs];
  const dates = [[daysAgo(0), daysAgo(0), daysAgo(10)], [daysAgo(40), daysAgo(40)]].flat();
  for (const [number, at] of dates.entries()) {
    const row = await site.db.first<{ id: number }>(`insert into users (username, username_key, password_hash, created_at, updated_at)
      values (:name, :name, '', :at, :at) returning id`, { name: `listener ${number}`, at });
    await site.db.run('insert into likes (user, song, created_at) values (:user, :song, :at)', { user: (row as { id: number }).id, song: all[number % all.length] as number, at });
  }
  return site;
}

const figure = (html: string, label: string) => new RegExp(`href="([^"]*)">${label}</a></dt><dd>(.*?)<small[^>]*>(.*?)</small>`, 's').exec(html)?.slice(1).map((part) => part.replace(/<[^>]*>/g, '').trim());

test('the figures are those of a catalogue counted by hand', async (t) => {
  const site = await catalogue(t);
  const mara = await signedIn(site, { username: 'mara', is_superuser: true });
  const { body, statusCode } = await mara.get('/admin');
  assert.equal(statusCode, 200);
  assert.deepEqual(figure(body, 'Albums'), ['/admin/albums', '3', '2 more this month']);
  assert.deepEqual(figure(body, 'Songs'), ['/admin/songs', '4', '4 more this month']);
  assert.deepEqual(figure(body, 'Streams'), ['/admin/songs?order=-num_streams', '4,500', '1,125 for each song']);
  assert.deepEqual(figure(body, 'Likes, 30 days'), ['/admin/likes', '3', '50% up on the 30 before']);
  // Three listeners and Mara herself, two before.
  assert.deepEqual(figure(body, 'Users'), ['/admin/users', '6', '100% more sign-ups']);
  assert.match(body, /href="\/admin\/albums\/add"/);
});

test('each plot is an image with a sentence and a table beside it', async (t) => {
  const site = await catalogue(t);
  const mara = await signedIn(site, { username: 'mara', is_superuser: true });
  const { body } = await mara.get('/admin');
  assert.match(body, /<svg height="200" role="img" aria-label="Likes each day from \d+ \w+ to \d+ \w+: 0 on the first day, 2 on the last, at most 2 on [^"]+">/);
  assert.match(body, />2 today</);
  assert.match(body, /<svg height="180" role="img" aria-label="Albums by release year, 1962 to 1985: at most 2, in 1985">/);
  assert.match(body, /Most: 1985, with 2/);
  assert.equal(body.match(/<summary>Show as a table<\/summary>/g)?.length, 3);
  assert.equal(body.match(/<th scope="row"><time datetime/g)?.length, 30);
  assert.match(body, /<th scope="row"><a href="\/admin\/albums\?date=1985">1985<\/a><\/th><td class="num">2<\/td>/);
  assert.match(body, /<a href="\/admin\/songs\?artist=joni\+mitchell"><bdi>Joni Mitchell<\/bdi><\/a><svg class="bar" aria-hidden="true"><rect width="100%"\/><\/svg><span class="num">4\.0<\/span>/);
  assert.match(body, /Thousands/);
  const songs = await mara.get('/admin/songs?artist=joni+mitchell');
  assert.match(songs.body, /Carey/);
  assert.doesNotMatch(songs.body, /Cloudbusting/);
});

test('what may be wrong is counted, and leads to a list of just that', async (t) => {
  const site = await catalogue(t);
  await addAlbum(site.db, { name: 'BLUE!', artist: 'Joni  Mitchell', year_released: '9998-01-01' });
  await addAlbum(site.db, { name: 'Never', artist: 'Nobody', year_released: '1999-01-01', songs: [['Two  spaces', 1]] });
  const mara = await signedIn(site, { username: 'mara', is_superuser: true });
  const { body } = await mara.get('/admin');
  const health = [...body.matchAll(/<li><b>([\d,+]+)<\/b><a href="([^"]*health[^"]*)">([^<]*)<\/a>/g)].map((match) => match.slice(1));
  assert.deepEqual(health, [
    ['1', '/admin/albums?health=empty', 'Albums without songs'],
    ['1', '/admin/albums?health=future', 'Release dates in the future'],
    ['2', '/admin/albums?health=double', 'The same title twice'],
    ['1', '/admin/albums?health=spaces', 'Album or artist names with stray spaces'],
    ['1', '/admin/songs?health=spaces', 'Song names with stray spaces'],
  ]);
  const namesOf = async (address: string) => [...(await mara.get(address)).body.matchAll(/<th scope="row"><a[^>]*><bdi>([^<]*)</g)].map(([, name]) => name);
  assert.deepEqual(await namesOf('/admin/albums?health=empty'), ['BLUE!']);
  assert.deepEqual(await namesOf('/admin/albums?health=future'), ['BLUE!']);
  assert.deepEqual(await namesOf('/admin/albums?health=double'), ['Blue', 'BLUE!']);
  assert.deepEqual(await namesOf('/admin/albums?health=spaces&health=double&health=future'), ['Blue', 'BLUE!']);
  assert.deepEqual(await namesOf('/admin/albums?health=double&artist=kate+bush'), []);
  assert.deepEqual(await namesOf('/admin/songs?health=spaces'), ['Two  spaces']);
  const both = await mara.get('/admin/albums?health=spaces&health=double');
  assert.match(both.body, /2 of 5 albums/);
  assert.equal((await mara.get('/admin/songs?health=double')).statusCode, 400);
});

test('the last changes are told with who made them', async (t) => {
  const site = await testApp(t);
  const mara = await signedIn(site, { username: 'mara', is_superuser: true });
  await site.db.run('delete from acts');
  assert.match((await mara.get('/admin')).body, /Nobody has changed anything yet/);
  for (let number = 1; number <= 9; number += 1) {
    await act(site.db, { user: null, person: 'to<m>as', surface: 'command' }, (writer) => writer.insert(album, { name: `Album ${number}`, artist: 'Nobody', year_released: '1999-01-01' }));
  }
  const { body } = await mara.get('/admin');
  const acts = [...body.matchAll(/<bdi>to&lt;m&gt;as<\/bdi> (?:<a [^>]*>)?([^<]*)/g)].map(([, summary]) => summary);
  assert.deepEqual(acts, [9, 8, 7, 6, 5, 4, 3, 2].map((number) => `added Album ${number}`));
  assert.match(body, /<time datetime="[^"]*">\d\d:\d\d<\/time>/);
  assert.match(body, /href="\/admin\/history"/);
});

test('staff see only what they may, and are told when that is nothing', async (t) => {
  const site = await catalogue(t);
  const nobody = await signedIn(site, { username: 'norma' });
  const bare = (await nobody.get('/admin')).body;
  assert.match(bare, /may not view any part of the catalogue/);
  assert.doesNotMatch(bare, /<dl|<figure|Health|Last changes|albums\/add/);

  const ada = await signedIn(site, { username: 'ada', permissions: ['view_album'] });
  const albums = (await ada.get('/admin')).body;
  assert.ok(figure(albums, 'Albums'));
  for (const label of ['Songs', 'Streams', 'Likes, 30 days', 'Users']) assert.equal(figure(albums, label), undefined, label);
  assert.match(albums, /Albums by release year/);
  assert.match(albums, /The same title twice/);
  assert.doesNotMatch(albums, /Likes each day|Streams by artist|Song names with|Last changes|albums\/add/);

  const tom = await signedIn(site, { username: 'tom', permissions: ['view_song', 'view_like', 'view_history', 'add_album'] });
  const rest = (await tom.get('/admin')).body;
  for (const part of ['Likes each day', 'Streams by artist', 'Song names with', 'Last changes', '/admin/albums/add']) assert.ok(rest.includes(part), part);
  assert.doesNotMatch(rest, /Albums by release year|The same title twice|<dt[^>]*><a[^>]*>Users/);
});

test('an empty catalogue has a dashboard of its own', async (t) => {
  const site = await testApp(t);
  const mara = await signedIn(site, { username: 'mara', is_superuser: true });
  const { body, statusCode } = await mara.get('/admin');
  assert.equal(statusCode, 200);
  assert.deepEqual(figure(body, 'Streams')?.slice(1), ['0', 'No songs yet']);
  assert.deepEqual(figure(body, 'Likes, 30 days')?.slice(1), ['0', 'None in the 30 before either']);
  assert.deepEqual(figure(body, 'Users')?.slice(1), ['1', '1 sign-up in 30 days']);
  assert.doesNotMatch(body, /role="img"/);
  assert.match(body, /All is well/);
});
