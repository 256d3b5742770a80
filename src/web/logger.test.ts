/** A tour through every door with a log that tells everything, and a search of it for every secret of the tour. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeSetupLink } from '../accounts/setup-links.ts';
import { buildApp } from '../app.ts';
import { readConfig } from '../config.ts';
import { SECRET, testDb, visitor } from '../testing/app.ts';
import { imageOf } from '../testing/images.ts';
import { program } from '../testing/program.ts';

const JWT_SECRET = '0a7f3b2c9d8e4f615a6b7c8d9e0f1a2b';
const DATABASE_PASSWORD = 'river-in-the-database';

test('no secret of a whole tour reaches the log, at the level that tells most', async (t) => {
  const lines: string[] = [];
  const db = await testDb(t);
  const settings = readConfig({ SESSION_SECRET: SECRET, JWT_SECRET, LOG_LEVEL: 'trace' });
  const config = { ...settings, databaseUrl: `postgres://music:${DATABASE_PASSWORD}@localhost/music` };
  const { app } = await buildApp({ db, config, log: { write: (line) => void lines.push(line) } });
  t.after(() => app.close());
  const site = { app };
  const secrets = new Map<string, string>([['the secret of sessions', SECRET], ['the secret of JSON Web Tokens', JWT_SECRET], ['the database’s password', DATABASE_PASSWORD]]);
  const secret = (what: string, value: unknown): string => {
    assert.ok(typeof value === 'string' && value.length >= 8, `${what}: ${String(value)}`);
    secrets.set(what, value);
    return value;
  };

  // The first administrator, by the link.
  const mara = visitor(site);
  const setupKey = secret('the key of the set-up', await makeSetupLink(db));
  const marasPassword = secret('the administrator’s password', 'mountains over Bern');
  await mara.get('/setup?key=wrong-key-of-somebody');
  secret('a wrong key', 'wrong-key-of-somebody');
  assert.equal((await mara.get(`/setup?key=${setupKey}`)).statusCode, 200);
  assert.equal((await mara.post('/setup', { key: setupKey, username: 'mara', password: marasPassword })).statusCode, 303);
  secret('the administrator’s cookie', mara.cookies.get('tracklist'));

  // Signing up, wrong passwords, logging in, another password, sessions, tokens.
  const ann = visitor(site);
  const annsPassword = secret('ann’s password', 'clouds over Kent');
  assert.equal((await ann.post('/signup', { username: 'ann', password: annsPassword })).statusCode, 303);
  secret('ann’s first cookie', ann.cookies.get('tracklist'));
  await ann.post('/logout');
  await ann.post('/login', { username: 'ann', password: secret('a wrong password', 'fog over Kent') });
  await ann.post(`/login?next=/&password=${encodeURIComponent(secret('a password in the address', 'hail-over-Kent'))}`, { username: 'ann', password: annsPassword });
  await ann.post('/login', { username: 'ann', password: annsPassword });
  const changed = secret('ann’s next password', 'thunder over Kent');
  assert.equal((await ann.post('/account/password', { password: annsPassword, new_password: changed })).statusCode, 303);
  secret('ann’s cookie', ann.cookies.get('tracklist'));
  await ann.get('/account/sessions');
  const made = await ann.post('/account/tokens', [['name', 'laptop'], ['last_day', ''], ['scopes', 'read'], ['scopes', 'like']]);
  const token = secret('a token', /tracklist_[\w-]+/.exec(made.body)?.[0]);

  // Programs.
  assert.equal((await program(site, token)('GET', '/v1/me')).status, 200);
  await program(site)('GET', `/v1/me?token=${token}`, undefined, { authorization: `Bearer ${token}` });
  await program(site)('POST', '/login', `{"username":"ann","password":"${changed}"`);
  secret('a token of the guide', ((await program(site)('POST', '/login', { username: 'ann', password: changed })).json as { token: string }).token);
  const pair = (await program(site)('POST', '/token/', { username: 'ann', password: changed })).json as { access: string; refresh: string };
  secret('an access token', pair.access);
  secret('a refresh token', pair.refresh);
  assert.equal((await program(site)('GET', '/v1/me', undefined, { authorization: `Bearer ${pair.access}` })).status, 200);
  await program(site)('POST', '/token/refresh/', { refresh: pair.refresh });
  await program(site)('POST', '/token/verify/', { token: pair.access });
  await program(site)('GET', '/v1/me', undefined, { authorization: `Bearer ${pair.access}x` });

  // Uploads, whose parser tells its headers; a file that is none; a body that breaks off.
  const upload = { field: 'cover', name: 'cover.png', bytes: await imageOf('png', { width: 300, height: 300 }) };
  for (const file of [upload, { ...upload, bytes: Buffer.from('no image') }]) {
    assert.ok((await mara.upload('/admin/albums/add', { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22' }, file)).statusCode < 500);
  }
  await app.inject({ method: 'POST', url: '/admin/albums/add', payload: '--x\r\n', headers: { host: 'localhost:8000', cookie: `tracklist=${mara.cookies.get('tracklist')}`, 'sec-fetch-site': 'same-origin', 'content-type': 'multipart/form-data; boundary=x' } });

  // An administrator sets passwords and makes links.
  const { id } = await db.first<{ id: number }>("select id from users where username = 'ann'") ?? { id: 0 };
  const linked = await mara.post(`/admin/users/${id}/password-link`);
  const shown = linked.statusCode === 303 ? await mara.get(String(linked.headers.location)) : linked;
  const key = secret('the key of a password', /\/password\?key=([\w-]+)/.exec(shown.body)?.[1]);
  assert.equal((await ann.get(`/password?key=${key}`)).statusCode, 200);
  assert.equal((await ann.post('/password', { key, password: secret('a password by link', 'sunshine over Kent') })).statusCode, 303);
  assert.equal((await mara.post(`/admin/users/${id}/password`, { password: secret('a password by the administrator', 'rainbow over Kent'), again: 'rainbow over Kent' })).statusCode < 500, true);

  // What goes wrong: cross-site, unknown, broken.
  await mara.post('/logout', {}, { 'sec-fetch-site': 'cross-site' });
  await mara.get(`/nowhere/${token}?key=${key}`);
  await db.run('drop table years');
  assert.equal((await mara.get(`/albums?token=${token}`)).statusCode, 500);
  app.log.error({ err: Object.assign(new Error(`insert into users values ('${token}', password='${changed.replaceAll(' ', '-')}')`), { headers: { cookie: `tracklist=${mara.cookies.get('tracklist')}` }, password: marasPassword }) }, 'thrown by a library');
  app.log.warn(`Reply was already sent for /setup?key=${setupKey}`);
  app.log.trace({ url: config.databaseUrl, refused: `connect to ${DATABASE_PASSWORD}` });
  for (const { password_hash } of await db.all<{ password_hash: string }>('select password_hash from users')) app.log.debug({ found: secret('a hash', password_hash) });

  const log = lines.join('');
  assert.match(log, /starting multipart parsing/);
  assert.match(log, /request completed/);
  for (const line of lines) JSON.parse(line);
  const found = [...secrets].filter(([, value]) => log.includes(value) || log.includes(encodeURIComponent(value))).map(([what, value]) => `${what}: ${lines.find((line) => line.includes(value))}`);
  assert.deepEqual(found, []);
});
