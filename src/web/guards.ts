/** Who may open a route. A door calls these first; a route writes down its access for the list of routes. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Person, personOf } from './session.ts';
import * as urls from './urls.ts';

/** Sends visitors without an account to the log-in and back; use it as `preHandler` with `config: { access: 'signed in' }`. */
export async function signedIn(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
  if (await personOf(request)) return undefined;
  const next = request.method === 'GET' ? request.url : urls.account;
  return reply.redirect(urls.withNext(urls.login, next), 303);
}

/** The person behind a route that `signedIn` guards. */
export async function person(request: FastifyRequest): Promise<Person> {
  const found = await personOf(request);
  if (!found) throw new Error(`${request.method} ${request.url} is not guarded`);
  return found;
}
