/** A mail to try whether mail works, by the real process and a real server. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { CERTIFICATE, mailServer } from '../testing/mail.ts';
import { processEnvironment } from '../testing/processes.ts';

const MANAGE = join(import.meta.dirname, '../manage.ts');

async function send(t: TestContext, to: string, settings: Record<string, string>): Promise<{ code: number | null; out: string; err: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'tracklist-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'own.pem'), CERTIFICATE);
  const env = { ...processEnvironment(), NODE_EXTRA_CA_CERTS: join(folder, 'own.pem'), MAIL_FROM: 'no-reply@example.org', ...settings };
  const child = spawn(process.execPath, [MANAGE, 'sendtestmail', to], { cwd: folder, env });
  const ended = { code: null as number | null, out: '', err: '' };
  child.stdout.on('data', (part) => { ended.out += part; });
  child.stderr.on('data', (part) => { ended.err += part; });
  ended.code = await new Promise((resolve) => { child.once('close', resolve); });
  return ended;
}

test('by STARTTLS and a login, to a server whose own certificate is trusted', async (t) => {
  const server = await mailServer(t, { disabledCommands: [], authOptional: false, onAuth: ({ username, password }, _session, done) => (username === 'site' && password === 'p:ss' ? done(null, { user: 'site' }) : done(new Error('No'))) });
  const ended = await send(t, 'ann@BÜCHER.example', { SMTP_URL: `smtp://site:p%3Ass@localhost:${server.port}` });
  assert.deepEqual(ended, { code: 0, out: `localhost:${server.port} took a mail to ann@bücher.example.\n`, err: '' });
  assert.equal(server.taken[0]?.envelope.isSecure, true);
  const wrong = await send(t, 'ann@example.org', { SMTP_URL: `smtp://site:hunter2@localhost:${server.port}` });
  assert.equal(wrong.code, 1);
  assert.match(wrong.err, /^The mail was not sent\. localhost:\d+ says: EAUTH: 535 /);
  assert.doesNotMatch(wrong.err, /hunter2|\n +at /);
});

test('by TLS from the start', async (t) => {
  const server = await mailServer(t, { secure: true });
  const ended = await send(t, 'ann@example.org', { SMTP_URL: `smtps://localhost:${server.port}` });
  assert.equal(ended.code, 0, ended.err);
  assert.equal(server.taken[0]?.envelope.isSecure, true);
});

test('what is wrong is told in a sentence', async (t) => {
  for (const [to, settings, sentence] of [
    ['nobody', { SMTP_URL: 'smtp://localhost:1' }, /^Enter an e-mail address like ann@example\.org\.\n$/],
    ['ann@example.org', {}, /^No mail server is set\. Set SMTP_URL and MAIL_FROM\.\n$/],
    ['ann@example.org', { SMTP_URL: 'smtp://127.0.0.1:1' }, /^The mail was not sent\. 127\.0\.0\.1:1 says: .*ECONNREFUSED/],
  ] as const) {
    const ended = await send(t, to, settings);
    assert.match(ended.err, sentence);
    assert.equal(ended.code, 1);
  }
});
