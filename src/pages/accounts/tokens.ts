/** The account's API tokens: made, shown once, and revoked. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { createToken, isPowerful, revokeToken, SCOPE_WORDS, type Scope, scopesFor, tokensOf } from '../../accounts/tokens.ts';
import type { Author } from '../../db/history/change.ts';
import { act } from '../../db/history/writer.ts';
import { InvalidInput } from '../../errors.ts';
import { own } from '../../schema/own.ts';
import type { Door } from '../../web/door.ts';
import { formKey, type KeepOutcome, oncePerForm, takeFormKey } from '../../web/form-keys.ts';
import { formOf, formWithLists } from '../../web/forms.ts';
import { person, signedIn } from '../../web/guards.ts';
import { assertProven, PROOF_FIELD } from '../../web/proof.ts';
import { idIn } from '../../web/query.ts';
import { flash, type Person } from '../../web/session.ts';
import * as urls from '../../web/urls.ts';
import type { AccountTokensPage } from '../../web/views.ts';

const ALREADY_MADE = 'This form was sent before, and its token is made. Its secret can’t be shown any more: if you do not have it, revoke the token and make another.';

type Shown = { values?: { name: string; last_day: string }; chosen?: readonly string[]; errors?: Record<string, string>; summary?: string; made?: Made | undefined };
type Made = NonNullable<AccountTokensPage['made']>;

/** GET and POST /account/tokens, POST /account/tokens/:id/revoke. */
export function tokens(app: FastifyInstance, { db }: Door): void {
  const guarded = { preHandler: signedIn, config: { access: 'signed in' } } as const;

  const show = async (reply: FastifyReply, mine: Person, { values = { name: '', last_day: '' }, chosen = ['read'], errors = {}, summary, made }: Shown) => {
    const now = new Date().toISOString();
    const page: AccountTokensPage = {
      hidden: [formKey()],
      form: { values, errors, ...(summary === undefined ? {} : { summary }) },
      scopes: (await scopesFor(db, mine.id)).map((scope) => ({ scope, ...SCOPE_WORDS[scope], isChecked: chosen.includes(scope) })),
      made,
      tokens: (await tokensOf(db, mine.id)).map((token) => ({
        id: token.id, name: token.name, scopes: token.scopes.split(' ').map((scope) => own(SCOPE_WORDS, scope)?.label ?? scope).join(', '), ending: token.ending,
        made: token.created_at, lastUsed: token.last_used_at, ends: token.expires_at, hasEnded: token.expires_at !== '' && token.expires_at < now,
      })),
    };
    // It may hold a secret, which nothing is to keep.
    return reply.header('cache-control', 'no-store').page('pages/account-tokens', page, { title: 'Tokens', nav: 'account' });
  };

  app.get(urls.accountTokens, guarded, async (request, reply) => show(reply, await person(request), {}));

  app.post(urls.accountTokens, guarded, async (request, reply) => {
    takeFormKey(request);
    const { name, last_day, scopes, [PROOF_FIELD]: password } = formWithLists(request, ['name', 'last_day', PROOF_FIELD], ['scopes']);
    const mine = await person(request);
    return oncePerForm(db, request, reply, {
      work: async (keep) => {
        try {
          if (isPowerful(scopes)) await assertProven(db, request, mine, password);
          const made = await make(mine, { name, lastDay: last_day.trim(), scopes: scopes as Scope[] }, keep);
          return await show(reply, mine, { made });
        } catch (error) {
          if (!(error instanceof InvalidInput)) throw error;
          return show(reply.code(422), mine, { values: { name, last_day }, chosen: scopes, errors: error.fields });
        }
      },
      replay: (made) => (made === undefined ? show(reply.code(409), mine, { summary: ALREADY_MADE }) : show(reply, mine, { made: JSON.parse(made) as Made })),
    });
  });

  /** Makes the token and gives what is shown of it, once. */
  const make = async (mine: Person, token: { name: string; lastDay: string; scopes: Scope[] }, keep: KeepOutcome): Promise<Made> => act(db, authorOf(mine), async (writer) => {
    const { secret } = await createToken(writer, { user: mine.id, ...token });
    const made = { name: token.name.trim(), secret };
    await keep(writer.db, { location: urls.accountTokens, shownOnce: JSON.stringify(made) });
    return made;
  });

  app.post('/account/tokens/:id/revoke', guarded, async (request, reply) => {
    formOf(request, []);
    const mine = await person(request);
    await act(db, authorOf(mine), (writer) => revokeToken(writer, mine.id, idIn(request.params)));
    flash(request, { kind: 'ok', text: 'Revoked the token. Whatever uses it is refused from now on.' });
    return reply.redirect(urls.accountTokens, 303);
  });
}

function authorOf({ id, username }: Person): Author {
  return { user: id, person: username, surface: 'account' };
}
