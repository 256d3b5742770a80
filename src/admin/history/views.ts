/** The data of the templates of the history. */
import type { AdminPage } from '../views.ts';

declare module '../../web/views.ts' {
  interface Views {
    'admin/history': AdminPage & HistoryPage;
    'admin/act': AdminPage & ActPage;
    'admin/undo-refused': AdminPage & UndoRefusedPage;
  }
}

/** A field that changed; without `before` it was added, without `after` it went. */
export type FieldChange = { label: string; before?: string | undefined; after?: string | undefined };

export type ChangeView = {
  /** "Song", and what was done to it; left out where the act says it already. */
  what?: string | undefined;
  name?: string | undefined;
  href?: string | undefined;
  fields: FieldChange[];
};

export type ActView = {
  id: number;
  at: string;
  person: string;
  byPerson: string;
  /** The door, in words. */
  door: string;
  summary: string;
  href: string;
  changes: ChangeView[];
  /** How many changes it made, and how many of them are not shown. */
  size: number;
  more: number;
  undo?: { action: string; label: string; name: string } | undefined;
  undone?: { verb: string; person: string; at: string; href: string } | undefined;
  undoes?: { verb: string; href: string } | undefined;
};

type Option = { value: string; label: string; selected: boolean };

export type HistoryPage = {
  title: string;
  acts: ActView[];
  /** The form that narrows the list; the history of one row has none. */
  filter?: { person: string; people: string[]; from: string; to: string; doors: Option[]; models: Option[]; actions: Option[] } | undefined;
  applied: { label: string; href: string }[];
  clear?: string | undefined;
  /** Where to see the row whose history it is. */
  link?: { href: string; label: string } | undefined;
  next?: string | undefined;
  start?: string | undefined;
  /** Set when acts were looked through that did not match. */
  looked?: number | undefined;
};

export type ActPage = { title: string; act: ActView; final?: string | undefined; next?: string | undefined; start?: string | undefined };

export type UndoRefusedPage = { title: string; verb: string; summary: string; reasons: readonly string[]; /** What was done since stands in the way, and can be taken back. */ isHindered: boolean; act: string; back: string };
