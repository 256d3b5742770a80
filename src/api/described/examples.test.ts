/** What the documentation says is tried: every example, on the catalogue that ships with the project. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { buildApp } from '../../app.ts';
import { readConfig } from '../../config.ts';
import { connect } from '../../db/connect.ts';
import { migrate } from '../../db/migrate.ts';
import { loadDemo } from '../../music/demo/load.ts';
import { callApi, personWithToken } from '../../testing/api.ts';
import { SECRET } from '../../testing/app.ts';
import type { OpenApi, OpenApiOperation } from './openapi.ts';

test('every example in the documentation works, and what comes has the shape that it says', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tracklist-examples-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const demo = join(folder, 'demo.db');
  const token = await demoCatalogue(demo);
  const untouched = join(folder, 'untouched.db');
  copyFileSync(demo, untouched);
  const document = await withSite(demo, async (app) => (await callApi(app, { method: 'GET', url: '/api/openapi.json' })).json<OpenApi>());
  const calls = Object.entries(document.paths).flatMap(([path, operations]) => Object.entries(operations).flatMap(([method, operation]) => {
    const call = exampleOf(path, operation);
    return call ? [{ method: method.toUpperCase(), operation, ...call }] : [];
  }));
  assert.ok(calls.length > 10, `${calls.length} examples`);

  // What reads comes first, what deletes last.
  const order = ['GET', 'PUT', 'PATCH', 'POST', 'DELETE'];
  const again: typeof calls = [];
  await withSite(demo, async (app) => {
    for (const call of calls.toSorted((one, other) => order.indexOf(one.method) - order.indexOf(other.method))) {
      await tried(app, call).catch(() => again.push(call));
    }
  });
  // What was in another example's way finds the catalogue as it was.
  for (const [index, call] of again.entries()) {
    const own = join(folder, `${index}.db`);
    copyFileSync(untouched, own);
    await withSite(own, (app) => tried(app, call));
  }

  async function tried(app: Parameters<typeof callApi>[0], { method, url, body, operation }: (typeof calls)[number]): Promise<void> {
    const answer = await callApi(app, { method, url, body, token });
    const expected = String(answer.statusCode);
    assert.ok(answer.statusCode < 300 && expected in operation.responses, `${method} ${url} gives ${answer.statusCode}: ${answer.body.slice(0, 300)}`);
    const content = operation.responses[expected]?.content ?? {};
    const schema = content['application/json']?.schema;
    if (!schema) {
      const type = String(answer.headers['content-type'] ?? '').replace(/;.*/, '');
      return assert.ok(type === '' ? answer.body === '' : type in content, `${method} ${url} gives ${type}`);
    }
    const isRight = new Ajv2020({ strict: false, validateFormats: false }).compile({ ...schema, components: document.components });
    assert.ok(isRight(answer.json()), `${method} ${url}: ${JSON.stringify(isRight.errors)} in ${answer.body.slice(0, 300)}`);
  }
});

/** The call that an operation's examples make; undefined when something needed has none. */
function exampleOf(path: string, { parameters, requestBody }: OpenApiOperation): { url: string; body?: unknown } | undefined {
  const body = requestBody?.content['application/json']?.example;
  if (requestBody?.required && body === undefined) return undefined;
  if (parameters.some(({ required, example }) => required && example === undefined)) return undefined;
  const given = parameters.filter(({ example }) => example !== undefined);
  const url = path.replace(/\{(\w+)\}/g, (_whole, name: string) => encodeURIComponent(String(given.find((one) => one.in === 'path' && one.name === name)?.example)));
  const query = new URLSearchParams(given.filter((one) => one.in === 'query').map(({ name, example }): [string, string] => [name, String(example)])).toString();
  return { url: query ? `${url}?${query}` : url, ...(body === undefined ? {} : { body }) };
}

async function demoCatalogue(path: string): Promise<string> {
  await migrate(`sqlite:${path}`, { create: true });
  const db = await connect(`sqlite:${path}`);
  await loadDemo(db);
  const { token } = await personWithToken(db, { username: 'mara', isSuperuser: true });
  await db.close();
  return token;
}

async function withSite<T>(path: string, work: (app: Parameters<typeof callApi>[0]) => Promise<T>): Promise<T> {
  const db = await connect(`sqlite:${path}`);
  const { app } = await buildApp({ db, config: readConfig({ SESSION_SECRET: SECRET, LOG_LEVEL: 'silent' }) });
  try {
    return await work(app);
  } finally {
    await app.close();
    await db.close();
  }
}
