/** The post: takes letters from the outbox, one process at a time each, and sends them. No request waits for it. */
import type { FastifyBaseLogger } from 'fastify';
import type { Config } from '../config.ts';
import type { Db } from '../db/db.ts';
import { type Letter, messageOf } from './letter.ts';
import { claimLetters, emptyOutbox, expireLetters, postponeLetter, settleLetter, type Waiting } from './outbox.ts';
import { faultInWords, isFinal, type KeptMessage, KeptTransport, smtpTransport, type Transport } from './transport.ts';

/** Writes the letter of a row; undefined when there is nothing to tell any more. */
export type Compose = (row: Waiting) => Promise<Letter | undefined>;

const EVERY = 1000;
const AT_ONCE = 5;

export class Post {
  readonly #db: Db;
  readonly #config: Config;
  readonly #compose: Compose;
  readonly #log: FastifyBaseLogger;
  readonly #transport: Transport | undefined;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<number> | undefined;

  constructor({ db, config, compose, log }: { db: Db; config: Config; compose: Compose; log: FastifyBaseLogger }) {
    this.#db = db;
    this.#config = config;
    this.#compose = compose;
    this.#log = log;
    const { mail } = config;
    this.#transport = mail && (mail.server ? smtpTransport(mail, mail.server) : new KeptTransport(mail));
  }

  /** Letters that were kept to be looked at, the latest first; none where they are really sent. */
  get kept(): readonly KeptMessage[] {
    return this.#transport instanceof KeptTransport ? this.#transport.messages : [];
  }

  /** Looks into the outbox from now on, until it is stopped. */
  start(): void {
    const next = async (): Promise<void> => {
      await this.deliver().catch((error: unknown) => this.#log.error({ err: error }, 'the outbox was not read'));
      if (this.#timer) this.#timer = setTimeout(next, EVERY).unref();
    };
    this.#timer = setTimeout(next, EVERY).unref();
  }

  /** Ends after the letters that are on their way. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#round?.catch(() => {});
    this.#transport?.close();
  }

  /** Sends what is due, once; gives how many letters went out. */
  deliver(): Promise<number> {
    this.#round ??= this.#deliver().finally(() => { this.#round = undefined; });
    return this.#round;
  }

  async #deliver(): Promise<number> {
    if (!this.#transport) {
      await emptyOutbox(this.#db);
      return 0;
    }
    for (const { id, kind, fault } of await expireLetters(this.#db)) this.#log.error({ mail: id, kind, fault }, 'a mail was given up: it was not sent in time');
    const rows = await claimLetters(this.#db, AT_ONCE);
    const sent = await Promise.all(rows.map((row) => this.#send(row, this.#transport as Transport)));
    return sent.filter(Boolean).length;
  }

  async #send(row: Waiting, transport: Transport): Promise<boolean> {
    const { id, kind } = row;
    const server = this.#config.mail?.server;
    try {
      const letter = await this.#compose(row);
      if (letter) {
        const message = messageOf(letter, { id: row.message_id, to: row.recipient }, this.#config);
        await transport.send(message);
        if (server) this.#log.info({ mail: id, kind }, 'a mail was sent');
        else this.#log.info({ mail: id, to: message.to, subject: message.subject }, `a mail stands at ${this.#config.publicUrl}/dev/mail`);
      }
      await settleLetter(this.#db, row);
      return letter !== undefined;
    } catch (error) {
      const fault = faultInWords(error, server);
      const isGivenUp = await postponeLetter(this.#db, row, fault, { isFinal: isFinal(error) });
      this.#log[isGivenUp ? 'error' : 'warn']({ mail: id, kind, fault, tries: row.tries + 1 }, isGivenUp ? 'a mail was given up' : 'a mail was not sent, and is tried again');
      return false;
    }
  }
}
