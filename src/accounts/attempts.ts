/**
 * Waits after wrong passwords and wrong codes. Nobody guesses quickly, and nobody is kept out by the guesses of others.
 *
 * A browser that has logged in to the account before is known by a cookie (known-browsers.ts). It has a count of its
 * own: what others do at the account or behind the same address costs it nothing, and its own wrong tries cost others
 * nothing (https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies). Everybody else is
 * a stranger, who has to pass three counts:
 *
 * - Their own, of this account tried from this network: 5 wrong tries are free, then waits of 10 seconds, doubled each
 *   time, up to 5 minutes. One wrong try of it fades every 15 minutes; a right one clears it.
 * - The account's, for strangers from anywhere: 20 passwords at once, then one every 2 minutes.
 * - The network's (an address of IPv4, a /64 of IPv6), whichever account it tries: 30 at once, then one every 20
 *   seconds; of a /48, eight times that.
 *
 * Only wrong tries use up an allowance: a right one is given back, with the mistypes that led to it and have not come
 * back by time yet. It never gives back what was tried at other accounts, so nobody wins guesses by an account of
 * their own.
 *
 * Who has to wait for others is given a place: the moment is noted for them, the try is counted there and then, and
 * they get it however busily others go on, for as long as places are left (15 minutes ahead for an account, 2 for a
 * network). So what somebody was told is the longest that they wait. When no place is left, thousands of addresses are
 * guessing together, and no number could be kept: then none is told, and the ways in are a known browser, a link
 * that sets a password, and `manage unlock`.
 *
 * The bounds, in wrong tries a day: one account, by any number of strangers, 20 + 720 passwords; from one network 5 + 5
 * + 288 of them; from one network at all accounts together 30 + 4,320; a known browser 10 + 288 at its own account.
 * For codes of a second factor, 10 + 96 an account.
 *
 * A try is counted before it is compared, so many at once can't slip through; within this process those of one account
 * or network take turns, so that right ones don't count each other out. A clock that is set back lengthens no wait: a
 * moment further ahead than any wait is one that has passed. Rows go when their counts have faded.
 */
import type { Db } from '../db/db.ts';
import { tooMany } from '../errors.ts';
import { type Allowance, giveBack, take, waitFor } from './allowances.ts';
import { knownBrowser } from './known-browsers.ts';
import { keyOfName } from './names.ts';
import { hashed, networksOf } from './networks.ts';
import { inTurn } from './turns.ts';
import { inWords } from './wait-words.ts';

/** What is guessed. Each kind has counts of its own for an account; those of a network are common to all. */
export type GuessKind = 'password' | 'code';
/** Who guesses, and where: `browsers` are the keys that the browser's cookie holds. */
export type Guesser = { username: string; address: string; browsers?: readonly string[] };

/** Wrong tries without a wait. */
const FREE = 5;
const FIRST_WAIT = 10;
const LONGEST_WAIT = 5 * 60;
/** More are not counted, so that everything fades in a few hours. */
const MOST_COUNTED = 10;

const MINUTE = 60_000;
const FADES_AFTER = 15 * MINUTE;
/** A place is kept for so long after its moment. */
const PLACE_KEPT = 15 * MINUTE;

const BY_ACCOUNT: Record<GuessKind, Omit<Allowance, 'key'>> = {
  password: { atOnce: 20, every: 2 * MINUTE, longest: 15 * MINUTE },
  code: { atOnce: 10, every: 15 * MINUTE, longest: 15 * MINUTE },
};
const BY_NETWORK = { atOnce: 30, every: 20_000, longest: 2 * MINUTE };
const SITE_FACTOR = 8;

/** Where a try counts: its own row, and what it shares with others. */
type Place = { key: string; account: string; network: string; shared: readonly Allowance[] };
type Row = { failures: number; first_at: number; last_at: number; open_at: number; place_at: number | null };
/** A try that was counted, and what stood there before. */
type Counted = { before: number; since: number; open: number };

/** Lets somebody try a password; as `tryGuess`. */
export function tryPassword<T>(db: Db, guesser: Guesser, compare: () => Promise<T | undefined>): Promise<T | undefined> {
  return tryGuess(db, 'password', guesser, compare);
}

/**
 * Lets somebody try to prove who they are.
 * @param compare compares what they sent, and gives undefined when it is wrong
 * @throws GuestError (429) with the seconds to wait, when there were too many wrong tries
 */
export async function tryGuess<T>(db: Db, kind: GuessKind, guesser: Guesser, compare: () => Promise<T | undefined>): Promise<T | undefined> {
  const place = await placeOf(db, kind, guesser);
  const turns = place.shared.length > 0 ? place.shared.map(({ key }) => key) : [place.key];
  return inTurn(turns, async () => {
    const counted = await countTry(db, place);
    let found: T | undefined;
    try {
      found = await compare();
    } catch (error) {
      // Nothing was compared, so nothing was wrong.
      await takeBack(db, place, counted);
      throw error;
    }
    if (found !== undefined) await forgive(db, place, counted);
    return found;
  });
}

/** The seconds to wait after so many wrong tries: none up to the fourth, then doubled each time. */
export function secondsAfter(failures: number): number {
  return failures < FREE ? 0 : Math.min(FIRST_WAIT * 2 ** (failures - FREE), LONGEST_WAIT);
}

/** Under which hash an account counts, however its name is typed: people type passwords into the field for the name. */
export function accountKey(username: string): string {
  return hashed(keyOfName(username));
}

