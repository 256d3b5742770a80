/** Letters against a real mail server: what arrives, and what happens when it doesn't. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import type { FastifyBaseLogger } from 'fastify';
import { composer } from '../accounts/mail/letters.ts';
import { type Config, readConfig } from '../config.ts';
import type { Db } from '../db/db.ts';
import { SECRET, testDb } from '../testing/app.ts';
import { hurry, mailServer, sendAll } from '../testing/mail.ts';
import { messageOf } from './letter.ts';
import { outboxHealth, queueLetter, waitAfter } from './outbox.ts';
import { Post } from './post.ts';

const PASSWORD = 'p@ss:word/with%signs';
const LINKS = { confirm: (key: string) => `https://music.example.org/confirm?key=${key}`, password: (key: string) => `https://music.example.org/password?key=${key}`, forgot: 'https://music.example.org/forgot', tokens: 'https://music.example.org/account/tokens' };

type Office = { post: Post; db: Db; config: Config; log: string[] };

/** A post office of its own process, so to say, on a database. */
async function office(t: TestContext, settings: Record<string, string>, shared?: Db): Promise<Office> {
  const db = shared ?? (await testDb(t));
  const config = readConfig({ SESSION_SECRET: SECRET, PUBLIC_URL: 'https://music.example.org', TRUST_PROXY: '127.0.0.1/32', MAIL_FROM: 'Tracklist <no-reply@music.example.org>', ...settings });
  const log: string[] = [];
  const write = (about: unknown, text: string) => { log.push(`${JSON.stringify(about)} ${text}`); };
  const post = new Post({ db, config, compose: composer({ db, siteName: config.siteName, links: LINKS }), log: { info: write, warn: write, error: write } as unknown as FastifyBaseLogger });
  t.after(() => post.stop());
  return { post, db, config, log };
}

const smtp = (port: number, login = '') => ({ SMTP_URL: `smtp://${login}127.0.0.1:${port}` });
const faults = async (db: Db) => (await db.all<{ fault: string }>('select fault from outbox order by id')).map(({ fault }) => fault);

