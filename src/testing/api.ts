/** Callers of the API for a test: people with tokens, and the document that says what can be called. */
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { storeToken, SCOPES, type Scope } from '../accounts/tokens.ts';
import { createUser } from '../accounts/users.ts';
import type { Db } from '../db/db.ts';
import { OPERATOR } from '../db/history/change.ts';
import { act } from '../db/history/writer.ts';
import { noteSecret } from './log.ts';

export const PASSWORD = 'correct-horse-battery';

/** Makes an account with a token; gives both. */
export async function personWithToken(db: Db, { username, isSuperuser = false, scopes = SCOPES }: { username: string; isSuperuser?: boolean; scopes?: readonly Scope[] }): Promise<{ id: number; token: string }> {
  const id = await createUser(db, { username, password: PASSWORD, is_staff: isSuperuser, is_superuser: isSuperuser });
  const { secret } = await act(db, OPERATOR, (writer) => storeToken(writer, { user: id, name: 'Test', scopes }));
  return { id, token: secret };
}

export type ApiCall = { method: string; url: string; token?: string | undefined; body?: unknown; headers?: Record<string, string> };

/** Calls as a program does: a body that is no text is sent as JSON. */
export function callApi(app: FastifyInstance, { method, url, token, body, headers = {} }: ApiCall): Promise<LightMyRequestResponse> {
  noteSecret(token);
  const payload = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  return app.inject({
    method: method as 'GET', url,
    headers: { host: 'localhost:8000', ...(token === undefined ? {} : { authorization: `Token ${token}` }), ...(payload === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(payload === undefined ? {} : { payload: payload as string }),
  });
}
