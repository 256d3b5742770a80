/** The letters to people with an account, in words. Keys of links are made here, when a letter is sent. */
import type { Db } from '../../db/db.ts';
import type { Letter } from '../../mail/letter.ts';
import type { Waiting } from '../../mail/outbox.ts';
import { CONFIRM_HOURS, makeConfirmKey } from './addresses.ts';
import { LINK_HOURS, makePasswordLink } from '../password-links.ts';
import { accountsAt, answerRequest, RESET_LIFE, RESET_MINUTES } from './resets.ts';
import { SCOPE_WORDS, type Scope } from '../tokens.ts';

/** What each kind is called where staff read of a letter that was not sent. */
export const LETTER_WORDS: Record<string, string> = {
  confirm: 'Link to confirm the address', reset: 'Link to set a password', 'set-password': 'Link to set a password', 'new-device': 'Notice of a log-in',
  'password-changed': 'Notice of a new password', 'address-changed': 'Notice of a new address', 'factor-changed': 'Notice of a second factor', 'token-made': 'Notice of a token',
};

/** Addresses of the site's pages, whole. */
export type Links = { confirm(key: string): string; password(key: string): string; forgot: string; tokens: string };
type Told = Record<string, unknown>;
type Written = Letter | undefined | Promise<Letter | undefined>;
type Writing = { db: Db; siteName: string; links: Links; row: Waiting; told: Told; username: string };

/** Writes the letter of a row in the outbox; undefined when there is nothing to tell any more. */
export function composer({ db, siteName, links }: { db: Db; siteName: string; links: Links }): (row: Waiting) => Promise<Letter | undefined> {
  return async (row) => {
    const write = KINDS[row.kind];
    if (!write) throw new Error(`No letter is of the kind ${row.kind}`);
    const account = row.account_id === null ? undefined : await db.first<{ username: string }>('select username from users where id = :id', { id: row.account_id });
    if (row.account_id !== null && !account) return undefined;
    return write({ db, siteName, links, row, told: JSON.parse(row.data) as Told, username: account?.username ?? '' });
  };
}

const KINDS: Record<string, (writing: Writing) => Written> = {
  confirm: confirmation,
  'reset-request': async ({ db, row }) => {
    await answerRequest(db, row);
    return undefined;
  },
  reset,
  'set-password': passwordByStaff,
  'new-device': ({ told, username, siteName, links }) => ({
    subject: `New log-in to ${siteName}`,
    paragraphs: [`Somebody logged in to your account ${username} with a browser that we haven’t seen before.`],
    facts: [['Account', username], ['Browser', String(told['device'])], ['Network address', String(told['address'])], ['When', momentOf(told)]],
    after: ['If that was you, there is nothing to do.', `If it wasn’t, set a new password at ${links.forgot}. That logs everybody out.`],
  }),
  'password-changed': ({ told, username, siteName, links }) => ({
    subject: `Your password for ${siteName} was changed`,
    paragraphs: [`The password of your account ${username} was changed, and you were logged out everywhere else.`],
    facts: [['Account', username], ['When', momentOf(told)]],
    after: ['If that was you, there is nothing to do.', `If it wasn’t, set a new password at ${links.forgot}.`],
  }),
  'address-changed': ({ told, username, siteName }) => ({
    subject: `Your e-mail address on ${siteName} was ${told['isRemoved'] ? 'removed' : 'changed'}`,
    paragraphs: [told['isRemoved'] ? `Your account ${username} has no e-mail address any more. This one was removed.` : `Your account ${username} has another e-mail address now. We won’t write to this one again.`],
    facts: [['Account', username], ['When', momentOf(told)]],
    after: ['If that was you, there is nothing to do.', `If it wasn’t, tell the people who run ${siteName} at once.`],
  }),
  'factor-changed': ({ told, username, siteName, links }) => ({
    subject: `How you log in to ${siteName} was changed`,
    paragraphs: [`What your account ${username} asks for at log-in was changed.`],
    facts: [['Account', username], ...changesIn(told), ['When', momentOf(told)]],
    after: ['If that was you, there is nothing to do.', `If it wasn’t, set a new password at ${links.forgot}.`],
  }),
  'token-made': ({ told, username, siteName, links }) => ({
    subject: `New API token for ${siteName}`,
    paragraphs: [`An API token was created for your account ${username}. Whoever has it can use the account without your password.`],
    facts: [['Account', username], ['Token', String(told['name'])], ['Scopes', scopesInWords(String(told['scopes']))], ['When', momentOf(told)]],
    after: ['If that was you, there is nothing to do.', `If it wasn’t, revoke the token at ${links.tokens} and change your password.`],
  }),
  test: ({ siteName }) => ({
    subject: `Test mail from ${siteName}`,
    paragraphs: ['This mail was sent to try whether mail works. It does.'],
  }),
};

