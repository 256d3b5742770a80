/** A disk that is full, and whatever else can fail below the database: worded for everybody, and over when it is mended. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createUser } from '../accounts/users.ts';
import { personWithToken } from '../testing/api.ts';
import { addAlbum, type TestApp, testApp, type Visitor, visitor } from '../testing/app.ts';
import { formIn } from '../testing/forms.ts';
import { breakDriver, smallDisk } from '../testing/small-disk.ts';

const ANN = { username: 'Ann', password: 'clouds over Kent' };
const INTERNALS = /SQLITE|sqlite|database|disk|secret|\.ts\b|node_modules/;
const HEJIRA = { name: 'Hejira', artist: 'Joni Mitchell', year_released: '1976-11-22' };

type Answer = Awaited<ReturnType<Visitor['get']>>;

/** Whether the answer is a 503 in words, in the form that was asked for. */
function assertWorded(answer: Answer, form: 'page' | 'json' | 'problem', what: string): void {
  assert.equal(answer.statusCode, 503, `${what}: ${answer.statusCode} ${answer.body.slice(0, 200)}`);
  assert.match(String(answer.headers['retry-after']), /^\d+$/, what);
  assert.equal(answer.headers['content-encoding'], undefined, what);
  assert.equal(answer.headers['location'], undefined, what);
  const type = { page: 'text/html; charset=utf-8', json: 'application/json', problem: 'application/problem+json' }[form];
  assert.ok(String(answer.headers['content-type']).startsWith(type), `${what}: ${answer.headers['content-type']}`);
  assert.match(answer.body, /Wait a minute, then try again\.|Wait a few seconds, then try again\./, what);
  assert.doesNotMatch(answer.body, INTERNALS, what);
  if (form === 'page') assert.match(answer.body, /class="logo"/, what);
}

type Cast = { guest: Visitor; ann: Visitor; mara: Visitor; token: string; song: number; /** The administrator's form for an album. */ form: Record<string, string> };