/** The keys of the allowances of an account, and those of a network. */
export const accountAllowances = (account: string): string[] => Object.keys(BY_ACCOUNT).map((kind) => `${kind} account ${account}`);
export const networkAllowance = (network: string): string => `guess network ${network}`;

async function placeOf(db: Db, kind: GuessKind, { username, address, browsers = [] }: Guesser): Promise<Place> {
  const account = accountKey(username);
  const browser = await knownBrowser(db, browsers, username);
  if (browser !== undefined) return { key: `${kind} browser ${hashed(browser)}`, account, network: '', shared: [] };
  const [network = '', site] = networksOf(address).map(hashed);
  const shared: Allowance[] = [{ key: `${kind} account ${account}`, ...BY_ACCOUNT[kind] }, { key: networkAllowance(network), ...BY_NETWORK }];
  if (site !== undefined) shared.push({ ...BY_NETWORK, key: networkAllowance(site), atOnce: BY_NETWORK.atOnce * SITE_FACTOR, every: BY_NETWORK.every / SITE_FACTOR });
  return { key: `${kind} ${account} ${network}`, account, network, shared };
}

/** Counts a try as wrong until it has turned out right. A try that is refused makes no wait longer. */
async function countTry(db: Db, place: Place): Promise<Counted> {
  const now = Date.now();
  const counted = await db.transaction(async (trx): Promise<Counted | Error> => {
    await trx.run(PRUNE, { before: now - MOST_COUNTED * FADES_AFTER, after: now + MOST_COUNTED * FADES_AFTER });
    const row = await trx.first<Row>(FIND, { key: place.key });
    const own = ahead(row?.open_at ?? 0, now, LONGEST_WAIT * 1000);
    if (own > 0) return waiting(own);
    const refusal = await passOthers(trx, place, row, now);
    if (refusal) return refusal;
    const before = faded(row, now);
    const failures = Math.min(before + 1, MOST_COUNTED);
    const since = before > 0 && row && row.first_at <= now ? row.first_at : now;
    const open = now + secondsAfter(failures) * 1000;
    await store(trx, place, { failures, first_at: since, last_at: now, open_at: open, place_at: null });
    return { before, since, open };
  });
  // Thrown only now: the place that somebody was promised has to be stored.
  if (counted instanceof Error) throw counted;
  return counted;
}

/** Takes from what is shared with others, or gives a place for later, and says so. */
async function passOthers(trx: Db, place: Place, row: Row | undefined, now: number): Promise<Error | undefined> {
  const longest = Math.max(0, ...place.shared.map((allowance) => allowance.longest ?? 0));
  if (row && row.place_at !== null && now < row.place_at + PLACE_KEPT) {
    const left = ahead(row.place_at, now, longest);
    return left > 0 ? waiting(left) : undefined;
  }
  let wait = 0;
  for (const allowance of place.shared) {
    const own = await waitFor(trx, [allowance], now);
    if (own > (allowance.longest ?? 0)) return crowded(allowance.longest ?? 0);
    wait = Math.max(wait, own);
  }
  await take(trx, place.shared, now);
  if (wait === 0) return undefined;
  const own = row ? { ...row, failures: faded(row, now) } : { failures: 0, first_at: now, open_at: now };
  await store(trx, place, { ...own, last_at: now, place_at: now + wait });
  return waiting(wait);
}

/** A right try: the account starts anew from here, and others get back what was used up on the way to it. */
async function forgive(db: Db, place: Place, { before, since }: Counted): Promise<void> {
  const passed = Math.max(0, Date.now() - since);
  await db.transaction(async (trx) => {
    await trx.run('delete from attempts where key = :key', { key: place.key });
    for (const allowance of place.shared) await giveBack(trx, allowance, allowance.every + Math.max(0, before * allowance.every - passed));
  });
}

async function takeBack(db: Db, place: Place, { open }: Counted): Promise<void> {
  await db.transaction(async (trx) => {
    await trx.run(TAKE_BACK, { key: place.key, open, now: Date.now() });
    for (const allowance of place.shared) await giveBack(trx, allowance, allowance.every);
  });
}

function store(trx: Db, { key, account, network }: Place, row: Row): Promise<number> {
  return trx.run(STORE, { key, account, network, ...row });
}

/** The milliseconds until a moment; one further ahead than `most` was noted before the clock was set back, and has passed. */
function ahead(moment: number, now: number, most: number): number {
  return moment > now + most ? 0 : Math.max(0, moment - now);
}

/** How many wrong tries still count. */
function faded(row: Row | undefined, now: number): number {
  return row ? Math.max(0, row.failures - Math.floor(Math.max(0, now - row.last_at) / FADES_AFTER)) : 0;
}

function waiting(milliseconds: number): Error {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
  return tooMany(`Too many tries. Wait ${inWords(seconds)}, then try again.`, seconds);
}

function crowded(milliseconds: number): Error {
  return tooMany('Too many wrong tries are being made right now. Use a browser in which you have logged in before, or try again later.', Math.ceil(milliseconds / 1000));
}

const FIND = 'select failures, first_at, last_at, open_at, place_at from attempts where key = :key';
const STORE = `insert into attempts (key, account, network, failures, first_at, last_at, open_at, place_at)
  values (:key, :account, :network, :failures, :first_at, :last_at, :open_at, :place_at)
  on conflict (key) do update set failures = excluded.failures, first_at = excluded.first_at, last_at = excluded.last_at,
    open_at = excluded.open_at, place_at = excluded.place_at`;
const TAKE_BACK = `update attempts set failures = failures - 1, open_at = case when open_at = :open then :now else open_at end
  where key = :key and failures > 0`;
const PRUNE = 'delete from attempts where last_at < :before or last_at > :after';
