/** Editing several rows at once: what to do with each field, a preview of every kind of change, and one act that applies it. */
import { setImmediate } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { actAs } from '../../accounts/rank.ts';
import type { Db, Parameters } from '../../db/db.ts';
import { rowsByIds } from '../../db/lists/by-ids.ts';
import { changedSince, lastChange } from '../../db/history/writer.ts';
import { badRequest } from '../../errors.ts';
import type { Field } from '../../schema/fields.ts';
import { lengthOf, parse } from '../../schema/parse.ts';
import type { Door } from '../../web/door.ts';
import { flash } from '../../web/session.ts';
import { authorOf } from '../../web/staff.ts';
import * as text from '../../web/text.ts';
import * as urls from '../../web/urls.ts';
import { digestOf, type Step } from './chosen.ts';
import { adminPage, type Place } from '../frame.ts';
import { parametersOf } from '../list/query.ts';
import { nameOf, type Row, type Section } from '../section.ts';
import type { BulkField } from '../views.ts';

type Raw = Parameters & { id: number };
/** What is done with one field of every row. */
type Instruction = { name: string; how: 'set' | 'replace' | 'clear'; value: string; find: string };
type Judged = { id: number; name: string; before: Record<string, string>; after: Record<string, string>; values: Record<string, unknown>; errors: string[] };

const SHOWN = 20;
const CHUNK = 500;

/** The form, then the preview, then the change itself, each a POST with all that came before as hidden fields. */
export async function bulkEdit(door: Door, request: FastifyRequest, reply: FastifyReply, step: Step): Promise<FastifyReply> {
  const { db } = door;
  const { section, chosen, ids, fields } = step;
  const known = new Set(['step', 'confirmed', 'seen', ...(section.bulkFields ?? []).flatMap((name) => [`how.${name}`, `value.${name}`, `find.${name}`])]);
  const unknown = Object.keys(fields).find((name) => !known.has(name));
  if (unknown !== undefined) throw badRequest(`The form has a field "${unknown.slice(0, 40)}" that does not belong here. Reload the list and try again.`);
  const instructions = instructionsOf(section, fields);
  const form = bulkFieldsOf(section, fields);
  if (fields['step'] === undefined || fields['step'] === 'form') return show(db, request, reply, step, form, []);
  const errors = faultsOf(section, instructions);
  if (errors.length > 0) return show(db, request, reply.code(422), step, form, errors);
  const seen = await lastChange(db);
  const judged = await judge(db, section, ids, instructions);
  const refused = judged.filter((row) => row.errors.length > 0);
  const changing = judged.filter((row) => row.errors.length === 0 && Object.keys(row.after).length > 0);
  const isStale = fields['confirmed'] !== undefined && (fields['confirmed'] !== digestOf(ids) || (await changedSince(db, section.model, Number(fields['seen']) || 0, ids)));
  if (fields['step'] === 'apply' && !isStale && refused.length === 0 && fields['confirmed'] !== undefined) {
    const done = await apply(db, request, step, changing);
    // Somebody was faster: what they have changed is seen now, and the preview is shown again.
    if (done === 'overtaken') return bulkEdit(door, request, reply, step);
    const words = done === undefined ? 'Nothing was changed: every row has these values already.' : `Changed ${text.plural(changing.length, section.model.label, section.model.plural)}.`;
    flash(request, { kind: 'ok', text: words, undo: done === undefined ? undefined : { action: urls.admin.undo(done), label: 'Undo' } });
    return reply.redirect(urls.admin.list(section.path, parametersOf(chosen.query)), 303);
  }
  const names = (list: Judged[]) => list.slice(0, SHOWN).map(({ name, before, after, errors: reasons }) => ({
    name, errors: reasons, changes: Object.keys(after).map((field) => ({ label: section.model.fields[field]?.label ?? field, before: before[field] ?? '', after: after[field] ?? '' })),
  }));
  return adminPage(db, request, reply.code(refused.length > 0 ? 422 : isStale ? 409 : 200), 'admin/bulk-preview', {
    title: `Change ${text.plural(changing.length, section.model.label, section.model.plural)}?`,
    action: urls.admin.actions(section.path),
    hidden: [...chosen.hidden, ['action', 'edit'], ...Object.entries(fields).filter(([name]) => name.includes('.')), ['confirmed', digestOf(ids)], ['seen', String(seen)]],
    label: section.model.label, plural: section.model.plural,
    chosen: ids.length, changing: changing.length, same: ids.length - changing.length - refused.length, refused: refused.length,
    rows: names(changing), faults: names(refused), isStale, cancel: urls.admin.list(section.path, parametersOf(chosen.query)),
  }, place(section, `Change ${text.plural(changing.length, section.model.label, section.model.plural)}?`));
}

function show(db: Db, request: FastifyRequest, reply: FastifyReply, { section, chosen, ids }: Step, fields: BulkField[], problems: { field: string; sentence: string }[]): Promise<FastifyReply> {
  const title = `Edit ${text.plural(ids.length, section.model.label, section.model.plural)}`;
  return adminPage(db, request, reply, 'admin/bulk-edit', {
    title,
    action: urls.admin.actions(section.path),
    hidden: [...chosen.hidden, ['action', 'edit']],
    fields,
    form: { values: {}, errors: Object.fromEntries(problems.map(({ field, sentence }) => [field, sentence])) },
    cancel: urls.admin.list(section.path, parametersOf(chosen.query)),
  }, place(section, title));
}