async function confirmation({ db, siteName, links, row, username }: Writing): Promise<Letter | undefined> {
  const key = await makeConfirmKey(db, row.account_id ?? 0, row.recipient);
  return key === undefined ? undefined : {
    subject: `Confirm your e-mail address for ${siteName}`,
    paragraphs: [`This address was given for the account ${username} on ${siteName}. Open this link to confirm that it’s yours.`],
    actions: [{ label: 'Confirm address', href: links.confirm(key) }],
    after: [`The link works once, for ${CONFIRM_HOURS} hours.`, 'If you don’t know this account, do nothing: without the link the address won’t be used.'],
  };
}

async function reset({ db, siteName, links, row }: Writing): Promise<Letter | undefined> {
  const accounts = await accountsAt(db, row.recipient);
  if (accounts.length === 0) return undefined;
  const actions = [];
  for (const { id, username } of accounts) {
    const key = await makePasswordLink(db, id, { email: row.recipient, life: RESET_LIFE });
    actions.push({ label: `Set a password for ${username}`, href: links.password(key) });
  }
  const isOne = accounts.length === 1;
  return {
    subject: `Set a new password for ${siteName}`,
    paragraphs: [`Somebody asked for a new password for ${isOne ? `the account ${accounts[0]?.username}` : `the ${accounts.length} accounts with this address`}.`],
    actions,
    after: [`${isOne ? 'The link works' : 'Each link works'} once, for ${RESET_MINUTES} minutes. A new password logs you out everywhere.`, 'If you didn’t ask for it, do nothing: your password stays as it is.'],
  };
}

async function passwordByStaff({ db, siteName, links, row, username }: Writing): Promise<Letter | undefined> {
  const account = row.account_id ?? 0;
  const isStill = await db.first('select 1 from users where id = :account and email = :email and is_active', { account, email: row.recipient });
  if (!isStill) return undefined;
  const key = await makePasswordLink(db, account, { email: row.recipient });
  return {
    subject: `Set your password for ${siteName}`,
    paragraphs: [`The people who run ${siteName} sent you this link. It sets the password of the account ${username}.`],
    actions: [{ label: 'Set password', href: links.password(key) }],
    after: [`The link works once, for ${LINK_HOURS} hours.`, 'If you don’t know this account, do nothing.'],
  };
}

/** '2025-11-24T14:51:09Z' -> '24 November 2025, 14:51 UTC' */
function momentOf(told: Told): string {
  const at = new Date(String(told['at']));
  return `${at.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' })}, ${at.toISOString().slice(11, 16)} UTC`;
}

/** `{ 'authenticator app': ['none', 'set up'] }` -> [['Authenticator app', 'set up (before: none)']] */
function changesIn(told: Told): [string, string][] {
  const change = told['change'] as Record<string, [before: string | number, after: string | number]>;
  return Object.entries(change).map(([name, [before, after]]) => [name.charAt(0).toUpperCase() + name.slice(1), `${after} (before: ${before})`]);
}

function scopesInWords(scopes: string): string {
  return scopes.split(' ').map((scope) => SCOPE_WORDS[scope as Scope]?.label ?? scope).join(', ');
}
