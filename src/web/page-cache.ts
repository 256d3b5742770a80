/**
 * Whole pages for visitors without a session, kept until the catalogue changes: such a page holds nothing
 * personal, and the database tells exactly when it has changed. Whether a visitor has a session is asked
 * twice, of what reads sessions itself: before a kept page is sent, and before one is kept.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Db } from '../db/db.ts';
import { catalogueVersion } from '../db/remember.ts';
import { bytesIn, bytesOf, compressed, headed, keep, type Kept, sendKept } from './kept.ts';
import { hasSession, sendsSession } from './session.ts';
import { themeOf } from './theme.ts';

const MOST_BYTES = 64 * 1024 * 1024;
const LARGEST_PAGE = 1024 * 1024;
/** A browser asks again each time: a visitor who likes a song sees other pages from then on. */
const FOR_EVERYBODY = 'private, no-cache';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** An answer for programs, in several forms and by several ways of saying who one is. */
    isApi?: boolean;
    /** A file or a word for a machine: kept in memory already, or made anew each time. */
    isFile?: boolean;
  }
  interface FastifyRequest {
    /** Set while a page for nobody in particular is made: the version of the catalogue that it shows. */
    keepFor?: { key: string; version: number } | undefined;
  }
}

/**
 * Adds the cache in front of the routes of a scope, whose cookies have been read (`registerCookies`).
 * @param mostBytes bounds its memory: addresses are unlimited (think of searches)
 */
export function registerPageCache(app: FastifyInstance, { db, mostBytes = MOST_BYTES }: { db: Db; mostBytes?: number | undefined }): void {
  const pages = new Pages(mostBytes);
  app.decorateRequest('keepFor', undefined);

  app.addHook('onRequest', async (request, reply) => {
    if (!mayBeKept(request)) return;
    const version = await catalogueVersion(db);
    const key = `${themeOf(request) ?? ''} ${request.url}`;
    const kept = pages.find(key, version);
    if (kept) return sendKept(request, reply, kept);
    request.keepFor = { key, version };
  });

  app.addHook('onSend', async (request, reply, payload) => {
    // Names change back, and a merge is undone: a browser that kept such an answer would go round in circles.
    if (reply.statusCode === 301 && !reply.hasHeader('cache-control')) reply.header('cache-control', FOR_EVERYBODY);
    if (typeof payload !== 'string' && !Buffer.isBuffer(payload)) return payload;
    const body = Buffer.isBuffer(payload) ? payload : bytesIn(payload);
    if (request.keepFor && isForEverybody(request, reply, body)) {
      const cacheControl = String(reply.getHeader('cache-control') ?? FOR_EVERYBODY);
      const kept = keep(body, { type: String(reply.getHeader('content-type')), cacheControl });
      pages.add(request.keepFor.key, request.keepFor.version, kept);
      return headed(request, reply, kept);
    }
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', request.keepFor ? FOR_EVERYBODY : 'no-store');
    return compressed(request, reply, body);
  });
}

/** Whether an answer to this request is the same for everybody: an open page, read by somebody without a session. */
function mayBeKept(request: FastifyRequest): boolean {
  if ((request.method !== 'GET' && request.method !== 'HEAD') || sendsSession(request)) return false;
  const { access = 'everybody', isApi, isFile } = request.routeOptions.config;
  // What a program gets depends on more than the address.
  return access === 'everybody' && !isApi && !isFile;
}

/** Judged by what has become of the request: it may have begun a session, or found one that nobody announced. */
function isForEverybody(request: FastifyRequest, reply: FastifyReply, body: Buffer): boolean {
  if (request.method !== 'GET' || reply.statusCode !== 200 || body.length > LARGEST_PAGE || hasSession(request)) return false;
  return !reply.hasHeader('set-cookie') && !reply.hasHeader('content-encoding') && reply.getHeader('cache-control') !== 'no-store';
}

/** Pages of one version of the catalogue, oldest first out. */
class Pages {
  readonly #most: number;
  #version = -1;
  #bytes = 0;
  readonly #kept = new Map<string, Kept>();

  constructor(most: number) {
    this.#most = most;
  }

  find(key: string, version: number): Kept | undefined {
    if (version !== this.#version) this.#start(version);
    return this.#kept.get(key);
  }

  add(key: string, version: number, kept: Kept): void {
    if (version !== this.#version || this.#kept.has(key)) return;
    this.#kept.set(key, kept);
    this.#bytes += bytesOf(kept);
    for (const [oldest, page] of this.#kept) {
      if (this.#bytes <= this.#most) break;
      this.#kept.delete(oldest);
      this.#bytes -= bytesOf(page);
    }
  }

  #start(version: number): void {
    this.#version = version;
    this.#kept.clear();
    this.#bytes = 0;
  }
}
