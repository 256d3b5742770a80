/**
 * Passkeys (WebAuthn level 3): a key pair in somebody's device, which asks them for a PIN, a finger or a face
 * before it signs. So one is two factors, and opens an account without a password. Where the site is and under
 * which address it is reached is part of what is signed.
 */
import {
  type AuthenticationResponseJSON, generateAuthenticationOptions, generateRegistrationOptions, type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON, type RegistrationResponseJSON, verifyAuthenticationResponse, verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { randomBytes } from 'node:crypto';
import type { Db } from '../../db/db.ts';
import { lengthOf, trimmed } from '../../schema/parse.ts';
import { keepChallenge, takeChallenge } from './challenges.ts';

/** The site as authenticators know it. */
export type Site = { publicUrl: string; siteName: string };
type Named = { id: number; username: string };

/** A passkey as its owner sees it. Moments; '' for never. */
export type OwnPasskey = { id: number; name: string; created_at: string; last_used_at: string };
type Stored = { id: number; user_id: number; credential: string; public_key: string; counter: number; transports: string; handle: string };
/** A passkey that was signed with, whose challenge was ours. */
export type Registered = { credential: string; publicKey: string; counter: number; transports: string; handle: string };

/** EdDSA, ES256 and RS256: what devices make today. Asked for by name, because the library's own list tries an experiment of Node's. */
const ALGORITHMS = [-8, -7, -257];
/** Nobody needs more, and the page stays short. */
export const MOST_PASSKEYS = 20;
const LONGEST_NAME = 100;
/** The answer of an authenticator without a certificate is a few hundred bytes. */
const LONGEST_ANSWER = 20_000;

/** What the browser needs to make a passkey for an account. */
export async function registrationOptions(db: Db, site: Site, { id, username }: Named): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const own = await storedOf(db, id);
  const handle = own[0]?.handle ?? randomBytes(32).toString('base64url');
  const options = await generateRegistrationOptions({
    rpName: site.siteName, rpID: domainOf(site), userName: username, userDisplayName: username,
    userID: new Uint8Array(Buffer.from(handle, 'base64url')),
    attestationType: 'none',
    supportedAlgorithmIDs: ALGORITHMS,
    excludeCredentials: own.map(descriptorOf),
    // The device keeps the key with the account's name, so that nobody has to type it; and it asks who is there.
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
  await keepChallenge(db, 'new passkey', options.challenge, { user: id, data: handle });
  return options;
}

/** What a device has answered; undefined when it isn't the answer to a question that this account was asked just now. */
export async function readRegistration(db: Db, site: Site, id: number, text: string): Promise<Registered | undefined> {
  const response = answerIn<RegistrationResponseJSON>(text);
  const challenge = response && challengeIn(response.response.clientDataJSON);
  const asked = challenge === undefined ? undefined : await takeChallenge(db, 'new passkey', challenge);
  if (!response || challenge === undefined || asked?.user !== id) return undefined;
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    response, expectedChallenge: challenge, ...expectedOf(site), supportedAlgorithmIDs: ALGORITHMS,
  }).catch(() => ({ verified: false, registrationInfo: undefined }));
  if (!verified || !registrationInfo) return undefined;
  const { credential } = registrationInfo;
  const transports = (credential.transports ?? []).filter((transport) => /^[a-z-]{1,20}$/.test(transport)).slice(0, 8).join(' ');
  const publicKey = Buffer.from(credential.publicKey).toString('base64url');
  return { credential: credential.id, publicKey, counter: credential.counter, transports, handle: asked.data };
}

/** What is wrong with a passkey's name. */
export function faultOfName(name: string): string | undefined {
  if (trimmed(name) === '') return 'Enter a name, so you can tell your passkeys apart.';
  return lengthOf(trimmed(name)) > LONGEST_NAME ? `Use at most ${LONGEST_NAME} characters.` : undefined;
}

/** Stores a passkey; false when it is there already, or there are too many. */
export async function addPasskey(db: Db, user: number, name: string, made: Registered): Promise<boolean> {
  if ((await storedOf(db, user)).length >= MOST_PASSKEYS) return false;
  return (await db.run(ADD, { ...made, user, name: trimmed(name), now: new Date().toISOString() })) === 1;
}

/**
 * What the browser needs to log in by a passkey.
 * @param user whose password was right already; otherwise anybody may answer
 */
