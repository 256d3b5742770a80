/** The page of a conflict: for each difference what was, what is and what was typed, to choose from. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Db } from '../../db/db.ts';
import type { Change } from '../../db/history/change.ts';
import type { Field } from '../../schema/fields.ts';
import type { Door } from '../../web/door.ts';
import { staffOf } from '../../web/staff.ts';
import * as text from '../../web/text.ts';
import * as urls from '../../web/urls.ts';
import { type Difference, orderedRows } from './compare.ts';
import { fragmentOf } from '../form/draw.ts';
import type { ConflictPage } from '../form/views.ts';
import { adminPage } from '../frame.ts';
import { type Author, historyLink } from '../form/gone.ts';
import { type Pick, type Posted, rightsIn } from '../form/posted.ts';
import { nameOfReferred } from '../form/references.ts';
import type { Conflict } from '../form/save.ts';
import { nameOf, type Inline, type Row, type Section } from '../section.ts';
import { rowsOf } from '../list/selected.ts';
import { type Fields, rowName, type State } from '../form/stored.ts';

const VERSIONS: [pick: Pick, label: string][] = [['base', 'Before'], ['theirs', 'Theirs'], ['mine', 'Yours']];

/** Answers with 409 and the choices. Everything that was typed goes along, with the change up to which it was compared. */
export async function showConflict({ db }: Door, request: FastifyRequest, reply: FastifyReply, section: Section, { id, conflict, posted }: { id: number; conflict: Conflict; posted: Posted }): Promise<FastifyReply> {
  const [row] = await rowsOf(db, section, [id]);
  const name = nameOf(section, row as Row);
  const authors = new Map<number, Author>();
  for (const { act } of [...conflict.later.values()].flat()) {
    const author = authors.has(act) ? undefined : await db.first<Author>('select person, at from acts where id = :act', { act });
    if (author) authors.set(act, author);
  }
  const differences: ConflictPage['differences'] = [];
  for (const difference of conflict.differences) {
    const picked = conflict.isUnanswered ? posted.picks.get(difference.name) : difference.suggested;
    const change = difference.isTheirs ? changeBehind(difference, conflict) : undefined;
    differences.push({
      name: difference.name,
      label: labelOf(section, difference, conflict),
      by: change && authors.get(change.act),
      picked,
      error: conflict.isUnanswered && picked === undefined ? 'Choose one of these.' : undefined,
      versions: await versionsOf(db, request, section, difference, conflict),
    });
  }
  const title = `${name} was changed meanwhile`;
  const errors = Object.fromEntries(differences.filter(({ error }) => error).map((difference) => [fragmentOf(`pick.${difference.name}`), `${difference.label}: choose one of these.`]));
  const data: Omit<ConflictPage, 'form'> = {
    title,
    name,
    action: urls.admin.edit(section.path, id),
    verb: posted.verb,
    hidden: hiddenOf(conflict),
    people: peopleOf([...authors.values()]),
    differences,
    history: historyLink(request, section, id),
    cancel: urls.admin.edit(section.path, id),
  };
  return adminPage(db, request, reply.code(409), 'admin/conflict', { ...data, form: { values: {}, errors } }, {
    title, nav: section.path, trail: [{ label: section.title, href: urls.admin.list(section.path) }, { label: name, href: data.cancel }],
  });
}

/** What was typed, as the fields of the form that it came from. */
function hiddenOf({ wanted, base, before, seen }: Conflict): [string, string][] {
  const hidden: [string, string][] = [['before', String(before)], ['seen', String(seen)]];
  for (const [name, value] of Object.entries(wanted.row)) hidden.push([name, textOf(value)]);
  const orders = orderedRows(wanted, base);
  for (const [inline, { rows }] of wanted.inlines) {
    for (const [index, key] of (orders.get(inline) ?? []).entries()) {
      const row = rows.get(key);
      const prefix = rowName(inline, key);
      if (row?.isDeleted) hidden.push([`${prefix}.delete`, 'on']);
      if (!row?.values || row.isDeleted) continue;
      for (const name of inline.fields) hidden.push([`${prefix}.${name}`, textOf(row.values[name])]);
      if (inline.position !== undefined) hidden.push([`${prefix}.${inline.position}`, String(index + 1)]);
    }
  }
  return hidden;
}

