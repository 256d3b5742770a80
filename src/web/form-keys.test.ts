/** Forms that make something, sent twice: one thing is made, and both answers lead to it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildApp } from '../app.ts';
import { addAlbum, testApp, type Visitor, visitor } from '../testing/app.ts';
import { castOf, loggedIn } from '../testing/cast.ts';
import { formIn } from '../testing/forms.ts';
import { imageOf } from '../testing/images.ts';
import { testLog } from '../testing/log.ts';

const TIMES = 6;

async function six<Answer>(send: () => Promise<Answer>): Promise<Answer[]> {
  return Promise.all(Array.from({ length: TIMES }, send));
}

async function filled(who: Visitor, url: string, fields: Record<string, string>): Promise<Record<string, string>> {
  return { ...formIn((await who.get(url)).body, url), ...fields };
}

test('each form of the admin area that adds something adds one, however often it is sent at once', async (t) => {
  const site = await castOf(t);
  const { album } = await addAlbum(site.db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22' });
  const forms: [section: string, fields: Record<string, string>][] = [
    ['albums', { name: 'Hejira', artist: 'Joni Mitchell', year_released: '1976-11-01' }],
    ['songs', { song_name: 'Coyote', num_streams: '5', album: String(album) }],
    ['groups', { name: 'Editors' }],
    ['users', { username: 'bob', email: '', login: 'link', password: '' }],
  ];
  for (const [section, fields] of forms) {
    const url = `/admin/${section}/add`;
    const form = await filled(site.mara, url, fields);
    assert.match(String(form['once']), /^[\w-]{22}$/, section);
    const rows = async () => (await site.db.first<{ rows: number }>(`select count(*) as rows from ${section}`))?.rows ?? 0;
    const before = await rows();
    const answers = await six(() => site.mara.post(url, form));
    assert.deepEqual(answers.map(({ statusCode }) => statusCode), Array.from({ length: TIMES }, () => 303), section);
    assert.equal(new Set(answers.map(({ headers }) => headers.location)).size, 1, section);
    assert.equal(await rows(), before + 1, section);
    // Later, from another process.
    const { app } = await buildApp({ db: site.db, config: site.config, log: testLog });
    t.after(() => app.close());
    const elsewhere = visitor({ app });
    for (const [name, value] of site.mara.cookies) elsewhere.cookies.set(name, value);
    assert.equal((await elsewhere.post(url, form)).headers.location, answers[0]?.headers.location, section);
    assert.equal(await rows(), before + 1, section);
  }
});

test('an album with a picture, and a copy of one, are made once', async (t) => {
  const site = await castOf(t);
  const file = { field: 'cover_file', name: 'cover.png', bytes: await imageOf('png', { width: 300, height: 300 }) };
  const form = await filled(site.mara, '/admin/albums/add', { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', do: 'continue' });
  const names = /type="file"[^>]*name="([^"]+)"|name="([^"]+)"[^>]*type="file"/.exec((await site.mara.get('/admin/albums/add')).body);
  file.field = names?.[1] ?? names?.[2] ?? file.field;
  const answers = await six(() => site.mara.upload('/admin/albums/add', form, file));
  assert.deepEqual(answers.map(({ statusCode }) => statusCode), Array.from({ length: TIMES }, () => 303));
  const path = String(answers[0]?.headers.location);
  const albums = () => site.db.all<{ name: string }>('select name from albums order by id');
  assert.equal((await albums()).length, 1);
  const copy = await filled(site.mara, path, { name: 'Blue again', do: 'copy' });
  await six(() => site.mara.post(path, copy));
  assert.deepEqual((await albums()).map(({ name }) => name), ['Blue', 'Blue again']);
});

test('the same form with something else in it is another one, and so is that of another person', async (t) => {
  const site = await castOf(t);
  const form = await filled(site.mara, '/admin/groups/add', { name: 'Editors' });
  await site.mara.post('/admin/groups/add', form);
  assert.equal((await site.mara.post('/admin/groups/add', { ...form, name: 'Readers' })).statusCode, 303);
  assert.deepEqual((await site.db.all<{ name: string }>('select name from groups order by id')).map(({ name }) => name), ['Editors', 'Readers']);
  // Somebody else with the same key is told that the name is taken, as ever.
  await site.db.run('update users set is_superuser = 1 where id = :tomas', { tomas: site.ids.tomas });
  assert.equal((await site.tomas.post('/admin/groups/add', form)).statusCode, 422);
  for (const once of ['', 'x', 'x'.repeat(23)]) assert.equal((await site.mara.post('/admin/groups/add', { name: 'Others', once })).statusCode, 400, once);
});

test('a form that was refused can be mended and sent again', async (t) => {
  const site = await castOf(t);
  const form = await filled(site.mara, '/admin/albums/add', { name: 'Blue', artist: 'Joni Mitchell', year_released: '' });
  for (let turn = 0; turn < 2; turn += 1) assert.equal((await site.mara.post('/admin/albums/add', form)).statusCode, 422);
  const mended = { ...form, year_released: '1971-06-22' };
  assert.equal((await site.mara.post('/admin/albums/add', mended)).statusCode, 303);
  assert.equal((await site.db.all('select id from albums')).length, 1);
  assert.equal((await site.db.all('select key from api_answers where status is null')).length, 0);
});

test('a token is made once, and every answer shows it, until it can’t be shown any more', async (t) => {
  const site = await castOf(t);
  const ways: [Visitor, string, Record<string, string>][] = [
    [site.ann, '/account/tokens', { name: 'laptop', last_day: '', scopes: 'read' }],
    [site.mara, '/admin/tokens/add', { username: 'ann', name: 'phone', last_day: '', scopes: 'read' }],
  ];
  for (const [who, url, fields] of ways) {
    await site.db.run('delete from tokens');
    const form = await filled(who, url, fields);
    const secrets = (await six(() => who.post(url, form))).map(({ body }) => /tracklist_[\w-]+/.exec(body)?.[0]);
    assert.ok(secrets[0], url);
    assert.equal(new Set(secrets).size, 1, url);
    assert.equal((await site.db.all('select id from tokens')).length, 1, url);
    await site.db.run(`update api_answers set body = '{"location":"/","ticket":"gone"}' where status is not null`);
    const late = await who.post(url, form);
    assert.equal(late.statusCode, 409);
    assert.match(late.body, /This form was sent before, and its token is made/);
    assert.equal((await site.db.all('select id from tokens')).length, 1, url);
  }
});

test('signing up twice at once makes one account, and both answers are logged in', async (t) => {
  const site = await testApp(t);
  const [one, other] = [visitor(site), visitor(site)];
  const form = { username: 'bob', password: 'clouds over Kent', next: '/albums' };
  const answers = await Promise.all([one, other].map((who) => who.post('/signup', form)));
  assert.deepEqual(answers.map(({ statusCode, headers }) => [statusCode, headers.location]), [[303, '/albums'], [303, '/albums']]);
  for (const who of [one, other]) assert.equal((await who.get('/account')).statusCode, 200);
  assert.equal((await site.db.all('select id from users')).length, 1);
  // Whoever doesn't know the password, and whoever comes later, is told that the name is taken.
  assert.equal((await visitor(site).post('/signup', { ...form, password: 'rivers over Kent' })).statusCode, 422);
  await site.db.run("update users set created_at = '2020-01-01T00:00:00.000Z'");
  assert.equal((await visitor(site).post('/signup', form)).statusCode, 422);
  assert.equal((await (await loggedIn(site, 'bob', 'clouds over Kent')).get('/account')).statusCode, 200);
});
