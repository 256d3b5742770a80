import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { buildApp } from '../../app.ts';
import { readConfig } from '../../config.ts';
import { SECRET, testApp, testDb, visitor } from '../../testing/app.ts';
import type { ApiDoor, Endpoint } from '../engine/endpoint.ts';
import { methodsOf } from '../engine/facts.ts';
import { endpoints } from '../index.ts';
import { CallLimits } from '../engine/limits.ts';
import { type OpenApi, openApiOf } from './openapi.ts';
import { allowAny } from '../engine/rules.ts';

/** Addresses below /api that are no endpoints: pages for people, and the guide's plain views. */
const PLAIN = [/^\/api\/(docs|docs\/:group|openapi\.json)$/, /^\/api\/(hello_world|hello-x\/:x|hello-x\/:x\/print|goodbye)$/];

test('the description is valid OpenAPI 3.1, and is not sent again to who has it', async (t) => {
  const guest = visitor(await testApp(t));
  const answer = await guest.get('/api/openapi.json');
  assert.equal(answer.statusCode, 200);
  const checked = await new Validator().validate(answer.json());
  assert.deepEqual(checked.errors, undefined);
  assert.equal(checked.valid, true);
  assert.equal((await guest.get('/api/openapi.json', { 'if-none-match': answer.headers.etag as string })).statusCode, 304);
});

test('every address and every method is described, once', async (t) => {
  const { app, routes } = await buildApp({ db: await testDb(t), config: readConfig({ SESSION_SECRET: SECRET, LOG_LEVEL: 'silent' }) });
  t.after(() => app.close());
  const document = (await app.inject({ url: '/api/openapi.json', headers: { host: 'localhost:8000' } })).json<OpenApi>();
  const paths = new Set(routes.map(({ path }) => path.replace(/\/$/, '')).filter((path) => /^\/api(\/|$)/.test(path) && !PLAIN.some((plain) => plain.test(path))));
  const described = Object.keys(document.paths);
  assert.deepEqual([...paths].map((path) => path.replace(/:(\w+)(\([^/]*\))?/g, '{$1}')).sort(), described.sort());
  const ids = Object.values(document.paths).flatMap((operations) => Object.values(operations).map(({ operationId }) => operationId));
  assert.equal(new Set(ids).size, ids.length, 'two operations have one id');
  // OpenAPI takes paths for the same that differ only in the names of their parameters.
  assert.equal(new Set(described.map((path) => path.replace(/\{\w+\}/g, '{}'))).size, described.length);
});

test('each description belongs to a method that answers', async (t) => {
  for (const endpoint of await listed(t)) {
    assert.deepEqual(Object.keys(endpoint.operations).sort(), methodsOf(endpoint).sort(), endpoint.path);
  }
});

test('a method that nobody described keeps the site from starting', () => {
  const endpoint: Endpoint = { path: '/new', name: 'New', rule: allowAny, methods: { GET: async () => ({}) }, operations: {} };
  assert.throws(() => openApiOf([endpoint], { siteName: 'Tracklist', sessionCookie: 'sid' }), /GET \/new has no description/);
});

test('the pages of the documentation name every call', async (t) => {
  const guest = visitor(await testApp(t));
  const contents = (await guest.get('/api/docs')).body;
  const parts = [...new Set([...contents.matchAll(/href="(\/api\/docs\/[a-z0-9-]+)/g)].map(([, href]) => href as string))];
  const pages = await Promise.all(parts.map(async (href) => (await guest.get(href)).body));
  const page = pages.join('');
  assert.equal((await guest.get('/api/docs/nothing')).statusCode, 404);
  const document = (await guest.get('/api/openapi.json')).json<OpenApi>();
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const method of Object.keys(operations)) assert.match(page, new RegExp(`<b>${method.toUpperCase()}</b> <span>${path.replace(/[{}.]/g, '\\$&')}</span>`));
  }
});

async function listed(t: Parameters<typeof testApp>[0]): Promise<Endpoint[]> {
  const { db, config } = await testApp(t);
  const limits = new CallLimits(db, config.apiLimits, () => undefined);
  t.after(() => limits.close());
  return endpoints({ db, config, limits, endpoints: [] } satisfies ApiDoor);
}
