/**
 * Names that look like another to the eye: `аnn` with a Cyrillic а, `r00t`, `adrnin`. They are compared by
 * their skeletons (Unicode Technical Standard #39, section 4), in small and in capital letters.
 */
import type { Db } from '../db/db.ts';
import { caseless } from '../schema/caseless.ts';
import { normalized } from '../schema/normalized.ts';

/** The name of somebody on the staff that looks like this one; undefined when there is none. `own` is whose name it is to be. */
export async function staffLookAlike(db: Db, username: string, own: number): Promise<string | undefined> {
  const staff = await db.all<{ username: string }>('select username from users where (is_staff = 1 or is_superuser = 1) and id <> :own', { own });
  if (staff.length === 0) return undefined;
  const mine = new Set(await skeletonsOf(username));
  for (const { username: theirs } of staff) {
    if ((await skeletonsOf(theirs)).some((skeleton) => mine.has(skeleton))) return theirs;
  }
  return undefined;
}

/** What a name looks like as it is written, in small letters and in capitals: an l passes for an I only where one is capital. */
async function skeletonsOf(name: string): Promise<string[]> {
  // Its table of six thousand characters is read when the first name is judged.
  const { default: withoutHomoglyphs } = await import('unhomoglyph');
  const spellings = [name, name.toLowerCase(), name.toUpperCase()];
  return [...new Set(spellings.map((spelling) => caseless(withoutHomoglyphs(normalized(spelling, 'NFD')))))];
}
