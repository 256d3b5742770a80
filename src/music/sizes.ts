/** The sizes that are kept with every write, so that no page counts a table. */
import type { Db } from '../db/db.ts';

export type Sized = 'albums' | 'songs' | 'artists' | 'users' | 'likes' | 'groups' | 'tokens';

/** How many rows a table has. */
export async function tableSize(db: Db, name: Sized): Promise<number> {
  const row = await db.first<{ size: number }>('select size from table_sizes where name = :name', { name });
  return row?.size ?? 0;
}

/** The sizes of all tables that are kept. */
export async function tableSizes(db: Db): Promise<Record<Sized, number>> {
  const rows = await db.all<{ name: Sized; size: number }>('select name, size from table_sizes');
  return Object.fromEntries(rows.map(({ name, size }) => [name, size])) as Record<Sized, number>;
}

/** All streams of the catalogue together. Artists keep theirs, so this adds up far fewer rows than there are songs. */
export async function sumOfStreams(db: Db): Promise<number> {
  const row = await db.first<{ streams: number | null }>('select sum(stream_total) as streams from artists');
  return row?.streams ?? 0;
}
