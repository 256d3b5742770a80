/** What a row shows in each column. */
import * as text from '../../web/text.ts';
import * as urls from '../../web/urls.ts';
import type { Row, Section } from '../section.ts';
import type { Cell } from '../views.ts';

/** The cells of a row; the first text leads to its form. */
export function cellsOf(section: Section, row: Row): Cell[] {
  const first = section.columns.findIndex(({ kind = 'text' }) => kind === 'text');
  return section.columns.map((column, index) => {
    const kind = column.kind ?? 'text';
    const raw = row[column.name];
    const value = { text: String(raw ?? ''), number: text.number(Number(raw)), date: String(raw), moment: momentOf(String(raw ?? '')), flag: raw ? 'Yes' : 'No', sleeve: sleeveOf(row) }[kind];
    const href = column.href?.(row) ?? (index === first ? urls.admin.edit(section.path, row.id) : undefined);
    return { kind, text: value, href };
  });
}

/** '2026-11-24T14:51:09.123Z' -> '2026-11-24 14:51'; nothing for what never happened. */
function momentOf(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}

function sleeveOf(row: Row): string {
  return urls.sleeveOf({ sleeve: String(row['sleeve'] ?? ''), cover: String(row['cover'] ?? '') }, 'small');
}
