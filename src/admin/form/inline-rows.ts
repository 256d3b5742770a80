/** Inline rows as the template of a form draws them. */
import type { FieldErrors } from '../../errors.ts';
import type { Field } from '../../schema/fields.ts';
import * as text from '../../web/text.ts';
import * as urls from '../../web/urls.ts';
import { initialOf, isBlank } from './blank.ts';
import type { InlineView, RowView } from './views.ts';
import type { InlineRights, PostedRow } from './posted.ts';
import { sectionOf } from '../registry.ts';
import type { Inline } from '../section.ts';
import { type Fields, rowName, type Rows } from './stored.ts';

type Filled = {
  /** What is stored. */
  rows: Rows | undefined;
  /** What was typed, in the order of the form. */
  posted: readonly PostedRow[] | undefined;
  errors: FieldErrors;
  rights: InlineRights;
  /** One more blank row was asked for; it gets the focus. */
  isAdded: boolean;
};

/** The table of inline rows, with one blank row at its end for whoever may add. */
export function inlineView(inline: Inline, { rows: stored = new Map(), posted, errors, rights, isAdded }: Filled): InlineView {
  const { model, fields, position } = inline;
  const path = sectionOf(model.table)?.path;
  const number = (row: PostedRow, index: number): string => (position === undefined ? '' : row.values[position]) || String(index + 1);
  const shown = (posted ? (rights.change ? posted : withUntouched(inline, posted, stored)) : [...stored].map(([id, values], index) => storedRow(inline, id, values, index))) as PostedRow[];
  const rows = shown.map((row, index) => view(inline, row, number(row, index), { errors, rights, path }));
  if (rights.add && (isAdded || !shown.some((row) => row.id === undefined && isBlank(inline, row.values)))) {
    const blank: PostedRow = { key: nextKey(shown), id: undefined, isDeleted: false, values: Object.fromEntries(fields.map((name) => [name, initialOf(model.fields[name])])) };
    rows.push({ ...view(inline, blank, String(rows.length + 1), { errors, rights, path }), isFocused: isAdded });
  }
  return {
    name: model.table,
    title: model.plural.charAt(0).toUpperCase() + model.plural.slice(1),
    label: model.label,
    count: stored.size,
    hint: [
      ...fields.map((name) => limitOf(model.fields[name])),
      position !== undefined && rights.change ? `Give a ${model.label} another number to move it there.` : '',
    ].filter(Boolean).join(' '),
    columns: fields.map((name) => ({ label: (model.fields[name] as Field).label, isNumber: model.fields[name]?.kind === 'wholeNumber' })),
    rows,
    can: rights,
  };
}

function view(inline: Inline, row: PostedRow, number: string, { errors, rights, path }: { errors: FieldErrors; rights: InlineRights; path: string | undefined }): RowView {
  const { fields, model, position } = inline;
  const isNew = row.id === undefined;
  const cell = (name: string) => ({ name: `${rowName(inline, row.key)}.${name}`, value: row.values[name] ?? '', error: errors[`${rowName(inline, row.key)}.${name}`] });
  const isEditable = isNew ? rights.add : rights.change;
  return {
    key: row.key,
    number,
    href: isNew || path === undefined ? undefined : urls.admin.edit(path, row.id as number),
    cells: fields.map((name) => (isEditable ? cell(name) : { ...cell(name), value: model.fields[name]?.kind === 'wholeNumber' ? text.number(Number(row.values[name])) : (row.values[name] ?? '') })),
    position: position === undefined || !isEditable ? undefined : { ...cell(position), value: number },
    isNew,
    isEditable,
    canDelete: isNew ? !isBlank(inline, row.values) : rights.remove,
    isDeleted: row.isDeleted,
    isFocused: false,
  };
}

/** What was typed, in its order; rows that may not be changed come from the database. */
function withUntouched(inline: Inline, posted: readonly PostedRow[], stored: Rows): PostedRow[] {
  const typed = new Map(posted.map((row) => [row.key, row]));
  const untouched = [...stored].map(([id, values], index) => storedRow(inline, id, values, index)).filter((row) => Object.keys(typed.get(row.key)?.values ?? {}).length === 0);
  const missing = untouched.map((row) => ({ ...row, isDeleted: typed.get(row.key)?.isDeleted ?? false }));
  const known = new Set(missing.map(({ key }) => key));
  return [...missing, ...posted.filter(({ key }) => !known.has(key))];
}

/** Numbers are places: what is stored may have gaps. */
function storedRow({ position }: Inline, id: number, values: Fields, index: number): PostedRow {
  const texts = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value ?? '')]));
  return { key: String(id), id, isDeleted: false, values: position === undefined ? texts : { ...texts, [position]: String(index + 1) } };
}

function nextKey(rows: readonly PostedRow[]): string {
  const numbers = rows.flatMap(({ key }) => (key.startsWith('new') ? [Number(key.slice(3))] : []));
  return `new${Math.max(0, ...numbers) + 1}`;
}

function limitOf(field: Field | undefined): string {
  return field?.kind === 'text' ? `${field.label}: up to ${field.max} characters.` : '';
}
