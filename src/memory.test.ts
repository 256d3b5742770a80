/** The limit of memory, on the process itself: what it takes after ten thousand addresses. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { budgetOf } from './memory.ts';
import { processEnvironment } from './testing/processes.ts';

const LIMIT = 256;
const ADDRESSES = 10_000;
/** Asked of the demo catalogue by turns; the number makes each an address of its own. */
const PAGES = [
  (n: number) => `/songs?order=name&page=${1 + (n % 20)}&n=${n}`, (n: number) => `/albums?page=${1 + (n % 4)}&n=${n}`, (n: number) => `/search?q=love+${n}`,
  (n: number) => `/songs/${1 + (n % 1200)}?n=${n}`, (n: number) => `/search?q=night&n=${n}`, (n: number) => `/artists?n=${n}`,
];

test('every share of the limit grows with it, and together they leave room for Node itself', () => {
  for (const limit of [256, 512, 1024, 4096]) {
    const { heap, pages, sqlite } = budgetOf(limit) as NonNullable<ReturnType<typeof budgetOf>>;
    const megabytes = heap.old + 3 * heap.semi + (pages + 2 * sqlite.cache + sqlite.mapped) / 1024 / 1024;
    assert.ok(megabytes < limit * 0.65, `${megabytes} of ${limit}`);
  }
  assert.equal(budgetOf(Number.POSITIVE_INFINITY), undefined);
});

test(`after ${ADDRESSES} different addresses the process takes less than its limit`, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tracklist-'));
  const port = await freePort();
  const child = spawn(process.execPath, [join(import.meta.dirname, 'server.ts')], {
    stdio: 'ignore',
    env: { ...processEnvironment(), PORT: String(port), DATABASE_URL: `sqlite:${join(folder, 'music.db')}`, LOG_LEVEL: 'warn', MEMORY_LIMIT: String(LIMIT) },
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  t.after(async () => {
    agent.destroy();
    if (child.kill('SIGKILL')) await once(child, 'exit');
    rmSync(folder, { recursive: true });
  });
  const statusOf = (path: string) => new Promise<number>((resolve, reject) => {
    get({ port, host: 'localhost', path, agent, headers: { 'accept-encoding': 'br' } }, (answer) => answer.resume().on('end', () => resolve(answer.statusCode ?? 0))).on('error', reject);
  });
  while ((await statusOf('/readyz').catch(() => 0)) !== 200) {
    assert.equal(child.exitCode, null, 'the server has ended');
    await new Promise((resume) => setTimeout(resume, 50));
  }
  const statuses = new Map<number, number>();
  let asked = 0;
  await Promise.all(Array.from({ length: 8 }, async () => {
    while (asked < ADDRESSES) {
      const n = asked++;
      const status = await statusOf((PAGES[n % PAGES.length] as (n: number) => string)(n));
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  }));
  assert.ok((statuses.get(200) ?? 0) > ADDRESSES / 2, JSON.stringify([...statuses]));
  assert.ok([...statuses.keys()].every((status) => status < 500), JSON.stringify([...statuses]));
  const megabytes = residentOf(child.pid as number);
  t.diagnostic(`${Math.round(megabytes)} MB`);
  assert.ok(megabytes < LIMIT, `${megabytes} MB`);
});

/** Megabytes of a process, mapped files included. */
function residentOf(pid: number): number {
  const status = `/proc/${pid}/status`;
  const kilobytes = existsSync(status) ? /VmRSS:\s+(\d+)/.exec(readFileSync(status, 'utf8'))?.[1] : execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return Number(kilobytes) / 1024;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
