/** References in forms: that they lead somewhere, and what the row they lead to is called. */
import type { Db } from '../../db/db.ts';
import { modelOf } from '../../models/index.ts';
import type { ReferenceField } from '../../schema/fields.ts';
import { withArticle } from '../../schema/parse.ts';
import * as text from '../../web/text.ts';
import type { Mistakes } from './judge.ts';
import { sectionOf } from '../registry.ts';
import { nameOf, type Row, type Section } from '../section.ts';
import { rowsOf } from '../list/selected.ts';
import type { Fields } from './stored.ts';

/** A row to choose: its id, its name, and what tells it from others of that name. */
export type Option = { value: string; label: string; detail: string };

/** As many are offered at once. */
export const OFFERED = 10;

/** The reference fields of a section's form. */
export function referencesOf({ model, fields = [] }: Section): [name: string, field: ReferenceField][] {
  return fields.flatMap((name): [string, ReferenceField][] => {
    const field = model.fields[name];
    return field?.kind === 'reference' ? [[name, field]] : [];
  });
}

/** Rows of a section as options, in the order of their ids; those that are gone are left out. */
export async function optionsOf(db: Db, section: Section, ids: readonly number[]): Promise<Option[]> {
  return (await rowsOf(db, section, ids)).map((row) => ({ value: String(row.id), label: nameOf(section, row), detail: detailOf(section, row) }));
}

/** The best rows for a text. */
export async function findOptions(db: Db, section: Section, words: string): Promise<Option[]> {
  const found = await section.search?.find(db, words, OFFERED);
  return optionsOf(db, section, found?.ids ?? []);
}

/** What the row of a reference is called. */
export async function nameOfReferred(db: Db, { to }: ReferenceField, id: number): Promise<string> {
  const section = sectionOf(to);
  const [option] = section ? await optionsOf(db, section, [id]) : [];
  return option ? [option.label, option.detail].filter(Boolean).join(', ') : `${modelOf(to).label} ${id}`;
}

/** A mistake for each reference to a row that isn't there. */
export async function withoutReferred(db: Db, section: Section, values: Fields): Promise<Mistakes | undefined> {
  const fields: Mistakes['fields'] = {};
  for (const [name, field] of referencesOf(section)) {
    const id = values[name];
    const row = await db.first(`select id from ${modelOf(field.to).table} where id = :id`, { id: Number(id) });
    if (!row) fields[name] = `Choose ${withArticle(field.label)} that exists: this one has been deleted.`;
  }
  return Object.keys(fields).length > 0 ? { fields, summary: fields } : undefined;
}

/** The other texts and dates of a row's list, such as the artist and the date of an album. */
function detailOf(section: Section, row: Row): string {
  const [, ...others] = section.columns.filter(({ kind = 'text' }) => kind === 'text' || kind === 'date');
  return others.map(({ name, kind }) => (kind === 'date' ? text.year(String(row[name])) : String(row[name] ?? ''))).filter(Boolean).join(', ');
}
