/** Second factors for a test: what an authenticator app shows, and an account that has set one up. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import type { Visitor } from './app.ts';
import { PASSWORD } from './cast.ts';

/** Lets no time pass in a test, so that neither a code nor a wait ends while a slow machine works. */
export function stopClock(t: TestContext): void {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
}

/** The code that an app shows now, or so many steps of 30 seconds from now. */
export function codeOf(key: string, steps = 0): string {
  return new TOTP({ secret: Secret.fromBase32(key) }).generate({ timestamp: Date.now() + steps * 30_000 });
}

/** Begins to set up an app, and gives the key that the page shows. */
export async function beginApp(browser: Visitor, password = PASSWORD): Promise<string> {
  const answer = await browser.post('/account/security/app', { password });
  assert.equal(answer.headers.location, '/account/security/app/confirm', answer.body);
  const page = await browser.get('/account/security/app/confirm');
  return [...page.body.matchAll(/<code>([A-Z2-7]{4})<\/code>/g)].map(([, group]) => group).join('');
}

/** Sets up an app, and gives its key and the recovery codes that were shown. */
export async function setUpApp(browser: Visitor, password = PASSWORD): Promise<{ key: string; codes: string[] }> {
  const key = await beginApp(browser, password);
  // The step before: the code of the present one is left for the log-in that follows.
  const answer = await browser.post('/account/security/app/confirm', { code: codeOf(key, -1) });
  assert.equal(answer.statusCode, 200, answer.body);
  return { key, codes: codesIn(answer.body) };
}

/** The recovery codes on a page. */
export function codesIn(body: string): string[] {
  return [...body.matchAll(/<code>([0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4})<\/code>/g)].map(([, code]) => code as string);
}
