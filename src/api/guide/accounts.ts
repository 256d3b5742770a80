/** Making an account and getting a token for it. */
import { begin } from '../../accounts/newcomers.ts';
import { faultOf } from '../../accounts/password-rules.ts';
import { createToken, scopesFor, LOGIN_TOKEN } from '../../accounts/tokens.ts';
import { createUser, faultsOfAccount, isUnchanged, LOOKS_LIKE_STAFF, ownAuthor, type Proven, userById, userByName } from '../../accounts/users.ts';
import type { Db } from '../../db/db.ts';
import { act } from '../../db/history/writer.ts';
import { InvalidInput } from '../../errors.ts';
import { token as tokenModel } from '../../models/token.ts';
import { user } from '../../models/user.ts';
import { compatible } from '../../schema/caseless.ts';
import { text } from '../../schema/fields.ts';
import { objectSchema } from '../../schema/json-schema.ts';
import { guesserOf } from '../../web/known-browser.ts';
import { readObject } from '../engine/body.ts';
import { CREDENTIALS, type Credentials, provenBy } from '../engine/credentials.ts';
import type { ApiDoor, Endpoint, Handler, Input } from '../engine/endpoint.ts';
import { ApiError, refusedFields } from '../engine/errors.ts';
import { judge, judged } from '../engine/judge.ts';
import { allowAny } from '../engine/rules.ts';

const INPUT: Input = {
  fields: { username: { field: user.fields.username, isRequired: true }, password: { field: text('Password', 256), isRequired: true, isWriteOnly: true } },
};
const TAKEN = 'A user with that username already exists.';
const NO_NAME = 'Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.';

/** A login makes a token each time; of those with this name the latest so many are kept. */
const MOST_LOGINS = 50;

/** POST /api/register and /api/login. */
export function accounts({ db, config }: ApiDoor): Endpoint[] {
  const register: Handler = async ({ request }) => {
    if (config.signup === 'closed') throw new ApiError(403, { detail: 'Signing up is closed on this site. Ask its administrator for an account.' });
    const { username, password } = await newAccount(db, await readObject(request));
    try {
      const id = await begin(db, 'sign-up', request.ip, () => createUser(db, { username, password }, ownAuthor(username, 'api')));
      return { status: 201, data: { id, username: (await userById(db, id))?.username } };
    } catch (error) {
      // Somebody was faster with the same name.
      if (error instanceof InvalidInput && error.fields['username']) throw refusedFields({ username: [TAKEN] });
      throw error;
    }
  };

  const login: Handler = async ({ request }) => {
    const sent = (await judge(db, CREDENTIALS, await readObject(request))) as unknown as Credentials;
    const found = await provenBy({ db, config }, sent, guesserOf(request));
    const secret = found && (await tokenFor(db, found));
    if (!secret) throw refusedFields({ non_field_errors: ['Unable to log in with provided credentials.'] });
    return { data: { token: secret } };
  };

  return [
    { path: '/register', name: 'Register User', rule: allowAny, methods: { POST: register }, operations: {
      POST: { summary: 'Make an account', input: { ...INPUT, readOnly: ['id'] }, status: 201, output: objectSchema(user, ['id', 'username']), errors: [403, 429], example: { body: { username: 'bob', password: 'correct-horse-battery' } } },
    } },
    { path: '/login', name: 'Obtain Auth Token', rule: allowAny, methods: { POST: login }, operations: {
      POST: { summary: 'Get a token for a username and a password; keep it, nobody can show it again. An account with a second factor sends a code along', input: CREDENTIALS, status: 200, output: { type: 'object', properties: { token: { type: 'string' } }, required: ['token'] } },
    } },
  ];
}

/** The name and the password of a new account, judged by the rules of the site in the words of Django REST framework. */
async function newAccount(db: Db, raw: Record<string, unknown>): Promise<{ username: string; password: string }> {
  const { values, faults } = await judged(db, INPUT, raw);
  const { username, password } = values as Record<'username' | 'password', string | undefined>;
  if (username !== undefined) {
    const name = compatible(username);
    const fault = (await faultsOfAccount(db, { username: name, email: '' }))['username'];
    if (await userByName(db, name)) faults['username'] = [TAKEN];
    else if (fault) faults['username'] = [fault === LOOKS_LIKE_STAFF ? fault : NO_NAME];
  }
  const fault = password === undefined ? undefined : await faultOf(password, { username: username ?? '', email: '' });
  if (fault) faults['password'] = [fault];
  if (Object.keys(faults).length > 0) throw refusedFields({ ...(faults['username'] && { username: faults['username'] }), ...faults });
  return { username, password } as { username: string; password: string };
}

/** A new token for what the account may do; none when the account was changed while its password was compared. */
async function tokenFor(db: Db, proven: Proven): Promise<string | undefined> {
  return act(db, { user: proven.id, person: proven.username, surface: 'api' }, async (writer) => {
    if (!(await isUnchanged(writer.db, proven))) return undefined;
    // The first such token is news to its person; a program that logs in each day is not.
    const isRoutine = (await writer.db.first('select 1 from tokens where user = :user and name = :name', { user: proven.id, name: LOGIN_TOKEN })) !== undefined;
    const { secret } = await createToken(writer, { user: proven.id, name: LOGIN_TOKEN, scopes: await scopesFor(writer.db, proven.id), isRoutine });
    const old = await writer.db.all<{ id: number }>('select id from tokens where user = :user and name = :name order by id desc limit 100 offset :kept', { user: proven.id, name: LOGIN_TOKEN, kept: MOST_LOGINS });
    for (const { id } of old) await writer.remove(tokenModel, id);
    return secret;
  });
}