test('a letter arrives whole, in plain text and HTML, with the headers of a mail that no program answers', async (t) => {
  const server = await mailServer(t);
  const site = await office(t, smtp(server.port));
  await queueLetter(site.db, { kind: 'test', to: 'ann@example.org' });
  await sendAll(site);
  const [mail] = server.taken;
  assert.ok(mail);
  assert.deepEqual(mail.envelope, { from: 'no-reply@music.example.org', to: ['ann@example.org'], isSecure: false });
  assert.equal(mail.from?.text, '"Tracklist" <no-reply@music.example.org>');
  assert.equal(mail.subject, 'Test mail from Tracklist');
  assert.match(mail.messageId ?? '', /^<[0-9a-f-]{36}@music\.example\.org>$/);
  assert.ok(Math.abs(Date.now() - (mail.date?.getTime() ?? 0)) < 60_000);
  assert.equal(mail.headers.get('auto-submitted'), 'auto-generated');
  for (const absent of ['reply-to', 'list-unsubscribe', 'x-mailer', 'bcc']) assert.equal(mail.headers.get(absent), undefined, absent);
  assert.match(mail.text ?? '', /^This mail was sent to try whether mail works\. It does\.\n\n-- \nTracklist\nhttps:\/\/music\.example\.org\n$/);
  const html = String(mail.html);
  assert.match(html, /It does\./);
  assert.match(html, /prefers-color-scheme: dark/);
  assert.doesNotMatch(html, /<img|<script|<link|url\(|@import|src=/);
  assert.deepEqual(await faults(site.db), []);
});

test('several processes send each letter once', async (t) => {
  const server = await mailServer(t);
  const first = await office(t, smtp(server.port));
  const others = [await office(t, smtp(server.port), first.db), await office(t, smtp(server.port), first.db)];
  for (let letter = 1; letter <= 12; letter += 1) await queueLetter(first.db, { kind: 'test', to: `reader${letter}@example.org` });
  await Promise.all([first, ...others].map(sendAll));
  await sendAll(first);
  assert.deepEqual(server.taken.map(({ envelope }) => envelope.to[0]).sort(), Array.from({ length: 12 }, (_, index) => `reader${index + 1}@example.org`).sort());
});

test('a letter whose sender has died is sent by another process, as the same mail', async (t) => {
  const server = await mailServer(t);
  const site = await office(t, smtp(server.port));
  await queueLetter(site.db, { kind: 'test', to: 'ann@example.org' });
  const row = await site.db.first<{ message_id: string }>('select message_id from outbox');
  await site.db.run("update outbox set claim = 'a process that died', claimed_until = :soon", { soon: Date.now() + 60_000 });
  await sendAll(site);
  assert.equal(server.taken.length, 0);
  await site.db.run('update outbox set claimed_until = :past', { past: Date.now() - 1 });
  await sendAll(site);
  assert.equal(server.taken[0]?.messageId, `<${row?.message_id}@music.example.org>`);
});

test('while the server is down letters wait, longer each time, and go out when it is up again', async (t) => {
  const server = await mailServer(t);
  const site = await office(t, smtp(server.port));
  await server.close();
  await queueLetter(site.db, { kind: 'test', to: 'ann@example.org' });
  await sendAll(site);
  assert.match((await faults(site.db))[0] ?? '', /ECONNREFUSED|ESOCKET/);
  await site.post.deliver();
  assert.equal((await site.db.first<{ tries: number }>('select tries from outbox'))?.tries, 1);
  await hurry(site.db);
  await sendAll(site);
  const waiting = await site.db.first<{ tries: number; due_at: number }>('select tries, due_at from outbox');
  assert.equal(waiting?.tries, 2);
  assert.ok(Math.abs((waiting?.due_at ?? 0) - Date.now() - waitAfter(2)) < 5000);
  const again = await mailServer(t, { port: server.port });
  await hurry(site.db);
  await sendAll(site);
  assert.equal(again.taken.length, 1);
  assert.deepEqual(await faults(site.db), []);
});

test('waits double up to an hour', () => {
  assert.deepEqual([1, 2, 3, 9, 10, 30].map((tries) => waitAfter(tries) / 1000), [10, 20, 40, 2560, 3600, 3600]);
});

test('an address that the server refuses is given up at once; one that it refuses for now is not', async (t) => {
  const server = await mailServer(t, {
    onRcptTo: ({ address }, _session, done) => {
      const code = address.startsWith('nobody') ? 550 : address.startsWith('full') ? 452 : 0;
      done(code === 0 ? null : Object.assign(new Error('No room for you'), { responseCode: code }));
    },
  });
  const site = await office(t, smtp(server.port));
  for (const to of ['nobody@example.org', 'full@example.org', 'ann@example.org']) await queueLetter(site.db, { kind: 'test', to });
  await sendAll(site);
  assert.deepEqual(server.taken.map(({ envelope }) => envelope.to[0]), ['ann@example.org']);
  const rows = await site.db.all<{ recipient: string; failed_at: number | null; data: string }>('select recipient, failed_at, data from outbox order by id');
  assert.deepEqual(rows.map(({ recipient, failed_at }) => [recipient, failed_at !== null]), [['nobody@example.org', true], ['full@example.org', false]]);
  assert.match((await faults(site.db))[0] ?? '', /EENVELOPE: 550 No room for you/);
  assert.match(site.log.join('\n'), /"fault":"EENVELOPE: 550.*a mail was given up/);
  assert.equal((await outboxHealth(site.db)).failed, 1);
});

test('a wrong password of the server is no reason to give up, and stands nowhere', async (t) => {
  const server = await mailServer(t, {
    authOptional: false, allowInsecureAuth: true,
    onAuth: ({ password }, _session, done) => (password === PASSWORD ? done(null, { user: 'site' }) : done(new Error(`Invalid login for ${password}`))),
  });
  const wrong = await office(t, smtp(server.port, `site:${encodeURIComponent('wrong+secret')}@`));
  await queueLetter(wrong.db, { kind: 'test', to: 'ann@example.org' });
  await sendAll(wrong);
  assert.match((await faults(wrong.db))[0] ?? '', /^EAUTH: 535/);
  assert.doesNotMatch([...wrong.log, ...(await faults(wrong.db))].join(), /wrong\+secret|d3Jvbmcrc2VjcmV0/);
  const right = await office(t, smtp(server.port, `site:${encodeURIComponent(PASSWORD)}@`), wrong.db);
  await hurry(right.db);
  await sendAll(right);
  assert.equal(server.taken.length, 1);
  assert.ok(!right.log.join().includes(PASSWORD));
});

test('a certificate that nobody vouches for is refused, and nothing is sent in the clear instead', async (t) => {
  const server = await mailServer(t, { disabledCommands: [] });
  const site = await office(t, smtp(server.port));
  await queueLetter(site.db, { kind: 'test', to: 'ann@example.org' });
  await sendAll(site);
  assert.equal(server.taken.length, 0);
  assert.match((await faults(site.db))[0] ?? '', /self-signed certificate/);
});

test('a letter that was never sent is erased when it is worth nothing any more, and staff see it', async (t) => {
  const server = await mailServer(t);
  await server.close();
  const site = await office(t, smtp(server.port));
  await queueLetter(site.db, { kind: 'new-device', to: 'ann@example.org', data: { device: 'Firefox on Linux', at: '2026-11-24T14:00:00Z' }, life: 60_000 });
  await sendAll(site);
  await site.db.run('update outbox set expires_at = :past, due_at = 0', { past: Date.now() - 1 });
  await site.post.deliver();
  const row = await site.db.first<{ failed_at: number; data: string; fault: string }>('select failed_at, data, fault from outbox');
  assert.ok(row?.failed_at);
  assert.equal(row.data, '{}');
  assert.match(row.fault, /ECONNREFUSED|ESOCKET/);
  assert.match(site.log.join('\n'), /it was not sent in time/);
  await site.db.run('update outbox set failed_at = :old', { old: Date.now() - 31 * 24 * 60 * 60 * 1000 });
  await site.post.deliver();
  assert.deepEqual(await faults(site.db), []);
});

test('addresses of other scripts are sent to: the domain by its ASCII form, the name where the server can', async (t) => {
  const plain = await mailServer(t, { hideSMTPUTF8: true });
  const site = await office(t, smtp(plain.port));
  await queueLetter(site.db, { kind: 'test', to: 'ann@bücher.example' });
  await sendAll(site);
  assert.match(plain.taken[0]?.raw ?? '', /^To: ann@xn--bcher-kva\.example\r$/m);
  const modern = await mailServer(t);
  const other = await office(t, smtp(modern.port), site.db);
  await queueLetter(site.db, { kind: 'test', to: '用户@例子.example' });
  await sendAll(other);
  assert.deepEqual(modern.taken.map(({ envelope }) => envelope.to), [['用户@例子.example']]);
});

test('nothing that is typed as a name or an address becomes a header', async (t) => {
  const server = await mailServer(t);
  const site = await office(t, { ...smtp(server.port), SITE_NAME: 'Träcklist, “the” <site>' });
  await queueLetter(site.db, { kind: 'test', to: 'ann@example.org>\r\nBcc: everybody@example.org' });
  await queueLetter(site.db, { kind: 'test', to: 'ann@example.org, everybody@example.org' });
  await queueLetter(site.db, { kind: 'test', to: 'ann@example.org' });
  await sendAll(site);
  assert.deepEqual(server.taken.map(({ envelope }) => envelope.to), [['ann@example.org']]);
  assert.equal(server.taken[0]?.subject, 'Test mail from Träcklist, “the” <site>');
  assert.match(server.taken[0]?.raw ?? '', /^Subject: =\?UTF-8\?/m);
  const { subject } = messageOf({ subject: 'New\r\nBcc: everybody@example.org\u2028log-in', paragraphs: [] }, { id: 'x', to: 'ann@example.org' }, site.config);
  assert.equal(subject, 'New Bcc: everybody@example.org log-in');
});

test('outside production letters are kept to be looked at, and the log says where', async (t) => {
  const site = await office(t, { MAIL_FROM: '' });
  await queueLetter(site.db, { kind: 'test', to: 'ann@example.org' });
  await sendAll(site);
  assert.deepEqual(site.post.kept.map(({ to, subject }) => [to, subject]), [['ann@example.org', 'Test mail from Tracklist']]);
  assert.match(site.log.join('\n'), /"to":"ann@example\.org","subject":"Test mail from Tracklist".*stands at .*\/dev\/mail/);
});

test('in production without a server nothing piles up', async (t) => {
  const site = await office(t, { NODE_ENV: 'production' });
  await queueLetter(site.db, { kind: 'test', to: 'ann@example.org' });
  await sendAll(site);
  assert.deepEqual(await site.db.all('select * from outbox'), []);
  assert.deepEqual(site.log, []);
});

test('the templates of mails load nothing from elsewhere', () => {
  assert.doesNotMatch(readFileSync(new URL('../../views/mail/letter.eta', import.meta.url), 'utf8'), /<img|src=|url\(|@import|<link/);
});
