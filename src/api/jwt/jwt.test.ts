import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { SignJWT } from 'jose';
import { setPassword } from '../../accounts/set-password.ts';
import { createUser } from '../../accounts/users.ts';
import { OPERATOR } from '../../db/history/change.ts';
import { personWithToken } from '../../testing/api.ts';
import { type TestApp, testApp } from '../../testing/app.ts';
import { signJwt } from './jwt.ts';
import recorded from './recordings.json' with { type: 'json' };

const PASSWORD = 'correct-horse-battery';
const JWT_SECRET = '9d2e7c41b05a4f6e8b13c7d8e2f0a965';

type Pair = { refresh: string; access: string };
type Site = TestApp & { ann: number };
/** What was asked (REFRESH and ACCESS stand for the tokens of a pair), and what was answered. */
type Recording = { label: string; request: { method: 'GET' | 'POST'; path: string; json?: unknown; headers?: { authorization: string } }; answer: { status: number; headers: Record<string, string>; body: string } };

async function site(t: TestContext): Promise<Site> {
  const made = await testApp(t, { JWT_SECRET });
  return { ...made, ann: await createUser(made.db, { username: 'ann', password: PASSWORD }) };
}

const post = ({ app }: Pick<TestApp, 'app'>, path: string, body: unknown) =>
  app.inject({ method: 'POST', url: `/api/token${path}`, headers: { host: 'localhost:8000', 'content-type': 'application/json' }, payload: JSON.stringify(body) });
const use = ({ app }: Pick<TestApp, 'app'>, authorization?: string) =>
  app.inject({ url: '/api/likes', headers: { host: 'localhost:8000', ...(authorization === undefined ? {} : { authorization }) } });
const pairFor = async (made: Pick<TestApp, 'app'>): Promise<Pair> => (await post(made, '/', { username: 'ann', password: PASSWORD })).json();
const claimsOf = (token: string): Record<string, unknown> => JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString());
const isUsable = async (made: Pick<TestApp, 'app'>, { access }: Pair): Promise<boolean> => (await use(made, `Bearer ${access}`)).statusCode === 200;

/** What differs from the recording of the guide's library, and why; `Vary` names Accept-Encoding besides, as everywhere. */
const DIFFERENCES: Record<string, string> = {
  'refresh body': 'Each refresh gives a new refresh token, too: the old one stops working.',
  'none www-authenticate': 'API tokens come first here, and a 401 names the first way to authenticate.',
};

test('the recorded calls are answered as they were', async (t) => {
  const made = await site(t);
  const { refresh, access } = await pairFor(made);
  const filled = (text: string) => text.replaceAll('REFRESH', refresh).replaceAll('ACCESS', access);
  const recordings = recorded.recordings as unknown as Recording[];
  assert.equal(recordings.length, 11);
  for (const { label, request, answer: { status, headers, body } } of recordings) {
    const answer = await made.app.inject({
      method: request.method, url: request.path,
      headers: {
        host: 'localhost:8000',
        ...(request.json === undefined ? {} : { 'content-type': 'application/json' }),
        ...(request.headers?.authorization === undefined ? {} : { authorization: filled(request.headers.authorization) }),
      },
      ...(request.json === undefined ? {} : { payload: filled(JSON.stringify(request.json)) }),
    });
    assert.equal(answer.statusCode, status, label);
    const differing: string[] = [];
    if (label === 'refresh') assert.deepEqual(Object.keys(answer.json()).sort(), ['access', 'refresh']);
    if (answer.body !== body) differing.push(`${label} body`);
    for (const [header, value] of Object.entries(headers)) {
      if (header !== 'Content-Length' && String(answer.headers[header.toLowerCase()]).replace(', Accept-Encoding', '') !== value) differing.push(`${label} ${header.toLowerCase()}`);
    }
    assert.deepEqual(differing.filter((one) => !DIFFERENCES[one]), [], `${label}: ${answer.body} ${JSON.stringify(answer.headers)}`);
  }
});

test('a pair says who, until when, from whom and for whom', async (t) => {
  const { refresh, access } = await pairFor(await site(t));
  const [first, second] = [claimsOf(access), claimsOf(refresh)];
  assert.deepEqual([first['token_type'], second['token_type'], first['user_id'], first['iss'], first['aud']], ['access', 'refresh', '1', 'http://localhost:8000', 'http://localhost:8000/api']);
  assert.deepEqual([Number(first['exp']) - Number(first['iat']), Number(second['exp']) - Number(second['iat'])], [300, 86_400]);
  assert.match(String(first['jti']), /^[0-9a-f]{32}$/);
  assert.notEqual(first['jti'], second['jti']);
  assert.deepEqual(JSON.parse(Buffer.from(access.split('.')[0] as string, 'base64url').toString()), { alg: 'HS256', typ: 'JWT' });
});

