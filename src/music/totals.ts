/**
 * The totals that are kept with every write, counted anew: what differs is told and repaired. Triggers
 * keep them right; this is for the day when somebody has written around them.
 */
import type { Db } from '../db/db.ts';

/** A total that was wrong. `kept` is null where its row was missing, `counted` where it is one too many. */
export type Difference = { total: string; row: string | number; kept: string | number | null; counted: string | number | null };

/** A column that repeats what a query tells for each row; a row that the query doesn't name counts as `otherwise`. */
type Total = { table: string; key: string; column: string; counted: string; otherwise?: string };

/** A table whose rows follow from others: one for each that the query names. */
type Rows = { table: string; key: string; named: string; add: string };

const letterOf = (key: string): string =>
  `(select letters.position from letters where substr(${key}, 1, 1) between letters.first and letters.last order by letters.position limit 1)`;

const SIZED = ['albums', 'songs', 'artists', 'users', 'likes', 'groups', 'tokens'];
const sizes = SIZED.map((table) => `select '${table}' as id, count(*) as counted from ${table}`).join(' union all ');

/** In this order: later ones count what earlier ones have repaired. */
const CHECKS: (Total | Rows)[] = [
  { table: 'songs', key: 'id', column: 'like_count', counted: 'select song as id, count(*) as counted from likes group by song' },
  { table: 'songs', key: 'id', column: 'released', counted: 'select songs.id as id, year_released as counted from songs join albums on albums.id = songs.album', otherwise: "''" },
  { table: 'songs', key: 'id', column: 'decade', counted: 'select songs.id as id, albums.decade as counted from songs join albums on albums.id = songs.album' },
  { table: 'songs', key: 'id', column: 'album_sort', counted: 'select songs.id as id, albums.name_key as counted from songs join albums on albums.id = songs.album', otherwise: "''" },
  { table: 'songs', key: 'id', column: 'artist_sort', counted: 'select songs.id as id, albums.artist_key as counted from songs join albums on albums.id = songs.album', otherwise: "''" },
  { table: 'users', key: 'id', column: 'like_count', counted: 'select likes.user as id, count(*) as counted from likes group by likes.user' },
  { table: 'albums', key: 'id', column: 'song_count', counted: 'select album as id, count(*) as counted from songs group by album' },
  { table: 'albums', key: 'id', column: 'stream_total', counted: 'select album as id, sum(num_streams) as counted from songs group by album' },
  { table: 'albums', key: 'id', column: 'like_count', counted: 'select songs.album as id, count(*) as counted from likes join songs on songs.id = likes.song group by songs.album' },
  {
    table: 'albums', key: 'id', column: 'is_double',
    counted: `select albums.id as id, 1 as counted from albums join (select name_key, artist_key from albums group by name_key, artist_key having count(*) > 1) as doubles
      on doubles.name_key = albums.name_key and doubles.artist_key = albums.artist_key`,
  },
  {
    table: 'artists', key: 'name', named: 'select distinct artist as id from albums',
    add: `insert into artists (name, name_key, letter) select artist, found.name_key, ${letterOf('found.name_key')}
      from (select artist, min(artist_key) as name_key from albums where artist = :id group by artist) as found`,
  },
  { table: 'artists', key: 'name', column: 'name_key', counted: 'select artist as id, min(artist_key) as counted from albums group by artist', otherwise: "''" },
  { table: 'artists', key: 'name', column: 'letter', counted: `select name as id, ${letterOf('name_key')} as counted from artists` },
  { table: 'artists', key: 'name', column: 'album_count', counted: 'select artist as id, count(*) as counted from albums group by artist' },
  { table: 'artists', key: 'name', column: 'song_count', counted: 'select artist as id, count(*) as counted from albums join songs on songs.album = albums.id group by artist' },
  { table: 'artists', key: 'name', column: 'stream_total', counted: 'select artist as id, sum(num_streams) as counted from albums join songs on songs.album = albums.id group by artist' },
  { table: 'letters', key: 'position', column: 'artist_count', counted: 'select letter as id, count(*) as counted from artists group by letter' },
  { table: 'years', key: 'year', named: 'select distinct albums.year as id from albums', add: 'insert into years (year) values (:id)' },
  { table: 'years', key: 'year', column: 'album_count', counted: 'select albums.year as id, count(*) as counted from albums group by albums.year' },
  { table: 'years', key: 'year', column: 'song_count', counted: 'select albums.year as id, count(*) as counted from albums join songs on songs.album = albums.id group by albums.year' },
  { table: 'like_days', key: 'day', named: 'select distinct substr(created_at, 1, 10) as id from likes', add: 'insert into like_days (day) values (:id)' },
  { table: 'like_days', key: 'day', column: 'likes', counted: 'select substr(created_at, 1, 10) as id, count(*) as counted from likes group by substr(created_at, 1, 10)' },
  { table: 'table_sizes', key: 'name', named: SIZED.map((table) => `select '${table}' as id`).join(' union all '), add: 'insert into table_sizes (name) values (:id)' },
  { table: 'table_sizes', key: 'name', column: 'size', counted: sizes },
];

