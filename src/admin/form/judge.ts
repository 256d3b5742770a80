/** Judges what was typed into a form, its inline rows included, by the one validation of the models. */
import type { FieldErrors } from '../../errors.ts';
import type { Model } from '../../schema/define-model.ts';
import type { Field } from '../../schema/fields.ts';
import { parse } from '../../schema/parse.ts';
import { isBlank } from './blank.ts';
import type { Posted, PostedRow } from './posted.ts';
import type { Inline, Section } from '../section.ts';
import { type Fields, rowName } from './stored.ts';

/** `values` is missing for a row that is only ticked. */
export type WantedRow = { key: string; id: number | undefined; values: Fields | undefined; isDeleted: boolean };
export type WantedRows = { rows: Map<string, WantedRow>; places: { key: string; place: number | undefined }[] };
/** What is to be stored. */
export type Wanted = { row: Fields; inlines: Map<Inline, WantedRows> };
/** Sentences by the name of a field: at the field, and in the summary, where a row's say which row they are of. */
export type Mistakes = { fields: FieldErrors; summary: FieldErrors };

/** The values of a form, or what is wrong with it. */
export function judge(section: Section, posted: Posted): { wanted: Wanted } | { mistakes: Mistakes } {
  const mistakes: Mistakes = { fields: {}, summary: {} };
  const { values, errors } = judged(section.model, (section.fields ?? []).filter((name) => !isLast(section, name, posted.values)), posted.values);
  for (const [name, sentence] of Object.entries(errors)) mistakes.fields[name] = mistakes.summary[name] = sentence;
  const picture = section.cover === undefined ? undefined : posted.values[section.cover];
  const wanted: Wanted = { row: picture === undefined ? values : { ...values, [section.cover as string]: picture }, inlines: new Map() };
  for (const [inline, rows] of posted.rows) wanted.inlines.set(inline, judgeRows(inline, rows, mistakes));
  return Object.keys(mistakes.fields).length > 0 ? { mistakes } : { wanted };
}

/** Whether a row's place was left empty, which means behind all others. */
function isLast({ model: { place } }: Section, name: string, values: Record<string, string>): boolean {
  return place?.field === name && (values[name] ?? '').trim() === '';
}

function judgeRows(inline: Inline, posted: readonly PostedRow[], mistakes: Mistakes): WantedRows {
  const wanted: WantedRows = { rows: new Map(), places: [] };
  for (const [index, row] of posted.entries()) {
    const { key, id, isDeleted } = row;
    if (id === undefined && (isDeleted || isBlank(inline, row.values))) continue;
    const isTicked = isDeleted || Object.keys(row.values).length === 0;
    const { values, place, errors } = judgeRow(inline, row);
    wanted.rows.set(key, { key, id, values: isTicked ? undefined : values, isDeleted });
    wanted.places.push({ key, place });
    for (const [name, sentence] of isTicked ? [] : Object.entries(errors)) {
      const field = `${rowName(inline, key)}.${name}`;
      mistakes.fields[field] = sentence;
      mistakes.summary[field] = `${capital(inline.model.label)} ${index + 1}: ${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;
    }
  }
  return wanted;
}

/** A new row may leave its place open. */
function judgeRow({ model, fields, position }: Inline, { id, values: raw }: PostedRow): { values: Fields; place: number | undefined; errors: FieldErrors } {
  const names = position === undefined || (id === undefined && (raw[position] ?? '') === '') ? fields : [...fields, position];
  const { values, errors } = judged(model, names, raw);
  const { [position ?? '']: place, ...rest } = values;
  return { values: rest, place: typeof place === 'number' ? place : undefined, errors };
}

/** Judges some fields of a model: those that aren't in the form are no mistake of whoever fills it in. */
function judged(model: Model, names: readonly string[], raw: Record<string, string>): { values: Fields; errors: FieldErrors } {
  const typed = Object.fromEntries(names.map((name) => [name, model.fields[name]?.kind === 'date' ? fullDate(raw[name] ?? '') : (raw[name] ?? '')]));
  const others = Object.fromEntries(Object.entries(model.fields).filter(([name]) => !names.includes(name)).map(([name, field]) => [name, acceptableOf(field)]));
  const parsed = parse(model, { ...others, ...typed });
  const all: Record<string, unknown> = parsed.ok ? parsed.value : {};
  const errors = parsed.ok ? {} : parsed.errors;
  return {
    values: Object.fromEntries(names.map((name) => [name, all[name] as Fields[string]])),
    errors: Object.fromEntries(Object.entries(errors).filter(([name]) => names.includes(name))),
  };
}

/** Stands in for a field that is not judged: the validation looks at a whole row. */
function acceptableOf(field: Field): string | number {
  if (field.kind === 'wholeNumber') return field.min;
  return field.kind === 'reference' ? 1 : field.kind === 'date' ? '2000-01-01' : 'x';
}

/** A year alone means its first day. */
function fullDate(text: string): string {
  const year = text.trim();
  return /^\d{4}$/.test(year) ? `${year}-01-01` : text;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
