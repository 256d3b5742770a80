/** What a form of the admin area has sent, by an allow-list: its fields, its inline rows, and which button was pressed. */
import type { FastifyRequest } from 'fastify';
import { may } from '../../accounts/permissions.ts';
import { badRequest } from '../../errors.ts';
import { demand, type Staff } from '../../web/staff.ts';
import { idOf } from '../../web/urls.ts';
import type { Inline, Section } from '../section.ts';
import { namesIn, rowName, storedFields } from './stored.ts';

/** A row as it was typed: `key` is its id, or `new1` for one that is not stored yet. */
export type PostedRow = { key: string; id: number | undefined; values: Record<string, string>; isDeleted: boolean };
export type Pick = 'base' | 'theirs' | 'mine';
export type Posted = {
  /** The fields of the section, and `<field>.find` and `<field>.found` of a reference. */
  values: Record<string, string>;
  rows: Map<Inline, PostedRow[]>;
  /** The button: save, continue, another, copy, find, add-songs, or one of a part of the form. */
  verb: string;
  /** The last change when the form was drawn; on the page of a conflict also the one before. */
  seen: number | undefined;
  before: number | undefined;
  /** What was chosen on the page of a conflict, by the name of the field. */
  picks: Map<string, Pick>;
};
export type InlineRights = { add: boolean; change: boolean; remove: boolean };

const PICKS: readonly string[] = ['base', 'theirs', 'mine'] satisfies Pick[];

/**
 * Reads a posted form.
 * @throws GuestError 400 for a field that is not in the form, a repeated one or a NUL; 403 for rows that the person may not touch
 */
export function readPosted(request: FastifyRequest, section: Section): Posted {
  const posted: Posted = { values: {}, rows: new Map((section.inlines ?? []).map((inline) => [inline, []])), verb: 'save', seen: undefined, before: undefined, picks: new Map() };
  const rows = new Map<string, PostedRow>();
  const fields = fieldNames(section);
  for (const [name, value] of Object.entries((request.body ?? {}) as Record<string, unknown>)) {
    if (typeof value !== 'string') throw badRequest(`The form has "${shortened(name)}" more than once. Reload the page and try again.`);

    if (value.includes('\0')) throw badRequest(`The form has a null character in "${shortened(name)}". Type it again.`);
    if (fields.has(name)) posted.values[name] = value;
    else if (name === 'do') posted.verb = value;
    else if (name === 'seen' || name === 'before') posted[name] = numberIn(name, value);
    else if (name.startsWith('pick.') && PICKS.includes(value)) posted.picks.set(name.slice('pick.'.length), value as Pick);
    else if (!readCell(request, posted, rows, name, value)) throw badRequest(`The form has a field "${shortened(name)}" that does not belong here. Reload the page and try again.`);
  }
  return posted;
}

/** What somebody may do with the rows in a form. */
export function rightsIn({ model }: Inline, staff: Staff): InlineRights {
  return { add: may(staff, `add_${model.label}`), change: may(staff, `change_${model.label}`), remove: may(staff, `delete_${model.label}`) };
}

/** Ids of the rows that were in the form when it was drawn. */
export function knownIds(posted: Posted): Map<Inline, number[]> {
  return new Map([...posted.rows].map(([inline, rows]) => [inline, rows.flatMap(({ id }) => id ?? [])]));
}

function fieldNames(section: Section): Set<string> {
  const names = storedFields(section).flatMap((name) => (section.model.fields[name]?.kind === 'reference' ? [name, `${name}.find`, `${name}.found`] : [name]));
  return new Set(names);
}

/** Reads `songs.12.song_name` or `songs.new1.delete`; false for what is no such name. */
function readCell(request: FastifyRequest, posted: Posted, rows: Map<string, PostedRow>, name: string, value: string): boolean {
  const [table, key = '', field = '', ...more] = name.split('.');
  const inline = [...posted.rows.keys()].find(({ model }) => model.table === table);
  const isNew = /^new\d{1,6}$/.test(key);
  const id = isNew ? undefined : idOf(key);
  if (!inline || more.length > 0 || (!isNew && String(id) !== key) || !(field === 'delete' || namesIn(inline).includes(field))) return false;
  demand(request, `${isNew ? 'add' : field === 'delete' ? 'delete' : 'change'}_${inline.model.label}`);
  let row = rows.get(rowName(inline, key));
  if (!row) {
    row = { key, id, values: {}, isDeleted: false };
    rows.set(rowName(inline, key), row);
    posted.rows.get(inline)?.push(row);
  }
  if (field === 'delete') row.isDeleted = value !== '';
  else row.values[field] = value;
  return true;
}

function numberIn(name: string, value: string): number {
  const number = /^\d{1,15}$/.test(value) ? Number(value) : undefined;
  if (number === undefined) throw badRequest(`The form has no number in "${name}". Reload the page and try again.`);
  return number;
}

function shortened(name: string): string {
  return name.slice(0, 40);
}
