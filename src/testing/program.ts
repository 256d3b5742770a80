/** A program that calls the API: sends JSON with a token, and reads JSON. */
import type { FastifyInstance, InjectOptions } from 'fastify';
import { storeToken, type Scope } from '../accounts/tokens.ts';
import { createUser, type NewUser } from '../accounts/users.ts';
import type { Db } from '../db/db.ts';
import { OPERATOR } from '../db/history/change.ts';
import { act } from '../db/history/writer.ts';
import { noteSecret } from './log.ts';

export type Answered = { status: number; headers: Record<string, string | undefined>; body: string; /** The body as JSON; undefined when it is none. */ json: unknown };
export type Program = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answered>;

/** Calls addresses below /api; a body that is a text is sent as it is. */
export function program({ app }: { app: FastifyInstance }, token?: string): Program {
  noteSecret(token);
  return async (method, path, body, headers = {}) => {
    const payload = body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const answer = await app.inject({
      method: method as NonNullable<InjectOptions['method']>, url: `/api${path}`,
      headers: { host: 'localhost:8000', ...(token === undefined ? {} : { authorization: `Token ${token}` }), ...(payload === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(payload === undefined ? {} : { payload }),
    });
    return { status: answer.statusCode, headers: answer.headers as Answered['headers'], body: answer.body, json: parsed(answer.body) };
  };
}

/** Makes an account with a token for it. */
export async function person(db: Db, { scopes = ['admin'], permissions = [], ...values }: Partial<NewUser> & { username: string; scopes?: Scope[]; permissions?: string[] }): Promise<{ id: number; token: string }> {
  const id = await createUser(db, { password: undefined, ...values });
  for (const permission of permissions) await db.run('insert into user_permissions (user, permission) values (:id, :permission)', { id, permission });
  const { secret } = await act(db, OPERATOR, (writer) => storeToken(writer, { user: id, name: 'test', scopes }));
  return { id, token: secret };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}