async function castOf(site: TestApp): Promise<Cast> {
  const { songs } = await addAlbum(site.db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', songs: [['River', 5]] });
  await createUser(site.db, ANN);
  const { token } = await personWithToken(site.db, { username: 'mara', isSuperuser: true });
  const [ann, mara] = [visitor(site), visitor(site)];
  await ann.post('/login', ANN);
  await mara.post('/login', { username: 'mara', password: 'correct-horse-battery' });
  const form = formIn((await mara.get('/admin/albums/add')).body, '/admin/albums/add');
  return { guest: visitor(site), ann, mara, token, song: songs[0] as number, form };
}

/** Every kind of writing is refused in words. */
async function assertNothingIsStored({ app }: TestApp, { guest, ann, mara, token, song, form }: Cast, what: string): Promise<void> {
  assertWorded(await guest.post(`/songs/${song}/like`), 'page', `${what}: a stranger likes`);
  assertWorded(await guest.post(`/songs/${song}/like`, {}, { accept: 'application/json' }), 'json', `${what}: a script likes`);
  assertWorded(await ann.post(`/songs/${song}/like`), 'page', `${what}: a person likes`);
  assertWorded(await guest.post('/login', ANN), 'page', `${what}: a log-in`);
  assertWorded(await guest.post('/signup', { username: 'Ben', password: 'clouds over Kent' }), 'page', `${what}: a sign-up`);
  assertWorded(await mara.post('/admin/albums/add', { ...form, ...HEJIRA, do: 'save' }), 'page', `${what}: an administrator saves`);
  const call = (headers: Record<string, string>) => app.inject({ method: 'POST', url: '/api/v1/albums', headers: { host: 'localhost:8000', authorization: `Token ${token}`, 'content-type': 'application/json', ...headers }, payload: HEJIRA });
  assertWorded(await call({}), 'json', `${what}: a program writes`);
  assertWorded(await call({ accept: 'application/problem+json' }), 'problem', `${what}: a program writes, and reads RFC 9457`);
  const page = await mara.post('/api/v1/albums', HEJIRA, { accept: 'text/html' });
  assertWorded(page, 'page', `${what}: a form of the API`);
}

async function assertAllIsRead({ app }: TestApp, { ann, mara, guest, token }: Cast, what: string): Promise<void> {
  for (const [who, url] of [[guest, '/'], [guest, '/songs?order=name'], [ann, '/account'], [ann, '/albums'], [mara, '/admin/albums']] as const) {
    assert.equal((await who.get(url)).statusCode, 200, `${what}: ${url}`);
  }
  const answer = await app.inject({ url: '/api/v1/albums', headers: { host: 'localhost:8000', authorization: `Token ${token}` } });
  assert.equal(answer.statusCode, 200, what);
  assert.equal((await ann.get('/nowhere')).statusCode, 404, `${what}: an error page`);
  const refused = await ann.post('/admin/albums/add');
  assert.ok([403, 404].includes(refused.statusCode), `${what}: a refusal`);
  assert.match(refused.body, /class="logo"/);
}

test('on a full disk nothing is stored, everything is read, and it goes on when there is room', async (t) => {
  // A file system of its own where this process may mount one; elsewhere the driver says that the disk is full.
  const disk = smallDisk(t);
  const site = await testApp(t, {}, disk.folder);
  const cast = await castOf(site);
  const ready = () => visitor(site).get('/readyz');
  assert.equal((await ready()).statusCode, 200);
  disk.fill();
  // What the log of changes has room for already is still stored; then the disk counts.
  const more = () => site.db.run('update songs set num_streams = num_streams + 1').then(() => true, () => false);
  while (await more());
  // Ann's page has a greeting to take, which can't be noted.
  await assertAllIsRead(site, cast, 'full');
  await assertNothingIsStored(site, cast, 'full');
  await assertAllIsRead(site, cast, 'still full');
  const full = await ready();
  assert.equal(full.statusCode, 503);
  assert.equal(full.body, 'nothing can be stored: The disk that holds the database is full. Make room on it.\n');
  assert.equal((await visitor(site).get('/healthz')).statusCode, 200);
  disk.empty();
  assert.equal((await ready()).statusCode, 200);
  assert.equal((await cast.guest.post(`/songs/${cast.song}/like`)).statusCode, 303);
  assert.equal((await cast.ann.post(`/songs/${cast.song}/like`)).statusCode, 303);
});

test('whatever a write meets is a 503 in words, and reading goes on', async (t) => {
  const site = await testApp(t);
  const cast = await castOf(site);
  for (const code of ['SQLITE_FULL', 'SQLITE_IOERR_WRITE', 'SQLITE_IOERR_FSYNC', 'SQLITE_READONLY', 'SQLITE_READONLY_DBMOVED', 'SQLITE_CORRUPT', 'SQLITE_CANTOPEN']) {
    const { mend } = breakDriver(code, 'write');
    t.after(mend);
    await assertNothingIsStored(site, cast, code);
    await assertAllIsRead(site, cast, code);
    mend();
    assert.equal((await cast.ann.post(`/songs/${cast.song}/like`)).statusCode, 303, code);
    assert.equal((await visitor(site).get('/readyz')).statusCode, 200, code);
  }
});

test('whatever a read meets is a 503 in words, too, and /readyz says why', async (t) => {
  const site = await testApp(t, { LOG_LEVEL: 'fatal' });
  const cast = await castOf(site);
  for (const code of ['SQLITE_IOERR_READ', 'SQLITE_CORRUPT', 'SQLITE_CANTOPEN', 'SQLITE_NOTADB', 'SQLITE_BUSY_RECOVERY']) {
    const { mend } = breakDriver(code, 'read');
    t.after(mend);
    for (const [who, url] of [[cast.guest, '/'], [cast.guest, '/songs'], [cast.ann, '/account'], [cast.ann, '/albums'], [cast.mara, '/admin/albums']] as const) {
      assertWorded(await who.get(url), 'page', `${code}: ${url}`);
    }
    assertWorded(await cast.guest.get('/api/v1/albums', { accept: 'application/json' }), 'json', code);
    assertWorded(await cast.guest.get('/api/v1/albums', { accept: 'text/html' }), 'page', code);
    const ready = await visitor(site).get('/readyz');
    assert.equal(ready.statusCode, 503, code);
    assert.match(ready.body, /^the database does not answer(: [A-Z].*\.)?\n$/);
    mend();
    assert.equal((await cast.ann.get('/account')).statusCode, 200, code);
  }
});
