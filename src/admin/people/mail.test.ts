/** Mail for staff: a link sent to somebody, and what could not be sent. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { visitor } from '../../testing/app.ts';
import { castOf } from '../../testing/cast.ts';
import { formIn } from '../../testing/forms.ts';
import { keyIn, mailServer, sendAll } from '../../testing/mail.ts';

test('staff send a link to an address without seeing it; using it confirms the address', async (t) => {
  const site = await castOf(t);
  const page = `/admin/users/${site.ids.ann}`;
  assert.match((await site.mara.get(page)).body, /Send a link by mail/);
  assert.match((await site.mara.get(page)).body, /<dt>E-mail address<\/dt><dd>Not confirmed/);
  assert.equal((await site.mara.post(`${page}/password-link`, { by: 'mail' })).statusCode, 303);
  const told = (await site.mara.get(page)).body;
  assert.match(told, /A mail with a link is on its way to ann@example\.org/);
  assert.doesNotMatch(told, /key=/);
  await sendAll(site);
  const [letter] = site.post.kept;
  assert.deepEqual([letter?.to, letter?.subject], ['ann@example.org', 'Set your password for Tracklist']);
  const key = keyIn(letter?.text ?? '');
  assert.equal((await visitor(site).post('/password', { key, password: 'rain over Kent' })).statusCode, 303);
  assert.match((await site.mara.get(page)).body, /<dt>E-mail address<\/dt><dd>Confirmed/);
  assert.equal((await visitor(site).post('/password', { key, password: 'snow over Kent' })).statusCode, 403);
  assert.match((await site.mara.get('/admin/history')).body, /ann/);
});

test('a new user can be sent a link at once; without an address that is refused at the field', async (t) => {
  const site = await castOf(t);
  const form = async (fields: Record<string, string>) => ({ ...formIn((await site.mara.get('/admin/users/add')).body, '/admin/users/add'), ...fields });
  const refused = await site.mara.post('/admin/users/add', await form({ username: 'zoe', email: ' ', login: 'mail' }));
  assert.equal(refused.statusCode, 422);
  assert.match(refused.body, /href="#email">Enter the address that the link goes to\.[\s\S]*id="by-mail" name="login" value="mail" checked/);
  assert.equal((await site.mara.post('/admin/users/add', await form({ username: 'zoe', email: 'zoe@example.org', login: 'mail' }))).statusCode, 303);
  await sendAll(site);
  assert.equal(site.post.kept[0]?.to, 'zoe@example.org');
});

test('a mail that was refused is told on the page of its person and on the dashboard', async (t) => {
  const server = await mailServer(t, { onRcptTo: (_address, _session, done) => done(Object.assign(new Error('No such mailbox'), { responseCode: 550 })) });
  const site = await castOf(t, { SMTP_URL: `smtp://127.0.0.1:${server.port}`, MAIL_FROM: 'no-reply@example.org' });
  assert.doesNotMatch((await site.mara.get('/admin')).body, /could not be sent/);
  await site.mara.post(`/admin/users/${site.ids.ann}/password-link`, { by: 'mail' });
  await sendAll(site);
  assert.match((await site.mara.get('/admin')).body, /1 mail could not be sent in the last 24 hours\.[\s\S]*550 No such mailbox/);
  const page = (await site.mara.get(`/admin/users/${site.ids.ann}`)).body;
  assert.match(page, /Link to set a password to <bdi>ann@example\.org<\/bdi> was not sent[\s\S]*EENVELOPE: 550 No such mailbox/);
});

test('mails that wait for long are told on the dashboard', async (t) => {
  const site = await castOf(t);
  await site.mara.post(`/admin/users/${site.ids.ann}/password-link`, { by: 'mail' });
  await site.db.run('update outbox set created_at = created_at - 16 * 60 * 1000');
  assert.match((await site.mara.get('/admin')).body, /1 mail has waited for more than 15 minutes\./);
});

test('without mail no link is sent', async (t) => {
  const site = await castOf(t, { NODE_ENV: 'production', PUBLIC_URL: 'http://localhost:8000' });
  const page = `/admin/users/${site.ids.ann}`;
  assert.doesNotMatch((await site.mara.get(page)).body, /by mail/);
  assert.doesNotMatch((await site.mara.get('/admin/users/add')).body, /by mail/);
  await site.mara.post(`${page}/password-link`, { by: 'mail' });
  assert.match((await site.mara.get(page)).body, /This site sends no mail\. Make a one-time link\./);
});
