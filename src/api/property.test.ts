/** Requests made up from the description, right ones and slightly wrong ones: none breaks anything, none ends in a status that is not described. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonSchema } from '../schema/json-schema.ts';
import { callApi, personWithToken } from '../testing/api.ts';
import { addAlbum, testApp } from '../testing/app.ts';
import type { OpenApi, OpenApiOperation } from './described/openapi.ts';

/** Change it to try others; a failure prints it with the request that was found. */
const SEED = 20261124;
const RUNS_OF_EACH = 24;
/** On a slow machine fewer are tried, so that the whole ends in time. */
const MOST_MILLISECONDS = 15_000;
/** A password is compared or hashed in some of them, which takes its time. */
const SLOW = /^\/api\/(register|login)$|\/users$|\/token/;

test('whatever is sent, the API answers as its description says', async (t) => {
  const { app, db } = await testApp(t, { API_LIMITS: 'off', JWT_SECRET: 'c1d8b5a07e6f4293a4cf5be0d2719386' });
  for (const name of ['Hounds of Love', 'Blue Train']) await addAlbum(db, { name, artist: 'Kate Bush', year_released: '1985-09-16', songs: [['Cloudbusting', 5], ['Locomotion', 7]] });
  const callers = [
    (await personWithToken(db, { username: 'mara', isSuperuser: true })).token,
    (await personWithToken(db, { username: 'ann' })).token,
    (await personWithToken(db, { username: 'ben', scopes: ['read'] })).token,
    undefined,
    'tracklist_wrong',
  ];
  const document = (await callApi(app, { method: 'GET', url: '/api/openapi.json' })).json<OpenApi>();

  const operationCount = Object.values(document.paths).flatMap((operations) => Object.keys(operations)).length;

  const faults: string[] = [];
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const request = fc.record({ token: fc.constantFrom(...callers), url: urlsOf(path, operation), ...sentWith(operation) });
      const found = await fc.check(fc.asyncProperty(request, async ({ token, url, sent, headers }) => {
        const answer = await callApi(app, { method: method.toUpperCase(), url, token, ...sent, headers: { ...headers, ...(sent?.headers ?? {}) } });
        assert.ok(answer.statusCode < 500, `${answer.statusCode}: ${answer.body.slice(0, 200)}`);
        assert.ok(String(answer.statusCode) in operation.responses, `${answer.statusCode} is not described for ${method} ${path}: ${answer.body.slice(0, 200)}`);
      }), { seed: SEED, numRuns: SLOW.test(path) ? 6 : RUNS_OF_EACH, endOnFailure: true, interruptAfterTimeLimit: MOST_MILLISECONDS / operationCount });
      if (found.failed && found.counterexample !== null) faults.push(`seed ${SEED}, ${method.toUpperCase()} ${path}: ${fc.defaultReportMessage(found)}\n${(found.errorInstance as Error).message}`);
    }
  }
  assert.deepEqual(faults, []);
});

/** The address, with values for its path and its query. */
function urlsOf(path: string, { parameters }: OpenApiOperation): fc.Arbitrary<string> {
  const inPath = parameters.filter((one) => one.in === 'path');
  const inQuery = parameters.filter((one) => one.in === 'query');
  return fc.tuple(
    fc.record(Object.fromEntries(inPath.map(({ name, schema }) => [name, mostly(idOf(schema), fc.string({ minLength: 1, maxLength: 30, unit: 'binary' }))]))),
    fc.record(Object.fromEntries(inQuery.map(({ name, schema }) => [name, mostly(madeBy(schema), fc.string({ unit: 'binary' }))])), { requiredKeys: [] }),
    fc.option(fc.tuple(fc.string(), fc.string()), { freq: 8, nil: undefined }),
  ).map(([places, query, stray]) => {
    const filled = path.replace(/\{(\w+)\}/g, (_whole, name: string) => segmentOf(String((places as Record<string, unknown>)[name])));
    const pairs = Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]);
    const text = new URLSearchParams(stray ? [...pairs, stray] : pairs).toString();
    return text ? `${filled}?${text}` : filled;
  });
}

/** A dot alone would be another address, and so would nothing. */
function segmentOf(text: string): string {
  const wellFormed = text.toWellFormed();
  return wellFormed === '.' || wellFormed === '..' ? 'x' : encodeURIComponent(wellFormed);
}

