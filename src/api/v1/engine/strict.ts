/** `Prefer: handling=strict` (RFC 7240): what is not known is refused, with the nearest right name, instead of being left out. */
import type { FastifyRequest } from 'fastify';
import type { Call, Handler } from '../../engine/endpoint.ts';
import { ApiError, refusedFields } from '../../engine/errors.ts';

/** What is wrong with names that were sent, by name. */
export type Unknown = Record<string, string[]>;

/** Whether the client wants to be told of what is not known. */
export function isStrict(request: FastifyRequest): boolean {
  return [request.headers['prefer'] ?? []].flat().some((header) => header.split(/[,;]/).some((part) => /^\s*handling\s*=\s*"?strict"?\s*$/i.test(part)));
}

/** A handler whose answers, and refusals, say that the preference was heeded. */
export function strictly(handler: Handler): Handler {
  return async (call: Call) => {
    if (!isStrict(call.request)) return handler(call);
    const applied = { 'preference-applied': 'handling=strict' };
    try {
      const answer = await handler(call);
      return { ...answer, headers: { ...answer.headers, ...applied } };
    } catch (error) {
      throw error instanceof ApiError ? new ApiError(error.status, error.body, { ...error.headers, ...applied }) : error;
    }
  };
}

/** A sentence about a name that is not known: 'Unknown field “nam”. Did you mean “name”?' */
export function unknownName(kind: string, name: string, known: Iterable<string>): string {
  const nearest = nearestOf(name, known);
  return `Unknown ${kind} “${name.slice(0, 100)}”.${nearest === undefined ? '' : ` Did you mean “${nearest}”?`}`;
}

/** A body can hold a hundred thousand names; so many are told. */
const MOST_TOLD = 20;

/**
 * What is wrong with the names of a body: those that nothing is done with, be they unknown or facts that
 * only the site writes.
 * @param writable the names that are read
 * @param shown the names that an answer has
 */
export function unheededFields(sent: Iterable<string>, { writable, shown }: { writable: readonly string[]; shown: Readonly<Record<string, unknown>> }): Unknown {
  const unheeded = [...sent].filter((name) => !writable.includes(name)).slice(0, MOST_TOLD);
  return Object.fromEntries(unheeded.map((name) => [name, [Object.hasOwn(shown, name) ? `The field “${name}” can’t be written. Leave it out.` : unknownName('field', name, writable)]]));
}

/** @throws ApiError 400 when there is anything */
export function refuseUnknown(unknown: Unknown): void {
  if (Object.keys(unknown).length > 0) throw refusedFields(unknown);
}

/** The known name that takes the fewest changes to write, unless it takes too many. */
export function nearestOf(name: string, known: Iterable<string>): string | undefined {
  const typed = name.slice(0, 60).toLowerCase();
  let best: { name: string; distance: number } | undefined;
  for (const each of known) {
    const distance = distanceOf(typed, each.toLowerCase());
    if (!best || distance < best.distance) best = { name: each, distance };
  }
  return best && best.distance <= Math.max(2, Math.floor(typed.length / 3)) ? best.name : undefined;
}

/** Letters to add, take away or change (Levenshtein). */
function distanceOf(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [at, letter] of [...one].entries()) {
    const next = [at + 1];
    for (let to = 1; to <= other.length; to += 1) {
      next.push(Math.min((row[to] as number) + 1, (next[to - 1] as number) + 1, (row[to - 1] as number) + (letter === other[to - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[other.length] as number;
}
