/** The kinds of facets that sections are made of. */
import type { Db } from '../../db/db.ts';
import { rememberAll } from '../../db/remember.ts';
import { countRange, type Range } from '../../db/lists/selection.ts';
import { type ArtistChoice, artistsToChoose } from '../../music/artists.ts';
import { countFaults, faultRange } from '../../music/health.ts';
import type { Choice, Facet } from '../section.ts';

/** Counts beside facets end here. */
const MOST_COUNTED = 10_000;
/** So many values of a facet are shown; a search finds the rest. */
const SHOWN = 8;

type Named = { value: string; label: string; from: string | number; to: string | number };

/** A facet of a few fixed ranges of one column. */
export function rangesFacet({ table, name, label, column }: { table: string; name: string; label: string; column: string }, ranges: readonly Named[]): Facet {
  const rangeOf = (value: string): Range | undefined => {
    const found = ranges.find((range) => range.value === value);
    return found && { column, from: found.from, to: found.to };
  };
  return {
    name,
    label,
    rangeOf,
    choices: (db) => rememberAll(db, `facet ${table} ${name}`, async () => {
      const choices: Choice[] = [];
      for (const range of ranges) choices.push({ value: range.value, label: range.label, count: await countRange(db, table, { column, from: range.from, to: range.to }, MOST_COUNTED) });
      return choices;
    }),
  };
}

/** A facet of a flag: yes and no. */
export function flagFacet(about: { table: string; column: string; label: string }, words: { yes: string; no: string }): Facet {
  return rangesFacet({ ...about, name: about.column }, [
    { value: 'yes', label: words.yes, from: 1, to: 1 },
    { value: 'no', label: words.no, from: 0, to: 0 },
  ]);
}

/** A facet of moments at which something ends, where '' is never: what still works, and what has ended. */
export function endsFacet({ table, column, label }: { table: string; column: string; label: string }): Facet {
  const rangesAt = (now: string): Named[] => [
    { value: 'always', label: 'Without an end', from: '', to: '' },
    { value: 'still', label: 'Until a day to come', from: now, to: '\u{10ffff}' },
    { value: 'ended', label: 'Ended', from: '0', to: now },
  ];
  return {
    name: 'ends',
    label,
    rangeOf: (value) => {
      const found = rangesAt(new Date().toISOString()).find((range) => range.value === value);
      return found && { column, from: found.from, to: found.to };
    },
    choices: async (db) => {
      const choices: Choice[] = [];
      for (const { from, to, ...named } of rangesAt(new Date().toISOString())) choices.push({ value: named.value, label: named.label, count: await countRange(db, table, { column, from, to }, MOST_COUNTED) });
      return choices;
    },
  };
}

/** A facet of decades, whose albums or songs are counted by year already. */
export function decadesFacet(count: (db: Db) => Promise<readonly (readonly [decade: number, count: number])[]>): Facet {
  return {
    name: 'decade',
    label: 'Decade',
    rangeOf: (value) => (/^\d{1,3}0$/.test(value) ? { column: 'decade', from: Number(value), to: Number(value) } : undefined),
    choices: async (db) => (await count(db)).map(([decade, rows]) => ({ value: String(decade), label: `${decade}s`, count: { value: rows, isCapped: false } })),
  };
}

/** A facet of artists: those with the most albums, and a search for the rest. */
export function artistFacet(table: 'albums' | 'songs'): Facet {
  const choice = ({ name, name_key, album_count, song_count }: ArtistChoice): Choice =>
    ({ value: name_key, label: name, count: { value: table === 'albums' ? album_count : song_count, isCapped: false } });
  return {
    name: 'artist',
    label: 'Artist',
    rangeOf: (value) => ({ column: table === 'albums' ? 'artist_key' : 'artist_sort', from: value, to: value }),
    choices: async (db) => (await artistsToChoose(db, '', SHOWN)).map(choice),
    more: async (db, text) => (await artistsToChoose(db, text, SHOWN)).map(choice),
  };
}

/** A facet of what may be wrong with the catalogue, as the dashboard lists it. */
export function healthFacet(table: 'albums' | 'songs'): Facet {
  const today = () => new Date().toISOString().slice(0, 10);
  return {
    name: 'health',
    label: 'Health',
    rangeOf: (value) => faultRange(table, value, today()),
    choices: (db) => countFaults(db, table, today()),
  };
}
