/** Replays what the guide's own code answered. Each request is made up from the label of its recording. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { InjectOptions } from 'fastify';
import { createToken } from '../../accounts/tokens.ts';
import { createUser } from '../../accounts/users.ts';
import { OPERATOR } from '../../db/history/change.ts';
import { act } from '../../db/history/writer.ts';
import { insert } from '../../db/save.ts';
import { song as songModel } from '../../models/song.ts';
import { addAlbum, type TestApp, testApp } from '../../testing/app.ts';
import { DIFFERENCES, type Difference, NOT_REPLAYED, UNRECORDED, VARY_EVERYWHERE } from './differences.ts';

const FOLDER = join(import.meta.dirname, '../../../../shared/guide/observed');
const FILE = join(FOLDER, 'drf_observed.txt');
const PASSWORD = 'correct-horse-battery';
/** What the recordings tell of headers; Content-Length is compared as far as a body was recorded. */
const HEADERS = ['Content-Type', 'Vary', 'Allow', 'WWW-Authenticate', 'Retry-After', 'Location', 'X-Frame-Options'];

type Recording = { label: string; status: number; headers: Record<string, string>; body: string };
type Who = 'nobody' | 'staff' | 'bob';
type Sent = { method?: string; url: string; as?: Who; json?: unknown; payload?: string; type?: string; headers?: Record<string, string> };

const song = (label: string, method: string, url: string, json?: unknown): [string, Sent] => [label, { method, url: `/api/${url}`, as: 'staff', ...(json === undefined ? {} : { json }) }];
const create = (label: string, json: unknown): [string, Sent] => song(label, 'POST', 'song/create', json);
const get = (label: string, url: string, more: Partial<Sent> = {}): [string, Sent] => [label, { method: 'GET', url: `/api/${url}`, ...more }];
const likes = (label: string, authorization: string | undefined, headers: Record<string, string> = {}): [string, Sent] =>
  get(label, 'likes', { headers: { ...(authorization === undefined ? {} : { authorization }), ...headers } });
const post = (label: string, url: string, json: unknown, as: Who = 'nobody'): [string, Sent] => [label, { method: 'POST', url: `/api/${url}`, json, as }];

