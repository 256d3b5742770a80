/** Setting up an authenticator app, confirmed by its first code, and removing it. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { generate } from 'lean-qr';
import { toSvgPath } from 'lean-qr/extras/svg';
import { appOf, beginApp, confirmApp, pendingApp, removeApp } from '../../../accounts/factors/app.ts';
import { mustHaveFactor } from '../../../accounts/factors/requirement.ts';
import { noteFactor, settleRemoval } from '../../../accounts/factors/second-factor.ts';
import { act } from '../../../db/history/writer.ts';
import { normalized } from '../../../schema/normalized.ts';
import type { Door } from '../../../web/door.ts';
import { formOf } from '../../../web/forms.ts';
import { person } from '../../../web/guards.ts';
import { flash, type Person } from '../../../web/session.ts';
import * as urls from '../../../web/urls.ts';
import type { Form } from '../../../web/views.ts';
import { firstCodes, showCodes } from './codes.ts';
import { authorOf, guarded, provenRoute } from './proof.ts';

const WRONG = 'This is not the code that the app shows now. Check the clock of your device, then enter the next code.';

/** GET and POST of /account/security/app, its confirmation and its removal. */
export function app(site: FastifyInstance, door: Door): void {
  const { db, config } = door;
  provenRoute(site, door, urls.accountApp, {
    about: async (_request, { id }) => ((await appOf(db, id)) ? REPLACE : SET_UP),
    otherwise: urls.accountSecurity,
    done: async (_request, reply, mine) => {
      await beginApp(db, config.secrets, mine);
      return reply.redirect(urls.accountAppConfirm, 303);
    },
  });

  const show = async (request: FastifyRequest, reply: FastifyReply, form: Form<'code'>) => {
    const pending = await pendingApp(db, config.secrets, await person(request), config.siteName);
    if (!pending) return reply.redirect(urls.accountSecurity, 303);
    const drawn = generate(pending.link);
    const page = { form, qr: { path: toSvgPath(drawn), size: drawn.size }, groups: pending.key.match(/.{1,4}/g) ?? [], link: pending.link };
    // It holds a secret, which nothing is to keep.
    return reply.header('cache-control', 'no-store').page('pages/account-app', page, { title: 'Set up an app', nav: 'account' });
  };
  site.get(urls.accountAppConfirm, guarded, (request, reply) => show(request, reply, { values: {}, errors: {} }));
  site.post(urls.accountAppConfirm, guarded, async (request, reply) => {
    const { code } = formOf(request, ['code']);
    const mine = await person(request);
    const made = await confirm(door, mine, normalized(code, 'NFKC').replace(/\s/g, ''));
    if (!made) return show(request, reply.code(422), { values: {}, errors: { code: WRONG } });
    if (made.codes) return showCodes(reply, 'The app is set up', made.codes, config.siteName);
    flash(request, { kind: 'ok', text: 'The app is set up. The one before it works no more.' });
    return reply.redirect(urls.accountSecurity, 303);
  });

  provenRoute(site, door, urls.accountAppRemove, {
    about: async (_request, { id }) => ((await appOf(db, id)) ? REMOVE : undefined),
    otherwise: urls.accountSecurity,
    done: async (request, reply, mine) => {
      await act(db, authorOf(mine), async (writer) => {
        if (!(await removeApp(writer.db, mine.id))) return;
        await settleRemoval(writer.db, mine.id, mustHaveFactor(config.requireMfa, mine));
        await noteFactor(writer, mine, { 'authenticator app': ['set up', 'removed'] });
      });
      flash(request, { kind: 'ok', text: 'Removed the app. Delete the entry in it, too.' });
      return reply.redirect(urls.accountSecurity, 303);
    },
  });
}

/** The new app counts from now on; undefined for a wrong code. With it come recovery codes, for whoever has none. */
async function confirm({ db, config }: Door, mine: Person, code: string): Promise<{ codes: string[] | undefined } | undefined> {
  const codes = await firstCodes(db, mine.id);
  const isRight = await act(db, authorOf(mine), async (writer) => {
    if (!(await confirmApp(writer.db, config.secrets, mine.id, code))) return false;
    await codes?.store(writer.db);
    await noteFactor(writer, mine, { 'authenticator app': ['none', 'set up'] });
    return true;
  });
  return isRight ? { codes: codes?.codes } : undefined;
}

const SET_UP = {
  heading: 'Set up an authenticator app', isDangerous: false, button: 'Continue',
  sentence: 'You need an app on your phone or computer that makes codes, such as the one that keeps your passwords.',
};
const REPLACE = {
  ...SET_UP, heading: 'Set up another app',
  sentence: 'The new app takes the place of the one that you have now, as soon as its first code is right.',
};
const REMOVE = {
  heading: 'Remove the authenticator app?', isDangerous: true, button: 'Remove app',
  sentence: 'Its codes stop working. Without another second factor your password alone opens the account, and your recovery codes go, too.',
};
