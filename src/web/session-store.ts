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

/** A visit is noted at most this often: each note is a write. */
const TOUCH_EVERY = 10 * 60 * 1000;

type Callback = (error?: unknown) => void;
type Stored = Session & Partial<FastifySessionObject>;

const GET = 'select data, seen_at from sessions where id = :id and expires_at > :now and ended_at is null';
const SET = `insert into sessions (id, user, data, device, address, created_at, seen_at, expires_at)
  values (:id, :user, :data, :device, :address, :now, :now, :expires)
  on conflict (id) do update set user = excluded.user, data = excluded.data, device = excluded.device, address = excluded.address,
    seen_at = excluded.seen_at, expires_at = excluded.expires_at
  where sessions.ended_at is null`;
const TOUCH = 'update sessions set seen_at = :now where id = :id and ended_at is null';
const END = `update sessions set ${ENDED} where id = :id and ended_at is null`;

export class SessionStore {
  readonly #db: Db;
  readonly #life: number;
  readonly #report: (error: unknown) => void;

  /**
   * @param life how long a session lasts without a visit, in milliseconds
   * @param report is told of a failure that no visitor needs to hear of
   */
  constructor(db: Db, life: number, report: (error: unknown) => void = () => {}) {
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
      expires: now + this.#life,
    }).then(() => callback(), callback);
  }

  destroy(sessionId: string, callback: Callback): void {
    const id = SessionStore.keyOf(sessionId);
    this.#db.transaction(async (trx) => {
      await trx.run(END, { id, now: Date.now() });
      await trx.run('delete from session_likes where session = :id', { id });
    }).then(() => callback(), callback);
  }

  /** Removes what has expired. */
  async purge(): Promise<void> {
    await this.#db.run('delete from sessions where expires_at <= :now', { now: Date.now() });
  }

  async #read(id: string): Promise<unknown> {
    const now = Date.now();
    const row = await this.#db.first<{ data: string; seen_at: number }>(GET, { id, now });
    if (!row) return null;
    // Nobody waits for this note.
    if (now - row.seen_at > TOUCH_EVERY) this.#db.run(TOUCH, { id, now }).catch(this.#report);
    return JSON.parse(row.data);
  }
}

