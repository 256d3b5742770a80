/** The vocabulary: every word of the folded names, with how many names use it. */
import type { Db } from '../db.ts';

export type Word = { word: string; uses: number };

/** Comes after every letter. */
const LAST = '\u{10ffff}';

/** The words that begin so, in their order, at most `limit`. */
export async function completions(db: Db, beginning: string, limit: number): Promise<string[]> {
  const rows = await db.all<{ word: string }>('select word from words where word >= :from and word < :to order by word limit :limit', {
    from: beginning, to: beginning + LAST, limit,
  });
  return rows.map(({ word }) => word);
}

/** Those of the words that some name uses. */
export function knownWords(db: Db, words: readonly string[]): Promise<Word[]> {
  return db.all<Word>('select word, uses from json_each(:words) cross join words on word = value', { words: JSON.stringify(words) });
}

/** The words that begin so and have so many characters. */
export function wordsOfLength(db: Db, beginning: string, { least, most }: { least: number; most: number }): Promise<Word[]> {
  return db.all<Word>('select word, uses from words where word >= :from and word < :to and length(word) between :least and :most', {
    from: beginning, to: beginning + LAST, least, most,
  });
}
