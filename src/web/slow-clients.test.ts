/** Clients that hold a connection without getting on, by real connections; the time is shortened. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { buildApp } from '../app.ts';
import { testApp } from '../testing/app.ts';
import { cutSlowClients } from './slow-clients.ts';

const PACE = { window: 1000, bytes: 4096, longest: 60_000 };

async function siteOnPort(t: TestContext): Promise<number> {
  const { db, config } = await testApp(t);
  const { app } = await buildApp({ db, config, pace: PACE });
  t.after(() => app.close());
  await app.listen({ port: 0, host: '127.0.0.1' });
  return (app.server.address() as AddressInfo).port;
}

/** A connection that collects what comes, unless it is paused. */
function client(t: TestContext, port: number): { socket: Socket; heard: () => string; ended: Promise<unknown> } {
  const socket = connect(port, '127.0.0.1');
  let heard = '';
  socket.on('error', () => {});
  socket.on('data', (part) => { heard += part; });
  t.after(() => socket.destroy());
  return { socket, heard: () => heard, ended: new Promise((resolve) => socket.once('close', resolve)) };
}

const head = (length: number) => `POST /theme HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${length}\r\n\r\n`;

test('a body that drips is refused in words, although no byte is late', async (t) => {
  const port = await siteOnPort(t);
  const { socket, heard, ended } = client(t, port);
  socket.write(head(60_000));
  const drips = setInterval(() => socket.write('x'), 50);
  t.after(() => clearInterval(drips));
  const from = Date.now();
  await ended;
  assert.ok(Date.now() - from >= PACE.window && Date.now() - from < 20 * PACE.window, `${Date.now() - from} ms`);
  assert.match(heard(), /^HTTP\/1\.1 408 Request Timeout\r\n/);
});

test('a body that stops is refused, and one that flows may take longer than the window', async (t) => {
  const port = await siteOnPort(t);
  const still = client(t, port);
  still.socket.write(`${head(60_000)}theme=`);
  const flowing = client(t, port);
  flowing.socket.write(`${head(40_011)}theme=dark&`);
  for (let sent = 0; sent < 40_000; sent += 4000) {
    await sleep(PACE.window / 4);
    flowing.socket.write('n'.repeat(4000));
  }
  await still.ended;
  assert.match(still.heard(), /^HTTP\/1\.1 408 /);
  while (!flowing.heard().includes('\r\n\r\n')) await sleep(20);
  assert.match(flowing.heard(), /^HTTP\/1\.1 400 /, 'all of it came, and was judged');
});

/** A server whose every answer is far more than the system buffers. */
async function stream(t: TestContext): Promise<{ port: number; made: () => number }> {
  let made = 0;
  const server = createServer((_request, response) => {
    Readable.from((function* () {
      for (made = 0; made < 64 * 1024 * 1024; made += 64 * 1024) yield Buffer.alloc(64 * 1024, 'x');
    })()).on('error', () => {}).pipe(response);
  });
  cutSlowClients(server, PACE);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => { server.closeAllConnections(); server.close(); });
  return { port: (server.address() as AddressInfo).port, made: () => made };
}

test('a reader that doesn’t read is cut, and little is made for it', async (t) => {
  const { port, made } = await stream(t);
  const { socket, ended } = client(t, port);
  socket.pause();
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await sleep(PACE.window / 2);
  const before = made();
  assert.ok(before < 32 * 1024 * 1024, `${before} bytes were made for nobody`);
  const from = Date.now();
  // A socket that is paused hears of the end only when it reads on.
  await sleep(PACE.window * 3);
  socket.resume();
  await ended;
  assert.equal(made(), before);
  assert.ok(Date.now() - from < 20 * PACE.window);
});

test('a reader that reads slowly gets everything', async (t) => {
  const { port } = await stream(t);
  let read = 0;
  await new Promise<void>((resolve, reject) => {
    httpRequest({ port, host: '127.0.0.1', path: '/' }, async (answer) => {
      const from = Date.now();
      for await (const part of answer) {
        read += (part as Buffer).length;
        if (Date.now() - from < 3 * PACE.window) await sleep(20);
      }
      resolve();
    }).on('error', reject).end();
  });
  assert.equal(read, 64 * 1024 * 1024);
});
