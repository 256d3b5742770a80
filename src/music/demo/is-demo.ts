/** Whether the catalogue is the one that ships with the project, whose stream counts are illustrative. */
import type { Db } from '../../db/db.ts';
import { tableSize } from '../sizes.ts';
import catalogue from './catalogue.json' with { type: 'json' };

/** True while the catalogue has as many albums as the demo, and the demo's first one. */
export async function isDemo(db: Db): Promise<boolean> {
  const [first] = catalogue.albums;
  if (!first || (await tableSize(db, 'albums')) !== catalogue.albums.length) return false;
  return (await db.first('select 1 from albums where artist = :artist and name = :name', { artist: first.artist, name: first.name })) !== undefined;
}
