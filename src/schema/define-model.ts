/** A model is one description of a noun: its table, its words and its fields. No hooks, no methods. */
import type { Field, Fields } from './fields.ts';

/**
 * Rows of no model that hang on a row, each somebody's who has no account, with the moment `created_at`:
 * where they lie, where what an act did to them is kept, and by which columns.
 */
export type Beside = { table: string; changes: string; owner: string; owners: string; field: string; label: string; plural: string };

/** The field of a row's number among those that belong to the same row by `within`. */
export type Place = { field: string; within: string };

export type Model<F extends Fields = Fields> = {
  table: string;
  /** What one is called in a sentence, and several. */
  label: string;
  plural: string;
  /** The field that names a row to people; a row without one is named by what it refers to. */
  title?: string;
  fields: F;
  /** Fields that no two rows have alike, together. */
  unique?: readonly (readonly string[])[];
  beside?: Beside;
  place?: Place;
  /**
   * Columns that are no fields, so that nothing that lists fields shows them. Each with what a row gets that
   * is brought back after it was deleted: '' for a password that nothing matches, null when it can't be brought back.
   */
  secrets?: Readonly<Record<string, string | null>>;
};

export function defineModel<const F extends Fields>(model: Model<F>): Model<F> {
  return model;
}

type Value<F extends Field> =
  F['kind'] extends 'wholeNumber' | 'reference' ? number
  : F['kind'] extends 'flag' ? boolean
  : F extends { kind: 'kept'; holds: 'number' } ? number
  : F extends { kind: 'set'; to: string } ? number[]
  : F['kind'] extends 'set' ? string[]
  : string;

type Written = 'text' | 'wholeNumber' | 'date' | 'reference' | 'flag';
type WrittenFields<F extends Fields> = { [K in keyof F as F[K]['kind'] extends Written ? K : never]: F[K] };

/** A row as it comes out of the database. */
export type Row<M> = M extends Model<infer F> ? { id: number } & { [K in keyof F as F[K]['kind'] extends 'set' ? never : K]: Value<F[K]> } : never;

/** What somebody types in to make a row: the fields that are not written by the program. */
export type Input<M> = M extends Model<infer F>
  ? { [K in keyof WrittenFields<F>]: Value<WrittenFields<F>[K]> }
  : never;

/** The names of the fields that somebody types in. */
export function writtenFields(model: Model): string[] {
  const written: string[] = ['text', 'wholeNumber', 'date', 'reference', 'flag'] satisfies Written[];
  return Object.entries(model.fields).filter(([, field]) => written.includes(field.kind)).map(([name]) => name);
}