async function versionsOf(db: Db, request: FastifyRequest, section: Section, difference: Difference, { base, theirs }: Conflict): Promise<ConflictPage['differences'][number]['versions']> {
  const versions = [];
  for (const [pick, label] of VERSIONS) versions.push({ pick, label, text: await inWords(pick), picture: pictureOf(pick), isOffered: isOffered(pick) });
  return versions;

  async function inWords(pick: Pick): Promise<string> {
    if (difference.kind === 'field') return valueInWords(db, section.model.fields[difference.field] as Field, difference.versions[pick]);
    if (difference.kind === 'cell') return valueInWords(db, difference.inline.model.fields[difference.field] as Field, difference.versions[pick]);
    if (difference.kind === 'row') return difference.versions[pick] ? rowInWords(difference.inline, difference.versions[pick]) : pick === 'mine' && difference.versions.base ? 'Delete it' : 'Not there';
    return movedIn(difference.versions, pick).map(([place, key]) => `${place} ${titleIn(difference.inline, key, theirs, base)}`).join(', ');
  }

  function pictureOf(pick: Pick): string | undefined {
    const cover = difference.kind === 'field' && difference.field === section.cover ? difference.versions[pick] : '';
    return cover ? urls.coverPath(String(cover), 320) : undefined;
  }

  /** What would add or delete a row is offered to whoever may do that. */
  function isOffered(pick: Pick): boolean {
    if (difference.kind !== 'row' || pick === 'theirs') return true;
    const rights = rightsIn(difference.inline, staffOf(request));
    const [now, chosen] = [difference.versions.theirs, difference.versions[pick]];
    return now && chosen ? rights.change : now ? rights.remove : chosen ? rights.add : true;
  }
}

async function valueInWords(db: Db, field: Field, value: Fields[string] | undefined): Promise<string> {
  if (field.kind === 'reference') return nameOfReferred(db, field, Number(value));
  if (field.kind === 'flag') return value ? 'Yes' : 'No';
  if (field.kind === 'internal') return value ? 'An uploaded picture' : 'None';
  if (field.kind === 'wholeNumber') return text.number(Number(value));
  return String(value ?? '');
}

function rowInWords({ model, fields }: Inline, row: Fields): string {
  return fields.map((name) => (model.fields[name]?.kind === 'wholeNumber' ? text.number(Number(row[name])) : textOf(row[name]))).join(', ');
}

function labelOf({ model }: Section, difference: Difference, { base, theirs }: Conflict): string {
  if (difference.kind === 'field') return (model.fields[difference.field] as Field).label;
  const { inline } = difference;
  if (difference.kind === 'order') return `Order of the ${inline.model.plural}`;
  const row = `${inline.model.label.charAt(0).toUpperCase()}${inline.model.label.slice(1)} “${titleIn(inline, String(difference.id), base, theirs) ?? difference.id}”`;
  return difference.kind === 'row' ? row : `${row}, ${(inline.model.fields[difference.field] as Field).label.toLowerCase()}`;
}

function titleIn(inline: Inline, key: string, ...states: State[]): string | undefined {
  for (const state of states) {
    const row = state.inlines.get(inline)?.get(Number(key));
    if (row) return textOf(row[inline.model.title ?? '']);
  }
  return undefined;
}

/** The rows that all versions have, where their places differ, with their place in one of them. */
function movedIn(versions: Record<Pick, readonly string[]>, pick: Pick): [place: number, key: string][] {
  const common = new Set(versions.base.filter((key) => versions.theirs.includes(key) && versions.mine.includes(key)));
  const [base = [], theirs = [], mine = []] = VERSIONS.map(([version]) => versions[version].filter((key) => common.has(key)));
  return { base, theirs, mine }[pick].flatMap((key, index): [number, string][] => (base[index] === theirs[index] && base[index] === mine[index] ? [] : [[index + 1, key]]));
}

/** The latest change that a difference comes from. */
function changeBehind(difference: Difference, { later }: Conflict): Change | undefined {
  if (difference.kind === 'field') return later.get('')?.find(({ before }) => before && difference.field in before);
  const { inline } = difference;
  if (difference.kind === 'order') return [...later].filter(([name]) => name.startsWith(`${inline.model.table}.`)).flatMap(([, changes]) => changes).find(({ before }) => before && (inline.position as string) in before);
  const changes = later.get(rowName(inline, difference.id));
  return difference.kind === 'row' ? changes?.[0] : changes?.find(({ before }) => before && difference.field in before);
}

function peopleOf(authors: Author[]): string {
  const names = [...new Set(authors.map(({ person }) => person))];
  return names.length < 2 ? (names[0] ?? 'Somebody') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function textOf(value: Fields[string] | undefined): string {
  return typeof value === 'boolean' ? (value ? 'on' : '') : String(value ?? '');
}
