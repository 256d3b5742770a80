/**
 * Replays what the guide's own code answered. recordings.json holds facts alone: what was asked (KEY stands
 * for the token of bob) and what Django answered, as far as it was kept.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { InjectOptions } from 'fastify';
import { storeToken } from '../../accounts/tokens.ts';
import { createUser } from '../../accounts/users.ts';
import { OPERATOR } from '../../db/history/change.ts';
import { act } from '../../db/history/writer.ts';
import { insert } from '../../db/save.ts';
import { song as songModel } from '../../models/song.ts';
import { addAlbum, type TestApp, testApp } from '../../testing/app.ts';
import { DIFFERENCES, type Difference, NOT_REPLAYED, UNRECORDED, VARY_EVERYWHERE } from './differences.ts';
import recorded from './recordings.json' with { type: 'json' };

const PASSWORD = 'correct-horse-battery';
/** What the recordings tell of headers; Content-Length is compared as far as a body was recorded. */
const HEADERS = ['Content-Type', 'Vary', 'Allow', 'WWW-Authenticate', 'Retry-After', 'Location', 'X-Frame-Options'];

type Answer = { status: number; headers: Record<string, string>; body: string };
type Who = 'nobody' | 'staff' | 'bob';
type Sent = { method: string; path: string; as?: Who; headers?: Record<string, string>; json?: unknown; type?: string; body?: string };
/** A recording without a request is one of an address that the guide doesn't have. */
type Recording = { label: string; request?: Sent; answer: Answer };

const RECORDINGS = recorded.recordings as unknown as Recording[];

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

test('the guide’s addresses answer as recorded, save for the listed differences', async (t) => {
  const site = await siteAsRecorded(t);
  const tokens: Partial<Record<Who, string>> = {};
  const faults: string[] = [];
  const notReplayed = new Set(NOT_REPLAYED.flatMap(({ recordings: labels }) => labels));
  let vary = false;

  for (const { label, request, answer: recording } of RECORDINGS.filter((one) => !notReplayed.has(one.label))) {
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

test('every recording is replayed or listed, and nothing is listed that was not recorded', () => {
  const labels = RECORDINGS.map(({ label }) => label);
  assert.equal(new Set(labels).size, labels.length);
  assert.equal(labels.length, 106);
  const listed = [...DIFFERENCES, ...NOT_REPLAYED].flatMap(({ recordings }) => recordings);
  assert.deepEqual(listed.filter((label) => !labels.includes(label)), []);
});

test('every trap of the guide’s API is named in the list', () => {
  const named = [...DIFFERENCES.flatMap(({ reason }) => reason.match(/A\d+b?/g) ?? []), ...UNRECORDED.map(({ entry }) => entry)];
  assert.deepEqual(recorded.traps.filter((entry) => !named.includes(entry)), []);
  for (const { test: file } of UNRECORDED) assert.ok(existsSync(join(import.meta.dirname, `${file}.test.ts`)), file);
});

/** What is otherwise than recorded and listed; undefined when nothing is. */
function faultOf(answer: Answer, recording: Answer, differences: readonly Difference[]): string | undefined {
  const now = Object.assign({}, ...differences.map((one) => one.now)) as Difference['now'];
  const headers = Object.assign({ ...recording.headers }, ...differences.map((one) => one.now.headers ?? {})) as Record<string, string | null>;
  if (answer.status !== (now.status ?? recording.status)) return `${answer.status} in place of ${now.status ?? recording.status}: ${answer.body.slice(0, 200)}`;
  for (const name of HEADERS) {
    const ours = name === 'Vary' ? withoutEncoding(answer.headers[name]) : answer.headers[name];
    if ((ours ?? null) !== (headers[name] ?? null)) return `${name}: ${ours} in place of ${headers[name]}`;
  }
  return now.isOwnPage ? undefined : faultOfBody(answer, recording, now, headers['Content-Length']);
}

function faultOfBody(answer: Answer, recording: Answer, now: Difference['now'], recordedLength: string | null | undefined): string | undefined {
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

async function send({ app }: TestApp, sent: Sent, tokens: Partial<Record<Who, string>>): Promise<Answer> {
  const { method, path, as = 'nobody', json, type, headers = {} } = sent;
  const filled = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replace('KEY', tokens.bob ?? '')]));
  const token = as === 'nobody' ? undefined : tokens[as];
  const body = json === undefined ? sent.body : JSON.stringify(json);
  const answer = await app.inject({
    method: method as NonNullable<InjectOptions['method']>, url: path,
    headers: { host: 'localhost:8000', ...(body === undefined ? {} : { 'content-type': type ?? 'application/json' }), ...(token === undefined ? {} : { authorization: `Token ${token}` }), ...filled },
    ...(body === undefined ? {} : { payload: body }),
  });
  const told = Object.fromEntries([...HEADERS, 'Content-Length'].flatMap((name) => (answer.headers[name.toLowerCase()] === undefined ? [] : [[name, String(answer.headers[name.toLowerCase()])]])));
  return { status: answer.statusCode, headers: told, body: answer.body };
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
  return (await act(db, OPERATOR, (writer) => storeToken(writer, { user, name: 'replay', scopes: ['admin'] }))).secret;
}
