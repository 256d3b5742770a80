/** Compares the search index of SQLite with what it would be if it were built now, and builds it anew. */
import type { Db } from './db.ts';

/** What each index holds, as the migration's views give it: the number of the row, then its columns. */
const CONTENTS: Record<string, string> = {
  albums_text: 'select docid, name, artist, released from albums_to_find',
  songs_text: 'select docid, song_name, album, artist, released from songs_to_find',
  artists_text: 'select docid, name from artists_to_find',
};

/**
 * Rebuilds every index that isn't what its table gives.
 * @param db a transaction; undo it to compare only
 * @returns the names of those that differed
 */
export async function rebuildFullText(db: Db): Promise<string[]> {
  const rebuilt: string[] = [];
  for (const [index, content] of Object.entries(CONTENTS)) {
    if (await isWhole(db, index, content)) continue;
    await db.run(`insert into ${index} (${index}) values ('delete-all')`);
    await fill(db, index, index, content);
    rebuilt.push(index);
  }
  return rebuilt;
}

/** Builds the index a second time, for this connection only, and compares rows and words. */
async function isWhole(db: Db, index: string, content: string): Promise<boolean> {
  if (!(await isSound(db, index))) return false;
  const made = await db.first<{ sql: string }>('select sql from sqlite_schema where name = :index', { index });
  await db.run((made?.sql ?? '').replace(/virtual table \S+ using/i, 'virtual table temp.fresh_text using'));
  await db.run(`create virtual table temp.kept_words using fts5vocab('main', '${index}', 'col')`);
  await db.run("create virtual table temp.fresh_words using fts5vocab('temp', 'fresh_text', 'col')");
  try {
    await fill(db, index, 'temp.fresh_text', content);
    return (await isSame(db, `select rowid from ${index}`, 'select rowid from temp.fresh_text'))
      && (await isSame(db, 'select term, col, doc, cnt from temp.kept_words', 'select term, col, doc, cnt from temp.fresh_words'));
  } finally {
    for (const table of ['kept_words', 'fresh_words', 'fresh_text']) await db.run(`drop table temp.${table}`);
  }
}

async function isSound(db: Db, index: string): Promise<boolean> {
  try {
    await db.run(`insert into ${index} (${index}) values ('integrity-check')`);
    return true;
  } catch (error) {
    if (String((error as { code?: unknown }).code).startsWith('SQLITE_CORRUPT')) return false;
    throw error;
  }
}

async function fill(db: Db, index: string, into: string, content: string): Promise<void> {
  const columns = await db.all<{ name: string }>(`select name from pragma_table_info('${index}')`);
  await db.run(`insert into ${into} (rowid, ${columns.map(({ name }) => name).join(', ')}) ${content}`);
}

async function isSame(db: Db, one: string, other: string): Promise<boolean> {
  const found = await db.first<{ differs: number }>(
    `select exists (select * from (${one}) except select * from (${other})) or exists (select * from (${other}) except select * from (${one})) as differs`);
  return found?.differs === 0;
}
