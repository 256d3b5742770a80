/** The cover in the form of an album: uploaded, shown, and kept with everything that was typed until the form is saved. */
import { InvalidInput } from '../../errors.ts';
import type { Db } from '../../db/db.ts';
import { hasCover, storeCover } from '../../music/covers.ts';

/** The field of the file. The cover itself is a hidden field, which holds its hash. */
export const COVER_FILE = 'cover_file';

/** What was sent of a cover: the hash in the form, a file if one was chosen, and the button. */
export type SentCover = { hash: string | undefined; file: Buffer | undefined; verb: string };
/** The cover as it is to be: its hash, '' for none, undefined for as it is; and what is wrong with what was sent. */
export type TakenCover = { hash: string | undefined; problem?: string };

/** Whether a button only changes the cover in the form, which is shown once more. */
export function isCoverVerb(verb: string): boolean {
  return verb === 'upload-cover' || verb === 'remove-cover';
}

/** Keeps a file that was sent, whichever button was pressed, so that it need not be chosen again. */
export async function takeCover(db: Db, { hash, file, verb }: SentCover): Promise<TakenCover> {
  if (verb === 'remove-cover') return { hash: '' };
  if (file) return stored(db, file, hash);
  if (verb === 'upload-cover') return { hash, problem: 'Choose a file first, then upload it.' };
  if (hash !== undefined && hash !== '' && !(await hasCover(db, hash))) return { hash: '', problem: 'The cover is gone. Choose the file again.' };
  return { hash };
}

async function stored(db: Db, file: Buffer, hash: string | undefined): Promise<TakenCover> {
  try {
    return { hash: await storeCover(db, file) };
  } catch (error) {
    if (error instanceof InvalidInput) return { hash, problem: error.message };
    throw error;
  }
}
