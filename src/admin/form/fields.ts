/** The fields of a form as its template draws them: label, hint, limits, value, error and what there is to choose. */
import type { Db } from '../../db/db.ts';
import { MOST, type Field, type ReferenceField } from '../../schema/fields.ts';
import * as text from '../../web/text.ts';
import * as urls from '../../web/urls.ts';
import type { FieldErrors } from '../../errors.ts';
import type { FieldView, ReferenceView } from './views.ts';
import { findOptions, optionsOf } from './references.ts';
import { sectionOf } from '../registry.ts';
import type { Section } from '../section.ts';

type Filled = { id: number | undefined; values: Record<string, string>; typed: boolean; errors: FieldErrors };

/** Counts of other rows with the same value end here. */
const MOST_COUNTED = 1000;
const OPTIONS = 8;

/** The fields of a section with their values. */
export async function fieldsOf(db: Db, section: Section, { id, values, typed, errors }: Filled): Promise<FieldView[]> {
  const views: FieldView[] = [];
  for (const name of section.fields ?? []) {
    const field = section.model.fields[name] as Field;
    const value = values[name] ?? '';
    const shared = section.shared?.[name];
    views.push({
      name,
      label: field.label,
      kind: field.kind === 'wholeNumber' ? 'number' : field.kind === 'date' || field.kind === 'flag' || field.kind === 'reference' ? field.kind : 'text',
      value,
      hint: [hintOf(field), section.model.place?.field === name ? 'Leave it empty to put it last.' : '', shared !== undefined && value !== '' ? await usesOf(db, section, name, value, id) : ''].filter(Boolean).join(' '),
      error: errors[name],
      isFull: name === section.model.title || field.kind === 'reference',
      options: shared === undefined || value === '' ? [] : await valuesLike(db, section, shared, value),
      reference: field.kind === 'reference' ? await referenceOf(db, field, { name, values, typed }) : undefined,
    });
  }
  return views;
}

/** The limits of a field in words. No attribute: browsers count other characters than we do. */
export function hintOf(field: Field): string {
  const words = 'hint' in field && field.hint ? field.hint : '';
  if (field.kind === 'text') return [words && `${words}.`, `Up to ${text.number(field.max)} characters.`].filter(Boolean).join(' ');
  if (field.kind === 'date') return `${words || 'Like 1985-09-16'}, or a year alone.`;
  if (field.kind === 'wholeNumber') return [words && `${words}.`, field.max < MOST ? `A whole number from ${text.number(field.min)} to ${text.number(field.max)}.` : 'A whole number.'].filter(Boolean).join(' ');
  return words;
}

async function usesOf(db: Db, section: Section, name: string, value: string, id: number | undefined): Promise<string> {
  const { table, label, plural } = section.model;
  const row = await db.first<{ uses: number }>(`select count(*) as uses from (select 1 from ${table} where ${name} = :value and id <> :id limit ${MOST_COUNTED + 1}) as some`, { value, id: id ?? 0 });
  const uses = row?.uses ?? 0;
  if (uses === 0) return `No other ${label} uses this name.`;
  if (uses > MOST_COUNTED) return `More than ${text.number(MOST_COUNTED)} other ${plural} use this name.`;
  return `${text.plural(uses, `other ${label}`, `other ${plural}`)} ${uses === 1 ? 'uses' : 'use'} this name.`;
}

async function valuesLike(db: Db, section: Section, facet: string, value: string): Promise<string[]> {
  const found = await section.facets?.find(({ name }) => name === facet)?.more?.(db, value);
  return (found ?? []).slice(0, OPTIONS).map(({ label }) => label);
}

/** The choice that is made always stays on offer, beside those that were found. */
async function referenceOf(db: Db, { to }: ReferenceField, { name, values, typed }: { name: string; values: Record<string, string>; typed: boolean }): Promise<ReferenceView> {
  const section = sectionOf(to);
  if (!section) throw new Error(`A form refers to ${to}, which has no section`);
  const chosen = values[name] ?? '';
  const find = typed ? (values[`${name}.find`] ?? '').trim() : '';
  const present = /^[1-9]\d{0,14}$/.test(chosen) ? await optionsOf(db, section, [Number(chosen)]) : [];
  const found = find === '' ? [] : await findOptions(db, section, find);
  const choices = [...present, ...found.filter(({ value }) => value !== chosen)].map((option) => ({ ...option, isChosen: option.value === chosen }));
  return { choices, find, found: find, nothing: find !== '' && found.length === 0, source: section.search && urls.admin.choices(section.path), href: present[0] && urls.admin.edit(section.path, Number(chosen)) };
}