function place(section: Section, title: string): Place {
  return { title, nav: section.path, trail: [{ label: section.title, href: urls.admin.list(section.path) }] };
}

/** Every row with what it would become: in chunks, so that other requests get their turn. */
async function judge(db: Db, section: Section, ids: readonly number[], instructions: Instruction[]): Promise<Judged[]> {
  const judged: Judged[] = [];
  for (let start = 0; start < ids.length; start += CHUNK) {
    const rows = await rowsByIds<Raw>(db, `select * from ${section.model.table} where id in`, ids.slice(start, start + CHUNK));
    for (const row of rows) judged.push(judgeRow(section, row, instructions));
    await setImmediate();
  }
  await refuseMissingReferences(db, section, judged);
  return judged;
}

function judgeRow(section: Section, row: Raw, instructions: Instruction[]): Judged {
  const raw: Record<string, unknown> = { ...row };
  for (const { name, how, value, find } of instructions) raw[name] = how === 'replace' ? String(row[name]).replaceAll(find, value) : how === 'clear' ? '' : value;
  const parsed = parse(section.model, raw);
  const name = nameOf(section, row as Row);
  if (!parsed.ok) return { id: row.id, name, before: {}, after: {}, values: {}, errors: Object.values(parsed.errors) };
  const values = parsed.value as Record<string, unknown>;
  const changed = instructions.map((instruction) => instruction.name).filter((field) => values[field] !== row[field]);
  const pick = (from: Record<string, unknown>) => Object.fromEntries(changed.map((field) => [field, String(from[field])]));
  return { id: row.id, name, before: pick(row), after: pick(values), values: Object.fromEntries(changed.map((field) => [field, values[field]])), errors: [] };
}

/** A reference to a row that isn't there is refused once, for all rows that would get it. */
async function refuseMissingReferences(db: Db, section: Section, judged: Judged[]): Promise<void> {
  for (const [name, field] of Object.entries(section.model.fields)) {
    if (field.kind !== 'reference') continue;
    const wanted = new Set(judged.flatMap(({ values }) => (values[name] === undefined ? [] : [Number(values[name])])));
    for (const id of wanted) {
      if (await db.first(`select 1 from ${field.to} where id = :id`, { id })) continue;
      for (const row of judged) if (Number(row.values[name]) === id) row.errors.push(`There is no ${field.label.toLowerCase()} with the number ${id}.`);
    }
  }
}

/** Writes what was previewed, unless one of the rows has changed since: compared in the transaction that writes. */
async function apply(db: Db, request: FastifyRequest, { section, ids, fields }: Step, rows: Judged[]): Promise<number | 'overtaken' | undefined> {
  return actAs(db, authorOf(request), async (writer) => {
    if (await changedSince(writer.db, section.model, Number(fields['seen']) || 0, ids)) return 'overtaken';
    for (const [index, { id, values }] of rows.entries()) {
      await writer.update(section.model, id, values as Parameters);
      if (index % CHUNK === CHUNK - 1) await setImmediate();
    }
    return writer.act;
  });
}

function instructionsOf(section: Section, fields: Record<string, string>): Instruction[] {
  return (section.bulkFields ?? []).flatMap((name) => {
    const how = fields[`how.${name}`] ?? 'keep';
    if (how === 'keep') return [];
    if (how !== 'set' && how !== 'replace' && how !== 'clear') throw badRequest('The form asks for something that can’t be done with a field. Reload the list and try again.');
    return [{ name, how, value: fields[`value.${name}`] ?? '', find: fields[`find.${name}`] ?? '' }];
  });
}

function faultsOf(section: Section, instructions: Instruction[]): { field: string; sentence: string }[] {
  const first = section.bulkFields?.[0];
  if (instructions.length === 0) return [{ field: `how-${first}`, sentence: 'Choose what to do with at least one field.' }];
  return instructions.flatMap(({ name, how, value, find }) => {
    const field = section.model.fields[name] as Field;
    if (how === 'replace' && find === '') return [{ field: `find-${name}`, sentence: `${field.label}: enter the text to look for.` }];
    // Each row could hold it many times over.
    if (how === 'replace' && field.kind === 'text' && lengthOf(value) > field.max) return [{ field: `value-${name}`, sentence: `${field.label}: the new text must be at most ${field.max} characters.` }];
    if (how !== 'set') return [];
    // Judged alone: what is wrong with the value is wrong for every row.
    const parsed = parse({ ...section.model, fields: { [name]: field } }, { [name]: value });
    return parsed.ok ? [] : [{ field: `value-${name}`, sentence: parsed.errors[name] as string }];
  });
}

function bulkFieldsOf(section: Section, fields: Record<string, string>): BulkField[] {
  return (section.bulkFields ?? []).map((name) => {
    const field = section.model.fields[name] as Field;
    const ways: BulkField['ways'] = [{ value: 'keep', label: 'Leave as it is' }, { value: 'set', label: 'Set to' }];
    if (field.kind === 'text') ways.push({ value: 'replace', label: 'Replace text' });
    if ((field.kind === 'text' && field.optional) || (field.kind === 'wholeNumber' && field.whenEmpty !== undefined)) ways.push({ value: 'clear', label: 'Clear' });
    const hint = field.kind === 'reference' ? `The number of the ${field.label.toLowerCase()}, as in its address.` : 'hint' in field ? field.hint : undefined;
    return { name, label: field.label, hint, ways, how: fields[`how.${name}`] ?? 'keep', value: fields[`value.${name}`] ?? '', find: fields[`find.${name}`] ?? '' };
  });
}
