/** A mail server for tests, which takes letters as a real one does, and letters taken from the outbox. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { Db } from '../db/db.ts';
import type { TestApp } from './app.ts';

export type Taken = ParsedMail & { envelope: { from: string; to: string[]; isSecure: boolean }; raw: string };
export type MailServer = { port: number; taken: Taken[]; close: () => Promise<void> };

/** A certificate that nobody vouches for, made for these tests: for localhost, until 2126. */
export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUJnRW9rSnP4YQzmq2W5EZLmLDiRIwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyOTIwMjAxOVoYDzIxMjYxMTA1
MjAyMDE5WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQZ4j2In1K3TbdYrr1EB2jAeWuuveHx04UBFsaWeHIYIdqxLj3rkt2+
zVFIe/k+ZKdt5YNb3VP/dvEnkY+9DqkXo28wbTAdBgNVHQ4EFgQU7Wia1UhCxU+G
chw5vhclpIn3O1MwHwYDVR0jBBgwFoAU7Wia1UhCxU+Gchw5vhclpIn3O1MwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSAAwRQIgbbTVoSijODGww7QkFTUk40MIuqSFA1ZKxPVtKI0blHMCIQDB
Ceqk1mUGDeyJoZSyvuh19j/HOcyXMx5cHeSZ5CDZmg==
-----END CERTIFICATE-----
`;
const KEY = `-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIKscU/tbsYSOPhCfn34T2SRzR0bW9Zg0GRJhcbaigFddoAoGCCqGSM49
AwEHoUQDQgAEGeI9iJ9St023WK69RAdowHlrrr3h8dOFARbGlnhyGCHasS4965Ld
vs1RSHv5PmSnbeWDW91T/3bxJ5GPvQ6pFw==
-----END EC PRIVATE KEY-----
`;

/**
 * Starts a mail server on a free port, or on a given one, that keeps what it is given. By default it offers no
 * STARTTLS and asks for no login; `options` are those of smtp-server.
 */
export async function mailServer(t: TestContext, { port = 0, ...options }: SMTPServerOptions & { port?: number } = {}): Promise<MailServer> {
  const taken: Taken[] = [];
  const server = new SMTPServer({
    authOptional: true, disabledCommands: ['STARTTLS'], key: KEY, cert: CERTIFICATE, logger: false, disableReverseLookup: true, closeTimeout: 100,
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', async () => {
        const raw = Buffer.concat(chunks);
        const { mailFrom, rcptTo } = session.envelope;
        const envelope = { from: mailFrom ? mailFrom.address : '', to: rcptTo.map(({ address }) => address), isSecure: session.secure };
        taken.push({ ...(await simpleParser(raw)), envelope, raw: raw.toString() });
        done();
      });
    },
    ...options,
  });
  // A client that hangs up in the middle, as some tests make it, is no fault of the server's.
  server.on('error', () => {});
  server.listen(port, '127.0.0.1');
  await once(server.server, 'listening');
  let isOpen = true;
  const close = async () => {
    if (!isOpen) return;
    isOpen = false;
    await new Promise<void>((resolve) => { server.close(resolve); });
  };
  t.after(close);
  return { port: (server.server.address() as AddressInfo).port, taken, close };
}

/** Sends everything that waits, whatever waits behind it: a request for a password becomes a letter first. */
export async function sendAll({ db, post }: Pick<TestApp, 'db' | 'post'>): Promise<void> {
  for (let round = 0; round < 20; round += 1) {
    await post.deliver();
    if (!(await db.first('select 1 from outbox where failed_at is null and due_at <= :now', { now: Date.now() }))) return;
  }
}

/** Lets what waits for a later try be due now. */
export async function hurry(db: Db): Promise<void> {
  await db.run('update outbox set due_at = 0, claimed_until = 0 where failed_at is null');
}

/** The key in the first link of a text. */
export function keyIn(text: string): string {
  return /[?&]key=([\w-]+)/.exec(text)?.[1] ?? '';
}
