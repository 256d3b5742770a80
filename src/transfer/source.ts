/** What an import reads from, whatever the format: rows of raw text under the models' own field names. */

/** The fields that a file can hold, in the order in which they are told. */
export const columnFields = ['name', 'artist', 'year_released', 'song_name', 'num_streams'] as const;

export type ColumnField = (typeof columnFields)[number];

/** Where a row stands: the physical line of a file of lines, or a place such as `[3].Songs[0]`. */
export type Place = number | string;

/**
 * One row. A row without `song_name` is an album alone; one without `num_streams` comes from a file that
 * has no such column, while an empty text is an empty cell. `fault` says why a row can't be read at all.
 */
export type RawRow = { place: Place; values: Partial<Record<ColumnField, string>>; fault?: string };

export type Source = {
  rows: AsyncIterable<RawRow>;
  /** What the user should know of how the file is read, a sentence each. */
  notices: string[];
  /** How much of it has been read, from 0 to 1. */
  part(): number;
};
