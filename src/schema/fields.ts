/**
 * The closed set of field kinds of which every model is made. A field is data: its kind, its label and
 * its limits. Fields of the kinds `folded`, `fingerprint` and `kept` are never typed in by anybody.
 */
import { LONGEST_ADDRESS } from './address.ts';

type Common = { label: string; hint?: string };

/** Text of at most `max` characters (Unicode code points), trimmed at both ends; empty only when it is optional. */
export type TextField = Common & { kind: 'text'; max: number; optional?: boolean; /** Kept in the one form of address.ts. */ format?: 'address' };
/** A whole number between `min` and `max`; empty means `whenEmpty`, where there is one. */
export type WholeNumberField = Common & { kind: 'wholeNumber'; min: number; max: number; whenEmpty?: number };
/** A day, as YYYY-MM-DD. */
export type DateField = Common & { kind: 'date' };
/** The id of a row of another table. */
export type ReferenceField = Common & { kind: 'reference'; to: string };
export type FlagField = Common & { kind: 'flag' };
/** A moment in UTC, as 2026-11-24T14:00:00.000Z, set by the program. */
export type MomentField = Common & { kind: 'moment' };
/** The folded form of a text field (see fold.ts), written with the row. */
export type FoldedField = Common & { kind: 'folded'; of: string };
/** A hash of several fields, 32 hexadecimal digits, written with the row. */
export type FingerprintField = Common & { kind: 'fingerprint'; of: readonly string[] };
/** A value that the database keeps by itself, in the transaction that changes what it depends on. */
export type KeptField = Common & { kind: 'kept'; holds: 'number' | 'text' };
/** A text that only the program's own verbs set; `initial` in a new row. */
export type InternalField = Common & { kind: 'internal'; initial: string };
/**
 * Several values of one row, kept as rows of another table: there `owner` is this row's id and `member`
 * one value. With `to` the values are ids of that table, else texts.
 */
export type SetField = Common & { kind: 'set'; table: string; owner: string; member: string; to?: string };
/** A text field without its case, by which it is unique. */
export type CaselessField = Common & { kind: 'caseless'; of: string };

export type Field =
  | TextField | WholeNumberField | DateField | ReferenceField | FlagField | MomentField
  | FoldedField | CaselessField | FingerprintField | KeptField | InternalField | SetField;

export type Fields = Record<string, Field>;

/** The largest whole number that every engine, JSON and JavaScript hold exactly: 2^53 − 1. */
export const MOST = Number.MAX_SAFE_INTEGER;

export const text = (label: string, max: number, hint?: string) => described({ kind: 'text', label, max } as const, hint);
export const optionalText = (label: string, max: number, hint?: string) => described({ kind: 'text', label, max, optional: true } as const, hint);
export const address = (label: string) => ({ kind: 'text', label, max: LONGEST_ADDRESS, optional: true, format: 'address' }) as const;
export const wholeNumber = (label: string, options: { min?: number; max?: number; whenEmpty?: number; hint?: string } = {}) => {
  const { min = 0, max = MOST, whenEmpty, hint } = options;
  return described({ kind: 'wholeNumber', label, min, max, ...(whenEmpty === undefined ? {} : { whenEmpty }) } as const, hint);
};
export const date = (label: string, hint?: string) => described({ kind: 'date', label } as const, hint);
export const reference = (label: string, to: string) => ({ kind: 'reference', label, to }) as const;
export const flag = (label: string) => ({ kind: 'flag', label }) as const;
export const moment = (label: string) => ({ kind: 'moment', label }) as const;
export const folded = (label: string, of: string) => ({ kind: 'folded', label, of }) as const;
export const fingerprint = (label: string, of: readonly string[]) => ({ kind: 'fingerprint', label, of }) as const;
export const internal = (label: string, initial = '') => ({ kind: 'internal', label, initial }) as const;
export const set = (label: string, options: { table: string; owner: string; member: string; to?: string }) => ({ kind: 'set', label, ...options }) as const;
export const caseless = (label: string, of: string) => ({ kind: 'caseless', label, of }) as const;
export const kept = (label: string) => ({ kind: 'kept', label, holds: 'number' }) as const;
export const keptText = (label: string) => ({ kind: 'kept', label, holds: 'text' }) as const;

function described<F extends Field>(field: F, hint: string | undefined): F {
  return hint === undefined ? field : { ...field, hint };
}
