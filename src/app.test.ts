import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildApp } from './app.ts';
import { readConfig } from './config.ts';
import { SECRET, testDb } from './testing/app.ts';

/** Who may pass, written down a second time: a new route that nobody thought about fails here. The admin area has its own list, in admin/access.test.ts, and the API's endpoints name their rules. */
const OPENINGS = {
  everybody: [
    'GET /', 'GET /albums', 'GET /albums/:id', 'GET /songs', 'GET /songs/:id', 'GET /artists', 'GET /artists/:name', 'GET /search', 'GET /search/suggestions',
    'POST /songs/:id/like', 'POST /songs/:id/unlike', 'GET /liked', 'GET /liked/remove-all', 'POST /liked/remove-all', 'POST /liked/restore',
    'GET /liked.csv', 'GET /liked.json', 'GET /liked.xspf',
    'GET /login', 'POST /login', 'POST /logout', 'GET /login/code', 'POST /login/code', 'POST /login/passkey', 'POST /login/passkey/options',
    'GET /signup', 'POST /signup', 'POST /theme', 'GET /forgot', 'POST /forgot', 'GET /forgot/sent',
    'GET /dev/mail', 'GET /dev/mail/:number', 'GET /dev/mail/:number/html',
    'GET /about', 'GET /privacy', 'GET /accessibility', 'GET /sleeves/:file', 'GET /covers/:file',
    'GET /feeds/albums.atom', 'GET /sitemap.xml', 'GET /sitemaps/:file', 'GET /robots.txt', 'GET /opensearch.xml', 'GET /healthz', 'GET /readyz',
  ],
  'signed in': [
    'GET /account', 'GET /account/password', 'POST /account/password', 'GET /account/sessions', 'POST /account/sessions/:id/end', 'POST /account/sessions/end-others',
    'GET /account/security', 'GET /account/security/app', 'POST /account/security/app', 'GET /account/security/app/confirm', 'POST /account/security/app/confirm',
    'GET /account/security/app/remove', 'POST /account/security/app/remove', 'GET /account/security/codes', 'POST /account/security/codes',
    'GET /account/security/passkeys', 'POST /account/security/passkeys', 'POST /account/security/passkeys/options',
    'GET /account/security/passkeys/:id/remove', 'POST /account/security/passkeys/:id/remove',
    'GET /account/email', 'POST /account/email', 'POST /account/email/resend', 'POST /account/email/cancel',
    'GET /account/confirm', 'POST /account/confirm', 'GET /account/tokens', 'POST /account/tokens', 'POST /account/tokens/:id/revoke',
    'GET /account/data.json', 'GET /account/delete', 'POST /account/delete',
  ],
  'one-time link': ['GET /setup', 'POST /setup', 'GET /password', 'POST /password', 'GET /confirm', 'POST /confirm'],
};

test('every route outside the admin area is known, with who may pass', async (t) => {
  const { app, routes } = await buildApp({ db: await testDb(t), config: readConfig({ SESSION_SECRET: SECRET, LOG_LEVEL: 'silent' }) });
  t.after(() => app.close());
  const files = readdirSync(join(import.meta.dirname, '../public'), { recursive: true, encoding: 'utf8' }).map((file) => `GET /${file}`);
  const actual = routes.map(({ method, path, access }) => `${access}: ${method} ${path}`).filter((line) => !/ \/(admin|api)/.test(line) && !files.some((file) => line === `everybody: ${file}`));
  const expected = Object.entries(OPENINGS).flatMap(([access, openings]) => openings.map((opening) => `${access}: ${opening}`));
  assert.deepEqual(actual.sort(), expected.sort());
});

test('templates hold no inline style, script or handler, quote every attribute, and print raw only what is safe', () => {
  const folder = join(import.meta.dirname, '../views');
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.eta'))) {
    const template = readFileSync(join(folder, file), 'utf8');
    // A mail has no style sheet to link to, and its plain text no markup.
    if (file.startsWith('mail/')) continue;
    assert.doesNotMatch(template, /<style|\sstyle="|\son[a-z]+="/, file);
    assert.doesNotMatch(template, /<script(?![^>]*(src=|application\/ld\+json))/, file);
    assert.doesNotMatch(template.replace(/<%[\s\S]*?%>/g, '').replace(/"[^"]*"/g, '""'), /<[a-z][^>]*\s[a-z-]+=[^"\s>]/, file);
    for (const [, raw] of template.matchAll(/<%~\s*([\s\S]*?)%>/g)) assert.match(raw as string, /^(it\.body|include\(|text\.jsonScript\()/, file);
  }
});
