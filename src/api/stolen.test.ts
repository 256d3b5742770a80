/** Whoever has read the whole database, and not the secrets of the process, calls as nobody. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { createUser } from '../accounts/users.ts';
import { personWithToken } from '../testing/api.ts';
import { testApp, visitor } from '../testing/app.ts';

const PASSWORD = 'correct-horse-battery';

test('nothing from a dump of the database logs in, in whatever form it is sent', async (t) => {
  const { app, db } = await testApp(t, { JWT_SECRET: '9d2e7c41b05a4f6e8b13c7d8e2f0a965', API_LIMITS: 'off' });
  const mara = await personWithToken(db, { username: 'mara', isSuperuser: true });
  await createUser(db, { username: 'ann', password: PASSWORD });
  const ann = visitor({ app });
  await ann.post('/login', { username: 'ann', password: PASSWORD, next: '/' });
  const json = { host: 'localhost:8000', 'content-type': 'application/json' };
  assert.equal((await app.inject({ method: 'POST', url: '/api/token', headers: json, payload: JSON.stringify({ username: 'ann', password: PASSWORD }) })).statusCode, 200);
  assert.equal((await app.inject({ url: '/api/likes', headers: { host: 'localhost:8000', authorization: `Token ${mara.token}` } })).statusCode, 200);

  const dump = new Set<string>();
  for (const table of ['tokens', 'jwt_sessions', 'sessions', 'users']) {
    const rows = await db.all<Record<string, unknown>>(`select * from ${table}`);
    assert.ok(rows.length > 0, table);
    for (const value of rows.flatMap((row) => Object.values(row))) if (value !== null && String(value) !== '') dump.add(String(value));
  }
  assert.ok(!dump.has(mara.token));
  const hash = (await db.first<{ hash: string }>('select hash from tokens'))?.hash as string;
  assert.ok(dump.has(hash));

  const bytes = Buffer.from(hash, 'hex');
  const forms = (value: string) => [
    value, value.toUpperCase(), `tracklist_${value}`, `tracklist_${value.slice(0, 40)}`, Buffer.from(value).toString('base64url'), createHash('sha256').update(value).digest('hex'),
    `${value}.${value}.${value}`, `:${value}`, value.padStart(40, '0'),
  ];
  const values = new Set([...dump].flatMap(forms).concat(bytes.toString('base64url'), bytes.toString('latin1'), `tracklist_${bytes.toString('base64url')}`));
  const pairs = [...dump].slice(0, 12);
  for (const one of pairs) for (const other of pairs) values.add(`${one}:${other}`).add(`${one}.${other}`);
  for (const value of values) {
    const sent = value.replace(/[^\x20-\x7e]/g, '?');
    for (const authorization of [`Token ${sent}`, `Bearer ${sent}`, `Basic ${Buffer.from(sent).toString('base64')}`, sent]) {
      const answer = await app.inject({ url: '/api/likes', headers: { host: 'localhost:8000', authorization } });
      assert.equal(answer.statusCode, 401, authorization);
    }
    const cookie = await app.inject({ url: '/api/likes', headers: { host: 'localhost:8000', cookie: `tracklist=${encodeURIComponent(sent)}` } });
    assert.equal(cookie.statusCode, 401, `cookie ${sent}`);
  }
});
