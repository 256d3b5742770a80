/**
 * Asks a server for pages as fast as it answers, over a few connections that are kept open. A process of
 * its own, started by run.ts; it parses no more of HTTP than status, length and whether to reconnect.
 */
import { connect, type Socket } from 'node:net';

export type Request = { method?: 'GET' | 'POST' | 'PUT' | 'DELETE'; path: string; headers?: Record<string, string>; body?: string };
/** `everyOne`: goes on until each request was asked once, however long it takes. */
export type Job = { port: number; requests: Request[]; /** The status expected, or those. */ status: number | number[]; connections: number; milliseconds: number; everyOne?: boolean };
/** Times in milliseconds; `wrong` counts the answers by a status that was not expected, and broken connections as 0. */
export type Report = { answers: number; elapsed: number; p50: number; p99: number; bytes: number; wrong: Record<number, number> };

process.on('message', async (job: Job) => process.send?.(await run(job)));
process.on('disconnect', () => process.exit());

async function run({ port, requests, status, connections, milliseconds, everyOne = false }: Job): Promise<Report> {
  const texts = requests.map((request) => textOf(request, port));
  const times: number[] = [];
  const wrong: Record<number, number> = {};
  let bytes = 0;
  let turn = 0;
  const start = performance.now();
  const end = start + milliseconds;
  await Promise.all(Array.from({ length: connections }, async () => {
    let line = new Line(port);
    while (performance.now() < end || (everyOne && turn < texts.length)) {
      const sent = performance.now();
      const answer = await line.ask(texts[turn++ % texts.length] as string);
      times.push(performance.now() - sent);
      bytes += answer.bytes;
      if (![status].flat().includes(answer.status)) wrong[answer.status] = (wrong[answer.status] ?? 0) + 1;
      if (answer.closes) line = new Line(port);
    }
    line.close();
  }));
  times.sort((one, other) => one - other);
  const quantile = (part: number) => times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0;
  return { answers: times.length, elapsed: performance.now() - start, p50: quantile(0.5), p99: quantile(0.99), bytes: bytes / times.length, wrong };
}

function textOf({ method = 'GET', path, headers = {}, body = '' }: Request, port: number): string {
  const all = { host: `127.0.0.1:${port}`, ...headers, ...(method !== 'GET' ? { 'content-length': String(Buffer.byteLength(body)) } : {}) };
  return `${method} ${path} HTTP/1.1\r\n${Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
}

type Answer = { status: number; bytes: number; closes: boolean };

/** One connection with one request at a time. */
class Line {
  readonly #socket: Socket;
  #received: Buffer[] = [];
  #length = 0;
  #answer: Answer | undefined;
  #wanted = 0;
  #resolve: ((answer: Answer) => void) | undefined;

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1').setNoDelay(true);
    this.#socket.on('data', (data) => this.#read(data));
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => this.#finish({ status: 0, bytes: 0, closes: true }));
  }

  ask(text: string): Promise<Answer> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.#socket.write(text);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(data: Buffer): void {
    this.#received.push(data);
    this.#length += data.length;
    if (!this.#answer) this.#readHead();
    if (this.#answer && this.#length >= this.#wanted) this.#finish(this.#answer);
  }

  #readHead(): void {
    const received = this.#received.length === 1 ? this.#received[0] as Buffer : Buffer.concat(this.#received);
    const end = received.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = received.toString('latin1', 0, end);
    const status = Number(head.slice(9, 12));
    const length = status === 304 || status === 204 ? 0 : Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
    this.#wanted = end + 4 + length;
    this.#answer = { status, bytes: length, closes: /\r\nconnection: close/i.test(head) };
  }

  #finish(answer: Answer): void {
    const resolve = this.#resolve;
    this.#resolve = undefined;
    this.#answer = undefined;
    this.#received = [];
    this.#length = 0;
    resolve?.(answer);
  }
}
