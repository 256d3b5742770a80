/** Who calls by an access token: `Authorization: Bearer <JWT>`, in the words of the guide's library. */
import { type Bearer, findJwtSession } from '../../accounts/jwt-sessions.ts';
import { BEGINNING } from '../../accounts/tokens.ts';
import type { Door } from '../../web/door.ts';
import { ApiError } from '../engine/errors.ts';
import { BadJwt, readJwt } from './jwt.ts';

const BEARER = { 'www-authenticate': 'Bearer realm="api"' };

/** Whether the header is for here: JSON Web Tokens are switched on, and it holds no API token. */
export function isForJwt({ config }: Door, scheme: string, credentials: readonly string[]): boolean {
  return config.jwtSecret !== undefined && /^bearer$/i.test(scheme) && !credentials[0]?.startsWith(BEGINNING);
}

/**
 * The person of an access token.
 * @throws ApiError 401
 */
export async function bearerOf({ db, config }: Door, credentials: readonly string[]): Promise<Bearer> {
  if (credentials.length !== 1) throw refusal('Authorization header must contain two space-delimited values', 'bad_authorization_header');
  try {
    const read = await readJwt(config, credentials[0] as string);
    if (read.type !== 'access') throw new BadJwt('Token has wrong type');
    const bearer = await findJwtSession(db, { session: read.session, user: read.user });
    if (!bearer) throw new BadJwt('Token is blacklisted');
    if (!bearer.isActive) throw refusal('User is inactive', 'user_inactive');
    return bearer;
  } catch (error) {
    if (!(error instanceof BadJwt)) throw error;
    throw refusal('Given token not valid for any token type', 'token_not_valid', [{ token_class: 'AccessToken', token_type: 'access', message: error.message }]);
  }
}

/** A 401 with the header that says how to authenticate. */
export function refusal(detail: string, code?: string, messages?: readonly Record<string, string>[]): ApiError {
  return new ApiError(401, { detail, ...(code === undefined ? {} : { code }), ...(messages ? { messages } : {}) }, BEARER);
}
