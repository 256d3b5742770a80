/** The process itself: how it starts, what it refuses, and that it always ends. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect as connectTo, createServer } from 'node:net';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { processEnvironment } from './testing/processes.ts';
import { smallDisk } from './testing/small-disk.ts';

const SERVER = join(import.meta.dirname, 'server.ts');

type Started = { child: ChildProcess; port: number; folder: string; output: () => string };

async function start(t: TestContext, environment: Record<string, string> = {}): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), 'tracklist-'));
  const port = await freePort();
  let output = '';
  const child = spawn(process.execPath, [SERVER], {
    env: { ...processEnvironment(), PORT: String(port), DATABASE_URL: `sqlite:${join(folder, 'music.db')}`, LOG_LEVEL: 'warn', ...environment },
  });
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part) => { output += part; });
  t.after(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    rmSync(folder, { recursive: true });
  });
  return { child, port, folder, output: () => output };
}

async function untilServed({ child, port, output }: Started): Promise<void> {
  for (const end = Date.now() + 60_000; Date.now() < end; ) {
    if (child.exitCode !== null) break;
    if (await fetch(`http://localhost:${port}/readyz`).then((answer) => answer.ok, () => false)) return;
    await new Promise((resume) => setTimeout(resume, 50));
  }
  throw new Error(`not served: ${output()}`);
}

async function end(child: ChildProcess): Promise<number> {
  if (child.exitCode === null) await once(child, 'exit');
  return child.exitCode ?? -1;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

test('an empty place is served with the demo catalogue within five seconds, and says what it did', async (t) => {
  const from = Date.now();
  const started = await start(t);
  await untilServed(started);
  // Five seconds on a core of its own: where several processes share one, as many times longer.
  const limit = 5000 * Math.max(1, loadavg()[0] as number / availableParallelism());
  assert.ok(Date.now() - from < limit, `${Date.now() - from} ms, at most ${limit}`);
  const home = await (await fetch(`http://localhost:${started.port}/`)).text();
  assert.match(home, /Most streamed songs/);
  assert.match(started.output(), /Loaded the demo catalogue: 111 albums, 1,?274 songs/);
  assert.match(started.output(), new RegExp(`is served at http://localhost:${started.port}\\n`));
  const [, link] = /(http:\/\/localhost:\d+\/setup\?key=\S+)/.exec(started.output()) ?? [];
  assert.equal((await fetch(link as string)).status, 200);
  for (const name of readdirSync(started.folder)) assert.equal(statSync(join(started.folder, name)).mode & 0o077, 0, name);
  started.child.kill('SIGTERM');
  assert.equal(await end(started.child), 0);
});

test('a signal ends the process within ten seconds, whatever hangs', async (t) => {
  const started = await start(t);
  await untilServed(started);
  const idle = connectTo(started.port, 'localhost');
  const dripping = connectTo(started.port, 'localhost');
  for (const socket of [idle, dripping]) socket.on('error', () => {});
  dripping.write('POST /theme HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nth');
  const drips = setInterval(() => dripping.write('e'), 200);
  t.after(() => { clearInterval(drips); idle.destroy(); dripping.destroy(); });
  await new Promise((resume) => setTimeout(resume, 300));
  const from = Date.now();
  started.child.kill('SIGTERM');
  await end(started.child);
  assert.ok(Date.now() - from < 40_000, `${Date.now() - from} ms`);
});

test('a request that runs while the signal comes is answered', async (t) => {
  const started = await start(t);
  await untilServed(started);
  const answers = Promise.all(Array.from({ length: 20 }, () => fetch(`http://localhost:${started.port}/songs?order=name`).then((answer) => answer.status)));
  await new Promise((resume) => setTimeout(resume, 5));
  started.child.kill('SIGINT');
  assert.ok((await answers).every((status) => status === 200 || status === 503));
  assert.equal(await end(started.child), 0);
});

test('a second start keeps what is there and logs nobody out', async (t) => {
  const started = await start(t);
  await untilServed(started);
  started.child.kill('SIGTERM');
  await end(started.child);
  const again = await start(t, { DATABASE_URL: `sqlite:${join(started.folder, 'music.db')}` });
  await untilServed(again);
  assert.doesNotMatch(again.output(), /Loaded|Applied/);
});

test('two processes that start at once on an empty place both serve', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tracklist-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const both = await Promise.all([1, 2].map(() => start(t, { DATABASE_URL: `sqlite:${join(folder, 'shared.db')}` })));
  await Promise.all(both.map(untilServed));
  for (const { child } of both) child.kill('SIGTERM');
  assert.deepEqual(await Promise.all(both.map(({ child }) => end(child))), [0, 0]);
});

test('all faults of the configuration are told at once, and nothing starts', async (t) => {
  const started = await start(t, { NODE_ENV: 'production', SIGNUP: 'perhaps', TRUST_PROXY: '1' });
  assert.equal(await end(started.child), 1);
  const lines = started.output().trim().split('\n');
  assert.equal(lines.length, 4, started.output());
  assert.doesNotMatch(started.output(), /at .*\.ts/);
});

test('no password of an address is repeated, whatever is wrong with it', async (t) => {
  for (const settings of [{ PUBLIC_URL: 'https://ann:river-in-winter@music.example.org' }, { DATABASE_URL: 'postgres://ann:river-in-winter@localhost/music' }]) {
    const started = await start(t, settings);
    assert.equal(await end(started.child), 1);
    assert.match(started.output(), /\S/);
    assert.doesNotMatch(started.output(), /river/);
  }
});

test('production neither makes a database nor serves a damaged one', async (t) => {
  const production = { NODE_ENV: 'production', PUBLIC_URL: 'http://music.example.org', SESSION_SECRET: 'f3b0c44298fc1c149afbf4c8996fb924' };
  const missing = await start(t, production);
  assert.equal(await end(missing.child), 1);
  assert.match(missing.output(), /^There is no database at .* Run "npm run manage -- migrate" to make one\.\n$/);
  const damaged = await start(t);
  writeFileSync(join(damaged.folder, 'broken.db'), 'not a database '.repeat(500));
  const broken = await start(t, { DATABASE_URL: `sqlite:${join(damaged.folder, 'broken.db')}` });
  assert.equal(await end(broken.child), 1);
  assert.match(broken.output(), /can't be used as a database: .* Restore it from a backup\.\n$/);
});

test('a port that is taken is told in one sentence', async (t) => {
  const first = await start(t);
  await untilServed(first);
  const second = await start(t, { PORT: String(first.port) });
  assert.equal(await end(second.child), 1);
  assert.match(second.output(), /The port is taken by another program/);
});

test('a full disk is told at once where there is no database yet', async (t) => {
  const disk = smallDisk(t, 1);
  disk.fill();
  const from = Date.now();
  const started = await start(t, { DATABASE_URL: `sqlite:${join(disk.folder, 'music.db')}`, SESSION_SECRET: 'f3b0c44298fc1c149afbf4c8996fb924', ...disk.environment });
  assert.equal(await end(started.child), 1);
  assert.ok(Date.now() - from < 40_000, `${Date.now() - from} ms`);
  assert.match(started.output(), /The disk that holds the database is full\. Make room on it\.\n$/);
  assert.doesNotMatch(started.output(), /\.ts:\d|Another process/);
});

test('on a full disk the catalogue that is there can be read', async (t) => {
  const disk = smallDisk(t);
  const settings = { DATABASE_URL: `sqlite:${join(disk.folder, 'music.db')}`, SESSION_SECRET: 'f3b0c44298fc1c149afbf4c8996fb924' };
  const before = await start(t, settings);
  await untilServed(before);
  // Killed, so that the log of changes stays beside the file.
  before.child.kill('SIGKILL');
  await end(before.child);
  disk.fill();
  const started = await start(t, { ...settings, ...disk.environment });
  let home: Response | undefined;
  for (const until = Date.now() + 40_000; !home && Date.now() < until && started.child.exitCode === null; ) {
    home = await fetch(`http://localhost:${started.port}/albums`).catch(() => undefined);
    await new Promise((resume) => setTimeout(resume, 50));
  }
  assert.equal(home?.status, 200, started.output());
  assert.match(started.output(), /The disk that holds the database is full\./);
  const liked = await fetch(`http://localhost:${started.port}/songs/1/like`, { method: 'POST', headers: { 'sec-fetch-site': 'same-origin' } });
  assert.equal(liked.status, 503);
});
