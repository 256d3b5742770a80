import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { buildApp } from '../../app.ts';
import { readConfig } from '../../config.ts';
import { personWithToken } from '../../testing/api.ts';
import { SECRET, testApp, testDb } from '../../testing/app.ts';
import { CallLimits } from './limits.ts';

const THROTTLED = /^\{"detail":"Request was throttled\. Expected available in \d+ seconds?\."\}$/;

/** A count ends with its minute: a test that would run over the end begins after it. */
async function withinAMinute(seconds = 15): Promise<void> {
  const left = 60 - (Date.now() / 1000) % 60;
  if (left < seconds) await wait(left * 1000 + 50);
}

function call(app: FastifyInstance, { url = '/api/song', from = '203.0.113.7', authorization }: { url?: string; from?: string; authorization?: string } = {}) {
  return app.inject({ url, remoteAddress: from, headers: { host: 'localhost:8000', ...(authorization === undefined ? {} : { authorization }) } });
}

test('each answer tells the limit, what is left and when more comes; who calls too often waits', async (t) => {
  await withinAMinute();
  const { app, db } = await testApp(t, { API_LIMITS: '3,5' });
  const ann = await personWithToken(db, { username: 'ann' });
  for (const left of [2, 1, 0]) {
    const answer = await call(app);
    assert.equal(answer.statusCode, 200);
    assert.equal(answer.headers['ratelimit-policy'], '"address";q=3;w=60');
    assert.match(String(answer.headers['ratelimit']), new RegExp(`^"address";r=${left};t=\\d+$`));
    assert.equal(answer.headers['retry-after'], undefined);
  }
  const refused = await call(app);
  assert.equal(refused.statusCode, 429);
  assert.match(refused.body, THROTTLED);
  assert.equal(String(refused.headers['ratelimit']).split('t=')[1], refused.headers['retry-after']);
  assert.equal(refused.headers['content-type'], 'application/json');

  const other = await call(app, { from: '203.0.113.8' });
  assert.equal(other.statusCode, 200);
  const mine = await call(app, { authorization: `Token ${ann.token}` });
  assert.equal(mine.statusCode, 200);
  assert.equal(mine.headers['ratelimit-policy'], '"token";q=5;w=60');
});

test('whatever is refused is counted and told, too: guessing tokens, forms that there are not, bodies that are too large, plain addresses', async (t) => {
  await withinAMinute();
  const { app } = await testApp(t, { API_LIMITS: '3,5' });
  for (const left of [2, 1, 0]) {
    const guess = await call(app, { authorization: `Token guess${left}` });
    assert.equal(guess.statusCode, 401);
    assert.match(String(guess.headers['ratelimit']), new RegExp(`^"address";r=${left};`));
  }
  const more = await call(app, { authorization: 'Bearer another' });
  assert.equal(more.statusCode, 429);
  assert.ok(more.headers['retry-after']);

  for (const request of [
    { method: 'GET', url: '/api/song', headers: { accept: 'application/xml' } },
    { method: 'POST', url: '/api/like/create', headers: { 'content-type': 'application/json' }, payload: '{}' },
    { method: 'POST', url: '/api/login', headers: { 'content-type': 'application/json' }, payload: `"${'x'.repeat(1_200_000)}"` },
    { method: 'DELETE', url: '/api/song', headers: {} },
    { method: 'OPTIONS', url: '/api/song', headers: {} },
    { method: 'GET', url: '/api/hello_world', headers: {} },
  ] as const) {
    const answer = await app.inject({ ...request, headers: { host: 'localhost:8000', ...request.headers }, remoteAddress: `198.51.100.${Math.floor(Math.random() * 250) + 1}` });
    assert.ok(answer.headers['ratelimit'], `${request.method} ${request.url} ${answer.statusCode}`);
  }
  for (const expected of [200, 200, 200, 429]) assert.equal((await call(app, { url: '/api/hello_world', from: '192.0.2.1' })).statusCode, expected);
});

