/** What a search looks for and gives back, in words that every engine understands, and the rules by which a row is ranked. */

/** Words that follow each other; with `isBeginning` the last may go on. */
export type Phrase = { words: readonly string[]; isBeginning: boolean };

/** Something that must be found: one of several phrases, or a year of release. Nothing matches a term without either. */
export type Term = { phrases: readonly Phrase[]; year?: number | undefined };

/** `names` are the folded names that count as exactly this; with a year only those of that year. */
export type Wanted = { terms: readonly Term[]; names: readonly { key: string; year?: number | undefined }[] };

export type Count = { value: number; isCapped: boolean };

/** How many rows were found, and the ids of a page of them. */
export type Found = { count: Count; ids(page: { skip: number; size: number }): Promise<number[]> };

/** What ranks a row: its folded name and the year of its release, where it has one. */
export type Row = { id: number; key: string; year: number | null };

/** Whether a row is named exactly so. */
export function hasName({ key, year }: Row, { names }: Wanted): boolean {
  return names.some((name) => name.key === key && (name.year === undefined || name.year === year));
}

/** Whether a row has every term in its own name, or the year. */
export function hasTerms({ key, year }: Row, { terms }: Wanted): boolean {
  const words = key.split(' ');
  return terms.every((term) => (term.year !== undefined && term.year === year) || term.phrases.some((phrase) => placesOf(phrase, words).length > 0));
}

/** Where a phrase stands among words: the index of its first word, each time. */
export function placesOf({ words, isBeginning }: Phrase, among: readonly string[]): number[] {
  const last = words.length - 1;
  const places: number[] = [];
  for (let from = 0; from + last < among.length; from += 1) {
    const isHere = words.every((word, index) => {
      const other = among[from + index] as string;
      return other === word || (isBeginning && index === last && other.startsWith(word));
    });
    if (isHere) places.push(from);
  }
  return places;
}
