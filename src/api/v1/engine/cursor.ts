/** Cursors: a place in a list, in letters that mean nothing to a client and fit no other list. */
import { createHash } from 'node:crypto';
import type { Place } from '../../../db/lists/keyset.ts';
import { ApiError } from '../../engine/errors.ts';

export type Cursor = { from: Place; backwards: boolean };

/** @param list what tells this list apart: its filters and its order */
export function cursorText(list: string, { from, backwards }: Cursor): string {
  return Buffer.from(JSON.stringify([signOf(list), backwards ? 1 : 0, ...from])).toString('base64url');
}

/** @throws ApiError 404 for a cursor that is none, or of another list */
export function readCursor(list: string, text: string, most: number): Cursor {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    throw invalidCursor();
  }
  if (!Array.isArray(parts)) throw invalidCursor();
  const [sign, way, ...from] = parts as unknown[];
  const isPlace = from.length > 0 && from.length <= most && from.every((value) => typeof value === 'string' || Number.isSafeInteger(value)) && Number.isSafeInteger(from.at(-1));
  if (sign !== signOf(list) || (way !== 0 && way !== 1) || !isPlace) throw invalidCursor();
  return { from: from as (string | number)[], backwards: way === 1 };
}

function invalidCursor(): ApiError {
  return new ApiError(404, { detail: 'Invalid cursor' });
}

function signOf(list: string): string {
  return createHash('sha256').update(list).digest('base64url').slice(0, 6);
}
