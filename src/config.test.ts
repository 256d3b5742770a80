import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ConfigFault, readConfig } from './config.ts';

const SECRET = 'f3b0c44298fc1c149afbf4c8996fb924';
const PRODUCTION = { NODE_ENV: 'production', PUBLIC_URL: 'https://music.example.org', SESSION_SECRET: SECRET, TRUST_PROXY: '10.0.0.0/8' };

test('a developer needs no configuration', () => {
  const config = readConfig({});
  assert.equal(config.publicUrl, 'http://localhost:8000');
  assert.equal(config.databaseUrl, 'sqlite:data/tracklist.db');
  assert.equal(config.signup, 'open');
  assert.deepEqual(config.secrets, []);
});

test('every fault is told at once, one sentence each', () => {
  const faults = faultsOf({ PORT: '99999', DATABASE_URL: 'mysql://x', LOG_LEVEL: 'loud', SIGNUP: 'maybe', TRUST_PROXY: 'true 0.0.0.0/0', PUBLIC_URL: 'music.example.org/path' });
  assert.equal(faults.length, 7);
  for (const fault of faults) assert.match(fault, /\.$/);
});

test('production refuses a missing, short or sample secret', () => {
  assert.match(faultsOf({ ...PRODUCTION, SESSION_SECRET: '' })[0] ?? '', /must be set in production/);
  assert.match(faultsOf({ ...PRODUCTION, SESSION_SECRET: 'short' })[0] ?? '', /5 characters/);
  assert.match(faultsOf({ ...PRODUCTION, SESSION_SECRET: 'change-me-change-me-change-me-change-me' })[0] ?? '', /can be guessed/);
  assert.match(faultsOf({ ...PRODUCTION, SESSION_SECRET: `${SECRET} ${'a'.repeat(40)}` })[0] ?? '', /number 2 can be guessed/);
});

test('several secrets are kept in their order', () => {
  const older = SECRET.split('').reverse().join('');
  assert.deepEqual(readConfig({ ...PRODUCTION, SESSION_SECRET: `${SECRET}, ${older}` }).secrets, [SECRET, older]);
});

test('https without a trusted proxy is refused, because nobody could log in', () => {
  assert.match(faultsOf({ ...PRODUCTION, TRUST_PROXY: '' })[0] ?? '', /TRUST_PROXY/);
});

test('only networks are trusted: no number, no "true", not everybody', () => {
  for (const trust of ['1', 'true', '10.0.0.1', '10.0.0.0/33', '::/129', '0.0.0.0/0']) assert.equal(faultsOf({ TRUST_PROXY: trust }).length, 1, trust);
  assert.deepEqual(readConfig({ TRUST_PROXY: '10.0.0.0/8, fd00::/8' }).trustProxy, ['10.0.0.0/8', 'fd00::/8']);
});

test('a database address with a password is not repeated in the fault', () => {
  assert.doesNotMatch(faultsOf({ DATABASE_URL: 'mysql://ann:hunter2@db/x' }).join(), /hunter2/);
});

test('mail: a server with a login, and who it comes from', () => {
  const { mail } = readConfig({ ...PRODUCTION, SMTP_URL: 'smtp://ann%40example.org:p%3Ass@mail.example.org', MAIL_FROM: 'The “Shop” <no-reply@BÜCHER.example>' });
  assert.deepEqual(mail, { from: { name: 'The “Shop”', address: 'no-reply@bücher.example' }, server: { host: 'mail.example.org', port: 587, isSecure: false, login: { user: 'ann@example.org', password: 'p:ss' } } });
  assert.deepEqual(readConfig({ ...PRODUCTION, SMTP_URL: 'smtps://[::1]', MAIL_FROM: 'a@b.example' }).mail?.server, { host: '::1', port: 465, isSecure: true, login: undefined });
  assert.equal(readConfig(PRODUCTION).mail, undefined);
  assert.equal(readConfig({}).mail?.server, undefined);
  assert.ok(readConfig({}).mail);
});

test('faults of mail are told without the password', () => {
  const faults = [
    ...['http://mail.example.org', 'smtp://', 'smtp://ann@mail.example.org', 'smtp://ann:hunter2@mail.example.org/path', 'smtp://ann:hunter2@mail.example.org?logger=true', 'smtp://ann:%zz@mail.example.org', 'mail.example.org']
      .map((url) => faultsOf({ SMTP_URL: url, MAIL_FROM: 'a@b.example' })),
    faultsOf({ SMTP_URL: 'smtp://ann:hunter2@mail.example.org' }),
    ...['nobody', 'Ann <ann@b.example', 'Ann\r\nBcc: x <a@b.example>', 'a@b.example, c@d.example'].map((from) => faultsOf({ MAIL_FROM: from })),
  ];
  for (const [index, found] of faults.entries()) assert.equal(found.length, 1, `${index}: ${found.join()}`);
  assert.doesNotMatch(faults.join(), /hunter2/);
});

test('a limit of memory is a number of megabytes that the program fits into, or none', () => {
  assert.equal(readConfig({}).memoryLimit, 512);
  assert.equal(readConfig({ MEMORY_LIMIT: 'off' }).memoryLimit, Number.POSITIVE_INFINITY);
  for (const limit of ['100', '1G', '-1', 'none']) assert.match(faultsOf({ MEMORY_LIMIT: limit })[0] ?? '', /^MEMORY_LIMIT must be a number of megabytes from 256/, limit);
});

test('the README names every setting', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  for (const name of ['HOST', 'PORT', 'PUBLIC_URL', 'DATABASE_URL', 'SESSION_SECRET', 'LOG_LEVEL', 'SIGNUP', 'TRUST_PROXY', 'SITE_NAME', 'SMTP_URL', 'MAIL_FROM', 'REQUIRE_MFA', 'MEMORY_LIMIT']) {
    assert.ok(readme.includes(`\`${name}\``), `${name} is missing in the README`);
  }
});

function faultsOf(environment: Record<string, string>): string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigFault) return error.faults;
    throw error;
  }
  return [];
}
