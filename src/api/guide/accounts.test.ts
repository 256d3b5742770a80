import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createUser } from '../../accounts/users.ts';
import { testApp, visitor } from '../../testing/app.ts';
import { person, program } from '../../testing/program.ts';

const PASSWORD = 'correct-horse-battery';

test('an account is made by the rules of the site, in the words of Django REST framework', async (t) => {
  const site = await testApp(t);
  const anybody = program(site);
  const refused = async (body: unknown): Promise<unknown> => (await anybody('POST', '/register', body)).json;
  assert.deepEqual(await refused({ username: 'bob', password: '1' }), { password: ['Use at least 8 characters. This password has 1.'] });
  assert.deepEqual(await refused({ username: 'correct-horse', password: PASSWORD }), { password: ['Choose a password that is not like your username.'] });
  assert.deepEqual(await refused({ username: 'bob', password: 'clouds over Kent '.repeat(4) }), { password: ['Use at most 64 characters. This password has 68.'] });
  assert.deepEqual(await refused({ username: null, password: true }), { username: ['This field may not be null.'], password: ['Not a valid string.'] });
  const made = await anybody('POST', '/register', { username: ' bob ', password: PASSWORD, is_superuser: true, is_staff: true });
  assert.deepEqual([made.status, made.json], [201, { id: 1, username: 'bob' }]);
  // Whatever their case, and with both faults at once.
  assert.deepEqual(await refused({ username: 'BOB', password: '' }), { username: ['A user with that username already exists.'], password: ['This field may not be blank.'] });
  assert.deepEqual(await site.db.first('select is_staff, is_superuser, is_active from users where id = 1'), { is_staff: 0, is_superuser: 0, is_active: 1 });
});

test('a password is taken as it is typed, with the spaces at its ends', async (t) => {
  const anybody = program(await testApp(t));
  const typed = `  ${PASSWORD}  `;
  assert.equal((await anybody('POST', '/register', { username: 'bob', password: typed })).status, 201);
  assert.equal((await anybody('POST', '/login', { username: 'bob', password: typed })).status, 200);
  assert.equal((await anybody('POST', '/login', { username: 'bob', password: PASSWORD })).status, 400);
});

test('of two who want one name at once, one gets it and the other is told', async (t) => {
  const site = await testApp(t);
  const answers = await Promise.all(['bob', 'BOB'].map((username) => program(site)('POST', '/register', { username, password: PASSWORD })));
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [201, 400]);
  assert.deepEqual(answers.find(({ status }) => status === 400)?.json, { username: ['A user with that username already exists.'] });
});

test('nobody signs up where signing up is closed', async (t) => {
  const site = await testApp(t, { SIGNUP: 'closed' });
  const { status, json } = await program(site)('POST', '/register', { username: 'bob', password: PASSWORD });
  assert.deepEqual([status, json], [403, { detail: 'Signing up is closed on this site. Ask its administrator for an account.' }]);
  assert.equal(await site.db.first('select 1 from users'), undefined);
});

test('a login gives a token for what the account may do, another one each time', async (t) => {
  const site = await testApp(t);
  await createUser(site.db, { username: 'ann', password: PASSWORD });
  await person(site.db, { username: 'ed', password: PASSWORD, permissions: ['change_album'] });
  await person(site.db, { username: 'mara', password: PASSWORD, is_staff: true, is_superuser: true });
  const logIn = async (username: string): Promise<string> => ((await program(site)('POST', '/login', { username, password: PASSWORD })).json as { token: string }).token;
  const tokens = [await logIn('ann'), await logIn('ANN'), await logIn('ed'), await logIn('mara')];
  assert.equal(new Set(tokens).size, 4);
  for (const token of tokens) assert.equal((await program(site, token)('GET', '/likes')).status, 200);
  const rows = await site.db.all<{ scopes: string }>("select scopes from tokens where name = 'login' order by id");
  assert.deepEqual(rows.map(({ scopes }) => scopes), ['read like', 'read like', 'read like write', 'read like write admin']);
  // Nothing that is stored logs in.
  const stored = await site.db.first<{ hash: string }>("select hash from tokens where name = 'login'");
  assert.equal((await program(site, stored?.hash)('GET', '/likes')).status, 401);
  assert.doesNotMatch(JSON.stringify(await site.db.all('select * from changes')), new RegExp(tokens.join('|')));
});

