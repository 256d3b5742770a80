/** The form of a section: drawn from what is stored, or from what was typed, with what is wrong with it. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { may } from '../../accounts/permissions.ts';
import { lastChange } from '../../db/history/writer.ts';
import type { Door } from '../../web/door.ts';
import { formKey } from '../../web/form-keys.ts';
import { staffOf, type Staff } from '../../web/staff.ts';
import * as text from '../../web/text.ts';
import * as urls from '../../web/urls.ts';
import { initialOf } from './blank.ts';
import { COVER_FILE } from './covers.ts';
import type { EditPage, Notice } from './views.ts';
import { fieldsOf } from './fields.ts';
import { adminPage } from '../frame.ts';
import { lastAuthor, showGone } from './gone.ts';
import { inlineView } from './inline-rows.ts';
import type { Mistakes } from './judge.ts';
import { type Posted, rightsIn } from './posted.ts';
import { nameOf, offers, type Row, type Section } from '../section.ts';
import { rowsOf } from '../list/selected.ts';
import { type State, stateOf } from './stored.ts';

/** What to show; without `posted` the form holds what is stored, without `id` it adds a row. */
export type Shown = {
  id?: number | undefined;
  posted?: Posted | undefined;
  mistakes?: Mistakes | undefined;
  notice?: Notice | undefined;
  status?: number | undefined;
  /** The table of the inline rows whose new row gets the focus. */
  added?: string | undefined;
};

/** Answers with the form. What was typed stays as it was typed. */
export async function showForm(door: Door, request: FastifyRequest, reply: FastifyReply, section: Section, shown: Shown): Promise<FastifyReply> {
  const { db } = door;
  const { id, posted, mistakes } = shown;
  // Before the values: a change between the two is then found when the form comes back.
  const seen = posted?.before ?? posted?.seen ?? (await lastChange(db));
  const [row] = id === undefined ? [] : await rowsOf(db, section, [id]);
  if (id !== undefined && !row) return showGone(door, request, reply, section, id);
  const staff = staffOf(request);
  const isReadOnly = row !== undefined && !(offers(section, 'change') && may(staff, `change_${section.model.label}`));
  const state = id === undefined ? undefined : await stateOf(db, section, id);
  const name = row ? nameOf(section, row) : undefined;
  const title = name ?? `Add ${section.model.label}`;
  const data: Omit<EditPage, 'form'> = {
    title,
    heading: section.model.label.charAt(0).toUpperCase() + section.model.label.slice(1),
    noun: section.model.label,
    action: id === undefined ? urls.admin.add(section.path) : urls.admin.edit(section.path, id),
    isReadOnly,
    isMultipart: section.cover !== undefined && !isReadOnly,
    hidden: [...(row ? [['seen', String(seen)] as [string, string]] : []), ...(row === undefined || mayCopy(section, staff) ? [formKey()] : [])],
    notice: shown.notice,
    fields: await fieldsOf(db, section, { id, values: posted?.values ?? valuesOf(section, state), typed: posted !== undefined, errors: mistakes?.fields ?? {} }),
    inlines: (section.inlines ?? []).map((inline) => inlineView(inline, {
      rows: state?.inlines.get(inline),
      posted: posted?.rows.get(inline),
      errors: mistakes?.fields ?? {},
      rights: isReadOnly ? { add: false, change: false, remove: false } : rightsIn(inline, staff),
      isAdded: shown.added === inline.model.table,
    })),
    sleeve: sleeveOf(section, row, posted, mistakes),
    ...(row ? await besideForm(door, section, row, staff) : { facts: [], links: {} }),
    can: { addAnother: mayAdd(section, staff), copy: row !== undefined && mayCopy(section, staff) },
  };
  return adminPage(db, request, reply.code(shown.status ?? 200), 'admin/edit', { ...data, form: { values: {}, errors: Object.fromEntries(Object.entries(mistakes?.summary ?? {}).map(([field, sentence]) => [fragmentOf(field), sentence])) } }, {
    title, nav: section.path, trail: [{ label: section.title, href: urls.admin.list(section.path) }],
  });
}

/** The id of a field's element: `songs-12-num_streams`, as a dot in one would need care in a selector. */
export function fragmentOf(field: string): string {
  return field.replaceAll('.', '-');
}

/** Whether somebody may store a copy of a row with all that is in its form. */
export function mayCopy(section: Section, staff: Staff): boolean {
  return mayAdd(section, staff) && (section.inlines ?? []).every((inline) => rightsIn(inline, staff).add);
}

function mayAdd(section: Section, staff: Staff): boolean {
  return offers(section, 'add') && may(staff, `add_${section.model.label}`);
}

function valuesOf({ model, fields = [] }: Section, state: State | undefined): Record<string, string> {
  const textOf = (name: string): string => {
    const value = state?.row?.[name];
    if (model.fields[name]?.kind === 'flag') return value ? 'on' : '';
    return value === undefined || value === null ? initialOf(model.fields[name]) : String(value);
  };
  return Object.fromEntries(fields.map((name) => [name, textOf(name)]));
}

/** What is kept of a row beside what is typed in, and where it leads. */
async function besideForm({ db }: Door, section: Section, row: Row, staff: Staff): Promise<Pick<EditPage, 'facts' | 'links'>> {
  const numbers = section.columns.filter(({ kind, name }) => kind === 'number' && !section.fields?.includes(name));
  const author = await lastAuthor(db, section.model, row.id);
  const moments: EditPage['facts'] = 'created_at' in row ? [{ label: 'Added', text: text.dateTime(String(row['created_at'])), moment: String(row['created_at']) }] : [];
  if (author) moments.push({ label: 'Last change', text: text.dateTime(author.at), moment: author.at, by: author.person });
  return {
    facts: [...numbers.map(({ name, label }) => ({ label, text: text.number(Number(row[name])) })), ...moments],
    links: {
      pages: section.pages?.(row).filter(({ permissions }) => permissions.every((permission) => may(staff, permission))),
      history: may(staff, 'view_history') ? urls.admin.historyOf(section.path, row.id) : undefined,
      site: section.onSite?.(row),
      remove: offers(section, 'delete') && may(staff, `delete_${section.model.label}`) ? urls.admin.remove(section.path, row.id) : undefined,
    },
  };
}

/** The picture of a row as it is stored, or as it is about to be. */
function sleeveOf(section: Section, row: Row | undefined, posted: Posted | undefined, mistakes: Mistakes | undefined): EditPage['sleeve'] {
  const name = section.cover;
  if (!section.columns.some(({ kind }) => kind === 'sleeve')) return undefined;
  const stored = String(row?.['cover'] ?? '');
  const cover = (name === undefined ? undefined : posted?.values[name]) ?? stored;
  const sleeve = String(row?.['sleeve'] ?? '');
  return {
    path: sleeve === '' && cover === '' ? undefined : urls.sleeveOf({ sleeve, cover }, 'full'),
    cover,
    field: name,
    isNew: cover !== stored,
    error: mistakes?.fields[COVER_FILE],
  };
}
