/** Pages whose address holds a one-time key. */
import type { FastifyReply } from 'fastify';

/** Such a page is kept nowhere, and no page that follows is told its address; its own forms still tell their origin. */
export function unkept(reply: FastifyReply): FastifyReply {
  return reply.header('cache-control', 'no-store').header('referrer-policy', 'strict-origin');
}
