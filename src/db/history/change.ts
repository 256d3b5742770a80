/** What the history holds: who did it, by which door, and what became of each row. */
import type { Value } from '../db.ts';

/** By which door somebody came. */
export type Surface = 'admin' | 'api' | 'import' | 'command' | 'account' | 'setup';
/** Who writes. `user` is null for the operator at the command line. */
export type Author = { user: number | null; person: string; surface: Surface };
/** Whoever runs the program's own commands. */
export const OPERATOR: Author = { user: null, person: 'command line', surface: 'command' };

export type Action = 'add' | 'change' | 'delete';
/** A row by field, or the fields of it that changed. */
export type Snapshot = Record<string, Value | boolean | readonly (string | number)[]>;
/** What happened to one row: `before` is missing for an added row, `after` for a deleted one. */
export type Change = { id: number; act: number; model: string; object: number; parent: number | null; action: Action; label: string; before: Snapshot | undefined; after: Snapshot | undefined };

/** A change as the table holds it. */
export type StoredChange = Omit<Change, 'before' | 'after'> & { before: string | null; after: string | null };

/** A change as it is stored, with its values read. */
export function readChange({ before, after, ...change }: StoredChange): Change {
  const read = (text: string | null) => (text === null ? undefined : (JSON.parse(text) as Snapshot));
  return { ...change, before: read(before), after: read(after) };
}