export async function loginOptions(db: Db, site: Site, user: number | undefined): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const own = user === undefined ? [] : await storedOf(db, user);
  const allowCredentials = own.map(descriptorOf);
  const options = await generateAuthenticationOptions({ rpID: domainOf(site), userVerification: 'required', allowCredentials });
  await keepChallenge(db, 'passkey', options.challenge, { user: user ?? null, data: '' });
  return options;
}

/**
 * Whose passkey has answered; undefined when nothing was asked, the signature is wrong, or the device has
 * counted fewer uses than before, as a copy would.
 */
export async function readLogin(db: Db, site: Site, text: string): Promise<number | undefined> {
  const response = answerIn<AuthenticationResponseJSON>(text);
  const challenge = response && challengeIn(response.response.clientDataJSON);
  const asked = challenge === undefined ? undefined : await takeChallenge(db, 'passkey', challenge);
  const stored = asked && response && (await db.first<Stored>(FIND, { credential: response.id }));
  if (!stored || challenge === undefined || (asked.user !== null && asked.user !== stored.user_id)) return undefined;
  const { userHandle } = response.response;
  if (userHandle && userHandle !== stored.handle) return undefined;
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response, expectedChallenge: challenge, ...expectedOf(site),
    credential: { id: stored.credential, publicKey: new Uint8Array(Buffer.from(stored.public_key, 'base64url')), counter: stored.counter },
  }).catch(() => ({ verified: false, authenticationInfo: undefined }));
  if (!verified || !authenticationInfo) return undefined;
  const counts = { before: stored.counter, counter: authenticationInfo.newCounter };
  const noted = await db.run(USED, { id: stored.id, ...counts, now: new Date().toISOString() });
  return noted === 1 ? stored.user_id : undefined;
}

/** The passkeys of an account, in the order in which they were added. */
export function passkeysOf(db: Db, user: number): Promise<OwnPasskey[]> {
  return db.all<OwnPasskey>('select id, name, created_at, last_used_at from passkeys where user_id = :user order by id', { user });
}

/** Removes a passkey of an account, and gives whether it was there. */
export async function removePasskey(db: Db, user: number, id: number): Promise<boolean> {
  return (await db.run('delete from passkeys where id = :id and user_id = :user', { id, user })) === 1;
}

const ADD = `insert into passkeys (user_id, credential, public_key, counter, transports, handle, name, created_at)
  values (:user, :credential, :publicKey, :counter, :transports, :handle, :name, :now) on conflict (credential) do nothing`;
const FIND = 'select * from passkeys where credential = :credential';
/** Of two log-ins at once with one count, one is noted. */
const USED = 'update passkeys set counter = :counter, last_used_at = :now where id = :id and counter = :before';

function storedOf(db: Db, user: number): Promise<Stored[]> {
  return db.all<Stored>('select * from passkeys where user_id = :user order by id', { user });
}

function descriptorOf({ credential, transports }: Stored): { id: string; transports?: string[] } {
  return { id: credential, ...(transports === '' ? {} : { transports: transports.split(' ') }) };
}

function domainOf({ publicUrl }: Site): string {
  return new URL(publicUrl).hostname;
}

/** What an answer has to have been signed for, and that its device knew who was there. */
function expectedOf(site: Site): { expectedOrigin: string; expectedRPID: string; requireUserVerification: true } {
  return { expectedOrigin: site.publicUrl, expectedRPID: domainOf(site), requireUserVerification: true };
}

/** An answer as the browser sends it; undefined for a text that is none. What it holds is judged by the library. */
function answerIn<Answer extends { id: string; response: { clientDataJSON: string } }>(text: string): Answer | undefined {
  if (text.length > LONGEST_ANSWER) return undefined;
  try {
    const answer = JSON.parse(text) as Answer | null;
    return typeof answer?.id === 'string' && typeof answer.response?.clientDataJSON === 'string' ? answer : undefined;
  } catch {
    return undefined;
  }
}

/** The question to which a device says that it answers. */
function challengeIn(clientData: string): string | undefined {
  try {
    const { challenge } = JSON.parse(Buffer.from(clientData, 'base64url').toString('utf8')) as { challenge?: unknown };
    return typeof challenge === 'string' && challenge.length <= 200 ? challenge : undefined;
  } catch {
    return undefined;
  }
}
