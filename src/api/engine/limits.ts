/**
 * How often somebody may call: so many calls a minute for each token, person or address. Each process counts
 * in memory and shares its counts by the database once a second, so that a call costs no write of its own
 * and several processes keep one limit, save for what is called within a second.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hashed, networkOf } from '../../accounts/networks.ts';
import type { Config } from '../../config.ts';
import type { Db } from '../../db/db.ts';
import type { Caller } from './caller.ts';
import { type ApiError, throttled } from './errors.ts';

const MINUTE = 60_000;
const SHARE_EVERY = 1000;
/** So many are counted at once, in about 20 MB; a crowd of more addresses pushes out those that came first. */
const MOST_COUNTED = 100_000;
/** So many are shared at a time, so that no other write waits for long. */
const MOST_SHARED = 1000;

type Count = { minute: number; most: number; /** As the database had it last, ours included. */ shared: number; /** Ours that it doesn't have yet. */ own: number };

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
    this.#timer = setInterval(() => { this.#sharing = this.#sharing.then(() => this.share()).catch(onError); }, SHARE_EVERY);
    this.#timer.unref();
  }

  /** How many are counted at present. */
  get size(): number {
    return this.#counts.size;
  }

  /**
   * Counts a call and tells in the headers what is left. A call that is refused is not counted.
   * @returns the refusal, in the words of Django REST framework, when there were too many
   */
  take(request: FastifyRequest, reply: FastifyReply, caller: Caller, now = Date.now()): ApiError | undefined {
    const [policy, key] = keyOf(request, caller);
    const most = caller ? this.#limits.person : this.#limits.address;
    if (!Number.isFinite(most)) return undefined;
    const minute = Math.floor(now / MINUTE);
    const count = this.#countOf(key, minute, most);
    const isOver = count.shared + count.own >= most;
    if (!isOver) count.own += 1;
    const left = Math.max(0, most - count.shared - count.own);
    const seconds = Math.ceil(((minute + 1) * MINUTE - now) / 1000);
    // https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
    reply.header('ratelimit-policy', `"${policy}";q=${most};w=60`).header('ratelimit', `"${policy}";r=${left};t=${seconds}`);
    return isOver ? throttled(seconds) : undefined;
  }

  /**
   * Adds this process's counts to the database and learns those of the others. Who calls a few times only is
   * not worth a write: a count is shared when a hundredth of the limit has come together.
   */
  async share(now = Date.now()): Promise<void> {
    const minute = Math.floor(now / MINUTE);
    const due: [string, Count][] = [];
    for (const entry of this.#counts) {
      const [key, { minute: counted, own, most }] = entry;
      // Of another minute: past, or to come when the clock was set back.
      if (counted !== minute) this.#counts.delete(key);
      else if (own > 0 && own >= most / 100) due.push(entry);
    }
    if (due.length === 0) return;
    due.sort(([, one], [, other]) => other.own - one.own);
    await this.#db.transaction(async (db) => {
      for (const [key, count] of due.slice(0, MOST_SHARED)) {
        const { minute: counted, own } = count;
        const row = await db.first<{ calls: number }>(ADD, { key, minute: counted, own });
        count.own -= own;
        count.shared = row?.calls ?? own;
      }
      await db.run('delete from api_calls where minute < :past or minute > :coming', { past: minute - 1, coming: minute + 1 });
    });
  }

  /** Stops sharing; what was called in the last second is forgotten. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sharing;
  }

  #countOf(key: string, minute: number, most: number): Count {
    const known = this.#counts.get(key);
    if (known?.minute === minute) return known;
    // A map keeps the order of its keys: the first has been there for longest.
    if (!known && this.#counts.size >= MOST_COUNTED) this.#counts.delete(this.#counts.keys().next().value as string);
    const count = { minute, most, shared: 0, own: 0 };
    this.#counts.set(key, count);
    return count;
  }
}

const ADD = `insert into api_calls (key, minute, calls) values (:key, :minute, :own)
  on conflict (key, minute) do update set calls = api_calls.calls + excluded.calls returning calls`;

function keyOf(request: FastifyRequest, caller: Caller): [policy: string, key: string] {
  if (!caller) return ['address', `address ${hashed(networkOf(request.ip))}`];
  return caller.token === undefined ? ['person', `person ${caller.id}`] : ['token', `token ${caller.token}`];
}
