/** The data of the templates under views/admin, as web/views.ts has it for those of the site. */
import type { Count } from '../db/wanted.ts';
import type { Form, Paging } from '../web/views.ts';

declare module '../web/views.ts' {
  interface Views {
    'admin/list': AdminPage & ListPage;
    'admin/bulk-edit': AdminPage & BulkEditPage;
    'admin/bulk-preview': AdminPage & BulkPreviewPage;
  }
}

/** Around every page of the admin area. */
export type AdminPage = { frame: Frame };

export type Frame = {
  /** The side nav, by group. */
  groups: { title: string; links: { label: string; href: string; count?: number | undefined; current: boolean }[] }[];
  /** From the dashboard down; the last one is this page. */
  breadcrumbs: { label: string; href?: string | undefined }[];
};

export type Cell = {
  kind: 'text' | 'number' | 'date' | 'moment' | 'flag' | 'sleeve';
  text: string;
  href?: string | undefined;
};

export type ListPage = {
  title: string;
  section: { path: string; label: string; plural: string; canAdd: boolean };
  search?: { q: string; hint: string } | undefined;
  /** The state of the list, as hidden fields of its forms: every parameter but q and page. */
  hidden: [name: string, value: string][];
  /** The same with q, for the forms of actions. */
  state: [name: string, value: string][];
  /** What applies, each with the address that takes it away. */
  filters: { label: string; href: string }[];
  clear?: string | undefined;
  counts: { matching?: Count | undefined; all: number };
  dates?: { trail: { label: string; href: string; current: boolean }[]; choices: { label: string; href: string }[] } | undefined;
  columns: { label: string; kind: Cell['kind']; sort?: { href: string; also: string; direction?: 'ascending' | 'descending' | undefined; rank?: number | undefined } | undefined }[];
  rows: { id: number; name: string; cells: Cell[] }[];
  actions: { value: string; label: string }[];
  /** Set when more rows match than the page shows. */
  canSelectAll: boolean;
  facets: FacetView[];
  paging?: Paging | undefined;
  /** For lists whose pages have no numbers. */
  onward?: { next?: string | undefined; start?: string | undefined; looked: number } | undefined;
  showAll?: { href: string; label: string } | undefined;
  notes: string[];
  exports: { csv: string; json: string };
};

export type FacetView = {
  name: string;
  label: string;
  any: { href: string; current: boolean };
  choices: { label: string; count: Count; href: string; current: boolean }[];
  /** The search box for further values. */
  more?: { text: string; hidden: [name: string, value: string][] } | undefined;
};

/** A form of the admin area: what was typed, and what is wrong with it. */
export type AdminForm = Form<string>;

/** One field of many rows: what may be done with it, and what was chosen. */
export type BulkField = { name: string; label: string; hint?: string | undefined; ways: { value: string; label: string }[]; how: string; value: string; find: string };

export type BulkEditPage = { title: string; action: string; hidden: [name: string, value: string][]; fields: BulkField[]; form: AdminForm; cancel: string };

type PreviewRow = { name: string; errors: string[]; changes: { label: string; before: string; after: string }[] };

export type BulkPreviewPage = {
  title: string;
  action: string;
  hidden: [name: string, value: string][];
  label: string;
  plural: string;
  chosen: number;
  changing: number;
  same: number;
  refused: number;
  rows: PreviewRow[];
  faults: PreviewRow[];
  isStale: boolean;
  cancel: string;
};