test('of the tokens of logins the latest fifty are kept', async (t) => {
  const site = await testApp(t);
  const { token } = await person(site.db, { username: 'ann', password: PASSWORD });
  for (let index = 0; index < 51; index += 1) {
    await site.db.run("insert into tokens (user, name, scopes, hash, ending, created_at, updated_at, expires_at) values (1, 'login', 'read', :hash, '', '', '', '')", { hash: `hash ${index}` });
  }
  assert.equal((await program(site)('POST', '/login', { username: 'ann', password: PASSWORD })).status, 200);
  assert.deepEqual(await site.db.first("select count(*) as rows, min(hash) as oldest from tokens where name = 'login' and hash like 'hash %'"), { rows: 49, oldest: 'hash 10' });
  assert.equal((await program(site, token)('GET', '/likes')).status, 200);
});

test('wrong passwords make waits, told as any other limit', async (t) => {
  const site = await testApp(t);
  await createUser(site.db, { username: 'ann', password: PASSWORD });
  const tried = async (password: string) => program(site)('POST', '/login', { username: 'ann', password });
  for (let index = 0; index < 5; index += 1) assert.deepEqual((await tried('wrong')).json, { non_field_errors: ['Unable to log in with provided credentials.'] });
  const { status, json, headers } = await tried(PASSWORD);
  assert.equal(status, 429);
  assert.match((json as { detail: string }).detail, /^Request was throttled\. Expected available in \d+ seconds?\.$/);
  assert.ok(Number(headers['retry-after']) > 0);
});

test('no secret reaches the log', async (t) => {
  const site = await testApp(t, { LOG_LEVEL: 'trace' });
  const lines = linesOf(site.app.log);
  const secret = 'a-very-secret-passphrase';
  await program(site)('POST', '/register', { username: 'bob', password: secret });
  const { json } = await program(site)('POST', '/login', { username: 'bob', password: secret });
  const { token } = json as { token: string };
  await program(site, token)('GET', '/likes');
  await program(site)('POST', '/login', `{"username":"bob","password":"${secret}"`);
  assert.match(lines.join(''), /request completed/);
  assert.doesNotMatch(lines.join(''), new RegExp(`${secret}|${token}`));
});

test('/api-auth/ leads to the login and the logout of the site', async (t) => {
  const site = await testApp(t);
  await createUser(site.db, { username: 'ann', password: PASSWORD });
  const ann = visitor(site);
  const page = await ann.get('/api-auth/login/?next=/api/likes');
  assert.deepEqual([page.statusCode, page.headers.location], [302, '/login?next=%2Fapi%2Flikes']);
  const posted = await ann.post('/api-auth/login/', { username: 'ann', password: PASSWORD, next: '/api/likes' });
  assert.deepEqual([posted.statusCode, posted.headers.location], [307, '/login']);
  await ann.post('/login', { username: 'ann', password: PASSWORD });
  assert.equal((await ann.get('/api/likes')).statusCode, 200);
  const got = await ann.get('/api-auth/logout/');
  assert.deepEqual([got.statusCode, got.headers.allow, got.body], [405, 'POST, OPTIONS', '']);
  assert.equal((await ann.get('/api/likes')).statusCode, 200);
  const out = await ann.post('/api-auth/logout');
  assert.deepEqual([out.statusCode, out.headers.location], [307, '/logout']);
  await ann.post('/logout');
  assert.equal((await ann.get('/api/likes')).statusCode, 401);
});

/** What is logged from here on, in place of writing it out. */
function linesOf(log: object): string[] {
  const lines: string[] = [];
  const place = Object.getOwnPropertySymbols(log).find(({ description }) => description === 'pino.stream') as symbol;
  (log as Record<symbol, { write: (line: string) => void }>)[place] = { write: (line) => void lines.push(line) };
  return lines;
}
