/** The account's own pages: profile, password, sessions, data, and leaving. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { addressStateOf } from '../../accounts/mail/addresses.ts';
import { tryPassword } from '../../accounts/attempts.ts';
import { factorsOf } from '../../accounts/factors/second-factor.ts';
import { endOtherSessions, endSession, sessionsOf } from '../../accounts/sessions.ts';
import { setPassword } from '../../accounts/set-password.ts';
import { tokensOf } from '../../accounts/tokens.ts';
import { type Account, authenticate, countTokens, deleteUser, userById } from '../../accounts/users.ts';
import { InvalidInput, notFound } from '../../errors.ts';
import { allLiked } from '../../music/likes.ts';
import type { Door } from '../../web/door.ts';
import { formOf } from '../../web/forms.ts';
import { person, signedIn } from '../../web/guards.ts';
import { guesserOf } from '../../web/known-browser.ts';
import { isProven } from '../../web/proof.ts';
import { flash, sessionKey, signIn, signOut } from '../../web/session.ts';
import * as text from '../../web/text.ts';
import * as urls from '../../web/urls.ts';
import type { Form } from '../../web/views.ts';

const WRONG = 'This is not your password. Type it again.';

/** Everything under /account, for people with an account alone. */
export function account(app: FastifyInstance, { db, config }: Door): void {
  const guarded = { preHandler: signedIn, config: { access: 'signed in' } } as const;
  const own = async (request: Parameters<typeof person>[0]): Promise<Account> => {
    const found = await userById(db, (await person(request)).id);
    if (!found) throw notFound();
    return found;
  };
  /** The account when the password is right, under the same waits as logging in. */
  const confirmed = async (request: Parameters<typeof person>[0], { username }: Account, password: string): Promise<boolean> =>
    (await tryPassword(db, { username, ...guesserOf(request) }, () => authenticate(db, username, password))) !== undefined;

  app.get(urls.account, guarded, async (request, reply) => {
    const { id, username, created_at, like_count } = await own(request);
    return reply.page('pages/account', { username, address: await addressStateOf(db, id), joined: created_at.slice(0, 10), likes: like_count }, { title: 'Account', nav: 'account' });
  });

  const showPassword = async (reply: FastifyReply, { id, username }: Account, form: Form<'password' | 'new_password' | 'tokens'>) =>
    reply.page('pages/account-password', { form, username, tokens: await countTokens(db, id) }, { title: 'Change password', nav: 'account' });
  app.get(urls.accountPassword, guarded, async (request, reply) => showPassword(reply, await own(request), { values: {}, errors: {} }));
  app.post(urls.accountPassword, guarded, async (request, reply) => {
    const { password, new_password, tokens } = formOf(request, ['password', 'new_password', 'tokens']);
    const mine = await own(request);
    if (!(await confirmed(request, mine, password))) return showPassword(reply.code(422), mine, { values: { tokens }, errors: { password: WRONG } });
    try {
      await setPassword(db, { user: mine.id, person: mine.username, surface: 'account' }, mine, new_password, { revokesTokens: tokens !== '' });
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      return showPassword(reply.code(422), mine, { values: { tokens }, errors: error.fields });
    }
    await signIn(request, mine.id);
    flash(request, { kind: 'ok', text: `Changed your password. You are logged out everywhere else.${tokens === '' ? '' : ' Your API tokens are revoked.'}` });
    return reply.redirect(urls.account, 303);
  });

  /** The buttons have no form that could ask; whoever comes back presses one again. A thief at an open browser throws nobody out. */
  const confirmFirst = (reply: FastifyReply) => reply.redirect(urls.withNext(urls.accountConfirm, urls.accountSessions), 303);
  app.get(urls.accountSessions, guarded, async (request, reply) => {
    const mine = await own(request);
    const sessions = (await sessionsOf(db, mine.id)).map(({ id, device, address, seen_at }) => ({
      id, device, place: address, last_seen: new Date(seen_at).toISOString(), current: id === sessionKey(request),
    }));
    return reply.page('pages/account-sessions', { sessions }, { title: 'Sessions', nav: 'account' });
  });
  app.post(urls.endOtherSessions, guarded, async (request, reply) => {
    formOf(request, []);
    if (!isProven(request)) return confirmFirst(reply);
    const ended = await endOtherSessions(db, (await person(request)).id, sessionKey(request) ?? '');
    const elsewhere = ended === 0 ? 'You were not logged in anywhere else.' : `Logged out everywhere else: ${text.plural(ended, 'other session')}.`;
    flash(request, { kind: 'ok', text: elsewhere });
    return reply.redirect(urls.accountSessions, 303);
  });
  app.post('/account/sessions/:id/end', guarded, async (request, reply) => {
    formOf(request, []);
    const { id } = request.params as { id: string };
    if (id === sessionKey(request)) {
      await signOut(request, reply);
      return reply.redirect(urls.home, 303);
    }
    if (!isProven(request)) return confirmFirst(reply);
    await endSession(db, (await person(request)).id, id);
    flash(request, { kind: 'ok', text: 'Logged out that device.' });
    return reply.redirect(urls.accountSessions, 303);
  });

  app.get(urls.accountData, guarded, async (request, reply) => {
    const mine = await own(request);
    const likes = (await allLiked(db, { user: mine.id })).map((song) => ({
      song_name: song.song_name, artist: song.artist, album: song.album.name, liked_at: song.liked_at, url: config.publicUrl + urls.songPath(song),
    }));
    const sessions = (await sessionsOf(db, mine.id)).map(({ device, address, created_at, seen_at }) => ({
      device, address, began: new Date(created_at).toISOString(), last_seen: new Date(seen_at).toISOString(),
    }));
    const tokens = (await tokensOf(db, mine.id)).map(({ name, scopes, ending, created_at: made, expires_at, last_used_at }) => ({ name, scopes, ending, made, ends: expires_at, last_used: last_used_at }));
    const { app, passkeys, codes } = await factorsOf(db, mine.id);
    const { username, email, created_at } = mine;
    return reply
      .type('application/json; charset=utf-8')
      .header('content-disposition', 'attachment; filename="account.json"')
      .header('cache-control', 'no-store')
      .send(`${JSON.stringify({ account: { username, email, joined: created_at }, second_factor: { app, passkeys, recovery_codes: codes }, likes, sessions, tokens }, null, 2)}\n`);
  });

  const showDelete = async (reply: FastifyReply, mine: Account, form: Form<'password'>) =>
    reply.page('pages/account-delete', {
      form, username: mine.username, likes: mine.like_count, sessions: (await sessionsOf(db, mine.id)).length,
    }, { title: 'Delete account', nav: 'account' });
  app.get(urls.accountDelete, guarded, async (request, reply) => showDelete(reply, await own(request), { values: {}, errors: {} }));
  app.post(urls.accountDelete, guarded, async (request, reply) => {
    const { password } = formOf(request, ['password']);
    const mine = await own(request);
    if (!(await confirmed(request, mine, password))) return showDelete(reply.code(422), mine, { values: {}, errors: { password: WRONG } });
    await deleteUser(db, mine.id);
    await signOut(request, reply);
    return reply.redirect(urls.home, 303);
  });
}
