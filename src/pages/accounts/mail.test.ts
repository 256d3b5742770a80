/** Mail through the front door: confirming an address, a forgotten password, and what people are told. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createToken } from '../../accounts/tokens.ts';
import { createUser } from '../../accounts/users.ts';
import { OPERATOR } from '../../db/history/change.ts';
import { act } from '../../db/history/writer.ts';
import { type TestApp, testApp, type Visitor, visitor } from '../../testing/app.ts';
import { castOf, loggedIn, PASSWORD, permit } from '../../testing/cast.ts';
import { keyIn, sendAll } from '../../testing/mail.ts';

const NEW = 'rain over Kent';

/** The letters to an address, the latest first. */
const lettersTo = async (site: TestApp, to: string) => {
  await sendAll(site);
  return site.post.kept.filter((letter) => letter.to === to);
};

/** An account with a confirmed address. */
async function confirmed(site: TestApp, username: string, email: string): Promise<number> {
  const id = await createUser(site.db, { username, password: PASSWORD, email });
  await site.db.run('update users set confirmed_email = email where id = :id', { id });
  return id;
}

const rows = async (site: TestApp, table: string) => (await site.db.first<{ rows: number }>(`select count(*) as rows from ${table}`))?.rows ?? 0;
const asked = (site: TestApp, email: string, browser: Visitor = visitor(site, `203.0.113.${Math.floor(Math.random() * 250)}`)) => browser.post('/forgot', { email });

async function resetKey(site: TestApp, email: string): Promise<string> {
  assert.equal((await asked(site, email)).statusCode, 303);
  return keyIn((await lettersTo(site, email))[0]?.text ?? '');
}

test('the address of a sign-up is confirmed by its link, once, and opening the link changes nothing', async (t) => {
  const site = await testApp(t);
  const ann = visitor(site);
  const answer = await ann.post('/signup', { username: 'ann', email: 'Ann@EXAMPLE.org', password: PASSWORD, next: '/account' });
  assert.equal(answer.statusCode, 303);
  assert.match((await ann.get('/account')).body, /A mail to Ann@example\.org is on its way[\s\S]*Ann@example\.org<\/bdi>, not confirmed/);
  const [letter] = await lettersTo(site, 'Ann@example.org');
  assert.equal(letter?.subject, 'Confirm your e-mail address for Tracklist');
  const key = keyIn(letter?.text ?? '');
  assert.equal(keyIn(letter?.html ?? ''), key);
  for (const scanner of [visitor(site), visitor(site)]) {
    const page = await scanner.get(`/confirm?key=${key}`);
    assert.equal(page.statusCode, 200);
    assert.match(page.body, /Confirm your address/);
    assert.equal(page.headers['referrer-policy'], 'strict-origin');
    assert.equal(page.headers['cache-control'], 'no-store');
  }
  assert.match((await ann.get('/account/email')).body, /Not confirmed/);
  assert.equal((await ann.post('/confirm', { key })).headers.location, '/account/email');
  assert.match((await ann.get('/account/email')).body, /Confirmed Ann@example\.org\.[\s\S]*<dd>Confirmed<\/dd>/);
  assert.equal((await ann.post('/confirm', { key })).statusCode, 403);
  assert.equal((await ann.get(`/confirm?key=${key}`)).statusCode, 403);
});

test('a link to confirm ends after a day, and when another is sent', async (t) => {
  const site = await testApp(t);
  const ann = visitor(site);
  await ann.post('/signup', { username: 'ann', email: 'ann@example.org', password: PASSWORD, next: '/' });
  const first = keyIn((await lettersTo(site, 'ann@example.org'))[0]?.text ?? '');
  await ann.post('/account/email/resend');
  const second = keyIn((await lettersTo(site, 'ann@example.org'))[0]?.text ?? '');
  assert.notEqual(first, second);
  assert.equal((await ann.get(`/confirm?key=${first}`)).statusCode, 403);
  await site.db.run('update pending_addresses set expires_at = :past', { past: Date.now() - 1 });
  assert.equal((await ann.get(`/confirm?key=${second}`)).statusCode, 403);
  assert.equal((await ann.post('/account/email/resend')).statusCode, 303);
  assert.equal((await ann.post('/account/email/resend')).statusCode, 429);
});

