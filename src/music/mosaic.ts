/** The records on the front page: the same for a whole day, others the next. */
import { createHash } from 'node:crypto';
import type { Db } from '../db/db.ts';
import { remember } from '../db/remember.ts';
import { albumCards, type AlbumEntry } from './albums.ts';

/**
 * Albums chosen by the date.
 * @returns up to `count` different ones; fewer in a small catalogue
 */
export function sleevesOfTheDay(db: Db, count: number, day = new Date().toISOString().slice(0, 10)): Promise<AlbumEntry[]> {
  return remember(db, `${count} sleeves of ${day}`, () => chosen(db, count, day));
}

async function chosen(db: Db, count: number, day: string): Promise<AlbumEntry[]> {
  const ends = await db.first<{ last: number | null }>('select max(id) as last from albums');
  const last = ends?.last ?? 0;
  const ids = new Set<number>();
  // Ids have gaps where albums were deleted: the next one that is there is taken.
  for (let turn = 0; ids.size < Math.min(count, last) && turn < count * 4; turn += 1) {
    const start = (createHash('sha256').update(`${day} ${turn}`).digest().readUInt32BE(0) % Math.max(last, 1)) + 1;
    const found = await db.first<{ id: number }>('select id from albums where id >= :start order by id limit 1', { start });
    if (found) ids.add(found.id);
  }
  return albumCards(db, [...ids]);
}