test('each refresh token works once; one that is used again ends the session for everybody', async (t) => {
  const made = await site(t);
  const first = await pairFor(made);
  const second = (await post(made, '/refresh', { refresh: first.refresh })).json() as Pair;
  assert.notEqual(second.refresh, first.refresh);
  assert.equal((await post(made, '/verify', { token: first.refresh })).statusCode, 401);
  assert.equal((await post(made, '/verify', { token: second.refresh })).statusCode, 200);
  assert.equal(await isUsable(made, second), true);

  const copied = await post(made, '/refresh', { refresh: first.refresh });
  assert.equal(copied.statusCode, 401);
  assert.deepEqual(copied.json(), { detail: 'Token is blacklisted', code: 'token_not_valid' });
  assert.equal((await post(made, '/refresh', { refresh: second.refresh })).statusCode, 401);
  assert.equal(await isUsable(made, second), false);
  assert.equal((await post(made, '/refresh', { refresh: second.access })).json().detail, 'Token has wrong type');
});

test('of many at once with one refresh token one gets a pair', async (t) => {
  const made = await site(t);
  const { refresh } = await pairFor(made);
  const answers = await Promise.all(Array.from({ length: 10 }, () => post(made, '/refresh', { refresh })));
  assert.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 1);
});

test('a new password and a log-out everywhere end it, and it is nothing for who is not active', async (t) => {
  const made = await site(t);
  const pair = await pairFor(made);
  await made.db.run('update users set is_active = 0 where id = :ann', { ann: made.ann });
  const inactive = await use(made, `Bearer ${pair.access}`);
  assert.deepEqual([inactive.statusCode, inactive.json()], [401, { detail: 'User is inactive', code: 'user_inactive' }]);
  assert.deepEqual((await post(made, '/refresh', { refresh: pair.refresh })).json(), { detail: 'No active account found with the given credentials', code: 'no_active_account' });
  assert.equal((await post(made, '/', { username: 'ann', password: PASSWORD })).statusCode, 401);
  await made.db.run('update users set is_active = 1 where id = :ann', { ann: made.ann });
  assert.equal(await isUsable(made, pair), false);

  const again = await pairFor(made);
  assert.equal(await isUsable(made, again), true);
  await setPassword(made.db, OPERATOR, { id: made.ann, username: 'ann' }, 'another-horse-battery');
  assert.equal(await isUsable(made, again), false);
  assert.equal((await post(made, '/refresh', { refresh: again.refresh })).statusCode, 401);
});

test('wrong passwords wait, and a right one is not believed meanwhile', async (t) => {
  const made = await site(t);
  for (let tries = 0; tries < 5; tries += 1) assert.equal((await post(made, '/', { username: 'ann', password: `wrong ${tries}` })).statusCode, 401);
  const waiting = await post(made, '/', { username: 'ann', password: PASSWORD });
  assert.equal(waiting.statusCode, 429);
  assert.match(waiting.body, /^\{"detail":"Request was throttled\. Expected available in \d+ seconds\."\}$/);
  assert.ok(waiting.headers['retry-after']);
});

