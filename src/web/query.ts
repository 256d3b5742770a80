/** Reads the query of an address strictly: what is not known, repeated or makes no sense is told, not guessed. */
import { badRequest, notFound } from '../errors.ts';
import { own } from '../schema/own.ts';
import { idOf } from './urls.ts';

type Raw = Record<string, unknown>;

/** The value of a parameter, or undefined; refuses a repeated one, a NUL, and one that is far too long. */
export function textOf(query: unknown, name: string): string | undefined {
  const value = own(query as Raw, name);
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') throw badRequest(`The address has "${name}" more than once. Remove all but one.`);
  if (value.includes('\0')) throw badRequest(`The address has a null character in "${name}". Remove it.`);
  if (value.length > 10_000) throw badRequest(`The address has too long a "${name}". Shorten it.`);
  return value;
}

/** One of several words; the first is what a missing parameter means. */
export function choiceOf<T extends string>(query: unknown, name: string, choices: readonly [T, ...T[]]): T {
  const value = textOf(query, name);
  if (value === undefined) return choices[0];
  const found = choices.find((choice) => choice === value);
  if (!found) throw badRequest(`The address has "${name}=${shortened(value)}". Use one of ${choices.join(', ')}.`);
  return found;
}

/** A whole number from `least` to `most`. */
export function numberOf(query: unknown, name: string, { least, most }: { least: number; most: number }): number | undefined {
  const value = textOf(query, name);
  if (value === undefined) return undefined;
  const number = /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= least && number <= most)) throw badRequest(`The address has "${name}=${shortened(value)}". Use a number from ${least} to ${most}.`);
  return number;
}

/** The number of a page, from 1. */
export function pageOf(query: unknown): number {
  return numberOf(query, 'page', { least: 1, most: 99_999_999 }) ?? 1;
}

/** A decade such as 1980, or undefined. */
export function decadeOf(query: unknown): number | undefined {
  const decade = numberOf(query, 'decade', { least: 0, most: 9990 });
  if (decade !== undefined && decade % 10 !== 0) throw badRequest('The address has a decade that does not end in 0. Use one like 1980.');
  return decade;
}

/** The id at the head of `12-hounds-of-love`; anything else is no page. */
export function idIn(parameters: unknown): number {
  const id = idOf(String((parameters as Raw)['id']));
  if (id === undefined) throw notFound();
  return id;
}

function shortened(value: string): string {
  return value.length > 40 ? `${value.slice(0, 40)}…` : value;
}
