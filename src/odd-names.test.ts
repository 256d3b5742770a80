/** Names that every object inherits are names like any other: as keys and as values, on every route, for everybody. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filled, formsOf, QUERY_NAMES, sweptSite } from './testing/sweep.ts';

const NAMES = ['__proto__', 'toString', 'constructor', 'hasOwnProperty', 'valueOf', '__defineGetter__'];
const FORM = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' };
const HEADERS = ['accept', 'accept-encoding', 'accept-language', 'authorization', 'prefer', 'if-none-match', 'if-match', 'range', 'idempotency-key', 'content-type', 'x-requested-with'];

test('no route breaks at such a name in its path, its query, its headers, a form or JSON', async (t) => {
  const { people, routes } = await sweptSite(t);
  const broken: string[] = [];
  let turn = 0;
  for (const { method, path } of routes) {
    for (const [who, somebody] of Object.entries(people)) {
      const [one, other] = [NAMES[turn % NAMES.length] as string, NAMES[(turn + 1) % NAMES.length] as string];
      turn += 1;
      const known = QUERY_NAMES.map((name) => `${name}=${other}`);
      for (const request of [
        { url: filled(path, one) },
        { url: `${filled(path, '1')}?${one}=${other}&${other}=1&${one}=2` },
        { url: `${filled(path, '1')}?${known[turn % known.length]}` },
        { url: filled(path, '4711'), headers: Object.fromEntries(HEADERS.map((name) => [name, one])) },
        { url: filled(path, '4711'), headers: { 'content-type': 'application/x-www-form-urlencoded' }, payload: `${one}=${other}&${other}=${one}&${one}=1` },
        { url: filled(path, '4711'), headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' }, payload: `_method=${method}&${one}=${other}&${other}=${one}` },
        { url: filled(path, '4711'), headers: { 'content-type': 'application/json' }, payload: `{"${one}":{"${other}":1},"${other}":["${one}"],"scopes":{"${one}":1},"id":{"${one}":1,"toString":1}}` },
        { url: filled(path, '4711'), headers: { 'content-type': 'application/json' }, payload: `[{"${one}":1,"id":{"toString":1,"valueOf":1}},["${one}"]]` },
      ]) {
        if ('payload' in request && (method === 'GET' || method === 'HEAD')) continue;
        const { statusCode } = await somebody.send({ method, ...request, headers: { 'sec-fetch-site': 'same-origin', ...request.headers } });
        if (statusCode >= 500) broken.push(`${who}: ${method} ${request.url} ${request.payload ?? ''}: ${statusCode}`);
      }
    }
  }
  assert.deepEqual(broken, []);
});

test('no form breaks at such a name in place of a value, beside its fields, or in parts', async (t) => {
  const { people } = await sweptSite(t);
  const broken: string[] = [];
  const statuses = new Set<number>();
  let turn = 0;
  for (const [who, start] of [['nobody', '/'], ['ann', '/account'], ['mara', '/admin']] as const) {
    for (const { method, action, isMultipart, fields } of (await formsOf(people[who], start)).filter((form) => form.method === 'POST')) {
      const changes = fields.map(([name]) => fields.map(([each, value]): [string, string] => [each, each === name ? (NAMES[turn++ % NAMES.length] as string) : value]));
      for (const sent of [...changes, [...fields, [NAMES[turn++ % NAMES.length] as string, 'toString']] as [string, string][]]) {
        const { statusCode } = isMultipart && turn % 2 === 0 ? await people[who].upload(action, Object.fromEntries(sent), { field: 'cover_file' }) : await people[who].send({ method, url: action, headers: FORM, payload: new URLSearchParams(sent).toString() });
        statuses.add(statusCode);
        if (statusCode >= 500) broken.push(`${who}: ${method} ${action} ${JSON.stringify(sent).slice(0, 300)}: ${statusCode}`);
      }
    }
  }
  assert.deepEqual(broken, []);
  assert.ok(statuses.has(303) && statuses.has(400) && statuses.has(422), [...statuses].join());
});