test('a new address is the account’s only once it is confirmed; the old one is told, and can reset nothing any more', async (t) => {
  const site = await testApp(t);
  await confirmed(site, 'ann', 'ann@example.org');
  const ann = await loggedIn(site, 'ann');
  const wrong = await ann.post('/account/email', { email: 'ann@new.example', password: 'not this one' });
  assert.equal(wrong.statusCode, 422);
  assert.match(wrong.body, /value="ann@new\.example"/);
  assert.equal((await ann.post('/account/email', { email: 'ann@new', password: PASSWORD })).statusCode, 303);
  assert.equal((await ann.post('/account/email', { email: 'ann@new.example', password: PASSWORD })).statusCode, 303);
  assert.match((await ann.get('/account/email')).body, /ann@example\.org<\/bdi>[\s\S]*<dd>Confirmed<\/dd>[\s\S]*Waiting[\s\S]*ann@new\.example/);
  const key = keyIn((await lettersTo(site, 'ann@new.example'))[0]?.text ?? '');
  const oldLink = await resetKey(site, 'ann@example.org');
  assert.equal((await visitor(site).post('/confirm', { key })).headers.location, '/login');
  const [notice] = await lettersTo(site, 'ann@example.org');
  assert.equal(notice?.subject, 'Your e-mail address on Tracklist was changed');
  assert.doesNotMatch(notice?.text ?? '', /new\.example/);
  assert.equal((await visitor(site).get(`/password?key=${oldLink}`)).statusCode, 403);
  await asked(site, 'ann@example.org');
  assert.equal((await lettersTo(site, 'ann@example.org'))[0]?.subject, notice?.subject);
  assert.notEqual(await resetKey(site, 'ann@new.example'), '');
});

test('a proposed address can be dropped, and an address removed', async (t) => {
  const site = await testApp(t);
  await confirmed(site, 'ann', 'ann@example.org');
  const ann = await loggedIn(site, 'ann');
  await ann.post('/account/email', { email: 'ann@new.example', password: PASSWORD });
  await ann.post('/account/email/cancel');
  assert.deepEqual(await lettersTo(site, 'ann@new.example'), []);
  await ann.post('/account/email', { email: ' ', password: PASSWORD });
  assert.match((await ann.get('/account')).body, /Your account has no e-mail address now[\s\S]*<bdi>None<\/bdi>/);
  assert.equal((await lettersTo(site, 'ann@example.org'))[0]?.subject, 'Your e-mail address on Tracklist was removed');
});

test('a forgotten password: the link works once, ends every session, and leaves the log-in to its owner', async (t) => {
  const site = await testApp(t);
  const id = await confirmed(site, 'ann', 'ann@example.org');
  const thief = await loggedIn(site, 'ann');
  const [first, key] = [await resetKey(site, 'ann@example.org'), await resetKey(site, 'Ann@Example.ORG').then(async () => keyIn((await lettersTo(site, 'ann@example.org'))[0]?.text ?? ''))];
  assert.notEqual(first, key);
  const ann = visitor(site);
  for (let scan = 0; scan < 3; scan += 1) assert.equal((await visitor(site).get(`/password?key=${key}`)).statusCode, 200);
  const short = await ann.post('/password', { key, password: 'short' });
  assert.equal(short.statusCode, 422);
  const done = await ann.post('/password', { key, password: NEW });
  assert.equal(done.headers.location, '/login');
  assert.match((await ann.get('/login')).body, /Set the password of ann\. Log in with it\./);
  assert.equal((await ann.get('/account')).statusCode, 303);
  assert.equal((await thief.get('/account')).statusCode, 303);
  for (const used of [first, key]) assert.equal((await ann.post('/password', { key: used, password: NEW })).statusCode, 403);
  assert.equal((await (await loggedIn(site, 'ann', NEW)).get('/account')).statusCode, 200);
  assert.deepEqual((await lettersTo(site, 'ann@example.org')).slice(0, 2).map(({ subject }) => subject), ['New log-in to Tracklist', 'Your password for Tracklist was changed']);
  assert.deepEqual(await site.db.all('select * from password_links where user = :id', { id }), []);
});

