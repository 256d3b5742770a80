/**
 * Compares the search index of SQLite with what it would be if it were built now, and builds it anew;
 * and for those who add thousands of rows, indexes them together at the end.
 */
import type { Db } from '../db.ts';

/** What each index holds, as the migration's views give it: the number of the row, then its columns. */
const CONTENTS: Record<string, string> = {
  albums_text: 'select docid, name, artist, released from albums_to_find',
  songs_text: 'select docid, song_name, album, artist, released from songs_to_find',
  artists_text: 'select docid, name from artists_to_find',
};

type Trigger = { name: string; sql: string };

/** The statements of a trigger that write to an index. */
const INDEXING = /\b(?:insert into|delete from) (?:albums|songs|artists)_text\b[^;]*;?/gi;

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

/**
 * From here on nothing that is added is indexed one by one: the triggers are kept from it. The index is
 * slow with rows that come in another order than its own, and fast with all of them sorted.
 * @param db a transaction, and a stranger to those who rename: only rows that come or go are indexed later
 * @returns what brings the index up to date and lets the triggers index again; to be called before the end
 */
export async function postponeIndexing(db: Db): Promise<() => Promise<void>> {
  const triggers = await db.all<Trigger>("select name, sql from sqlite_schema where type = 'trigger' order by rowid");
  for (const { name, sql } of triggers) {
    const without = sql.replace(INDEXING, '');
    if (without === sql) continue;
    await db.run(`drop trigger ${name}`);
    if (!/\bbegin\s+end$/i.test(without)) await db.run(without);
  }
  return async () => {
    await restore(db, triggers);
    for (const [index, content] of Object.entries(CONTENTS)) {
      await db.run(`delete from ${index} where rowid not in (select docid from (${content}))`);
      await fill(db, index, index, `${content} where docid not in (select rowid from ${index}) order by docid`);
    }
  };
}

/** All of them, for the order in which they were made is the one in which they run. */
async function restore(db: Db, triggers: readonly Trigger[]): Promise<void> {
  for (const { name } of triggers) await db.run(`drop trigger if exists ${name}`);
  for (const { sql } of triggers) await db.run(sql);
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
