/**
 * Cuts clients that keep a connection without getting on: a body that drips, a reader that doesn't read.
 * Node's own timeouts don't: `socket.setTimeout` begins anew with every byte, and `requestTimeout` counts a
 * whole body, a large one on a slow line, too. Here a client moves so many bytes in so long a time, or goes.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export type Pace = {
  /** Within so many milliseconds … */
  window: number;
  /** … at least so many bytes come or go while the client is waited for. */
  bytes: number;
  /** So long may a whole answer take, however it flows; Node's `requestTimeout` is the same for requests. */
  longest: number;
};

/** 4 KiB in 30 seconds is a tenth of the slowest mobile network; an hour is enough for the whole catalogue on one. */
export const PACE: Pace = { window: 30_000, bytes: 4096, longest: 60 * 60_000 };

/** So long may a whole request take: a cover of 10 MB at 140 kbit/s. */
export const LONGEST_REQUEST = 10 * 60_000;

type Mark = { moved: number; at: number };
type Exchange = { request: IncomingMessage; response: ServerResponse; began: number; sent: Mark; received: Mark };

/** Watches the connections of a server, ten times in a window. */
export function cutSlowClients(server: Server, { window, bytes, longest }: Pace): void {
  const exchanges = new Map<Socket, Exchange>();
  const isStuck = (mark: Mark, isWaitedFor: boolean, moved: number, now: number): boolean => {
    if (!isWaitedFor || moved - mark.moved >= bytes) Object.assign(mark, { moved, at: now });
    return now - mark.at >= window;
  };
  server.on('request', (request, response) => {
    const { socket } = request;
    const now = performance.now();
    const exchange = { request, response, began: now, sent: { moved: sentTo(socket), at: now }, received: { moved: socket.bytesRead, at: now } };
    exchanges.set(socket, exchange);
    response.once('close', () => {
      if (exchanges.get(socket) === exchange) exchanges.delete(socket);
    });
  });
  const timer = setInterval(() => {
    const now = performance.now();
    for (const [socket, { request, response, began, sent, received }] of exchanges) {
      // What has come and waits for us is no fault of the client's.
      const isSlowSender = isStuck(received, !request.complete && request.readableLength === 0, socket.bytesRead, now);
      const isSlowReader = isStuck(sent, unsentTo(socket) > 0, sentTo(socket), now) || now - began >= longest;
      if (isSlowReader || (isSlowSender && response.headersSent)) socket.resetAndDestroy();
      else if (isSlowSender) refuse(server, socket);
    }
  }, window / 10);
  timer.unref();
  server.once('close', () => clearInterval(timer));
}

/** As Node does it with a request that takes longer than `requestTimeout`: the site's 408, and the connection ends. */
function refuse(server: Server, socket: Socket): void {
  server.emit('clientError', Object.assign(new Error('The request came too slowly.'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket);
  socket.destroySoon();
}

/** The bytes that the system has taken for the client; its own buffer holds a few megabytes at most. */
function sentTo(socket: Socket): number {
  return socket.bytesWritten - unsentTo(socket);
}

/** The bytes that wait in this process: those that no write has begun with, and the rest of the write that runs. */
function unsentTo(socket: Socket): number {
  const { writableBuffer = [], _handle } = socket as unknown as { writableBuffer?: { chunk: string | Uint8Array }[]; _handle?: { writeQueueSize?: number } | null };
  return writableBuffer.reduce((sum, { chunk }) => sum + chunk.length, 0) + (_handle?.writeQueueSize ?? 0);
}