type Sent = { body?: unknown; headers?: Record<string, string> } | undefined;

function sentWith({ parameters, requestBody }: OpenApiOperation): { sent: fc.Arbitrary<Sent>; headers: fc.Arbitrary<Record<string, string>> } {
  const schema = requestBody?.content['application/json']?.schema;
  const json = schema ? mostly(madeBy(schema), fc.oneof(fc.jsonValue(), almost(schema))) : fc.option(fc.jsonValue(), { nil: undefined });
  const sent: fc.Arbitrary<Sent> = fc.oneof(
    { weight: 12, arbitrary: json.map((body) => (body === undefined ? undefined : { body: JSON.stringify(body) })) },
    { weight: 1, arbitrary: fc.string().map((body) => ({ body, headers: { 'content-type': 'application/json' } })) },
    { weight: 1, arbitrary: fc.string().map((body) => ({ body, headers: { 'content-type': 'text/plain' } })) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary' }).map((body) => ({ body, headers: { 'content-type': 'application/x-www-form-urlencoded' } })) },
    { weight: 1, arbitrary: fc.string().map((body) => ({ body: `--x\r\n${body}`, headers: { 'content-type': 'multipart/form-data; boundary=x' } })) },
  );
  const own = parameters.filter((one) => one.in === 'header').map(({ name }) => name.toLowerCase());
  const header = fc.string({ maxLength: 40 }).map((text) => text.replace(/[^\x20-\x7e]/g, '').trim());
  const headers = fc.record({
    accept: fc.constantFrom('application/json', 'application/json', '*/*', 'application/problem+json', 'text/html', 'text/csv', 'application/x-ndjson', 'application/xml', ''),
    prefer: fc.constantFrom('handling=strict', ''),
    ...Object.fromEntries(own.map((name) => [name, header])),
  }, { requiredKeys: [] }) as fc.Arbitrary<Record<string, string>>;
  return { sent: requestBody ? sent : fc.option(sent, { freq: 6, nil: undefined }), headers };
}

/** Values that a schema allows, those at its limits among them. */
function madeBy(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.oneOf) return fc.oneof(...schema.oneOf.map(madeBy));
  const type = [schema.type ?? 'string'].flat();
  const kinds = type.map((one): fc.Arbitrary<unknown> => {
    if (one === 'null') return fc.constant(null);
    if (one === 'boolean') return fc.boolean();
    if (one === 'number') return fc.double({ noNaN: true });
    if (one === 'integer') return mostly(fc.integer({ min: Math.max(1, schema.minimum ?? 1), max: Math.min(6, schema.maximum ?? 6) }), fc.maxSafeInteger());
    if (one === 'array') return fc.array(schema.items ? madeBy(schema.items) : fc.jsonValue(), { maxLength: 5 });
    if (one === 'object') return fc.record(Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, property]) => [name, madeBy(property)])), { requiredKeys: [...(schema.required ?? [])].filter((name) => name in (schema.properties ?? {})) });
    if (schema.format === 'date') return fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }).map((day) => day.toISOString().slice(0, 10));
    return fc.string({ minLength: schema.minLength ?? 0, maxLength: Math.min(schema.maxLength ?? 40, 250) });
  });
  return fc.oneof(...kinds);
}

/** An object of the right names with wrong values in some of them. */
function almost(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.type === 'array' && schema.items) return fc.array(almost(schema.items), { maxLength: 4 });
  const wrong = fc.oneof(fc.jsonValue(), fc.constantFrom('\0', '\ud800', -1, 2 ** 53, 1e300, 1.5, '1e3', ' 5 ', true, null, [], {}, 'x'.repeat(300), '2020-13-40'));
  return fc.record(Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, property]) => [name, fc.oneof(madeBy(property), wrong)])), { requiredKeys: [] });
}

/** An id that may be there. */
function idOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  return schema.type === 'integer' ? fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 1, max: 6 }) }, fc.integer(), fc.maxSafeInteger(), fc.constantFrom(0, '01', '1e3', '99999999999999999999')) : fc.oneof(fc.constantFrom('Kate Bush', '1'), fc.string({ minLength: 1 }));
}

function mostly(right: fc.Arbitrary<unknown>, wrong: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 5, arbitrary: right }, { weight: 1, arbitrary: wrong });
}
