/** The data of the templates of forms. */
import type { AdminForm, AdminPage } from '../views.ts';
import type { Pick } from './posted.ts';
import type { Option } from './references.ts';

declare module '../../web/views.ts' {
  interface Views {
    'admin/edit': AdminPage & EditPage;
    'admin/conflict': AdminPage & ConflictPage;
    'admin/delete': AdminPage & DeletePage;
    'admin/gone': AdminPage & GonePage;
  }
}

/** A sentence on top of a form, with where it leads. */
export type Notice = { text: string; link?: { href: string; label: string } | undefined };

export type FieldView = {
  name: string;
  label: string;
  kind: 'text' | 'number' | 'date' | 'flag' | 'reference';
  value: string;
  hint: string;
  error?: string | undefined;
  isFull: boolean;
  /** Values that others have, for a list beside the field. */
  options: string[];
  reference?: ReferenceView | undefined;
};

/** `find` is what was looked for; `source` is where a script finds more. */
export type ReferenceView = { choices: (Option & { isChosen: boolean })[]; find: string; found: string; nothing: boolean; source?: string | undefined; href?: string | undefined };

export type CellView = { name: string; value: string; error?: string | undefined };
export type RowView = { key: string; number: string; href?: string | undefined; cells: CellView[]; position?: CellView | undefined; isNew: boolean; isEditable: boolean; canDelete: boolean; isDeleted: boolean; isFocused: boolean };
export type InlineView = {
  name: string;
  title: string;
  label: string;
  count: number;
  hint: string;
  columns: { label: string; isNumber: boolean }[];
  rows: RowView[];
  can: { add: boolean; change: boolean; remove: boolean };
};

export type EditPage = {
  title: string;
  heading: string;
  noun: string;
  action: string;
  isReadOnly: boolean;
  isMultipart: boolean;
  hidden: [name: string, value: string][];
  notice?: Notice | undefined;
  form: AdminForm;
  fields: FieldView[];
  inlines: InlineView[];
  /** `field` is the hidden one that holds the picture; `isNew`: it is not stored yet. */
  sleeve?: { path: string | undefined; cover: string; field: string | undefined; isNew: boolean; error: string | undefined } | undefined;
  facts: { label: string; text: string; moment?: string | undefined; by?: string | undefined }[];
  links: { history?: string | undefined; site?: string | undefined; remove?: string | undefined; pages?: { label: string; href: string }[] | undefined };
  can: { addAnother: boolean; copy: boolean };
};

export type ConflictPage = {
  title: string;
  name: string;
  action: string;
  verb: string;
  hidden: [name: string, value: string][];
  form: AdminForm;
  people: string;
  /** `picked` is what is chosen already; of `versions` those without `isOffered` may not be chosen by this person. */
  differences: { name: string; label: string; by?: { person: string; at: string } | undefined; picked?: Pick | undefined; error?: string | undefined; versions: { pick: Pick; label: string; text: string; picture?: string | undefined; isOffered: boolean }[] }[];
  history: string | undefined;
  cancel: string;
};

/** `names` are the rows that go, when they are several; `along` is what goes with them, and `listed` the first of it. */
export type DeletePage = {
  title: string;
  action: string;
  hidden: [name: string, value: string][];
  verb: string;
  names: string[];
  more: number;
  isOne: boolean;
  along: string;
  listed: { title: string; names: string[]; more: number }[];
  hasChanged: boolean;
  warnings: string[];
  canUndo: boolean;
  cancel: string;
};

export type GonePage = { title: string; sentence: string; history: string | undefined; list: { href: string; label: string } };