test('a link to set a password ends after half an hour', async (t) => {
  const site = await testApp(t);
  await confirmed(site, 'ann', 'ann@example.org');
  const key = await resetKey(site, 'ann@example.org');
  const link = await site.db.first<{ expires_at: number }>('select expires_at from password_links');
  assert.ok(Math.abs((link?.expires_at ?? 0) - Date.now() - 30 * 60 * 1000) < 10_000);
  await site.db.run('update password_links set expires_at = :past', { past: Date.now() - 1 });
  const late = await visitor(site).get(`/password?key=${key}`);
  assert.equal(late.statusCode, 403);
  assert.match(late.body, /This link is no longer valid[\s\S]*Send a new link/);
});

test('asking tells nobody whether an account has an address, and does the same work for all', async (t) => {
  const site = await testApp(t);
  await confirmed(site, 'ann', 'ann@example.org');
  await createUser(site.db, { username: 'bob', password: PASSWORD, email: 'bob@example.org' });
  const gone = await confirmed(site, 'eve', 'eve@example.org');
  await site.db.run('update users set is_active = 0 where id = :gone', { gone });
  const answers = [];
  for (const email of ['ann@example.org', 'bob@example.org', 'eve@example.org', 'nobody@example.org']) {
    const answer = await asked(site, email);
    answers.push([answer.statusCode, answer.headers.location, answer.body, Object.keys(answer.headers).sort().join(), await rows(site, 'outbox'), await rows(site, 'password_links')]);
    assert.deepEqual(await site.db.all('select kind, recipient, account_id, data from outbox'), [{ kind: 'reset-request', recipient: email, account_id: null, data: '{}' }]);
    await sendAll(site);
  }
  assert.deepEqual(new Set(answers.map((answer) => JSON.stringify(answer.slice(0, 5)))).size, 1);
  assert.deepEqual(site.post.kept.map(({ to }) => to), ['ann@example.org']);
});

test('requests are limited for an address and for a network, for known and unknown alike', async (t) => {
  const site = await testApp(t);
  await confirmed(site, 'ann', 'ann@example.org');
  for (const email of ['ann@example.org', 'nobody@example.org']) {
    for (let request = 1; request <= 3; request += 1) assert.equal((await asked(site, email, visitor(site, `198.51.100.${request}`))).statusCode, 303);
    const refused = await asked(site, email.toUpperCase(), visitor(site, '198.51.100.9'));
    assert.equal(refused.statusCode, 429);
    assert.ok(Math.abs(Number(refused.headers['retry-after']) - 1200) < 20);
    assert.match(refused.body, /Too many mails were asked for\. Wait 20 minutes, then try again\./);
  }
  const script = visitor(site, '192.0.2.1');
  const statuses = [];
  for (let request = 1; request <= 21; request += 1) statuses.push((await asked(site, `reader${request}@example.org`, script)).statusCode);
  assert.deepEqual([statuses[19], statuses[20]], [303, 429]);
});

test('several accounts of one address get one mail that names each, with a link for each', async (t) => {
  const site = await testApp(t);
  await confirmed(site, 'ann', 'us@example.org');
  await confirmed(site, 'bob', 'us@example.org');
  await createUser(site.db, { username: 'kim', password: PASSWORD, email: 'us@example.org' });
  await asked(site, 'us@example.org');
  const letters = await lettersTo(site, 'us@example.org');
  assert.equal(letters.length, 1);
  const text = letters[0]?.text ?? '';
  assert.match(text, /the 2 accounts with this address/);
  const keys = [...text.matchAll(/Set a password for (\w+):\n\S+key=([\w-]+)/g)].map(([, name, key]) => [name, key] as const);
  assert.deepEqual(keys.map(([name]) => name), ['ann', 'bob']);
  assert.doesNotMatch(text, /kim/);
  assert.match((await visitor(site).get(`/password?key=${keys[1]?.[1]}`)).body, /For the account <strong><bdi>bob/);
});

test('the database never holds the key of a link', async (t) => {
  const site = await testApp(t);
  await confirmed(site, 'ann', 'ann@example.org');
  const key = await resetKey(site, 'ann@example.org');
  assert.match(key, /^[\w-]{32}$/);
  const tables = await site.db.all<{ name: string }>("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'");
  for (const { name } of tables) assert.ok(!JSON.stringify(await site.db.all(`select * from "${name}"`)).includes(key), name);
});

