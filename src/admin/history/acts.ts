/** Acts as the pages of the history show them, each with what the person at the screen may do with it. */
import type { Actor } from '../../accounts/rank.ts';
import { lackingToUndo, summariesFor } from '../../accounts/reach.ts';
import { type Act, type ActKind, changesInAct, changesPage, firstChanges, kindsOf, type RowWithParts } from '../../db/history/acts.ts';
import { rowsByIds } from '../../db/lists/by-ids.ts';
import type { Db } from '../../db/db.ts';
import type { Change, Surface } from '../../db/history/change.ts';
import * as urls from '../../web/urls.ts';
import type { ActView } from './views.ts';
import { changesInWords } from './words.ts';

/** Doors in words. */
export const DOORS: Record<Surface, string> = { admin: 'Admin area', api: 'API', import: 'Import', command: 'Command line', account: 'Account pages', setup: 'Set-up link' };

/** So many changes are shown of an act in a list. */
const FEW = 3;
/** In the history of one row, where most acts have changed little of it. */
const SOME = 6;
/** So far back an undo of an undo is followed. */
const DEEPEST = 40;

/** Acts of a list, with their first changed fields; in the history of one row, with what they changed of it. */
export async function actViews(db: Db, rights: Actor, acts: readonly Act[], row?: RowWithParts): Promise<ActView[]> {
  const kinds = await kindsOf(db, acts.map(({ id }) => id));
  const undoers = new Map((await rowsByIds<Pick<Act, 'id' | 'person' | 'at'>>(db, 'select id, person, at from acts where id in', acts.flatMap(({ undone_by }) => undone_by ?? []))).map((act) => [act.id, act]));
  const views: ActView[] = [];
  for (const act of acts) {
    const own = kinds.get(act.id) ?? [];
    const changes = row ? ofRow(row, await changesInAct(db, act.id, row, SOME)) : await worthShowing(db, act, own);
    const words = await changesInWords(db, rights, changes, { isWhole: false, isNamed: act.size > 1 || changes[0]?.label === '' });
    const shown = row ? words.filter((_, at) => act.size > 1 || changes[at]?.action === 'change') : words;
    views.push({ ...(await actView(db, rights, act, own, undoers)), changes: shown, more: act.size <= 1 ? 0 : act.size - changes.length });
  }
  return views;
}

/** The first fields that an act changed; and of a few rows without a name, such as likes, which ones. */
async function worthShowing(db: Db, act: Act, kinds: readonly ActKind[]): Promise<Change[]> {
  if (kinds.some(({ action }) => action === 'change')) return firstChanges(db, act.id, FEW);
  if (act.size > FEW || act.final !== '') return [];
  return (await changesPage(db, act.id, { size: FEW })).changes.filter(({ label }) => label === '');
}

/** Where the row itself came or went, all that belongs to it did. */
function ofRow({ table, id }: RowWithParts, changes: Change[]): Change[] {
  const itself = changes.find(({ model, object, action }) => model === table && object === id && action !== 'change');
  return itself ? [itself] : changes;
}

/** One act, without its changes. */
export async function actView(db: Db, rights: Actor, act: Act, kinds: readonly ActKind[], undoers: ReadonlyMap<number, Pick<Act, 'person' | 'at'>>): Promise<ActView> {
  const isUndo = (await depthOf(db, act)) % 2 === 1;
  const summary = (await summariesFor(db, rights, [act])).get(act.id) ?? '';
  const by = act.undone_by === null ? undefined : undoers.get(act.undone_by);
  const canUndo = act.final === '' && act.undone_by === null && kinds.length > 0 && lackingToUndo(rights, rights.id, act, kinds).length === 0;
  return {
    id: act.id,
    at: act.at,
    person: act.person,
    byPerson: urls.admin.historyList({ person: act.person }),
    door: DOORS[act.surface],
    summary,
    href: urls.admin.act(act.id),
    changes: [],
    size: act.size,
    more: 0,
    undo: canUndo ? { action: urls.admin.undo(act.id), label: isUndo ? 'Redo' : 'Undo', name: `${act.person} ${summary}` } : undefined,
    undone: by && act.undone_by !== null ? { verb: isUndo ? 'Redone' : 'Undone', person: by.person, at: by.at, href: urls.admin.act(act.undone_by) } : undefined,
    undoes: act.undoes === null ? undefined : { verb: isUndo ? 'Undo' : 'Redo', href: urls.admin.act(act.undoes) },
  };
}

/** How many acts back the first one is that was undone: 1 is an undo, 2 its redo. */
export async function depthOf(db: Db, act: Pick<Act, 'undoes'>): Promise<number> {
  let depth = 0;
  for (let undoes = act.undoes; undoes !== null && depth < DEEPEST; depth += 1) {
    undoes = (await db.first<{ undoes: number | null }>('select undoes from acts where id = :id', { id: undoes }))?.undoes ?? null;
  }
  return depth;
}
