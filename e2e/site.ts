/** The running product for the journeys: the real server in a process of its own, with the demo catalogue. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Page, test as base } from '@playwright/test';
import { keptFile } from '../src/testing/kept.ts';
import { processEnvironment } from '../src/testing/processes.ts';

const SOURCE = join(import.meta.dirname, '../src');

/** `database` is the path of its file. */
export type Site = { url: string; database: string; output: () => string; stop: () => Promise<void> };

/** Starts the server on a free port with a database of its own, which holds the demo catalogue, and waits until it can serve. */
export async function startSite(): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'tracklist-e2e-'));
  const database = join(folder, 'music.db');
  copyFileSync(await keptFile('demo', ['migrations', 'src', 'package-lock.json'], loadDemo), database);
  const port = await freePort();
  let output = '';
  const server = spawn(process.execPath, [join(SOURCE, 'server.ts')], {
    env: { ...processEnvironment(), PORT: String(port), DATABASE_URL: `sqlite:${database}`, LOG_LEVEL: 'error' },
  });
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (part) => { output += part; });
  const url = `http://localhost:${port}`;
  await untilReady(server, url, () => output);
  return { url, database, output: () => output, stop: () => stop(server, folder, () => output) };
}

export type Account = { username: string; password: string };

/** Makes the first administrator by the link that the server has printed. */
export async function makeAdministrator(site: Site): Promise<Account> {
  const link = new URL(/http\S+\/setup\?key=\S+/.exec(site.output())?.[0] ?? site.url);
  const account = { username: 'mara', password: 'clouds over Kent' };
  const body = new URLSearchParams({ key: link.searchParams.get('key') ?? '', ...account });
  const answer = await fetch(`${site.url}/setup`, { method: 'POST', body, headers: { origin: site.url }, redirect: 'manual' });
  if (answer.status !== 303) throw new Error(`The administrator was not made: ${answer.status}`);
  return account;
}

/** Signs somebody up who likes these songs. */
export async function likeSongs(site: Site, username: string, songs: readonly number[]): Promise<void> {
  const post = (path: string, fields: Record<string, string>, cookie: string) => fetch(`${site.url}${path}`, {
    method: 'POST', body: new URLSearchParams(fields), headers: { origin: site.url, ...(cookie ? { cookie } : {}) }, redirect: 'manual',
  });
  const answer = await post('/signup', { username, password: 'clouds over Kent', next: '/' }, '');
  const cookie = answer.headers.getSetCookie().map((each) => each.split(';')[0]).join('; ');
  for (const song of songs) await post(`/songs/${song}/like`, { next: '/' }, cookie);
}

type Cookies = Parameters<ReturnType<Page['context']>['addCookies']>[0];

/** The cookies of those who have logged in, so that the journeys of one worker share a session. */
const loggedIn = new WeakMap<Account, Cookies>();

/** Comes to `next` logged in: by the form once, and after that with the same session, as long as it lives. */
export async function logIn(page: Page, account: Account, next: string): Promise<void> {
  const known = loggedIn.get(account);
  if (known) {
    await page.context().addCookies(known);
    await page.goto(next);
    if (new URL(page.url()).pathname !== '/login') return;
  }
  await page.goto(`/login?next=${encodeURIComponent(next)}`);
  await page.getByLabel('Username').fill(account.username);
  await page.locator('#password').fill(account.password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.waitForURL((url) => url.pathname !== '/login');
  loggedIn.set(account, await page.context().cookies());
}

/**
 * Tests get the site of their worker, whose address is the base of every path, and `admin`, its first administrator. `ownSite` is one that no other
 * test sees; it is stopped whatever becomes of the test.
 */
export const test = base.extend<{ ownSite: Site }, { site: Site; admin: Account }>({
  ownSite: async ({}, use) => {
    const site = await startSite();
    await use(site);
    await site.stop();
  },
  site: [async ({}, use) => {
    const site = await startSite();
    await use(site);
    await site.stop();
  }, { scope: 'worker' }],
  admin: [async ({ site }, use) => use(await makeAdministrator(site)), { scope: 'worker' }],
  baseURL: ({ site }, use) => use(site.url),
});
/** Tests that change the catalogue: a site of their own, so that others find the demo catalogue as it ships. */
export const changing = test.extend<object, { site: Site }>({
  site: [async ({}, use) => {
    const site = await startSite();
    await use(site);
    await site.stop();
  }, { scope: 'worker' }],
});
export { expect } from '@playwright/test';

/** A username that no other test has. */
export function newName(): string {
  return `ann.${process.pid}.${Math.random().toString(36).slice(2, 10)}`;
}

async function loadDemo(path: string): Promise<void> {
  const env = { ...processEnvironment(), DATABASE_URL: `sqlite:${path}` };
  for (const command of ['migrate', 'demo']) execFileSync(process.execPath, [join(SOURCE, 'manage.ts'), command], { env });
}

async function untilReady(server: ChildProcess, url: string, output: () => string): Promise<void> {
  for (const end = Date.now() + 20_000; Date.now() < end; ) {
    if (server.exitCode !== null) break;
    // The link for the first administrator is printed once the server listens.
    if (output().includes('/setup?key=') && (await fetch(`${url}/readyz`).then((answer) => answer.ok, () => false))) return;
    await new Promise((resume) => setTimeout(resume, 50));
  }
  throw new Error(`The server did not start: ${output()}`);
}

async function stop(server: ChildProcess, folder: string, output: () => string): Promise<void> {
  server.kill('SIGTERM');
  if (server.exitCode === null) await once(server, 'exit');
  rmSync(folder, { recursive: true });
  if (server.exitCode !== 0) throw new Error(`The server ended with ${server.exitCode}: ${output()}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
