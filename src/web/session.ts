/**
 * Sessions: a cookie with a random id, a row with what belongs to it. Nothing is stored, and no cookie
 * set, before there is something to remember.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import cookie from '@fastify/cookie';
import fastifySession from '@fastify/session';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { lacksFactor, type Requirement } from '../accounts/factors/requirement.ts';
import { begin as beginAsNewcomer } from '../accounts/newcomers.ts';
import { endCrowd } from '../accounts/sessions.ts';
import type { Db } from '../db/db.ts';
import { unavailable } from '../errors.ts';
import { hasPassed } from '../schema/lifetime.ts';
import { deviceOf } from './device.ts';
import { registerKnownBrowser, rememberBrowser } from './known-browser.ts';
import { SessionStore } from './session-store.ts';
import { keepOnce, takeOnce } from './shown-once.ts';
import type { Flash } from './views.ts';

/** The plugin stores nothing and sets no cookie for a session without an id. */
const NO_ID = '';
const DAY = 24 * 60 * 60 * 1000;
const PURGE_EVERY = 60 * 60 * 1000;

declare module 'fastify' {
  interface Session {
    /** When it began, in milliseconds; a session without it is not stored yet. */
    since?: number;
    /** The day on which the cookie was last renewed. */
    renewed?: number;
    user?: number | undefined;
    /** When they last proved who they are, in milliseconds (proof.ts). */
    provenAt?: number;
    device?: string;
    address?: string;
    flash?: Flash[] | undefined;
    /** The database did not say what this session holds. */
    unreadable?: boolean;
  }
}

/** Somebody with an account. */
export type Person = { id: number; username: string; isStaff: boolean; isSuperuser: boolean; /** There has to be a second factor, and there is none. */ lacksFactor: boolean };

type Settings = { db: Db; secrets: readonly string[]; secure: boolean; requireMfa: Requirement; days: { idle: number; all: number } };

const people = new WeakMap<FastifyRequest, Promise<Person | undefined>>();
const settingsOf = new WeakMap<FastifyInstance['server'], Settings>();

/** The cookie's name; the prefix makes browsers insist on https and on this very host. */
export function sessionCookieName(secure: boolean): string {
  return secure ? '__Host-tracklist' : 'tracklist';
}

/** Reads the cookies of each request from here on: one reading, by which everything else decides. */
export async function registerCookies(app: FastifyInstance): Promise<void> {
  await app.register(cookie);
}

/** Adds sessions to the routes that are registered from here on; `registerCookies` comes before. */
export async function registerSession(app: FastifyInstance, settings: Settings): Promise<void> {
  const { db, secrets, secure, days } = settings;
  const store = new SessionStore(db, { idle: days.idle * DAY, all: days.all * DAY }, (error) => app.log.error({ err: error }, 'a session was not read or noted'));
  const signer = new Signer(secrets);
  settingsOf.set(app.server, settings);
  // Before the plugin's own hook, whose failure would be answered by the framework, in the words of the database.
  app.addHook('onSend', (request, reply) => storeChanged(request, reply, secure));
  registerKnownBrowser(app, { secure });
  await app.register(fastifySession, {
    store,
    secret: signer,
    idGenerator: (request) => (request && onlyReads(request) ? NO_ID : signer.newId()),
    cookieName: sessionCookieName(secure),
    // A day more than the session, because it is set anew once a day alone.
    cookie: { secure, httpOnly: true, sameSite: 'lax', path: '/', maxAge: (days.idle + 1) * DAY },
    saveUninitialized: false,
    rolling: false,
  });
  app.addHook('onSend', async (_request, reply, payload) => {
    // No cache in between may keep the cookie, and give it to the next who asks for the same sleeve.
    if (reply.hasHeader('set-cookie')) reply.header('cache-control', 'no-store');
    return payload;
  });
  app.addHook('onRequest', async (request) => {
    if (request.session.unreadable) refuseUnlessPublic(request);
    else renew(request);
  });
  const purge = setInterval(() => store.purge().catch((error: unknown) => app.log.error({ err: error }, 'sessions were not purged')), PURGE_EVERY);
  purge.unref();
  app.addHook('onClose', async () => clearInterval(purge));
}

