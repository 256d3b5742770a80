/**
 * The e-mail address of an account. A new one becomes the account's only when a link that went there is used;
 * until then the old one stays. One that staff have typed is the account's, and unconfirmed.
 */
import type { Db } from '../../db/db.ts';
import { type Author, readChange, type StoredChange } from '../../db/history/change.ts';
import { act, type Writer } from '../../db/history/writer.ts';
import { forbidden, GuestError, invalid } from '../../errors.ts';
import { queueLetter } from '../../mail/outbox.ts';
import { user } from '../../models/user.ts';
import { addressOf, NO_ADDRESS } from '../../schema/address.ts';
import { caseless } from '../../schema/caseless.ts';
import { lifetime } from '../../schema/lifetime.ts';
import { trimmed } from '../../schema/parse.ts';
import { hashOfKey, newKey } from '../link-keys.ts';
import { countRequest, fromNetwork } from './limits.ts';
import { noticeAddress } from './notices.ts';

export const CONFIRM_HOURS = 24;

const LIFE = CONFIRM_HOURS * 60 * 60 * 1000;
const USED_UP = 'This link is used up, too old, or wrong. Log in and ask for a new one on the page of your account.';
const MOST = { account: 5, address: 3, network: 10 };

/** How an account stands with its address: `pending` waits for its link to be used. */
export type AddressState = { email: string; isConfirmed: boolean; pending: string | undefined };
export type Proposed = { account: number; username: string; email: string };
type Named = { id: number; username: string };

/** The address of an account, and the one that is to become it. */
export async function addressStateOf(db: Db, account: number): Promise<AddressState> {
  const row = await db.first<{ email: string; confirmed_email: string; pending: string | null }>(STATE, { account, now: Date.now() });
  return { email: row?.email ?? '', isConfirmed: row !== undefined && row.email !== '' && row.email === row.confirmed_email, pending: row?.pending ?? undefined };
}

/** What was typed as an address, in the form in which it is kept. Throws InvalidInput (`email`) for another. */
export function readAddress(typed: string): string {
  const address = addressOf(trimmed(typed));
  if (address === undefined) throw invalid({ email: NO_ADDRESS });
  return address;
}

/**
 * Sends a link to an address that is to become the account's, or that is its own and not confirmed. An earlier
 * proposal is forgotten. The same for every address, whoever has it already.
 * @throws GuestError (429) when too many mails were asked for
 */
export async function proposeAddress(db: Db, { id }: Pick<Named, 'id'>, email: string, network: string): Promise<void> {
  await db.transaction(async (trx) => {
    await countRequest(trx, [
      { kind: 'confirm account', of: String(id), most: MOST.account },
      { kind: 'confirm address', of: caseless(email), most: MOST.address },
      fromNetwork('confirm network', network, MOST.network),
    ]);
    await trx.run('delete from pending_addresses where account_id = :id', { id });
    await trx.run('insert into pending_addresses (account_id, email, expires_at) values (:id, :email, :expires)', { id, email, expires: Date.now() + LIFE });
    await queueLetter(trx, { kind: 'confirm', to: email, account: id, life: LIFE });
  });
}

/** The same for somebody who has just signed up, whom no limit on mail is to keep out: they ask again later. */
export async function proposeFirstAddress(db: Db, account: Pick<Named, 'id'>, email: string, network: string): Promise<boolean> {
  try {
    await proposeAddress(db, account, email, network);
    return true;
  } catch (error) {
    if (error instanceof GuestError && error.status === 429) return false;
    throw error;
  }
}

/** Forgets an address that waits to be confirmed. */
export async function dropProposal(db: Db, account: number): Promise<void> {
  await db.transaction(async (trx) => {
    await trx.run('delete from pending_addresses where account_id = :account', { account });
    await trx.run("delete from outbox where account_id = :account and kind = 'confirm' and failed_at is null", { account });
  });
}

