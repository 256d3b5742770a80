/** An account's passkeys: added with the browser's help, and removed. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  addPasskey, faultOfName, MOST_PASSKEYS, passkeysOf, readRegistration, registrationOptions, removePasskey,
} from '../../../accounts/factors/passkeys.ts';
import { mustHaveFactor } from '../../../accounts/factors/requirement.ts';
import { noteFactor, settleRemoval } from '../../../accounts/factors/second-factor.ts';
import { act } from '../../../db/history/writer.ts';
import { GuestError } from '../../../errors.ts';
import type { Door } from '../../../web/door.ts';
import { formOf } from '../../../web/forms.ts';
import { person } from '../../../web/guards.ts';
import { idIn } from '../../../web/query.ts';
import { flash, type Person } from '../../../web/session.ts';
import * as urls from '../../../web/urls.ts';
import type { Form } from '../../../web/views.ts';
import { firstCodes, showCodes } from './codes.ts';
import { authorOf, guarded, provenRoute, refusalOfProof, withWait } from './proof.ts';

type Added = { codes: string[] | undefined };

const FIELDS = ['name', 'password', 'credential'] as const;
const NO_ANSWER = 'Your browser sent no passkey. Passkeys need JavaScript and a browser that knows them.';
const REFUSED = 'This passkey was not accepted. Try again.';
const NO_ROOM = `This passkey is there already, or you have ${MOST_PASSKEYS} of them.`;

/** GET and POST /account/security/passkeys, their options for the script, and GET and POST of a removal. */
export function passkeys(app: FastifyInstance, door: Door): void {
  const { db, config } = door;
  const show = (reply: FastifyReply, { username }: Person, form: Form<'name' | 'password'>) =>
    reply.page('pages/account-passkey', { form, username }, { title: 'Add a passkey', nav: 'account', scripts: ['/passkeys.js'] });

  app.get(urls.accountPasskeys, guarded, async (request, reply) => show(reply, await person(request), { values: {}, errors: {} }));

  app.post(urls.accountPasskeyOptions, guarded, async (request, reply) => {
    const mine = await person(request);
    const { name, password } = formOf(request, FIELDS);
    const isRefused = faultOfName(name) || (await refusalOfProof(db, request, mine, password));
    if (isRefused) throw new GuestError(422, 'Send the form to see what is wrong with it.');
    return reply.header('cache-control', 'no-store').send({ isNew: true, options: await registrationOptions(db, config, mine) });
  });

  app.post(urls.accountPasskeys, guarded, async (request, reply) => {
    const { name, password, credential } = formOf(request, FIELDS);
    const mine = await person(request);
    const form: Form<'name' | 'password'> = { values: { name }, errors: {} };
    const fault = faultOfName(name);
    if (fault) form.errors.name = fault;
    const refused = await refusalOfProof(db, request, mine, password);
    if (refused instanceof GuestError) return show(withWait(reply, refused), mine, { ...form, summary: refused.message });
    if (refused) form.errors.password = refused;
    if (Object.keys(form.errors).length > 0) return show(reply.code(422), mine, form);
    if (credential === '') return show(reply.code(422), mine, { ...form, summary: NO_ANSWER });
    const made = await add(door, mine, name, credential);
    if (typeof made === 'string') return show(reply.code(422), mine, { ...form, summary: made });
    if (made.codes) return showCodes(reply, 'The passkey is added', made.codes, config.siteName);
    flash(request, { kind: 'ok', text: 'Added the passkey. You can log in with it from now on.' });
    return reply.redirect(urls.accountSecurity, 303);
  });

  const named = async ({ params }: FastifyRequest, { id }: Person) => (await passkeysOf(db, id)).find((one) => one.id === idIn(params));
  provenRoute(app, door, '/account/security/passkeys/:id/remove', {
    about: async (request, mine) => {
      const found = await named(request, mine);
      return found && { ...REMOVE, heading: `Remove the passkey “${found.name}”?` };
    },
    otherwise: urls.accountSecurity,
    done: async (request, reply, mine) => {
      await act(db, authorOf(mine), async (writer) => {
        if (!(await removePasskey(writer.db, mine.id, idIn(request.params)))) return;
        await settleRemoval(writer.db, mine.id, mustHaveFactor(config.requireMfa, mine));
        await noteFactor(writer, mine, { passkey: ['set up', 'removed'] });
      });
      flash(request, { kind: 'ok', text: 'Removed the passkey. Delete it on your device, too.' });
      return reply.redirect(urls.accountSecurity, 303);
    },
  });
}

const REMOVE = {
  isDangerous: true, button: 'Remove passkey',
  sentence: 'It opens your account no more. Without another second factor your password alone does, and your recovery codes go, too.',
};

/** Stores what the browser has sent, with recovery codes for whoever has none; a sentence when it is refused. */
async function add({ db, config }: Door, mine: Person, name: string, credential: string): Promise<Added | string> {
  const registered = await readRegistration(db, config, mine.id, credential);
  if (!registered) return REFUSED;
  const codes = await firstCodes(db, mine.id);
  const isAdded = await act(db, authorOf(mine), async (writer) => {
    if (!(await addPasskey(writer.db, mine.id, name, registered))) return false;
    await codes?.store(writer.db);
    await noteFactor(writer, mine, { passkey: ['none', 'added'] });
    return true;
  });
  return isAdded ? { codes: codes?.codes } : NO_ROOM;
}
