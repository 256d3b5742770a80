/**
 * How often somebody may call: so many calls a minute for each token, person or address. Each process counts
 * in memory and shares its counts by the database once a second, so that a call costs no write of its own
 * and several processes keep one limit, save for what is called within a second.
 */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { networkOf } from '../accounts/attempts.ts';
import type { Config } from '../config.ts';
import type { Db } from '../db/db.ts';
import type { Caller } from './caller.ts';
import { throttled } from './errors.ts';

const MINUTE = 60_000;
const SHARE_EVERY = 1000;

type Count = { minute: number; /** As the database had it last, ours included. */ shared: number; /** Ours that it doesn't have yet. */ own: number };

/** The counts of one process. */
export class CallLimits {
  readonly #db: Db;
  readonly #limits: Config['apiLimits'];
  readonly #counts = new Map<string, Count>();
  readonly #timer: NodeJS.Timeout;
  #sharing: Promise<void> = Promise.resolve();

  constructor(db: Db, limits: Config['apiLimits'], onError: (error: unknown) => void) {
    this.#db = db;
    this.#limits = limits;
    this.#timer = setInterval(() => { this.#sharing = this.share().catch(onError); }, SHARE_EVERY);
    this.#timer.unref();
  }

  /**
   * Counts a call and tells in the headers what is left.
   * @throws ApiError 429 in the words of Django REST framework
   */
  take(request: FastifyRequest, reply: FastifyReply, caller: Caller, now = Date.now()): void {
    const [policy, key] = caller ? (caller.token === undefined ? ['person', `person ${caller.id}`] : ['token', `token ${caller.token}`]) : ['address', `address ${hashed(networkOf(request.ip))}`];
    const most = caller ? this.#limits.person : this.#limits.address;
    if (!Number.isFinite(most)) return;
    const minute = Math.floor(now / MINUTE);
    let count = this.#counts.get(key);
    if (!count || count.minute !== minute) {
      count = { minute, shared: 0, own: 0 };
      this.#counts.set(key, count);
    }
    count.own += 1;
    const left = Math.max(0, most - count.shared - count.own);
    const seconds = Math.ceil(((minute + 1) * MINUTE - now) / 1000);
    // https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
    reply.header('ratelimit-policy', `"${policy}";q=${most};w=60`).header('ratelimit', `"${policy}";r=${left};t=${seconds}`);
    if (count.shared + count.own > most) throw throttled(seconds);
  }

  /** Adds this process's counts to the database and learns those of the others. */
  async share(now = Date.now()): Promise<void> {
    const minute = Math.floor(now / MINUTE);
    for (const [key, count] of this.#counts) if (count.minute < minute - 1) this.#counts.delete(key);
    const due = [...this.#counts].filter(([, { own }]) => own > 0);
    if (due.length === 0) return;
    await this.#db.transaction(async (db) => {
      for (const [key, count] of due) {
        const { minute: counted, own } = count;
        const row = await db.first<{ calls: number }>(ADD, { key, minute: counted, own });
        count.own -= own;
        count.shared = row?.calls ?? own;
      }
      await db.run('delete from api_calls where minute < :minute', { minute: minute - 2 });
    });
  }

  /** Stops sharing, after what is left has been shared. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sharing;
  }
}

const ADD = `insert into api_calls (key, minute, calls) values (:key, :minute, :own)
  on conflict (key, minute) do update set calls = api_calls.calls + excluded.calls returning calls`;

/** No address is kept as it is. */
function hashed(address: string): string {
  return createHash('sha256').update(address).digest('base64url').slice(0, 16);
}