/** Makes the key of the link for an address that waits; an earlier key stops working. Undefined when it waits no more. */
export async function makeConfirmKey(db: Db, account: number, email: string): Promise<string | undefined> {
  const key = newKey();
  const made = await db.run(KEYED, { hash: hashOfKey(key), account, email, ...lifetime(LIFE) });
  return made > 0 ? key : undefined;
}

/** Whose address a key confirms; undefined when it does not work any more. */
export function proposedBy(db: Db, key: string): Promise<Proposed | undefined> {
  return db.first<Proposed>(PROPOSED, { hash: hashOfKey(key), ...lifetime(LIFE) });
}

/**
 * Uses a key up: the address is the account's from now on, and confirmed. The old one is told, and links to set a
 * password that went there stop working.
 * @throws GuestError (403) when the key does not work
 */
export async function confirmAddress(db: Db, key: string): Promise<Proposed> {
  const found = await proposedBy(db, key);
  if (!found) throw forbidden(USED_UP);
  await act(db, ownAuthorOf(found), async (writer) => {
    // Asked again: somebody else may have been faster.
    if (!(await proposedBy(writer.db, key))) throw forbidden(USED_UP);
    await writer.db.run('delete from pending_addresses where account_id = :account', { account: found.account });
    await changeAddress(writer, found.account, found.email);
    await markConfirmed(writer.db, found.account, found.email);
  });
  return found;
}

/** Takes the address off an account, which then has none. */
export async function removeAddress(db: Db, { id, username }: Named): Promise<void> {
  await act(db, ownAuthorOf({ account: id, username }), (writer) => changeAddress(writer, id, ''));
}

/** Notes that a link that went to this address was used, if it is still the account's. */
export async function markConfirmed(db: Db, account: number, email: string): Promise<void> {
  await db.run('update users set confirmed_email = email where id = :account and email = :email', { account, email });
}

/** Tells confirmed addresses that an act has taken them off their accounts, whoever did it and by which door. */
export async function noticeAddresses(writer: Writer): Promise<void> {
  const { db, act: id = 0 } = writer;
  if (!writer.touched(user)) return;
  const changes = await db.all<StoredChange>("select * from changes where act = :id and model = 'users' and action = 'change' order by id", { id });
  for (const { object, before, after } of changes.map(readChange)) {
    const [old, now] = [before?.['email'], after?.['email']];
    if (typeof old === 'string' && typeof now === 'string') await noticeOld(db, object, old, now);
  }
}

async function changeAddress(writer: Writer, account: number, email: string): Promise<void> {
  const old = await addressStateOf(writer.db, account);
  if (!(await writer.update(user, account, { email }))) return;
  await noticeOld(writer.db, account, old.email, email);
}

async function noticeOld(db: Db, account: number, old: string, now: string): Promise<void> {
  if (old === '' || old === now) return;
  await db.run("delete from password_links where user = :account and email <> ''", { account });
  const wasConfirmed = await db.first('select 1 from users where id = :account and confirmed_email = :old', { account, old });
  if (wasConfirmed) await noticeAddress(db, account, { old, now });
}

function ownAuthorOf({ account, username }: { account: number; username: string }): Author {
  return { user: account, person: username, surface: 'account' };
}

const STATE = `select users.email, users.confirmed_email, pending_addresses.email as pending from users
  left join pending_addresses on pending_addresses.account_id = users.id and pending_addresses.expires_at > :now where users.id = :account`;
const KEYED = `update pending_addresses set hash = :hash
  where account_id = :account and email = :email and expires_at > :now and expires_at <= :latest`;
const PROPOSED = `select users.id as account, users.username, pending_addresses.email from pending_addresses join users on users.id = pending_addresses.account_id
  where pending_addresses.hash = :hash and pending_addresses.hash <> ''
    and pending_addresses.expires_at > :now and pending_addresses.expires_at <= :latest and users.is_active`;