/** A visitor who only reads gets no session: making an id for it would be a good part of what a page costs. */
function onlyReads(request: FastifyRequest): boolean {
  return isRead(request) && !sendsSession(request);
}

/** Whether the request sends something under the name of the session's cookie, however it is spelt and whatever it is worth. */
export function sendsSession(request: FastifyRequest): boolean {
  const secure = settingsOf.get(request.server.server)?.secure ?? false;
  return Boolean(request.cookies?.[sessionCookieName(secure)]);
}

/** Whether there is a session behind the request by now: one that was read, that can't be read, or that has begun. */
export function hasSession(request: FastifyRequest): boolean {
  const { session } = request;
  return Boolean(session?.sessionId) || session?.since !== undefined;
}

/**
 * Stores a session that has changed. One that can't be stored is let go: a page that was only read, and one
 * that tells of an error, are shown all the same.
 * @throws StorageFault for everything else
 */
async function storeChanged(request: FastifyRequest, reply: FastifyReply, secure: boolean): Promise<void> {
  const { session } = request;
  if (!session?.sessionId || (secure && request.protocol !== 'https') || !session.isModified()) return;
  try {
    await session.save();
  } catch (error) {
    dropSession(request);
    if (!isRead(request) && reply.statusCode < 400) throw error;
    request.log.error({ err: error }, 'a session was not stored');
  }
}

/** From here on the request has no session; who is signed in is still known. */
export function dropSession(request: FastifyRequest): void {
  // Read while there is a session to read it from. Whoever asks hears of a failure.
  personOf(request).catch(() => {});
  (request as { session: unknown }).session = null;
  request.keepFor = undefined;
}

/** From here on the request is a stranger's. */
export function forgetVisitor(request: FastifyRequest): void {
  dropSession(request);
  people.set(request, Promise.resolve(undefined));
}

function isRead(request: FastifyRequest): boolean {
  return request.method === 'GET' || request.method === 'HEAD';
}

/** Who is signed in; an account that is not active is nobody. Read once a request. */
export function personOf(request: FastifyRequest): Promise<Person | undefined> {
  const known = people.get(request);
  if (known) return known;
  const person = readPerson(request);
  people.set(request, person);
  return person;
}

/** Signs in: a new id, so that an id that somebody planted before is worth nothing. The browser is known from now on. */
export async function signIn(request: FastifyRequest, user: number): Promise<void> {
  await request.session.regenerate();
  begin(request);
  request.session.user = user;
  request.session.provenAt = Date.now();
  await request.session.save();
  people.delete(request);
  await endCrowd(settings(request).db, user);
  await rememberBrowser(settings(request).db, request, { account: user, session: SessionStore.keyOf(request.session.sessionId) });
}

/** Signs out: the session ends for good, whatever is still running, and its cookie goes. */
export async function signOut(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  await request.session.destroy();
  people.delete(request);
  const secure = isSecure(request);
  reply.clearCookie(sessionCookieName(secure), { path: '/', secure, httpOnly: true, sameSite: 'lax' });
}

/** Whether the site is reached by https, so that cookies go no other way. */
export function isSecure(request: FastifyRequest): boolean {
  return settingsOf.get(request.server.server)?.secure ?? false;
}

/** The key under which the session's rows are, when it is stored already. */
export function sessionKey(request: FastifyRequest): string | undefined {
  return request.session?.since === undefined ? undefined : SessionStore.keyOf(request.session.sessionId);
}

/**
 * The same; a visitor without a session gets one now.
 * @throws GuestError (429) when their network has begun too many
 */
export async function ensureSession(request: FastifyRequest): Promise<string> {
  if (request.session.since === undefined) {
    await beginAsNewcomer(settings(request).db, 'session', request.ip, async () => {
      begin(request);
      await request.session.save();
    });
  }
  return SessionStore.keyOf(request.session.sessionId);
}

/** The day on which the session ends unless its visitor comes back, as YYYY-MM-DD. */
export function sessionExpiry(request: FastifyRequest): string {
  return new Date((request.session.renewed ?? Date.now()) + settings(request).days.idle * DAY).toISOString().slice(0, 10);
}

