/**
 * The rows of sessions. Only a hash of the id is stored, so a copy of the database opens no session. An
 * ended session keeps its row until it expires: what still runs can't bring it back.
 */
import { createHash } from 'node:crypto';
import type { FastifySessionObject } from '@fastify/session';
import type { Session } from 'fastify';
import { ENDED } from '../accounts/sessions.ts';
import type { Db } from '../db/db.ts';
import { unavailable } from '../errors.ts';
import { hasPassed, lifetime } from '../schema/lifetime.ts';

/** A visit is noted at most this often: each note is a write. */
const TOUCH_EVERY = 10 * 60 * 1000;
const ENDED_KEPT = 24 * 60 * 60 * 1000;

/** How long a session lasts after the last visit, and after the log-in, in milliseconds. */
export type SessionLife = { idle: number; all: number };

type Callback = (error?: unknown) => void;
type Stored = Session & Partial<FastifySessionObject>;

/** A session of an account ends in all, too; that of a visitor holds what they like and goes on while they come. */
const GET = `select data, seen_at from sessions where id = :id and ended_at is null and expires_at > :now and expires_at <= :latest
  and created_at <= :newest and (user is null or created_at > :oldest)`;
const SET = `insert into sessions (id, user, data, device, address, created_at, seen_at, expires_at)
  values (:id, :user, :data, :device, :address, :since, :now, :expires)
  on conflict (id) do update set user = excluded.user, data = excluded.data, device = excluded.device, address = excluded.address,
    seen_at = excluded.seen_at, expires_at = excluded.expires_at
  where sessions.ended_at is null`;
const TOUCH = 'update sessions set seen_at = :now, expires_at = :expires where id = :id and ended_at is null';
const END = `update sessions set ${ENDED} where id = :id and ended_at is null`;

export class SessionStore {
  readonly #db: Db;
  readonly #life: SessionLife;
  readonly #report: (error: unknown) => void;

  /**
   * @param report is told of a failure that no visitor needs to hear of
   */
  constructor(db: Db, life: SessionLife, report: (error: unknown) => void = () => {}) {
    this.#db = db;
    this.#life = life;
    this.#report = report;
  }

  /** The key of a session's rows. */
  static keyOf(sessionId: string): string {
    return createHash('sha256').update(sessionId).digest('base64url');
  }

  /** A session that can't be read is `unreadable`: it keeps its id, so its cookie stays, and it can't be stored. */
  get(sessionId: string, callback: (error: unknown, session?: never) => void): void {
    this.#read(SessionStore.keyOf(sessionId)).then((session) => callback(null, session as never), (error: unknown) => {
      this.#report(error);
      callback(null, { unreadable: true } as never);
    });
  }

  set(sessionId: string, session: Stored, callback: Callback): void {
    if (session.unreadable) {
      callback(unavailable());
      return;
    }
    const now = Date.now();
    this.#db.run(SET, {
      id: SessionStore.keyOf(sessionId),
      user: session.user ?? null,
      data: JSON.stringify(session),
      device: session.device ?? '',
      address: session.address ?? '',
      now,
      // One whose id was renewed began before.
      since: session.since ?? now,
      expires: now + this.#life.idle,
    }).then(() => callback(), callback);
  }

  destroy(sessionId: string, callback: Callback): void {
    const id = SessionStore.keyOf(sessionId);
    this.#db.transaction(async (trx) => {
      await trx.run(END, { id, now: Date.now() });
      await trx.run('delete from session_likes where session = :id', { id });
    }).then(() => callback(), callback);
  }

  /** Removes what has expired, and what ended so long ago that no request runs any more that could bring it back. */
  async purge(): Promise<void> {
    const now = Date.now();
    await this.#db.run('delete from sessions where expires_at <= :now or ended_at < :past', { now, past: now - ENDED_KEPT });
  }

  async #read(id: string): Promise<unknown> {
    const now = Date.now();
    const { latest } = lifetime(this.#life.idle, now);
    const row = await this.#db.first<{ data: string; seen_at: number }>(GET, { id, now, latest, newest: latest - this.#life.idle, oldest: now - this.#life.all });
    if (!row) return null;
    // Nobody waits for this note.
    if (hasPassed(row.seen_at, TOUCH_EVERY, now)) this.#db.run(TOUCH, { id, now, expires: now + this.#life.idle }).catch(this.#report);
    return JSON.parse(row.data);
  }
}