/** `KEY` stands for the token of bob. */
const REQUESTS = new Map<string, Sent>([
  get('GET /myApp/hello_world', 'hello_world'), get('GET /myApp/hello-world', 'hello-world'), get('GET /myApp/hello-x/Bob', 'hello-x/Bob'),
  get('GET /myApp/hello-x/Bob/print', 'hello-x/Bob/print'), get('GET /myApp/goodbye', 'goodbye'), get('GET /myApp/goodbye?msg=All', 'goodbye?msg=All'),
  ['POST goodbye', { method: 'POST', url: '/api/goodbye' }],
  get('GET /song', 'song'), get('GET /song/ (slash)', 'song/'),
  create('create ok', { song_name: 'X', num_streams: 1, album: 1 }),
  create('create empty', {}),
  create('create bad', { song_name: '', num_streams: 'abc', album: 99 }),
  create('create bad2', { song_name: 'x'.repeat(101), num_streams: 1.5, album: 'abc' }),
  create('create null', { song_name: null, num_streams: null, album: null }),
  create('create list', [1]),
  ['create malformed', { method: 'POST', url: '/api/song/create', as: 'staff', payload: '{bad', type: 'application/json' }],
  ['create text/plain', { method: 'POST', url: '/api/song/create', as: 'staff', payload: 'hello', type: 'text/plain' }],
  ['create form', { method: 'POST', url: '/api/song/create', as: 'staff', payload: 'song_name=Form&num_streams=7&album=2', type: 'application/x-www-form-urlencoded' }],
  get('GET create', 'song/create'),
  create('create trailing/extra read-only id', { id: 99, song_name: '  trim  ', num_streams: '12', album: 1, extra: 'x' }),
  create('int too large', { song_name: 'big', num_streams: 1_000_000_000_000, album: 1 }),
  create('negative', { song_name: 'neg', num_streams: -5, album: 1 }),
  create('bool', { song_name: true, num_streams: true, album: true }),
  get('retrieve', 'song/1'), get('retrieve 404', 'song/999'), get('retrieve non-int', 'song/abc'),
  song('put partial', 'PUT', 'song/1', { song_name: 'Love Story' }),
  song('put ok', 'PUT', 'song/1', { song_name: 'Love Story', num_streams: 101, album: 1 }),
  song('patch', 'PATCH', 'song/1', { num_streams: 102 }),
  song('patch empty', 'PATCH', 'song/1', {}),
  song('post to /song/1', 'POST', 'song/1', {}), song('delete /song/1', 'DELETE', 'song/1'),
  song('delete', 'DELETE', 'song/2/delete'), song('delete again', 'DELETE', 'song/2/delete'), get('get delete url', 'song/1/delete'),
  get('songInAlbum album=1', 'songInAlbum?album=1'), get('songInAlbum none', 'songInAlbum'), get('songInAlbum bad', 'songInAlbum?album=abc'), get('songInAlbum 999', 'songInAlbum?album=999'),
  get('songFull as printed', 'songFull'), get('songFull fixed', 'songFull'),
  post('register', 'register', { username: 'bob', password: PASSWORD }), post('register dup', 'register', { username: 'bob', password: PASSWORD }),
  post('register empty', 'register', {}), post('register badname', 'register', { username: 'bad name!', password: '' }),
  post('register long', 'register', { username: 'x'.repeat(151), password: 'y'.repeat(129) }),
  post('login ok', 'login', { username: 'bob', password: PASSWORD }), post('login wrong', 'login', { username: 'bob', password: 'wrong' }),
  post('login empty', 'login', {}), get('login GET', 'login'),
  likes('likes anon', undefined), likes('likesAuthed anon', undefined), likes('likes empty', 'Token KEY'),
  post('like create', 'like/create', { user: 1, song: 1 }, 'bob'), post('like dup', 'like/create', { user: 1, song: 1 }, 'bob'),
  likes('likes list', 'Token KEY'), post('like bad', 'like/create', { user: 99, song: 99 }, 'bob'),
  likes('bad token', 'Token nope'), likes('token no cred', 'Token'), likes('token spaces', 'Token a b'), likes('Bearer kw', 'Bearer KEY'),
  likes('token header key "token"', undefined, { token: 'KEY' }), likes('lowercase kw', 'token KEY'),
  ['adminDelete anon', { method: 'DELETE', url: '/api/song/1/delete' }], ['adminDelete user', { method: 'DELETE', url: '/api/song/1/delete', as: 'bob' }],
  post('orperm post anon', 'song/create', {}), post('orperm post user', 'song/create', {}, 'staff'),
  likes('inactive token', 'Token KEY'), post('inactive login', 'login', { username: 'bob', password: PASSWORD }),
  ['OPTIONS list', { method: 'OPTIONS', url: '/api/song' }], ['OPTIONS create', { method: 'OPTIONS', url: '/api/song/create', as: 'staff' }],
  ['OPTIONS obj', { method: 'OPTIONS', url: '/api/song/1', as: 'staff' }],
  ['HEAD', { method: 'HEAD', url: '/api/song' }],
  get('Accept html', 'song', { headers: { accept: 'text/html' } }), get('Accept xml', 'song', { headers: { accept: 'application/xml' } }),
  get('format=json', 'song?format=json', { headers: { accept: 'application/xml' } }), get('format=xml', 'song?format=xml'),
  get('indent', 'song', { headers: { accept: 'application/json; indent=4' } }),
  ['method override', { method: 'POST', url: '/api/song/1', as: 'staff', payload: '_method=PUT&song_name=x', type: 'application/x-www-form-urlencoded' }],
  get('unknown url', 'nope'),
  ['api-auth login page', { url: '/api-auth/login/' }],
  ['api-auth bad login', { method: 'POST', url: '/api-auth/login/', payload: 'username=bob&password=wrong', type: 'application/x-www-form-urlencoded' }],
  ['api-auth ok', { method: 'POST', url: '/api-auth/login/', payload: `username=bob&password=${PASSWORD}`, type: 'application/x-www-form-urlencoded' }],
  ['api-auth logout GET', { url: '/api-auth/logout/' }], ['api-auth logout POST', { method: 'POST', url: '/api-auth/logout/' }],
  post('date bad', 'song/create', { song_name: 'x', year_released: '2020' }, 'staff'),
]);

