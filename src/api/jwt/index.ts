/** JSON Web Tokens: a short access token and a refresh token that is renewed each time. Only where JWT_SECRET is set. */
import { beginJwtSession, type Claimed, findJwtSession, renewJwtSession } from '../../accounts/jwt-sessions.ts';
import { isUnchanged, type Proven } from '../../accounts/users.ts';
import type { Db } from '../../db/db.ts';
import { text } from '../../schema/fields.ts';
import type { JsonSchema } from '../../schema/json-schema.ts';
import { guesserOf } from '../../web/known-browser.ts';
import { readObject } from '../engine/body.ts';
import { CREDENTIALS, type Credentials, provenBy } from '../engine/credentials.ts';
import type { ApiDoor, Endpoint, Handler, Input } from '../engine/endpoint.ts';
import { judge } from '../engine/judge.ts';
import { allowAny } from '../engine/rules.ts';
import { refusal } from './bearer.ts';
import { BadJwt, LONGEST, type Read, readJwt, signJwt, type TokenType } from './jwt.ts';

const REFRESH: Input = { fields: { refresh: { field: text('Refresh token', LONGEST), isRequired: true } } };
const TOKEN: Input = { fields: { token: { field: text('Token', LONGEST), isRequired: true } } };
const JWT: JsonSchema = { type: 'string', pattern: '^[\\w-]+\\.[\\w-]+\\.[\\w-]+$' };
const PAIR: JsonSchema = { type: 'object', properties: { refresh: JWT, access: JWT }, required: ['refresh', 'access'] };

const DAY = 24 * 60 * 60 * 1000;

const NOBODY = 'No active account found with the given credentials';

/** POST /api/token, /api/token/refresh and /api/token/verify; none where they are switched off. */
export function jwtEndpoints({ db, config }: ApiDoor): Endpoint[] {
  if (config.jwtSecret === undefined) return [];

  const pairOf = async (claimed: Claimed) => ({ refresh: await signJwt(config, 'refresh', claimed), access: await signJwt(config, 'access', claimed) });

  const obtain: Handler = async ({ request }) => {
    const sent = (await judge(db, CREDENTIALS, await readObject(request))) as unknown as Credentials;
    const found = await provenBy({ db, config }, sent, guesserOf(request));
    const begun = found && (await begin(db, found));
    if (!begun) throw refusal(NOBODY);
    return { data: await pairOf(begun), headers: SECRET };
  };

  const refresh: Handler = async ({ request }) => {
    const sent = (await judge(db, REFRESH, await readObject(request))) as Record<'refresh', string>;
    const read = await reading(() => readJwt(config, sent.refresh), 'refresh');
    const renewed = await renewJwtSession(db, read, config.sessionDays.all * DAY);
    if ('refusal' in renewed) throw renewed.refusal === 'inactive' ? refusal(NOBODY, 'no_active_account') : blacklisted();
    return { data: await pairOf({ ...read, ...renewed }), headers: SECRET };
  };

  const verify: Handler = async ({ request }) => {
    const sent = (await judge(db, TOKEN, await readObject(request))) as Record<'token', string>;
    const { type, session, user: owner, current } = await reading(() => readJwt(config, sent.token));
    const bearer = await findJwtSession(db, { session, user: owner, ...(type === 'refresh' ? { current } : {}) });
    if (!bearer?.isActive) throw blacklisted();
    return { data: {} };
  };

  return [
    { path: '/token', name: 'Token Obtain Pair', rule: allowAny, methods: { POST: obtain },
      description: 'Takes a username and a password, and a code of an account with a second factor, and gives a pair of JSON Web Tokens: `access` to call with, for five minutes, and `refresh` to get the next pair.',
      operations: { POST: { summary: 'Get a pair of JSON Web Tokens', input: CREDENTIALS, status: 200, output: PAIR } } },
    { path: '/token/refresh', name: 'Token Refresh', rule: allowAny, methods: { POST: refresh },
      description: 'Takes the refresh token and gives the next pair. Each works once: one that is used again ends its session.',
      operations: { POST: { summary: 'Get the next pair for a refresh token', input: REFRESH, status: 200, output: PAIR } } },
    { path: '/token/verify', name: 'Token Verify', rule: allowAny, methods: { POST: verify },
      description: 'Tells whether a token works.',
      operations: { POST: { summary: 'Find out whether a token works', input: TOKEN, status: 200, output: { type: 'object' } } } },
  ];
}

/** What holds a token is kept by nobody on the way. */
const SECRET = { 'cache-control': 'no-store' };

/** A new session; none when the account was changed while its password was compared. */
function begin(db: Db, proven: Proven): Promise<Claimed | undefined> {
  return db.transaction(async (trx) => ((await isUnchanged(trx, proven)) ? beginJwtSession(trx, proven.id) : undefined));
}

async function reading(read: () => Promise<Read>, type?: TokenType): Promise<Read> {
  try {
    const found = await read();
    if (type !== undefined && found.type !== type) throw new BadJwt('Token has wrong type');
    return found;
  } catch (error) {
    throw error instanceof BadJwt ? refusal(error.message, 'token_not_valid') : error;
  }
}

const blacklisted = () => refusal('Token is blacklisted', 'token_not_valid');
