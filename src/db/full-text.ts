/**
 * Finding rows by the words of their names, with SQLite's full-text index. The index numbers its rows so
 * that the most streamed come first (see the migration), and a search reads no further than it needs.
 */
import type { Db } from './db.ts';

/** Words that follow each other; with `isBeginning` the last may go on. */
export type Phrase = { words: readonly string[]; isBeginning: boolean };

/** Something that must be found: one of several phrases, or a year of release. */
export type Term = { phrases: readonly Phrase[]; year?: number | undefined };

type Searched = 'albums' | 'songs' | 'artists';

const OWN_NAME = { albums: 'name', songs: 'song_name', artists: 'name' };

/** The lower bits of a row's number in the index are its id. */
const IDS = 2 ** 34;

/**
 * The ids of rows that have every term, the most streamed first.
 * @param only `own` looks into the row's own name alone, `all` into its album, artist and year, too
 * @param limit reads no further
 */
export async function findIds(db: Db, table: Searched, terms: readonly Term[], { only, limit }: { only: 'own' | 'all'; limit: number }): Promise<number[]> {
  const match = terms.map((term) => expression(term, table, only)).join(' AND ');
  if (match === '') return [];
  const rows = await db.all<{ rowid: number }>(`select rowid from ${table}_text where ${table}_text match :match order by rowid limit :limit`, { match, limit });
  return rows.map(({ rowid }) => rowid % IDS);
}

function expression({ phrases, year }: Term, table: Searched, only: 'own' | 'all'): string {
  const alternatives = phrases.map(({ words, isBeginning }) => `"${words.join(' ')}"${isBeginning ? '*' : ''}`);
  const found = only === 'own' ? alternatives.map((alternative) => `${OWN_NAME[table]} : ${alternative}`) : alternatives;
  if (year !== undefined && table !== 'artists') found.push(`released : "¶${year}"`);
  return `(${found.join(' OR ')})`;
}