test('people are told of a token that can write, and of what staff change', async (t) => {
  const site = await castOf(t);
  const { ann: id } = site.ids;
  await site.db.run('update users set confirmed_email = email where id = :id', { id });
  const subjects = async () => (await lettersTo(site, 'ann@example.org')).map(({ subject }) => subject);
  await act(site.db, OPERATOR, (writer) => createToken(writer, { user: id, name: 'Reader', scopes: ['read', 'like'] }));
  assert.deepEqual(await subjects(), []);
  await permit(site, id, ['change_album']);
  await act(site.db, OPERATOR, (writer) => createToken(writer, { user: id, name: 'Writer <b>', scopes: ['read', 'write'] }));
  assert.deepEqual(await subjects(), ['New API token for Tracklist']);
  assert.match(site.post.kept[0]?.html ?? '', /Writer &lt;b&gt;/);
  const form = { username: 'ann', email: 'ann@new.example', is_active: 'on', seen: String(await lastSeen(site)) };
  const saved = await site.mara.post(`/admin/users/${id}`, form);
  assert.equal(saved.statusCode, 303, saved.body.slice(0, 3000));
  assert.equal((await subjects())[0], 'Your e-mail address on Tracklist was changed');
  await site.mara.post(`/admin/users/${id}/password`, { new_password: NEW, tokens: '' });
  assert.deepEqual((await lettersTo(site, 'ann@new.example')), []);
});

test('people are told of a log-in with a browser that was not known, and not of one that was', async (t) => {
  const site = await testApp(t);
  const ann = visitor(site);
  await ann.post('/signup', { username: 'ann', email: 'ann@example.org', password: PASSWORD, next: '/' });
  await ann.post('/confirm', { key: keyIn((await lettersTo(site, 'ann@example.org'))[0]?.text ?? '') });
  await ann.post('/logout');
  await ann.post('/login', { username: 'ann', password: PASSWORD, next: '/' });
  assert.equal((await ann.get('/account')).statusCode, 200);
  assert.equal((await lettersTo(site, 'ann@example.org')).length, 1);
  await loggedIn(site, 'ann');
  const [notice] = await lettersTo(site, 'ann@example.org');
  assert.equal(notice?.subject, 'New log-in to Tracklist');
  assert.match(notice?.text ?? '', /Account: ann\nBrowser: Unknown device\nNetwork address: 203\.0\.113\.7\nWhen: \d+ \w+ \d{4}, \d\d:\d\d UTC\n/);
});

async function lastSeen(site: TestApp): Promise<number> {
  return (await site.db.first<{ id: number }>('select max(id) as id from changes'))?.id ?? 0;
}

test('without a mail server in production there is no mail, no door to it, and no page of kept mails', async (t: TestContext) => {
  const site = await testApp(t, { NODE_ENV: 'production', PUBLIC_URL: 'http://localhost:8000' });
  await confirmed(site, 'ann', 'ann@example.org');
  const guest = visitor(site);
  assert.doesNotMatch((await guest.get('/login')).body, /Forgot/);
  assert.doesNotMatch((await guest.get('/signup')).body, /E-mail/);
  assert.match((await guest.get('/forgot')).body, /This site sends no mail/);
  assert.equal((await guest.post('/forgot', { email: 'ann@example.org' })).statusCode, 403);
  assert.equal((await guest.get('/dev/mail')).statusCode, 404);
  const ann = await loggedIn(site, 'ann');
  assert.match((await ann.get('/account/email')).body, /This site sends no mail/);
  assert.equal((await ann.post('/account/email', { email: 'ann@new.example', password: PASSWORD })).statusCode, 403);
});

test('kept mails are listed and shown, as text and as HTML with its own policy', async (t) => {
  const site = await testApp(t);
  await confirmed(site, 'ann', 'ann@example.org');
  await asked(site, 'ann@example.org');
  await sendAll(site);
  const guest = visitor(site);
  assert.match((await guest.get('/dev/mail')).body, /href="\/dev\/mail\/1">Set a new password for Tracklist/);
  const one = await guest.get('/dev/mail/1');
  assert.match(one.body, /Message-ID[\s\S]*<a href="http:\/\/localhost:8000\/password\?key=[\w-]+">/);
  const html = await guest.get('/dev/mail/1/html');
  assert.match(String(html.headers['content-security-policy']), /default-src 'none'; style-src 'unsafe-inline'/);
  assert.equal((await guest.get('/dev/mail/2')).statusCode, 404);
});