test('a token is signed by HS256 with our secret, for us, and in its time; anything else is refused', async (t) => {
  const made = await site(t);
  const { access } = await pairFor(made);
  const claims = claimsOf(access);
  const key = Buffer.from(JWT_SECRET);
  const [head, body, signature] = access.split('.') as [string, string, string];
  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const sign = (payload: Record<string, unknown>, header: Record<string, unknown> = {}) => new SignJWT(payload).setProtectedHeader({ alg: 'HS256', typ: 'JWT', ...header }).sign(key);
  const hmac = (text: string, hash: string) => `${text}.${createHmac(hash, key).update(text).digest('base64url')}`;
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = publicKey.export({ type: 'spki', format: 'pem' });
  const now = Math.floor(Date.now() / 1000);
  const without = (name: string) => Object.fromEntries(Object.entries(claims).filter(([claim]) => claim !== name));
  const bad: Record<string, string> = {
    'alg none': `${encoded({ alg: 'none', typ: 'JWT' })}.${body}.`,
    'alg None': `${encoded({ alg: 'None', typ: 'JWT' })}.${body}.${signature}`,
    'no alg': `${encoded({ typ: 'JWT' })}.${body}.${signature}`,
    HS512: hmac(`${encoded({ alg: 'HS512', typ: 'JWT' })}.${body}`, 'sha512'),
    HS384: hmac(`${encoded({ alg: 'HS384', typ: 'JWT' })}.${body}`, 'sha384'),
    RS256: await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'JWT' }).sign(privateKey),
    'a public key as the secret': `${head}.${body}.${createHmac('sha256', pem).update(`${head}.${body}`).digest('base64url')}`,
    'an embedded key': await sign(claims, { alg: 'HS256', crit: ['x'], x: 1 }).catch(() => 'refused.by.library'),
    'another type of token': await sign(claims, { typ: 'at+jwt' }),
    'no signature': `${head}.${body}.`,
    'a changed signature': `${head}.${body}.${signature.slice(0, -4)}AAAA`,
    'a changed body': `${head}.${encoded({ ...claims, user_id: '2' })}.${signature}`,
    'another issuer': await sign({ ...claims, iss: 'https://elsewhere.example' }),
    'another audience': await sign({ ...claims, aud: 'https://elsewhere.example/api' }),
    'from the future': await sign({ ...claims, iat: now + 60 }),
    'not yet': await sign({ ...claims, nbf: now + 60 }),
    'another user': await sign({ ...claims, user_id: '999' }),
    'user_id as a number': await sign({ ...claims, user_id: 1 }),
    'another session': await sign({ ...claims, sid: 'x' }),
    'sid as an object': await sign({ ...claims, sid: { $ne: '' } }),
    'a list': `${head}.${encoded([1])}.${signature}`,
    'no JSON': `${head}.${Buffer.from('{').toString('base64url')}.${signature}`,
    long: `${head}.${'A'.repeat(5000)}.${signature}`,
    dots: '..', 'a few dots': 'a.b.c.d.e',
    ...Object.fromEntries(await Promise.all(['exp', 'iat', 'jti', 'sid', 'user_id', 'token_type', 'iss', 'aud'].map(async (name) => [`without ${name}`, await sign(without(name))]))),
  };
  for (const [what, token] of Object.entries(bad)) {
    const answer = await use(made, `Bearer ${token}`);
    assert.equal(answer.statusCode, 401, what);
    assert.equal(answer.headers['www-authenticate'], 'Bearer realm="api"', what);
    assert.equal(answer.json().code, 'token_not_valid', what);
    assert.notEqual((await post(made, '/verify', { token })).statusCode, 200, what);
  }
  const expired = await use(made, `Bearer ${await sign({ ...claims, exp: now - 60 })}`);
  assert.equal(expired.json().messages[0].message, 'Token is expired');
  assert.equal((await use(made, `Bearer ${await sign({ ...claims, exp: now - 5, iat: now + 5 })}`)).statusCode, 200, 'clocks differ a little');
  assert.equal((await use(made, `Bearer ${access}`)).statusCode, 200);
});

test('it does what its person may, beside API tokens, which go on working as Bearer', async (t) => {
  const made = await site(t);
  const mara = await personWithToken(made.db, { username: 'mara', isSuperuser: true });
  assert.equal((await use(made, `Bearer ${mara.token}`)).statusCode, 200);
  const { access } = await pairFor(made);
  const like = await made.app.inject({ method: 'POST', url: '/api/album/create', headers: { host: 'localhost:8000', authorization: `bearer ${access}`, 'content-type': 'application/json' }, payload: '{}' });
  assert.equal(like.statusCode, 403);
  assert.equal((await use(made, `Token ${access}`)).json().detail, 'Invalid token.');
});

test('an account has at most 50 sessions, and those that are over are forgotten', async (t) => {
  const made = await site(t);
  for (let number = 0; number < 60; number += 1) await made.db.run("insert into jwt_sessions (id, user, current, expires_at) values (:id, :ann, 'x', :expires)", { id: `s${number}`, ann: made.ann, expires: Date.now() + (number - 5) * 60_000 });
  const pair = await pairFor(made);
  assert.deepEqual(await made.db.all('select count(*) as rows from jwt_sessions'), [{ rows: 50 }]);
  assert.equal(await isUsable(made, pair), true);
});

test('without JWT_SECRET there are no such addresses, and a JSON Web Token is no token', async (t) => {
  const made = await testApp(t);
  await createUser(made.db, { username: 'ann', password: PASSWORD });
  assert.equal((await post(made, '/', { username: 'ann', password: PASSWORD })).statusCode, 404);
  const foreign = await signJwt({ ...made.config, jwtSecret: JWT_SECRET }, 'access', { session: 's', user: 1, current: 'c' });
  assert.equal((await use(made, `Bearer ${foreign}`)).json().detail, 'Invalid token.');
});
