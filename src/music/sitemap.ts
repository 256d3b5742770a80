/**
 * Every address of the catalogue, in parts that stay within what search engines read (sitemaps.org: 50,000
 * addresses, 50 MB each). A part is a range of ids, so none is found by walking through those before it.
 */
import type { Db } from '../db/db.ts';

const IDS_IN_A_PART = 20_000;

export type SitemapEntry =
  | { id: number; name: string; updated_at: string }
  | { id: number; song_name: string; updated_at: string }
  | { name: string; updated_at?: undefined };

type Kind = 'albums' | 'songs' | 'artists';

const QUERIES: Record<Kind, string> = {
  albums: 'select id, name, updated_at from albums where id > :after and id <= :upTo order by id',
  songs: 'select id, song_name, updated_at from songs where id > :after and id <= :upTo order by id',
  artists: 'select name from artists where id > :after and id <= :upTo order by id',
};

/** How many parts there are. */
export async function sitemapParts(db: Db): Promise<number> {
  return (await ranges(db)).length;
}

/** The entries of a part, counted from 1; undefined when there is no such part. */
export async function sitemapPart(db: Db, part: number): Promise<SitemapEntry[] | undefined> {
  const range = (await ranges(db))[part - 1];
  return range && db.all<SitemapEntry>(QUERIES[range.kind], { after: range.after, upTo: range.after + IDS_IN_A_PART });
}

async function ranges(db: Db): Promise<{ kind: Kind; after: number }[]> {
  const all: { kind: Kind; after: number }[] = [];
  for (const kind of ['albums', 'songs', 'artists'] as const) {
    const ends = await db.first<{ last: number | null }>(`select max(id) as last from ${kind}`);
    for (let after = 0; after < (ends?.last ?? 0); after += IDS_IN_A_PART) all.push({ kind, after });
  }
  return all;
}