/** What has to happen before a recording, besides the requests before it. */
const BEFORE: Record<string, (site: TestApp) => Promise<void>> = {
  // The guide's catalogue was open to all and had no users yet: bob is the first.
  register: async ({ db }) => {
    await db.run('delete from users');
    await db.run("update sqlite_sequence set seq = 0 where name = 'users'");
  },
  retrieve: async ({ db }) => {
    assert.equal(await insert(db, songModel, { song_name: 'neg', num_streams: 5, album: 1, position: 100 }), 10);
  },
  'inactive token': async ({ db }) => void (await db.run("update users set is_active = 0 where username = 'bob'")),
};

const skip = existsSync(FILE) ? false : 'the recordings in ../shared are not here';

test('the guide’s addresses answer as recorded, save for the listed differences', { skip }, async (t) => {
  const site = await siteAsRecorded(t);
  const tokens: Partial<Record<Who, string>> = {};
  const faults: string[] = [];
  const recordings = readRecordings();
  const skipped = new Set(NOT_REPLAYED.flatMap(({ recordings: labels }) => labels));
  let vary = false;

  for (const recording of recordings.filter(({ label }) => !skipped.has(label))) {
    const { label } = recording;
    const request = REQUESTS.get(label);
    assert.ok(request, `no request for the recording “${label}”`);
    await BEFORE[label]?.(site);
    const differences = DIFFERENCES.filter(({ recordings: labels }) => labels.includes(label));
    if (request.as === 'staff') tokens.staff = await staffToken(site);
    if (differences.some(({ now }) => now.needsToken)) {
      const { status } = await send(site, { ...request, as: 'nobody' }, tokens);
      if (request.method === 'OPTIONS' ? status !== 200 : status !== 401) faults.push(`${label}: ${status} without a token`);
    }
    const answer = await send(site, request, tokens);
    vary ||= answer.headers['Vary']?.includes(VARY_EVERYWHERE) ?? false;
    if (label === 'login ok') tokens.bob = (JSON.parse(answer.body) as { token: string }).token;
    const fault = faultOf(answer, recording, differences);
    if (fault) faults.push(`${label}: ${fault}`);
    for (const difference of differences.filter(({ now }) => !now.needsToken)) {
      if (!faultOf(answer, recording, differences.filter((one) => one !== difference))) faults.push(`${label}: is not different any more (${difference.reason})`);
    }
  }
  assert.ok(vary);
  assert.deepEqual(faults, []);
});

test('every recording is replayed or listed, and nothing is listed that was not recorded', { skip }, () => {
  const labels = readRecordings().map(({ label }) => label);
  assert.equal(new Set(labels).size, labels.length);
  const listed = [...DIFFERENCES, ...NOT_REPLAYED].flatMap(({ recordings }) => recordings);
  assert.deepEqual(listed.filter((label) => !labels.includes(label)), []);
  const handled = [...REQUESTS.keys(), ...NOT_REPLAYED.flatMap(({ recordings }) => recordings)];
  assert.deepEqual(handled.toSorted(), labels.toSorted());
});

