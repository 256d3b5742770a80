/**
 * Finding rows by the words of their names, with SQLite's full-text index. The index numbers its rows so
 * that the most streamed come first, by bands of streams (see the migration): a search reads as far as it
 * needs and sorts the last band, so a common word costs what a rare one does.
 */
import type { Db } from '../db.ts';
import { type Found, hasName, hasTerms, type Row, type Term, type Wanted } from '../wanted.ts';
import { completions } from './words.ts';

export type Findable = 'albums' | 'songs' | 'artists';

type Columns = { name: string; key: string; streams: string; year: string | undefined; sameNames: string };

const COLUMNS: Record<Findable, Columns> = {
  albums: { name: 'name', key: 'name_key', streams: 'stream_total', year: 'year', sameNames: 'albums indexed by albums_of_one_name' },
  songs: { name: 'song_name', key: 'song_name_key', streams: 'num_streams', year: 'cast(substr(released, 1, 4) as integer)', sameNames: 'songs indexed by songs_of_one_name' },
  artists: { name: 'name', key: 'name_key', streams: 'stream_total', year: undefined, sameNames: 'artists' },
};

/** The lower bits of a row's number in the index are its id, the upper ones its band of streams. */
const IDS = 2 ** 34;
/** A band that holds more is sorted in part: only a catalogue whose streams are nearly all alike has one. */
const MOST_OF_A_BAND = 10_000;
/** The index reads beginnings up to this length at once; longer ones it would have to gather first. */
const QUICK_BEGINNING = 5;
/** As many words are cheaper to read each than to gather. */
const MOST_COMPLETIONS = 200;

/**
 * Looks for rows that have every term: first those named exactly so, then those whose own name has all
 * terms, then those that have them with their album, artist or year; each most streamed first.
 * @param limit counts and reads no further
 */
export async function find(db: Db, table: Findable, wanted: Wanted, limit: number): Promise<Found> {
  const match = matchOf(table, wanted.terms, 'anywhere');
  const numbers = match === undefined ? [] : await numbersOf(db, table, match, limit + 1);
  const isCapped = numbers.length > limit;
  return {
    count: { value: Math.min(numbers.length, limit), isCapped },
    ids: async ({ skip, size }) => {
      if (skip >= limit || numbers.length === 0) return [];
      const count = Math.min(skip + size, limit);
      const ids = isCapped ? await firstOfMany(db, table, wanted, numbers, count) : await ordered(db, table, wanted, numbers);
      return ids.slice(skip, count);
    },
  };
}

/**
 * Spells long beginnings out as the words that begin so. Do it once for a query of several tables; a
 * beginning of too many words stays, and one of none leaves its term without phrases.
 */
export async function completed(db: Db, { terms, names }: Wanted): Promise<Wanted> {
  const spelled: Term[] = [];
  for (const { phrases, year } of terms) {
    const found: Term['phrases'][number][] = [];
    for (const phrase of phrases) found.push(...(await completedPhrase(db, phrase)));
    spelled.push({ phrases: found, year });
  }
  return { terms: spelled, names };
}

/** The statements of each table, for the test that asserts how they are run. */
export const statements = { albums: statementsOf('albums'), songs: statementsOf('songs'), artists: statementsOf('artists') };

function statementsOf(table: Findable): { first: string; rest: string; sorted: string; rows: string; named: string; namedOfYear: string } {
  const { key, streams, year, sameNames } = COLUMNS[table];
  const matching = `select rowid from ${table}_text where ${table}_text match :match`;
  // The index takes a bound only from a whole number, and large ones are handed over as others.
  const between = 'rowid > cast(:after as integer) and rowid < cast(:end as integer)';
  const order = `order by ${streams} desc, id limit :count`;
  const these = `(select value as found from json_each(:ids)) cross join ${table} on id = found`;
  return {
    first: `${matching} order by rowid limit :count`,
    rest: `${matching} and ${between} order by rowid limit ${MOST_OF_A_BAND}`,
    sorted: `select id from ${these} ${order}`,
    rows: `select id, ${key} as key, ${year ?? 'null'} as year from ${these} order by ${streams} desc, id`,
    named: `select id from ${sameNames} where ${key} = :key ${order}`,
    namedOfYear: `select id from ${sameNames} where ${key} = :key and ${year ?? 'null'} = :year ${order}`,
  };
}

