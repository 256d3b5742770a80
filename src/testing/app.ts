/** A site of its own for a test, on a database of its own, and people who visit it through the front door. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { hashCheaply } from '../accounts/passwords.ts';
import { buildApp } from '../app.ts';
import { type Config, readConfig } from '../config.ts';
import { connect } from '../db/connect.ts';
import type { Db } from '../db/db.ts';
import { insert } from '../db/save.ts';
import type { Post } from '../mail/post.ts';
import { album } from '../models/album.ts';
import { song } from '../models/song.ts';
import type { Route } from '../web/routes.ts';
import { migratedFile } from './migrated.ts';
import { noteSecret, testLog } from './log.ts';

hashCheaply();

export const SECRET = 'f3b0c44298fc1c149afbf4c8996fb924';

export type TestApp = { app: FastifyInstance; db: Db; config: Config; post: Post; routes: Route[] };
type Answer = Awaited<ReturnType<FastifyInstance['inject']>>;

/**
 * A migrated and empty database, closed and removed after the test.
 * @param given where it lies, when a temporary folder won't do
 */
export async function testDb(t: TestContext, given?: string): Promise<Db> {
  const folder = given ?? mkdtempSync(join(tmpdir(), 'tracklist-'));
  const path = join(folder, 'test.db');
  copyFileSync(await migratedFile(), path);
  const db = await connect(`sqlite:${path}`);
  // Waiting for the disk at each write is for what must survive a power cut.
  if (given === undefined) await db.run('pragma synchronous = off');
  t.after(async () => {
    await db.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return db;
}

/**
 * The whole site, without a port.
 * @param environment settings that differ from those of a developer's machine
 * @param folder where its database lies, when a temporary folder won't do
 */
export async function testApp(t: TestContext, environment: Record<string, string> = {}, folder?: string): Promise<TestApp> {
  const config = readConfig({ SESSION_SECRET: SECRET, LOG_LEVEL: 'trace', ...environment });
  const db = await testDb(t, folder);
  const { app, post, routes } = await buildApp({ db, config, log: testLog });
  // Runs before the database closes: hooks of a test run in the order in which they were added.
  t.after(() => app.close());
  return { app, db, config, post, routes };
}

/** Adds an album with songs, each a name and its streams; gives their ids. */
export async function addAlbum(db: Db, record: { name: string; artist: string; year_released: string; songs?: [string, number][] }): Promise<{ album: number; songs: number[] }> {
  const { songs = [], ...values } = record;
  return db.transaction(async (trx) => {
    const id = await insert(trx, album, values);
    const ids: number[] = [];
    for (const [index, [song_name, num_streams]] of songs.entries()) {
      ids.push(await insert(trx, song, { song_name, num_streams, album: id, position: index + 1 }));
    }
    return { album: id, songs: ids };
  });
}

/** Somebody with a browser: keeps cookies, and sends what a browser sends with a form. */
export function visitor({ app }: Pick<TestApp, 'app'>, address = '203.0.113.7'): Visitor {
  return new Visitor(app, address);
}

export class Visitor {
  readonly cookies = new Map<string, string>();
  readonly #app: FastifyInstance;
  readonly #address: string;

  constructor(app: FastifyInstance, address: string) {
    this.#app = app;
    this.#address = address;
  }

  get(url: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send({ method: 'GET', url, headers });
  }

  /** Sends a form, whose fields may repeat as pairs; `headers` may say that it comes from elsewhere. */
  post(url: string, fields: Record<string, string> | [string, string][] = {}, headers: Record<string, string> = {}): Promise<Answer> {
    for (const [name, value] of Array.isArray(fields) ? fields : Object.entries(fields)) if (/password|key/.test(name)) noteSecret(value);
    return this.send({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin', ...headers },
      payload: new URLSearchParams(fields).toString(),
    });
  }

  /** Sends a form with a file, as a browser does; without one the file's field is there and empty. */
  upload(url: string, fields: Record<string, string>, file: { field: string; name?: string; bytes?: Uint8Array }): Promise<Answer> {
    const boundary = '----geckoformboundary7d1e';
    const part = (head: string, body: Uint8Array | string) => [Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; ${head}\r\n\r\n`), Buffer.from(body), Buffer.from('\r\n')];
    const payload = Buffer.concat([
      ...Object.entries(fields).flatMap(([name, value]) => part(`name="${name}"`, value)),
      ...part(`name="${file.field}"; filename="${file.name ?? ''}"\r\ncontent-type: application/octet-stream`, file.bytes ?? ''),
      Buffer.from(`--${boundary}--\r\n`),
    ]);
    return this.send({ method: 'POST', url, headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, 'sec-fetch-site': 'same-origin' }, payload });
  }

  /** Sends anything, with the cookies. */
  async send(request: { method: string; url: string; headers?: Record<string, string>; payload?: string | Buffer }): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { host: 'localhost:8000', ...(cookie ? { cookie } : {}), ...request.headers };
    const answer = await this.#app.inject({ ...request, method: request.method as 'GET', headers, remoteAddress: this.#address });
    for (const { name, value, maxAge, expires } of answer.cookies as { name: string; value: string; maxAge?: number; expires?: Date }[]) {
      if (value === '' || maxAge === 0 || (expires && expires < new Date())) this.cookies.delete(name);
      else this.cookies.set(name, value);
      if (/tracklist$/.test(name)) noteSecret(value);
    }
    return answer;
  }
}
