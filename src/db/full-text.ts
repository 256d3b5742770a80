/**
 * Finding rows by the words of their names, with SQLite's full-text index. The index numbers its rows so
 * that the most streamed come first, by bands of streams (see the migration): a search reads as far as it
 * needs and sorts the last band, so a common word costs what a rare one does.
 */
import type { Db } from './db.ts';
import { completions } from './words.ts';

/** Words that follow each other; with `isBeginning` the last may go on. */
export type Phrase = { words: readonly string[]; isBeginning: boolean };

/** Something that must be found: one of several phrases, or a year of release. Nothing matches a term without either. */
export type Term = { phrases: readonly Phrase[]; year?: number | undefined };

/** What is looked for. `names` are the folded names that count as exactly this; with a year only those of that year. */
export type Wanted = { terms: readonly Term[]; names: readonly { key: string; year?: number | undefined }[] };

export type Findable = 'albums' | 'songs' | 'artists';
export type Count = { value: number; isCapped: boolean };

const ROWS = {
  albums: { name: 'name', key: 'name_key', streams: 'stream_total', year: 'year' },
  songs: { name: 'song_name', key: 'song_name_key', streams: 'num_streams', year: 'cast(substr(released, 1, 4) as integer)' },
  artists: { name: 'name', key: 'name_key', streams: 'stream_total', year: undefined },
};

/** The lower bits of a row's number in the index are its id, the upper ones its band of streams. */
const IDS = 2 ** 34;
const ALL_BANDS = Number.MAX_SAFE_INTEGER;
/** A band that holds more is sorted in part: only a catalogue whose streams are nearly all alike has one. */
const MOST_SORTED = 20_000;

/** The index reads beginnings up to this length at once; longer ones it would have to gather first. */
const QUICK_BEGINNING = 4;
/** As many words are cheaper to read each than to gather. */
const MOST_COMPLETIONS = 200;

/**
 * Spells long beginnings out as the words that begin so. Do it once for a query that is asked several
 * times; a beginning of too many words stays, and one of none leaves its term without phrases.
 */
export async function completed(db: Db, { terms, names }: Wanted): Promise<Wanted> {
  const spelled: Term[] = [];
  for (const { phrases, year } of terms) {
    const found: Phrase[] = [];
    for (const phrase of phrases) found.push(...(await completedPhrase(db, phrase)));
    spelled.push({ phrases: found, year });
  }
  return { terms: spelled, names };
}

/** How many rows have every term, counted up to a limit. */
export async function countFound(db: Db, table: Findable, { terms }: Wanted, limit: number): Promise<Count> {
  const match = matchOf(table, terms, 'anywhere');
  if (match === undefined) return { value: 0, isCapped: false };
  const counted = await db.first<{ rows: number }>(statements[table].count, { match, limit: limit + 1 });
  const rows = counted?.rows ?? 0;
  return { value: Math.min(rows, limit), isCapped: rows > limit };
}

/**
 * The ids of rows that have every term: those named exactly so, then those whose own name has them all,
 * then those that have them with their album, artist or year; each most streamed first.
 */
export async function findIds(db: Db, table: Findable, { terms, names }: Wanted, { skip, size }: { skip: number; size: number }): Promise<number[]> {
  const count = skip + size;
  const ids = new Set<number>();
  for (const name of names) {
    for (const id of await named(db, table, name, count)) ids.add(id);
  }
  for (const where of ['in its name', 'anywhere'] as const) {
    const match = matchOf(table, terms, where);
    if (ids.size >= count || match === undefined || (where === 'anywhere' && table === 'artists')) break;
    for (const id of await mostStreamed(db, table, match, count)) ids.add(id);
  }
  return [...ids].slice(skip, count);
}

/** The statements of each table, for the test that asserts how they are run. */
export const statements = { albums: statementsOf('albums'), songs: statementsOf('songs'), artists: statementsOf('artists') };

function statementsOf(table: Findable): { count: string; last: string; best: string; named: string; namedOfYear: string } {
  const { key, streams, year } = ROWS[table];
  const matching = `from ${table}_text where ${table}_text match :match`;
  const named = `select id from ${table} where ${key} = :key`;
  const order = `order by ${streams} desc, id limit :count`;
  return {
    count: `select count(*) as rows from (select rowid ${matching} order by rowid limit :limit)`,
    last: `select rowid ${matching} order by rowid limit 1 offset :before`,
    best: `select id from (select rowid & ${IDS - 1} as found ${matching} and rowid < :end order by rowid limit ${MOST_SORTED})
      cross join ${table} on id = found ${order}`,
    named: `${named} ${order}`,
    namedOfYear: `${named} and ${year ?? 'null'} = :year ${order}`,
  };
}

async function completedPhrase(db: Db, phrase: Phrase): Promise<Phrase[]> {
  const beginning = phrase.words.at(-1) ?? '';
  if (!phrase.isBeginning || Array.from(beginning).length <= QUICK_BEGINNING) return [phrase];
  const words = await completions(db, beginning, MOST_COMPLETIONS + 1);
  if (words.length > MOST_COMPLETIONS) return [phrase];
  return words.map((word) => ({ words: [...phrase.words.slice(0, -1), word], isBeginning: false }));
}

async function named(db: Db, table: Findable, { key, year }: Wanted['names'][number], count: number): Promise<number[]> {
  const { named: any, namedOfYear } = statements[table];
  const rows = year === undefined ? await db.all<{ id: number }>(any, { key, count }) : await db.all<{ id: number }>(namedOfYear, { key, year, count });
  return rows.map(({ id }) => id);
}

/** All bands down to that of the last row that is needed, sorted. */
async function mostStreamed(db: Db, table: Findable, match: string, count: number): Promise<number[]> {
  const { last, best } = statements[table];
  const row = await db.first<{ rowid: number }>(last, { match, before: count - 1 });
  const end = row ? (Math.floor(row.rowid / IDS) + 1) * IDS : ALL_BANDS;
  return (await db.all<{ id: number }>(best, { match, end, count })).map(({ id }) => id);
}

/** The terms as FTS5 writes them; undefined where nothing can match. Words are letters and digits, so they can't be read as syntax. */
function matchOf(table: Findable, terms: readonly Term[], where: 'in its name' | 'anywhere'): string | undefined {
  const expressions = terms.map((term) => expressionOf(term, table, where));
  return expressions.length === 0 || expressions.includes('') ? undefined : expressions.map((expression) => `(${expression})`).join(' AND ');
}

function expressionOf({ phrases, year }: Term, table: Findable, where: 'in its name' | 'anywhere'): string {
  const words = phrases.map((phrase) => `"${phrase.words.join(' ')}"${phrase.isBeginning ? ' *' : ''}`).join(' OR ');
  const alternatives = words === '' ? [] : [where === 'anywhere' ? words : `${ROWS[table].name} : (${words})`];
  if (year !== undefined && ROWS[table].year !== undefined) alternatives.push(`released : "¶${year}"`);
  return alternatives.join(' OR ');
}
