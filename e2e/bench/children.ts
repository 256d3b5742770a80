/** The processes that the benchmark starts: the site, the floor, and the load. */
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Budget, budgetOf, flagsOf } from '../../src/memory.ts';
import type { Job, Report } from './load.ts';
import type { Usage } from './usage.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Of the default limit; a process that talks to its parent doesn't start again to take it. */
const BUDGET = budgetOf(512) as Budget;
const READY_WITHIN = 20_000;

/** A server that is measured. */
export class Server {
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(port: number, child: ChildProcess) {
    this.port = port;
    this.#child = child;
  }

  /**
   * The site, as in production, on this database.
   * @param profiles a folder for a CPU profile of it
   */
  static site(file: string, profiles?: string): Promise<Server> {
    return Server.#start('src/server.ts', (port) => ({
      NODE_ENV: 'production', HOST: '127.0.0.1', PUBLIC_URL: `http://127.0.0.1:${port}`, DATABASE_URL: `sqlite:${file}`,
      SESSION_SECRET: randomBytes(32).toString('hex'), LOG_LEVEL: 'silent', API_LIMITS: 'off',
    }), '/readyz', [...flagsOf(BUDGET), ...(profiles === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profiles])]);
  }

  /** The bare server beside it. */
  static floor(file: string): Promise<Server> {
    return Server.#start('e2e/bench/floor.ts', () => ({ FILE: file }), '/albums');
  }

  static async #start(script: string, environment: (port: number) => Record<string, string>, path: string, nodeOptions: string[] = []): Promise<Server> {
    const port = await freePort();
    const child = fork(join(ROOT, script), {
      cwd: ROOT,
      env: { ...process.env, PORT: String(port), ...environment(port) },
      execArgv: ['--import', join(import.meta.dirname, 'usage.ts'), ...nodeOptions],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const server = new Server(port, child);
    for (const deadline = Date.now() + READY_WITHIN; ; await sleep(50)) {
      if (await fetch(server.url(path)).then(async (answer) => [answer.ok, await answer.text()][0], () => false)) return server;
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`${script} did not start`);
    }
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  async usage(): Promise<Usage> {
    return (await this.ask('usage')) as Usage;
  }

  async ask(message: object | string): Promise<unknown> {
    this.#child.send(message);
    const [answer] = await once(this.#child, 'message', { signal: AbortSignal.timeout(30_000) });
    return answer;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
  }
}

/** The process that asks. */
export class Load {
  readonly #child = fork(join(import.meta.dirname, 'load.ts'));

  async run(job: Job): Promise<Report> {
    this.#child.send(job);
    const [report] = await once(this.#child, 'message', { signal: AbortSignal.timeout(job.milliseconds + 60_000) });
    return report as Report;
  }

  stop(): void {
    this.#child.disconnect();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
