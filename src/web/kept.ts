/**
 * Bodies that are kept in memory and sent again: with a strong ETag, answered 304 when the browser has
 * it, compressed at most once for each encoding.
 */
import { createHash } from 'node:crypto';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';

export type Kept = {
  body: Buffer;
  type: string;
  cacheControl: string;
  etag: string;
  /** Kept for as long as possible, so it is worth more time to compress. */
  lasting: boolean;
  br?: Buffer;
  gzip?: Buffer;
};

const COMPRESSIBLE = /^(text\/|application\/(json|javascript|manifest\+json|xml|[a-z]+\+xml)|image\/svg\+xml)/;
const BROTLI = /^\s*br\s*(;\s*q=(1|0\.0*[1-9]).*)?$/;
const GZIP = /^\s*gzip\s*(;\s*q=(1|0\.0*[1-9]).*)?$/;
/** Below this the frame around a compressed body costs more than it saves. */
const WORTHWHILE = 600;

const encoder = new TextEncoder();
const desk = new Uint8Array(512 * 1024);

/** The bytes of a page. Written into a large buffer and copied: a third of what Buffer.from takes once a letter is beyond Latin-1. */
export function bytesIn(text: string): Buffer {
  const { read, written } = encoder.encodeInto(text, desk);
  return read === text.length ? exactly(desk.subarray(0, written)) : Buffer.from(text);
}

/** Prepares a body for sending it many times. */
export function keep(body: Buffer, { type, cacheControl, lasting = false }: { type: string; cacheControl: string; lasting?: boolean }): Kept {
  return { body, type, cacheControl, lasting, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` };
}

/** How much memory it holds at most, in bytes: the body and its two compressed forms. */
export function bytesOf(kept: Kept): number {
  return kept.body.length * 2 + 500;
}

/** Sends it, or 304 when the browser has it already. */
export function sendKept(request: FastifyRequest, reply: FastifyReply, kept: Kept): FastifyReply {
  return reply.send(headed(request, reply, kept));
}

/** Sets the status and the headers for a kept body, and gives the bytes to send: none when the browser has them. */
export function headed(request: FastifyRequest, reply: FastifyReply, kept: Kept): Buffer | null {
  const encoding = encodingOf(request, kept.type, kept.body.length);
  // A strong ETag names the very bytes, so each encoding has its own.
  const etag = encoding ? `${kept.etag.slice(0, -1)}-${encoding}"` : kept.etag;
  reply.header('etag', etag).header('cache-control', kept.cacheControl);
  if (COMPRESSIBLE.test(kept.type)) reply.header('vary', 'Accept-Encoding');
  const known = request.headers['if-none-match'];
  if (known !== undefined && (known === '*' || known.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag))) {
    reply.code(304);
    return null;
  }
  reply.header('content-type', kept.type);
  if (!encoding) return kept.body;
  reply.header('content-encoding', encoding);
  return bodyIn(kept, encoding);
}

function bodyIn(kept: Kept, encoding: 'br' | 'gzip'): Buffer {
  kept[encoding] ??= exactly(encoding === 'br' ? brotli(kept.body, kept.lasting ? 11 : 5) : gzipSync(kept.body));
  return kept[encoding];
}

/** The bytes in memory of their own: zlib gives a view on 16 KiB, all of which would be kept for a page of 3. */
function exactly(bytes: Uint8Array): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  copy.set(bytes);
  return copy;
}

/** Compresses a body that is sent once, quickly. */
export function compressed(request: FastifyRequest, reply: FastifyReply, body: Buffer): Buffer {
  const type = String(reply.getHeader('content-type') ?? '');
  if (!COMPRESSIBLE.test(type) || reply.hasHeader('content-encoding')) return body;
  reply.header('vary', [reply.getHeader('vary'), 'Accept-Encoding'].filter(Boolean).join(', '));
  const encoding = encodingOf(request, type, body.length);
  if (!encoding) return body;
  reply.header('content-encoding', encoding);
  return encoding === 'br' ? brotli(body, 1) : gzipSync(body, { level: 1 });
}

function encodingOf(request: FastifyRequest, type: string, length: number): 'br' | 'gzip' | undefined {
  if (length < WORTHWHILE || !COMPRESSIBLE.test(type)) return undefined;
  const accepted = request.headers['accept-encoding'];
  if (typeof accepted !== 'string') return undefined;
  const parts = accepted.split(',');
  const takes = (coding: RegExp) => parts.some((part) => coding.test(part));
  return takes(BROTLI) ? 'br' : takes(GZIP) ? 'gzip' : undefined;
}

function brotli(body: Buffer, quality: number): Buffer {
  return brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_SIZE_HINT]: body.length } });
}
