/** Signs and reads JSON Web Tokens, by HS256 alone. */
import { createSecretKey, type KeyObject } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import type { Claimed } from '../../accounts/jwt-sessions.ts';
import { newId, RENEWED_WITHIN } from '../../accounts/jwt-sessions.ts';
import type { Config } from '../../config.ts';
import * as urls from '../../web/urls.ts';

export type TokenType = 'access' | 'refresh';
/** What a token that is good says. `current` is its own id. */
export type Read = Claimed & { type: TokenType };

/** In milliseconds. */
export const LIFE: Record<TokenType, number> = { access: 5 * 60 * 1000, refresh: RENEWED_WITHIN };
/** Clocks of several machines differ by no more, in seconds. */
const SKEW = 10;
/** No token of ours is nearly as long. */
export const LONGEST = 2048;

/** Why a token is not good, in the words of the guide's library. */
export class BadJwt extends Error {}

/** Makes the token of a session: the refresh token that it has at present, or an access token with an id of its own. */
export async function signJwt(config: Config, type: TokenType, { session, user, current }: Claimed, now = Date.now()): Promise<string> {
  const seconds = Math.floor(now / 1000);
  return new SignJWT({ token_type: type, exp: seconds + LIFE[type] / 1000, iat: seconds, jti: type === 'refresh' ? current : newId(), user_id: String(user), sid: session, iss: config.publicUrl, aud: audienceOf(config) })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(keyOf(config));
}

/**
 * Reads a token. Whether its session is still open is another question.
 * @throws BadJwt
 */
export async function readJwt(config: Config, token: string): Promise<Read> {
  if (token.length > LONGEST) throw new BadJwt('Token is invalid');
  try {
    const { payload } = await jwtVerify(token, keyOf(config), {
      algorithms: ['HS256'], typ: 'JWT', issuer: config.publicUrl, audience: audienceOf(config), clockTolerance: SKEW, requiredClaims: ['exp', 'iat', 'jti', 'sid', 'user_id', 'token_type'],
    });
    const { token_type: type, sid: session, user_id: user, jti: current, iat = 0 } = payload;
    const isOurs = (type === 'access' || type === 'refresh') && typeof session === 'string' && typeof user === 'string' && /^[1-9]\d{0,15}$/.test(user) && typeof current === 'string';
    if (!isOurs || iat > Date.now() / 1000 + SKEW) throw new BadJwt('Token is invalid');
    return { type, session, user: Number(user), current };
  } catch (error) {
    if (error instanceof BadJwt) throw error;
    if (error instanceof errors.JWTExpired) throw new BadJwt('Token is expired');
    if (error instanceof errors.JOSEError || error instanceof TypeError) throw new BadJwt('Token is invalid');
    throw error;
  }
}

const keys = new Map<string, KeyObject>();

function keyOf({ jwtSecret }: Config): KeyObject {
  if (jwtSecret === undefined) throw new Error('JWT_SECRET is not set');
  const known = keys.get(jwtSecret) ?? createSecretKey(Buffer.from(jwtSecret));
  keys.set(jwtSecret, known);
  return known;
}

function audienceOf({ publicUrl }: Config): string {
  return publicUrl + urls.api;
}