test('every trap of the guide’s API is named in the list', { skip }, () => {
  const described = readFileSync(join(FOLDER, '../GUIDE.md'), 'utf8');
  const api = described.slice(described.indexOf('### 3.'), described.indexOf('### 5.'));
  const traps = [...api.matchAll(/^\| (A\d+b?) \|.*Traps?[ :*(–]/gm)].map(([, entry]) => entry as string);
  assert.ok(traps.length > 5);
  const named = [...DIFFERENCES.flatMap(({ reason }) => reason.match(/A\d+b?/g) ?? []), ...UNRECORDED.map(({ entry }) => entry)];
  assert.deepEqual(traps.filter((entry) => !named.includes(entry)), []);
  for (const { test: file } of UNRECORDED) assert.ok(existsSync(join(import.meta.dirname, `${file}.test.ts`)), file);
});

/** What is otherwise than recorded and listed; undefined when nothing is. */
function faultOf(answer: Recording, recording: Recording, differences: readonly Difference[]): string | undefined {
  const now = Object.assign({}, ...differences.map((one) => one.now)) as Difference['now'];
  const headers = Object.assign({ ...recording.headers }, ...differences.map((one) => one.now.headers ?? {})) as Record<string, string | null>;
  if (answer.status !== (now.status ?? recording.status)) return `${answer.status} in place of ${now.status ?? recording.status}: ${answer.body.slice(0, 200)}`;
  for (const name of HEADERS) {
    const ours = name === 'Vary' ? withoutEncoding(answer.headers[name]) : answer.headers[name];
    if ((ours ?? null) !== (headers[name] ?? null)) return `${name}: ${ours} in place of ${headers[name]}`;
  }
  return now.isOwnPage ? undefined : faultOfBody(answer, recording, now, headers['Content-Length']);
}

function faultOfBody(answer: Recording, recording: Recording, now: Difference['now'], recordedLength: string | null | undefined): string | undefined {
  if (now.body instanceof RegExp) return now.body.test(answer.body) ? undefined : `the body is ${answer.body.slice(0, 300)}`;
  const isWhole = now.body !== undefined || Buffer.byteLength(recording.body) === Number(recording.headers['Content-Length']);
  const wanted = (now.replaced ?? []).reduce((text, [from, to]) => text.replaceAll(from, to), now.body ?? recording.body);
  if (isWhole ? answer.body !== wanted : !answer.body.startsWith(wanted)) return `the body is ${answer.body.slice(0, 300)}`;
  const length = recordedLength === null ? undefined : String(isWhole ? Buffer.byteLength(wanted) : Number(recordedLength) - (now.shorter ?? 0));
  return answer.headers['Content-Length'] === length ? undefined : `Content-Length: ${answer.headers['Content-Length']} in place of ${length}`;
}

function withoutEncoding(vary: string | undefined): string | undefined {
  return vary?.split(', ').filter((name) => name !== VARY_EVERYWHERE).join(', ') || undefined;
}

async function send({ app }: TestApp, { method = 'GET', url, as = 'nobody', json, payload, type, headers = {} }: Sent, tokens: Partial<Record<Who, string>>): Promise<Recording> {
  const filled = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replace('KEY', tokens.bob ?? '')]));
  const token = as === 'nobody' ? undefined : tokens[as];
  const body = json === undefined ? payload : JSON.stringify(json);
  const answer = await app.inject({
    method: method as NonNullable<InjectOptions['method']>, url,
    headers: { host: 'localhost:8000', ...(body === undefined ? {} : { 'content-type': type ?? 'application/json' }), ...(token === undefined ? {} : { authorization: `Token ${token}` }), ...filled },
    ...(body === undefined ? {} : { payload: body }),
  });
  const told = Object.fromEntries([...HEADERS, 'Content-Length'].flatMap((name) => (answer.headers[name.toLowerCase()] === undefined ? [] : [[name, String(answer.headers[name.toLowerCase()])]])));
  return { label: url, status: answer.statusCode, headers: told, body: answer.body };
}

async function siteAsRecorded(t: Parameters<typeof testApp>[0]): Promise<TestApp> {
  const site = await testApp(t);
  await addAlbum(site.db, { name: 'Fearless', artist: 'Taylor', year_released: '2008-11-11', songs: [['Love Story', 100], ['White Horse', 50]] });
  await addAlbum(site.db, { name: 'Views', artist: 'Drake', year_released: '2016-04-29', songs: [['Hotline Bling', 900], ['One Dance', 1500], ['Café', 3]] });
  return site;
}

/** A token of somebody who may do everything, for what the guide leaves open to all. */
async function staffToken({ db }: TestApp): Promise<string> {
  const known = await db.first<{ id: number }>("select id from users where username = 'mara'");
  const user = known?.id ?? (await createUser(db, { username: 'mara', password: PASSWORD, is_staff: true, is_superuser: true }));
  return (await act(db, OPERATOR, (writer) => createToken(writer, { user, name: 'replay', scopes: ['admin'] }))).secret;
}

/** Those of the guide's addresses: the login for browsers stands among those of JSON Web Tokens, which have a test of their own. */
function readRecordings(): Recording[] {
  return [...recordingsIn(FILE), ...recordingsIn(join(FOLDER, 'jwt_observed.txt')).filter(({ label }) => label.startsWith('api-auth'))];
}

function recordingsIn(file: string): Recording[] {
  const parts = readFileSync(file, 'utf8').split(/^## /m).slice(1);
  return parts.map((part) => {
    const [, label, status, headers, rest] = /^(.*?) -> (\d{3}) (\{.*?\})\n([\s\S]*)$/.exec(part) as unknown as [string, string, string, string, string];
    // A warning of the server stands between two recordings.
    const body = rest.replace(/^rest_framework\/[\s\S]*/m, '').replace(/^ {4}/, '').replace(/\n$/, '');
    return { label, status: Number(status), headers: JSON.parse(headers) as Record<string, string>, body };
  });
}