test('an address is a household: a /64 of IPv6, and an IPv4 address however it is written', async (t) => {
  await withinAMinute();
  const { app } = await testApp(t, { API_LIMITS: '2,5' });
  await call(app, { from: '2001:db8:1:2::1' });
  await call(app, { from: '2001:db8:1:2:ffff:ffff:ffff:ffff' });
  assert.equal((await call(app, { from: '2001:db8:1:2::3' })).statusCode, 429);
  assert.equal((await call(app, { from: '2001:db8:1:3::1' })).statusCode, 200);
  await call(app, { from: '192.0.2.9' });
  await call(app, { from: '::ffff:192.0.2.9' });
  assert.equal((await call(app, { from: '192.0.2.9' })).statusCode, 429);
});

test('two processes on one database keep one limit', async (t) => {
  await withinAMinute(25);
  const db = await testDb(t);
  const config = readConfig({ SESSION_SECRET: SECRET, LOG_LEVEL: 'silent', API_LIMITS: '10,10' });
  const apps = [await buildApp({ db, config }), await buildApp({ db, config })].map(({ app }) => app) as [FastifyInstance, FastifyInstance];
  t.after(() => Promise.all(apps.map((app) => app.close())));
  for (let calls = 0; calls < 9; calls += 1) assert.equal((await call(apps[0])).statusCode, 200);
  const shared = async (calls: number) => {
    for (let tries = 0; tries < 100; tries += 1) {
      if ((await db.first<{ calls: number }>('select sum(calls) as calls from api_calls'))?.calls === calls) return;
      await wait(100);
    }
    assert.fail('the calls were not shared');
  };
  await shared(9);
  assert.equal((await call(apps[1])).statusCode, 200);
  await shared(10);
  assert.equal((await call(apps[1])).statusCode, 429);
  const rows = await db.all<{ key: string }>('select key from api_calls');
  assert.doesNotMatch(JSON.stringify(rows), /203\.0\.113/);
});

test('a new minute begins at nothing, and old counts go', async (t) => {
  const [db, minute] = [await testDb(t), 60_000];
  const limits = await limitsOf(db, { address: 2, person: 2 });
  const at = (now: number) => take(limits, '192.0.2.1', now);
  assert.deepEqual([at(0), at(1), at(2)], [undefined, undefined, 'Request was throttled. Expected available in 60 seconds.']);
  await limits.share(3);
  assert.equal(at(minute - 1), 'Request was throttled. Expected available in 1 second.');
  assert.equal(at(minute), undefined);
  await limits.share(minute);
  at(2 * minute);
  await limits.share(2 * minute);
  assert.deepEqual(await db.all('select minute, calls from api_calls order by minute'), [{ minute: 1, calls: 1 }, { minute: 2, calls: 1 }]);
});

test('millions of addresses take bounded memory and hardly a write', async (t) => {
  const db = await testDb(t);
  const limits = await limitsOf(db, { address: 600, person: 6000 });
  for (let number = 0; number < 150_000; number += 1) take(limits, `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`, 0);
  assert.equal(limits.size, 100_000);
  await limits.share(1);
  assert.deepEqual(await db.all('select * from api_calls'), []);
  await limits.share(60_000);
  assert.equal(limits.size, 0);
});

test('API_LIMITS=off lets everybody call and tells nothing', async (t) => {
  const { app } = await testApp(t, { API_LIMITS: 'off' });
  const answer = await call(app);
  assert.equal(answer.statusCode, 200);
  assert.deepEqual(Object.keys(answer.headers).filter((name) => name.startsWith('ratelimit')), []);
});

/** Without its timer, which knows only the true time. */
async function limitsOf(db: ConstructorParameters<typeof CallLimits>[0], limits: { address: number; person: number }): Promise<CallLimits> {
  const made = new CallLimits(db, limits, (error) => assert.fail(String(error)));
  await made.close();
  return made;
}

function take(limits: CallLimits, ip: string, now: number): string | undefined {
  const reply = { header: () => reply };
  return limits.take({ ip } as never, reply as never, undefined, now)?.message;
}