/** Leaves a message for the next page. A secret in it is not stored with the session. */
export function flash(request: FastifyRequest, { secret, ...message }: Flash): void {
  if (request.session.since === undefined) begin(request);
  const kept = secret && { label: secret.label, value: keepOnce(secret.value) };
  request.session.flash = [...(request.session.flash ?? []), { ...message, ...(kept && { secret: kept }) }];
}

/** The messages for this page; they are shown once. */
export function takeFlash(request: FastifyRequest): Flash[] {
  const messages = request.session?.flash ?? [];
  if (messages.length > 0) request.session.flash = undefined;
  return messages.map(({ secret, ...message }) => {
    if (!secret) return message;
    const value = takeOnce(secret.value);
    return value === undefined ? { ...message, kind: 'warn', text: `${message.text} It can’t be shown any more: make another.` } : { ...message, secret: { label: secret.label, value } };
  });
}

function settings(request: FastifyRequest): Settings {
  const found = settingsOf.get(request.server.server);
  if (!found) throw new Error('sessions are not registered');
  return found;
}

function begin(request: FastifyRequest): void {
  const now = Date.now();
  request.session.since = now;
  request.session.renewed = now;
  request.session.device = deviceOf(request.headers['user-agent']);
  request.session.address = request.ip;
}

/** Public pages are shown as to anybody when a session can't be read; nothing else is done in the dark. */
function refuseUnlessPublic(request: FastifyRequest): void {
  if (!isRead(request) || (request.routeOptions.config.access ?? 'everybody') !== 'everybody') throw unavailable();
}

/** Once a day the cookie is set anew, so that who comes back stays signed in. */
function renew(request: FastifyRequest): void {
  const { renewed } = request.session;
  if (renewed !== undefined && hasPassed(renewed, DAY)) request.session.renewed = Date.now();
}

async function readPerson(request: FastifyRequest): Promise<Person | undefined> {
  const user = request.session?.user;
  const settings = settingsOf.get(request.server.server);
  if (user === undefined || !settings) return undefined;
  const { db, requireMfa } = settings;
  const row = await db.first<{ id: number; username: string; is_staff: number; is_superuser: number }>(
    'select id, username, is_staff, is_superuser from users where id = :user and is_active', { user });
  const person = row && { id: row.id, username: row.username, isStaff: Boolean(row.is_staff), isSuperuser: Boolean(row.is_superuser) };
  return person && { ...person, lacksFactor: await lacksFactor(db, requireMfa, person) };
}

/**
 * Signs ids. Each id begins with a mark of the secret that signs it, so its signature stays the same for
 * as long as that secret is honoured, and a new secret logs nobody out.
 */
class Signer {
  readonly #secrets: Map<string, string>;
  readonly #mark: string;

  constructor(secrets: readonly string[]) {
    this.#secrets = new Map(secrets.map((secret) => [markOf(secret), secret]));
    this.#mark = markOf(secrets[0] as string);
  }

  newId(): string {
    return this.#mark + randomBytes(32).toString('base64url');
  }

  sign(id: string): string {
    if (id === NO_ID) return NO_ID;
    return `${id}.${this.#signature(id) ?? ''}`;
  }

  unsign(signed: string): { valid: boolean; renew: boolean; value: string | null } {
    const dot = signed.lastIndexOf('.');
    const id = signed.slice(0, Math.max(dot, 0));
    const expected = this.#signature(id);
    // Compared as bytes: a cookie may hold anything.
    const [given, right] = [Buffer.from(signed.slice(dot + 1)), Buffer.from(expected ?? '')];
    const valid = expected !== undefined && given.length === right.length && timingSafeEqual(given, right);
    return { valid, renew: false, value: valid ? id : null };
  }

  #signature(id: string): string | undefined {
    const secret = this.#secrets.get(id.slice(0, MARK_LENGTH));
    return secret && createHmac('sha256', secret).update(id).digest('base64url');
  }
}

const MARK_LENGTH = 4;

function markOf(secret: string): string {
  return createHash('sha256').update(`mark of ${secret}`).digest('base64url').slice(0, MARK_LENGTH);
}
