/**
 * Takes an act back: its changes, the last one first, each by its opposite. All of it or nothing. What was
 * done since and would be lost stands in the way, and is told in a sentence that names what, who and when.
 */
import { setImmediate } from 'node:timers/promises';
import { InTheWay } from '../../errors.ts';
import { models } from '../../models/index.ts';
import { type Act, actById } from './acts.ts';
import type { Db } from '../db.ts';
import { postponeIndexing } from '../sqlite/full-text-rebuild.ts';
import { type Author, type Change, readChange, type StoredChange } from './change.ts';
import { act, type Writer } from './writer.ts';
import { momentInWords, Obstacles } from './obstacles.ts';
import { takeBackBeside } from './beside.ts';
import { bringBack, changeBack, takeOut } from './take-back.ts';

/** The act that took the other one back, and what could not be put back, a sentence each. */
export type Undone = { act: number; undone: Act; remarks: string[] };

/** So many changes are read at once, and after so many others get their turn. */
const CHUNK = 50;
/** So many rows that come or go are worth going through the whole search index once, at the end. */
const MANY = 500;
/** So many reasons are told at most; the others are counted. */
const TOLD = 50;

/**
 * Takes an act back in an act of its own, which can be taken back as well.
 * @param acting how the act is done: `act`, or one that judges what was written before it is stored
 * @throws InTheWay with every reason against it, GuestError (404) when there is no such act
 */
export async function undo(db: Db, author: Author, id: number, acting: typeof act = act): Promise<Undone> {
  return acting(db, author, async (writer) => {
    const undone = await actById(writer.db, id);
    await refuse(writer.db, undone);
    const obstacles = new Obstacles(writer.db, undone, await isAboutOne(writer.db, id));
    const index = await postponed(writer.db, undone);
    for (let last = Number.MAX_SAFE_INTEGER; ;) {
      const changes = await changesBefore(writer.db, id, last);
      for (const change of changes) await takeBack(writer, change, obstacles);
      if (changes.length < CHUNK) break;
      last = (changes.at(-1) as Change).id;
      await setImmediate();
    }
    if (obstacles.reasons.length > 0) throw new InTheWay(shortened(obstacles.reasons));
    const remarks = obstacles.remarks();
    if (writer.act === undefined) throw new InTheWay(remarks.length > 0 ? remarks : ['There is nothing in it to take back.']);
    await index?.();
    await takeBackBeside(writer.db, { act: writer.act, undone: id });
    for (const remark of remarks) writer.remark(remark.replace(/\.$/, ''));
    return { act: writer.act, undone, remarks };
  }, id);
}

async function refuse(db: Db, { final, undone_by }: Act): Promise<void> {
  if (final !== '') throw new InTheWay([final]);
  if (undone_by === null) return;
  const by = await actById(db, undone_by);
  const again = by.undone_by === null ? undefined : await actById(db, by.undone_by);
  throw new InTheWay([
    `This was undone already, by ${by.person} on ${momentInWords(by.at)}.`,
    ...(again?.undone_by === null ? [`It was done again by ${again.person} on ${momentInWords(again.at)}: undo that instead.`] : []),
  ]);
}

async function takeBack(writer: Writer, change: Change, obstacles: Obstacles): Promise<void> {
  const model = models.find(({ table }) => table === change.model);
  // What can't be taken back and is no row of a model, such as a session that was ended.
  if (!model) return obstacles.lose('Something that is not kept stays as it is.', 'things that are not kept stay as they are.');
  if (obstacles.isStuck(model, change.object)) return;
  if (change.action === 'add') await takeOut(writer, model, change, obstacles);
  if (change.action === 'change') await changeBack(writer, model, change, obstacles);
  if (change.action === 'delete') await bringBack(writer, model, change, obstacles);
}

async function changesBefore(db: Db, id: number, last: number): Promise<Change[]> {
  return (await db.all<StoredChange>('select * from changes where act = :id and id < :last order by id desc limit :count', { id, last, count: CHUNK })).map(readChange);
}

/** Whether all changes are of one row, so that a sentence need not say which. */
async function isAboutOne(db: Db, id: number): Promise<boolean> {
  const rows = await db.all<{ model: string; object: number }>('select distinct model, object from changes where act = :id limit 2', { id });
  return rows.length === 1;
}

/** Names that change have to be indexed at once; rows that come and go can wait for each other. */
async function postponed(db: Db, { id, size }: Act): Promise<(() => Promise<void>) | undefined> {
  if (size <= MANY) return undefined;
  const changed = await db.first("select 1 from act_kinds where act = :id and action = 'change'", { id });
  return changed ? undefined : postponeIndexing(db);
}

function shortened(reasons: readonly string[]): string[] {
  const more = reasons.length - TOLD;
  return more > 0 ? [...reasons.slice(0, TOLD), `And ${more.toLocaleString('en')} more.`] : [...reasons];
}
