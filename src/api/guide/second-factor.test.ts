/** Logging in by the API to an account with a second factor. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { visitor } from '../../testing/app.ts';
import { castOf, PASSWORD } from '../../testing/cast.ts';
import { codeOf, setUpApp, stopClock } from '../../testing/factors.ts';
import { program } from '../../testing/program.ts';

const MISSING = { code: ['This account has a second factor. Send a code of its authenticator app, or a recovery code, as "code".'] };
const WRONG = { code: ['This code is wrong, or it was used before. Send the next one.'] };

test('an account with a second factor needs a code, which works once; others don’t', async (t) => {
  stopClock(t);
  const site = await castOf(t, { JWT_SECRET: '9d2e7c41b05a4f6e8b13c7d8e2f0a965' });
  const { key, codes } = await setUpApp(site.ann);
  const call = program(site);
  for (const path of ['/login', '/token/']) {
    const asked = async (more: object) => call('POST', path, { username: 'ann', password: PASSWORD, ...more });
    assert.deepEqual([(await asked({})).status, (await asked({})).json], [400, MISSING], path);
    assert.deepEqual([(await asked({ code: '' })).status, (await asked({ code: '000000' })).json], [400, WRONG], path);
    assert.equal((await call('POST', path, { username: 'ann', password: 'not this one', code: codeOf(key) })).status, path === '/login' ? 400 : 401);
    assert.equal((await call('POST', path, { username: 'tomas', password: PASSWORD })).status, 200);
  }
  const answer = await call('POST', '/login', { username: 'ann', password: PASSWORD, code: codeOf(key) });
  assert.equal(answer.status, 200);
  assert.equal((await call('POST', '/token/', { username: 'ann', password: PASSWORD, code: codes[0] })).status, 200);
  assert.deepEqual((await call('POST', '/token/', { username: 'ann', password: PASSWORD, code: codeOf(key) })).json, WRONG);
  const { token } = answer.json as { token: string };
  assert.equal((await program(site, token)('GET', '/v1/me')).status, 200);
});

test('wrong codes by the API and by the page are counted together', async (t) => {
  stopClock(t);
  const site = await castOf(t);
  const { key } = await setUpApp(site.ann);
  for (let turn = 0; turn < 5; turn += 1) await site.app.inject({ method: 'POST', url: '/api/login', remoteAddress: '203.0.113.7', headers: { host: 'localhost:8000' }, payload: { username: 'ann', password: PASSWORD, code: '000000' } });
  const browser = visitor(site);
  await browser.post('/login', { username: 'ann', password: PASSWORD, next: '/' });
  assert.equal((await browser.post('/login/code', { code: codeOf(key) })).statusCode, 429);
});
