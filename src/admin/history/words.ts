/** Changes in words: fields by their labels, rows by their names, flags as Yes and No. */
import { isPermission, permissionInWords, type Rights } from '../../accounts/permissions.ts';
import { maySee } from '../../accounts/reach.ts';
import { rowsByIds } from '../../db/lists/by-ids.ts';
import type { Db } from '../../db/db.ts';
import type { Change, Snapshot } from '../../db/history/change.ts';
import { isKept } from '../../db/history/writer.ts';
import { modelOf, models } from '../../models/index.ts';
import type { Model } from '../../schema/define-model.ts';
import type { Field } from '../../schema/fields.ts';
import * as text from '../../web/text.ts';
import * as urls from '../../web/urls.ts';
import type { ChangeView, FieldChange } from './views.ts';
import { sectionOf } from '../registry.ts';
import { offers } from '../section.ts';

/** Names of rows by table and id. */
type Names = Map<string, Map<number, string>>;

const DONE = { add: 'added', change: 'changed', delete: 'deleted' };
const HIDDEN = 'Your account may not see these.';
const NOTHING = 'nothing';

/**
 * Changes as a page shows them.
 * @param isWhole with every value of rows that were added or deleted, else only what changed
 */
export async function changesInWords(db: Db, rights: Rights, changes: readonly Change[], { isWhole, isNamed }: { isWhole: boolean; isNamed: boolean }): Promise<ChangeView[]> {
  const names = await namesOf(db, rights, changes);
  return changes.map((change) => {
    const model = models.find(({ table }) => table === change.model);
    const isSeen = maySee(rights, model);
    const shown = change.action === 'change' || isWhole;
    return {
      ...(isNamed && { what: `${capital(model?.label ?? change.model)} ${DONE[change.action]}`, name: model && isSeen ? change.label || nameOfLink(model, change, names) : undefined, href: model && isSeen ? linkTo(model, change) : undefined }),
      fields: !shown ? [] : !model || !isSeen ? [{ label: 'Values', after: HIDDEN }] : fieldsOf(model, change, names),
    };
  });
}

function fieldsOf(model: Model, { before, after }: Change, names: Names): FieldChange[] {
  const said = (snapshot: Snapshot | undefined, name: string) => (snapshot && name in snapshot ? inWords(model.fields[name], name, snapshot[name], names) : undefined);
  // In the order of the model; what is no field of it, such as a password, comes last.
  return [...new Set([...Object.keys(model.fields).filter((name) => name in (before ?? {}) || name in (after ?? {})), ...Object.keys(before ?? {}), ...Object.keys(after ?? {})])]
    .filter((name) => !isBesideThePoint(model.fields[name], name))
    .map((name) => ({ label: model.fields[name]?.label ?? capital(name), before: said(before, name), after: said(after, name) }))
    .filter((field) => field.before !== field.after && !(field.before === undefined && field.after === NOTHING) && !(field.after === undefined && field.before === NOTHING));
}

function inWords(field: Field | undefined, name: string, value: Snapshot[string] | undefined, names: Names): string {
  if (value === null || value === undefined || value === '') return NOTHING;
  if (field?.kind === 'flag') return value ? 'Yes' : 'No';
  if (field?.kind === 'wholeNumber') return text.number(Number(value));
  if (field?.kind === 'moment') return String(value).slice(0, 16).replace('T', ' ');
  if (field?.kind === 'reference') return names.get(field.to)?.get(Number(value)) ?? `number ${Number(value)}`;
  if (field?.kind === 'set') {
    const members = [value].flat().map((member) => (field.to ? names.get(field.to)?.get(Number(member)) ?? `number ${member}` : isPermission(String(member)) ? permissionInWords(String(member) as 'view_album') : String(member)));
    return members.length === 0 ? NOTHING : members.join(', ');
  }
  if (name === 'cover') return `an uploaded picture (${String(value).slice(0, 6)})`;
  return String(value);
}

/** When a row was stored is told by the act itself. */
function isBesideThePoint(field: Field | undefined, name: string): boolean {
  return field !== undefined && (name === 'updated_at' || (!isKept(field) && field.kind !== 'set'));
}

/** What the rows are called that changes refer to, where they may be seen: as they are now, or as they were when they went. */
async function namesOf(db: Db, rights: Rights, changes: readonly Change[]): Promise<Names> {
  const wanted = new Map<string, Set<number>>();
  for (const { model: table, before, after } of changes) {
    for (const [name, field] of Object.entries(models.find((model) => model.table === table)?.fields ?? {})) {
      const to = field.kind === 'reference' || field.kind === 'set' ? field.to : undefined;
      if (to === undefined || !maySee(rights, modelOf(to))) continue;
      const ids = wanted.get(to) ?? new Set();
      for (const id of [before?.[name] ?? [], after?.[name] ?? []].flat(2)) ids.add(Number(id));
      wanted.set(to, ids);
    }
  }
  const names: Names = new Map();
  for (const [table, ids] of wanted) names.set(table, await namesIn(db, table, [...ids]));
  return names;
}

async function namesIn(db: Db, table: string, ids: number[]): Promise<Map<number, string>> {
  const model = models.find((one) => one.table === table);
  if (model?.title === undefined) return new Map();
  const rows = await rowsByIds<{ id: number; name: string }>(db, `select id, ${model.title} as name from ${table} where id in`, ids);
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  for (const id of ids) {
    if (names.has(id)) continue;
    const last = await db.first<{ label: string }>(LAST_LABEL, { table, id });
    if (last?.label) names.set(id, last.label);
  }
  return names;
}

/** A like has no name: it is told by whose it is, and of what. */
function nameOfLink(model: Model | undefined, { before, after }: Change, names: Names): string | undefined {
  const row = after ?? before ?? {};
  const parts = Object.entries(model?.fields ?? {}).flatMap(([name, field]) => (field.kind === 'reference' && name in row ? [inWords(field, name, row[name], names)] : []));
  return parts.length > 0 ? parts.join(', ') : undefined;
}

function linkTo(model: Model, { object, action }: Change): string | undefined {
  const section = sectionOf(model.table);
  if (!section || object === 0) return undefined;
  return action === 'delete' || !offers(section, 'change') ? urls.admin.historyOf(section.path, object) : urls.admin.edit(section.path, object);
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

const LAST_LABEL = "select label from changes where model = :table and object = :id and label <> '' order by act desc, id desc limit 1";
