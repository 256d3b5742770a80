/** Making an API token for a user. The secret is on the answer to the form, and nowhere else. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { actAs } from '../../accounts/rank.ts';
import { createToken, faultsOfToken, SCOPE_WORDS, SCOPES, type Scope } from '../../accounts/tokens.ts';
import { userByName } from '../../accounts/users.ts';
import type { Db } from '../../db/db.ts';
import { rowOf, type Writer } from '../../db/history/writer.ts';
import { badRequest, type FieldErrors, invalid } from '../../errors.ts';
import { user } from '../../models/user.ts';
import type { Door } from '../../web/door.ts';
import { formKey, type KeepOutcome, oncePerForm, takeFormKey } from '../../web/form-keys.ts';
import { formWithLists } from '../../web/forms.ts';
import { assertProven, PROOF_FIELD } from '../../web/proof.ts';
import { textOf } from '../../web/query.ts';
import { authorOf, staffOf, staffOnly } from '../../web/staff.ts';
import * as urls from '../../web/urls.ts';
import { adminPage } from '../frame.ts';
import type { TokenAddPage } from './views.ts';
import { faultOf } from './rights-form.ts';

type Typed = { username: string; name: string; last_day: string; scopes: string[]; [PROOF_FIELD]: string };

const ALREADY_MADE = 'This form was sent before, and its token is made. Its secret can’t be shown any more: if you do not have it, revoke the token and make another.';
const EMPTY: Typed = { username: '', name: '', last_day: '', scopes: ['read'], [PROOF_FIELD]: '' };

/** GET and POST /admin/tokens/add. */
export function tokens(app: FastifyInstance, { db }: Door): void {
  const guard = staffOnly(db, 'add_token');
  app.get(urls.admin.add('tokens'), guard, (request, reply) => show(db, request, reply, { ...EMPTY, username: textOf(request.query, 'username') ?? '' }, {}));
  app.post(urls.admin.add('tokens'), guard, async (request, reply) => {
    takeFormKey(request);
    const typed: Typed = formWithLists(request, ['username', 'name', 'last_day', PROOF_FIELD], ['scopes']);
    if (typed.scopes.some((scope) => !(SCOPES as readonly string[]).includes(scope))) throw badRequest('There is no such use of a token. Reload the page and try again.');
    return oncePerForm(db, request, reply, {
      work: (keep) => add(db, request, reply, typed, keep),
      replay: (made) => (made === undefined ? alreadyMade(db, request, reply) : show(db, request, reply, EMPTY, { made: JSON.parse(made) as Made })),
    });
  });
}

type Made = NonNullable<TokenAddPage['made']>;

async function add(db: Db, request: FastifyRequest, reply: FastifyReply, typed: Typed, keep: KeepOutcome): Promise<FastifyReply> {
  try {
    await assertProven(db, request, staffOf(request), typed[PROOF_FIELD]);
    const made = await actAs(db, authorOf(request), async (writer) => {
      const token = await make(writer, typed);
      await keep(writer.db, { location: urls.admin.list('tokens'), shownOnce: JSON.stringify(token) });
      return token;
    });
    return await show(db, request, reply, EMPTY, { made });
  } catch (error) {
    const fault = faultOf(error);
    if (!fault) throw error;
    return show(db, request, reply.code(fault.status), typed, { form: { values: {}, errors: fault.errors, summary: fault.summary } });
  }
}

/** The form was sent again when its secret could not be shown any more. */
function alreadyMade(db: Db, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  return show(db, request, reply.code(409), EMPTY, { form: { values: {}, errors: {}, summary: ALREADY_MADE } });
}

async function make(writer: Writer, { username, name, last_day, scopes }: Typed): Promise<Made> {
  const found = await userByName(writer.db, username);
  const owner = found && (await rowOf(writer.db, user, found.id));
  const token = { name, scopes: scopes as Scope[], lastDay: last_day.trim() };
  const errors: FieldErrors = {};
  if (username.trim() === '') errors['username'] = 'Enter the username of its owner.';
  else if (!owner) errors['username'] = 'There is no user of this name. Type the whole username.';
  else if (!owner['is_active']) errors['username'] = 'This user is not active, so a token would not work. Make the account active first.';
  Object.assign(errors, await faultsOfToken(writer.db, { user: owner?.id, ...token }));
  if (!owner || Object.keys(errors).length > 0) throw invalid(errors);
  const { secret } = await createToken(writer, { user: owner.id, ...token });
  return { name: name.trim(), secret, username: String(owner['username']) };
}

function show(db: Db, request: FastifyRequest, reply: FastifyReply, typed: Typed, { form, made }: Partial<Pick<TokenAddPage, 'form' | 'made'>>): Promise<FastifyReply> {
  const title = 'Add token';
  const { scopes, [PROOF_FIELD]: _, ...values } = typed;
  const data: TokenAddPage = {
    title,
    hidden: [formKey()],
    form: { values, errors: form?.errors ?? {}, summary: form?.summary },
    scopes: SCOPES.map((scope) => ({ scope, ...SCOPE_WORDS[scope], isChecked: scopes.includes(scope) })),
    made,
  };
  return adminPage(db, request, reply.header('cache-control', 'no-store'), 'admin/token-add', data, { title, nav: 'tokens', trail: [{ label: 'API tokens', href: urls.admin.list('tokens') }] });
}