async function completedPhrase(db: Db, phrase: Term['phrases'][number]): Promise<Term['phrases'][number][]> {
  const beginning = phrase.words.at(-1) ?? '';
  if (!phrase.isBeginning || Array.from(beginning).length <= QUICK_BEGINNING) return [phrase];
  const words = await completions(db, beginning, MOST_COMPLETIONS + 1);
  if (words.length > MOST_COMPLETIONS) return [phrase];
  return words.map((word) => ({ words: [...phrase.words.slice(0, -1), word], isBeginning: false }));
}

/** Few enough to look at each. */
async function ordered(db: Db, table: Findable, wanted: Wanted, numbers: number[]): Promise<number[]> {
  const rows = await db.all<Row>(statements[table].rows, { ids: listOf(numbers) });
  const rankOf = (row: Row) => (hasName(row, wanted) ? 0 : hasTerms(row, wanted) ? 1 : 2);
  return rows.map((row) => ({ id: row.id, rank: rankOf(row) })).sort((one, other) => one.rank - other.rank).map(({ id }) => id);
}

/** The first of more than are counted; `numbers` are those that the index gives first. */
async function firstOfMany(db: Db, table: Findable, { terms, names }: Wanted, numbers: number[], count: number): Promise<number[]> {
  const ids = new Set<number>();
  const add = (some: { id: number }[]) => {
    for (const { id } of some) ids.add(id);
  };
  add(await named(db, table, names, count));
  const own = matchOf(table, terms, 'in its name');
  if (ids.size < count && own !== undefined && table !== 'artists') add(await mostStreamed(db, table, own, await numbersOf(db, table, own, count), count));
  const anywhere = matchOf(table, terms, 'anywhere');
  if (ids.size < count && anywhere !== undefined) add(await mostStreamed(db, table, anywhere, numbers, count));
  return [...ids].slice(0, count);
}

async function named(db: Db, table: Findable, names: Wanted['names'], count: number): Promise<{ id: number }[]> {
  const { named: any, namedOfYear, sorted } = statements[table];
  const found: { id: number }[][] = [];
  for (const { key, year } of names) found.push(await db.all(year === undefined ? any : namedOfYear, year === undefined ? { key, count } : { key, year, count }));
  const some = found.filter((rows) => rows.length > 0);
  return some.length > 1 ? db.all(sorted, { ids: listOf(some.flat().map(({ id }) => id)), count }) : some.flat();
}

/** Sorts the bands of the first `count` rows, of which the last may go on behind the numbers that were read. */
async function mostStreamed(db: Db, table: Findable, match: string, numbers: number[], count: number): Promise<{ id: number }[]> {
  const lastNeeded = numbers[count - 1];
  const end = lastNeeded === undefined ? Number.MAX_SAFE_INTEGER : (Math.floor(lastNeeded / IDS) + 1) * IDS;
  const within = numbers.filter((number) => number < end);
  const mayGoOn = lastNeeded !== undefined && within.length === numbers.length;
  const rest = mayGoOn ? await db.all<{ rowid: number }>(statements[table].rest, { match, after: numbers.at(-1) as number, end }) : [];
  return db.all<{ id: number }>(statements[table].sorted, { ids: listOf([...within, ...rest.map(({ rowid }) => rowid)]), count });
}

async function numbersOf(db: Db, table: Findable, match: string, count: number): Promise<number[]> {
  return (await db.all<{ rowid: number }>(statements[table].first, { match, count })).map(({ rowid }) => rowid);
}

function listOf(numbers: number[]): string {
  return JSON.stringify(numbers.map((number) => number % IDS));
}

/** The terms as FTS5 writes them; undefined where nothing can match. Words are letters and digits, so they can't be read as syntax. */
function matchOf(table: Findable, terms: readonly Term[], where: 'in its name' | 'anywhere'): string | undefined {
  const expressions = terms.map((term) => expressionOf(term, table, where));
  return expressions.length === 0 || expressions.includes('') ? undefined : expressions.map((expression) => `(${expression})`).join(' AND ');
}

function expressionOf({ phrases, year }: Term, table: Findable, where: 'in its name' | 'anywhere'): string {
  const { name, year: ofRelease } = COLUMNS[table];
  const words = phrases.map((phrase) => `"${phrase.words.join(' ')}"${phrase.isBeginning ? ' *' : ''}`).join(' OR ');
  const alternatives = words === '' ? [] : [where === 'anywhere' ? words : `${name} : (${words})`];
  if (year !== undefined && ofRelease !== undefined) alternatives.push(`released : "¶${year}"`);
  return alternatives.join(' OR ');
}
