/** The caller's own account. Rights are no business of one's own: those are changed under /users, by who may. */
import { addressStateOf, proposeAddress } from '../../accounts/mail/addresses.ts';
import { faultOf } from '../../accounts/password-rules.ts';
import { hashPassword } from '../../accounts/passwords.ts';
import { writePassword } from '../../accounts/set-password.ts';
import { faultsOfAccount } from '../../accounts/users.ts';
import type { Db } from '../../db/db.ts';
import { user } from '../../models/user.ts';
import { compatible } from '../../schema/caseless.ts';
import type { JsonSchema } from '../../schema/json-schema.ts';
import { readObject } from '../engine/body.ts';
import type { Person } from '../engine/caller.ts';
import type { Answer, ApiDoor, Call, Endpoint, Input } from '../engine/endpoint.ts';
import { refusedFields } from '../engine/errors.ts';
import { judged } from '../engine/judge.ts';
import { assertProvenCaller, isOwnPassword, WRONG_PASSWORD } from '../engine/proof.ts';
import { and, isAuthenticated, type Rule, scoped } from '../engine/rules.ts';
import { writing } from './engine/act.ts';
import { DRY_RUN, IF_MATCH, IF_NONE_MATCH, PREFER, shapeParameters } from './engine/parameters.ts';
import { CURRENT_PASSWORD, inLists, PASSWORD, userView, users } from './people.ts';
import { readShape } from './engine/query.ts';
import type { Resource } from './engine/resource.ts';
import { isStrict, refuseUnknown, strictly, unheededFields } from './engine/strict.ts';
import { assertMatches, tagged } from './engine/tags.ts';
import { schemaOf, type Shape, showOne, type Shown, type View } from './engine/representation.ts';

const rule: Rule = (caller, method) => and(isAuthenticated, scoped(method === 'GET' ? 'read' : 'admin'))(caller, method);

const ownView: View = { ...userView, data: Object.fromEntries(Object.entries(userView.data).filter(([name]) => name !== 'is_active' && name !== 'updated_at')) };

/** Described as users are, for what a client wants to see of it. */
const mine: Resource = { ...users, view: ownView };

const PENDING: JsonSchema = { type: 'string', title: 'E-mail address that waits for the link that went there to be used; null for none', nullable: true };

const INPUT: Input = {
  fields: {
    username: { field: user.fields.username, isRequired: false },
    email: { field: user.fields.email, isRequired: false },
    password: { field: PASSWORD, isRequired: false, isWriteOnly: true },
    current_password: { field: CURRENT_PASSWORD, isRequired: false, isWriteOnly: true },
  },
  readOnly: ['id'],
};

/** /api/v1/me */
export function me(door: ApiDoor): Endpoint {
  const schema = schemaOf(ownView);
  schema.properties = { ...schema.properties, pending_email: PENDING, scopes: { type: 'array', title: 'What this token may be used for; null for a session', items: { type: 'string' }, nullable: true } };
  const shape = shapeParameters(mine);
  return {
    path: '/v1/me', name: 'Me', rule,
    description: 'Your own account. A new username, password or e-mail address asks for the present password, too. A new e-mail address is used once the link that goes there was opened; until then it is `pending_email`.',
    methods: { GET: strictly(async (call) => tagged(call, await own(door.db, call, readShape(mine, call)))), PATCH: strictly((call) => change(door, call)) },
    operations: {
      GET: { summary: 'Who you are and what you may do', parameters: [...shape, IF_NONE_MATCH, PREFER], status: 200, output: schema, errors: [304, 400], example: {} },
      PATCH: { summary: 'Change your own account', input: INPUT, parameters: [DRY_RUN, ...shape, IF_MATCH, PREFER], status: 200, output: schema, errors: [400, 412, 422], example: { body: { email: 'mara@example.org', current_password: 'correct-horse-battery' } } },
    },
  };
}

async function own(db: Db, { caller }: Call, shape: Shape): Promise<Shown> {
  const person = caller as Person;
  const row = (await showOne(db, ownView, person.id, shape)) as Shown;
  if (shape.fields) return row;
  return { ...row, pending_email: (await addressStateOf(db, person.id)).pending ?? null, scopes: person.scopes ? [...person.scopes] : null };
}

/**
 * Where mail can be sent, a new address is the account's once the link that goes there was used; until then the old one
 * stays. Without mail it is the account's at once, and unconfirmed; so is none.
 */
async function proposed({ config }: ApiDoor, db: Db, request: Call['request'], { id, now, email }: { id: number; now: string; email: string | undefined }): Promise<{ email?: string }> {
  if (email === undefined || email === '' || email === now || !config.mail) return email === undefined ? {} : { email };
  await proposeAddress(db, { id }, email, request.ip);
  return { email: now };
}

async function change(door: ApiDoor, call: Call): Promise<Answer> {
  const { request } = call;
  const caller = call.caller as Person;
  const { id, username: name } = caller;
  const shape = readShape(mine, call, ['dry_run']);
  const raw = await readObject(request);
  if (isStrict(request)) {
    refuseUnknown(unheededFields(Object.keys(raw), { writable: Object.keys(INPUT.fields), shown: { ...ownView.data, pending_email: true, scopes: true } }));
  }
  const { values, faults } = await judged(door.db, INPUT, raw, { partial: true });
  const { password, current_password, ...account } = values as { password?: string; current_password?: string; username?: string; email?: string };
  if (account.username !== undefined) account.username = compatible(account.username);
  const asksPassword = password !== undefined || (account.username !== undefined && account.username !== name);
  if (asksPassword && !faults['current_password'] && !(current_password !== undefined && (await isOwnPassword(door.db, { request, caller }, current_password)))) faults['current_password'] = [current_password === undefined ? 'This field is required.' : WRONG_PASSWORD];
  const known = await door.db.first<{ email: string }>('select email from users where id = :id', { id });
  const fault = password === undefined ? undefined : await faultOf(password, { username: account.username ?? name, email: account.email ?? known?.email ?? '' });
  if (fault) faults['password'] = [fault];
  if (Object.keys(faults).length > 0) throw refusedFields(faults);
  const changesAddress = account.email !== undefined && account.email !== known?.email;
  if (changesAddress && !asksPassword) await assertProvenCaller(door.db, { request, caller }, current_password);
  const hash = password === undefined ? undefined : await hashPassword(password);
  return writing(door, call, async (writer) => {
    if (request.headers['if-match'] !== undefined) assertMatches(request, await own(writer.db, call, shape));
    const now = (await writer.db.first<{ username: string; email: string }>('select username, email from users where id = :id', { id })) as { username: string; email: string };
    const wrong = Object.entries(await faultsOfAccount(writer.db, { ...now, ...account }, id)).filter(([field]) => field in account);
    if (wrong.length > 0) throw refusedFields(inLists(Object.fromEntries(wrong)));
    await writer.update(user, id, { ...account, ...(await proposed(door, writer.db, request, { id, now: now.email, email: account.email })) });
    if (hash !== undefined) await writePassword(writer, { id, username: account.username ?? now.username }, hash);
    const data = await own(writer.db, call, shape);
    return { answer: tagged(call, data), rehearsed: { updated: 1, results: [data] } };
  });
}
