/** Filters: what `?artist=` or `?num_streams__gte=` means, as ranges of a column that an index serves. */
import type { Db } from '../../../db/db.ts';
import type { Range } from '../../../db/lists/selection.ts';
import { caseless } from '../../../schema/caseless.ts';
import type { JsonSchema } from '../../../schema/json-schema.ts';
import { fold } from '../../../schema/fold.ts';
import { isDay } from '../../../schema/parse.ts';

export type FilterKind = 'number' | 'day' | 'moment' | 'flag' | 'text' | 'folded' | 'caseless';
export type Filter = {
  column: string;
  kind: FilterKind;
  description: string;
  /** How many rows have a value, where that is kept. */
  total?: (db: Db, value: number) => Promise<number>;
};
export type Lookup = (typeof LOOKUPS)[number];

export const LOOKUPS = ['gte', 'lte', 'gt', 'lt'] as const;
const RANGED: readonly FilterKind[] = ['number', 'day', 'moment'];
/** So many values of one name add up at most. */
const MOST_VALUES = 50;
const DAY = 24 * 60 * 60 * 1000;
/** Behind every text. */
const END = '\u{10ffff}';

/** The names under which a filter is asked for: its own, and those with a lookup. */
export function namesOf(filters: Readonly<Record<string, Filter>>): string[] {
  return Object.entries(filters).flatMap(([name, { kind }]) => [name, ...(RANGED.includes(kind) ? LOOKUPS.map((lookup) => `${name}__${lookup}`) : [])]);
}

/** What a value of a filter looks like. */
export function filterSchema({ kind }: Filter): JsonSchema {
  if (kind === 'number') return { type: 'integer' };
  if (kind === 'day') return { type: 'string', format: 'date' };
  if (kind === 'moment') return { type: 'string', format: 'date-time' };
  return kind === 'flag' ? { type: 'boolean' } : { type: 'string' };
}

/**
 * Reads the filters of a query. Several values of one name add up, several names narrow further.
 * @returns groups of ranges, and a sentence for each value that makes no sense
 */
export function readFilters(filters: Readonly<Record<string, Filter>>, query: Record<string, unknown>): { groups: Range[][]; faults: Record<string, string[]> } {
  const groups: Range[][] = [];
  const faults: Record<string, string[]> = {};
  for (const [name, filter] of Object.entries(filters)) {
    const exact = [...new Set(textsOf(query[name]).map((text) => meantBy(filter, text)))];
    if (exact.length > MOST_VALUES) faults[name] = [`Ensure there are no more than ${MOST_VALUES} values.`];
    else if (exact.some((value) => value === undefined)) faults[name] = [WORDS[filter.kind]];
    else if (exact.length > 0) groups.push(exact.map((value) => ({ column: filter.column, from: value as string | number, to: value as string | number })));
    const bounds = RANGED.includes(filter.kind) ? boundsOf(filter, name, query, faults) : undefined;
    if (bounds) groups.push([bounds]);
  }
  return { groups, faults };
}

/** The single text of a parameter, the last one where it repeats; undefined where it is empty or missing. */
export function textOf(value: unknown): string | undefined {
  return textsOf(value).at(-1);
}

function textsOf(value: unknown): string[] {
  return [value ?? []].flat().filter((text): text is string => typeof text === 'string' && text.trim() !== '').map((text) => text.trim());
}

function boundsOf(filter: Filter, name: string, query: Record<string, unknown>, faults: Record<string, string[]>): Range | undefined {
  const [least, most] = filter.kind === 'number' ? [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER] : ['', END];
  let [from, to]: (string | number)[] = [least, most] as (string | number)[];
  let isAsked = false;
  for (const lookup of LOOKUPS) {
    const text = textOf(query[`${name}__${lookup}`]);
    if (text === undefined) continue;
    const value = meantBy(filter, text);
    if (value === undefined) {
      faults[`${name}__${lookup}`] = [WORDS[filter.kind]];
      continue;
    }
    isAsked = true;
    const bound = lookup === 'gt' ? besides(filter, value, 1) : lookup === 'lt' ? besides(filter, value, -1) : value;
    if (lookup.startsWith('g')) from = bound > (from as typeof bound) ? bound : from;
    else to = bound < (to as typeof bound) ? bound : to;
  }
  return isAsked ? { column: filter.column, from: from as string | number, to: to as string | number } : undefined;
}

/** The value right before or after another: ranges have their ends within. */
function besides({ kind }: Filter, value: string | number, by: 1 | -1): string | number {
  if (kind === 'number') return Number(value) + by;
  const time = new Date(Date.parse(String(value)) + by * (kind === 'day' ? DAY : 1)).toISOString();
  return kind === 'day' ? time.slice(0, 10) : time;
}

function meantBy({ kind }: Filter, text: string): string | number | undefined {
  if (text.includes('\0')) return undefined;
  if (kind === 'number') return /^[+-]?\d{1,16}$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
  if (kind === 'day') return isDay(text) ? text : undefined;
  if (kind === 'moment') return momentOf(text);
  if (kind === 'flag') return { true: 1, '1': 1, false: 0, '0': 0 }[text.toLowerCase()];
  if (kind === 'folded') return fold(text);
  return kind === 'caseless' ? caseless(text) : text.toWellFormed();
}

/** A day is its first moment. */
function momentOf(text: string): string | undefined {
  if (isDay(text)) return `${text}T00:00:00.000Z`;
  if (!/^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+ -]\d{2}:?\d{2})$/.test(text)) return undefined;
  const time = Date.parse(text.replace(' ', '+'));
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

const WORDS: Record<FilterKind, string> = {
  number: 'A valid integer is required.',
  day: 'Date has wrong format. Use one of these formats instead: YYYY-MM-DD.',
  moment: 'Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].',
  flag: 'Must be a valid boolean.',
  text: 'Not a valid string.',
  folded: 'Not a valid string.',
  caseless: 'Not a valid string.',
};
