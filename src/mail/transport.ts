/** The ways out: a mail server by SMTP, or, outside production, a place where letters are looked at. */
import { createTransport, type NodemailerError } from 'nodemailer';
import type { MailServer, MailSettings } from '../config.ts';
import type { Message } from './letter.ts';

export type Transport = { send(message: Message): Promise<void>; close(): void };

/** A letter as it was kept, with the number under which it is found. */
export type KeptMessage = Message & { number: number; at: string; from: string };

/** Only the latest are kept. */
const MOST_KEPT = 100;
const TIMEOUTS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000, dnsTimeout: 10_000 };

/** Sends by the configured server. */
export function smtpTransport({ from }: MailSettings, server: MailServer): Transport {
  const { host, port, isSecure, login } = server;
  const mailer = createTransport({
    host, port, secure: isSecure, ...TIMEOUTS,
    // A password never goes over a line in the clear, but to a server on this very machine.
    ...(login ? { auth: { user: login.user, pass: login.password }, requireTLS: !isSecure && !isLoopback(host) } : {}),
    disableFileAccess: true, disableUrlAccess: true,
  });
  return {
    send: async ({ id, to, subject, text, html }) => {
      await mailer.sendMail({
        // As objects, so that nothing in them is read as a list of addresses.
        from, to: { name: '', address: to }, subject, text, html, messageId: id,
        // https://www.rfc-editor.org/rfc/rfc3834: nobody's holiday answers this.
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
      });
    },
    close: () => mailer.close(),
  };
}

/** Keeps letters in the memory of this process. */
export class KeptTransport implements Transport {
  readonly #from: string;
  readonly #kept: KeptMessage[] = [];
  #last = 0;

  constructor({ from }: MailSettings) {
    this.#from = `${from.name} <${from.address}>`;
  }

  async send(message: Message): Promise<void> {
    this.#last += 1;
    this.#kept.unshift({ ...message, number: this.#last, at: new Date().toISOString(), from: this.#from });
    this.#kept.length = Math.min(this.#kept.length, MOST_KEPT);
  }

  close(): void {}

  /** The letters, the latest first. */
  get messages(): readonly KeptMessage[] {
    return this.#kept;
  }
}

/** What went wrong, for a log and for staff: what the server said, and never who we are to it. */
export function faultInWords(error: unknown, server: MailServer | undefined): string {
  const { code, response, message } = error as NodemailerError;
  const text = [code, response ?? message].filter(Boolean).join(': ').replace(/\s+/g, ' ');
  const { password } = server?.login ?? {};
  const secrets = password === undefined ? [] : [password, encodeURIComponent(password), Buffer.from(password).toString('base64')];
  return secrets.reduce((told, secret) => told.replaceAll(secret, '…'), text);
}

/** Whether trying again can't help: the server has refused this letter or its address for good (5xx), or the address can't be sent to. */
export function isFinal(error: unknown): boolean {
  const { code, responseCode = 0, command = '' } = error as NodemailerError;
  if (code === 'EAUTH' || code === 'ETLS') return false;
  const isAboutLetter = /^(RCPT TO|DATA|MAIL FROM|API)$/.test(command);
  return isAboutLetter && (responseCode >= 500 || (code === 'EENVELOPE' && responseCode === 0));
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}