/** The columns whose words the vocabulary counts. */
const WORDED = { albums: 'name_key', songs: 'song_name_key', artists: 'name_key' };
const PAGE = 5000;

/**
 * Compares every kept total with what a count gives, and repairs it.
 * @param db a transaction; undo it to compare only
 * @returns what differed
 */
export async function recountTotals(db: Db): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const check of CHECKS) differences.push(...('column' in check ? await recount(db, check) : await matchRows(db, check)));
  return [...differences, ...(await recountWords(db))];
}

async function recount(db: Db, { table, key, column, counted, otherwise = '0' }: Total): Promise<Difference[]> {
  const wrong = `select kept.${key} as id, kept.${column} as kept, coalesce(found.counted, ${otherwise}) as counted
    from ${table} as kept left join (${counted}) as found on found.id = kept.${key}
    where kept.${column} <> coalesce(found.counted, ${otherwise})`;
  const rows = await db.all<{ id: string | number; kept: string | number; counted: string | number }>(`${wrong} order by kept.${key}`);
  // Set by the database itself: a sum may be larger than JavaScript's numbers.
  if (rows.length > 0) await db.run(`update ${table} set ${column} = wrong.counted from (${wrong}) as wrong where wrong.id = ${table}.${key}`);
  return rows.map(({ id, ...values }) => ({ total: `${table}.${column}`, row: id, ...values }));
}

async function matchRows(db: Db, { table, key, named, add }: Rows): Promise<Difference[]> {
  const missing = await db.all<{ id: string | number }>(`select id from (${named}) as named where id not in (select ${key} from ${table}) order by id`);
  const surplus = await db.all<{ id: string | number }>(`select ${key} as id from ${table} where ${key} not in (${named}) order by ${key}`);
  for (const { id } of missing) await db.run(add, { id });
  for (const { id } of surplus) await db.run(`delete from ${table} where ${key} = :id`, { id });
  return [
    ...missing.map(({ id }) => ({ total: table, row: id, kept: null, counted: 1 })),
    ...surplus.map(({ id }) => ({ total: table, row: id, kept: 1, counted: null })),
  ];
}

async function recountWords(db: Db): Promise<Difference[]> {
  const counted = await countWords(db);
  const differences: Difference[] = [];
  const note = (word: string, kept: number | null, now: number | null): void => {
    if (kept !== now) differences.push({ total: 'words', row: word, kept, counted: now });
  };
  for await (const { word, uses } of keptWords(db)) {
    note(word, uses, counted.get(word) ?? null);
    counted.delete(word);
  }
  for (const [word, uses] of counted) note(word, null, uses);
  for (const { row, counted: uses } of differences) await setWord(db, row, uses);
  return differences;
}

/** How many names use each word; twice in one name is one use. */
async function countWords(db: Db): Promise<Map<string, number>> {
  const uses = new Map<string, number>();
  for (const [table, column] of Object.entries(WORDED)) {
    for (let last = 0; ; ) {
      const rows = await db.all<{ id: number; text: string }>(`select id, ${column} as text from ${table} where id > :last order by id limit ${PAGE}`, { last });
      for (const { text } of rows) for (const word of new Set(text.split(' '))) uses.set(word, (uses.get(word) ?? 0) + 1);
      if (rows.length < PAGE) break;
      last = rows.at(-1)?.id as number;
    }
  }
  return uses;
}

async function* keptWords(db: Db): AsyncGenerator<{ word: string; uses: number }> {
  for (let last: string | undefined; ; ) {
    const rows = await db.all<{ word: string; uses: number }>(
      `select word, uses from words ${last === undefined ? '' : 'where word > :last'} order by word limit ${PAGE}`, last === undefined ? {} : { last });
    yield* rows;
    if (rows.length < PAGE) return;
    last = rows.at(-1)?.word;
  }
}

async function setWord(db: Db, word: string | number, uses: string | number | null): Promise<void> {
  if (uses === null) await db.run('delete from words where word = :word', { word });
  else await db.run('insert into words (word, uses) values (:word, :uses) on conflict (word) do update set uses = excluded.uses', { word, uses });
}
