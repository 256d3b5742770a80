/** The rows that somebody has chosen in a list for an action: some by their boxes, or all that match. */
import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Db } from '../../db/db.ts';
import { selectedIds } from '../../db/lists/selection.ts';
import { badRequest, GuestError } from '../../errors.ts';
import { own, record } from '../../schema/own.ts';
import * as text from '../../web/text.ts';
import { type ListQuery, readListQuery } from '../list/query.ts';
import type { Section } from '../section.ts';
import { rowsOf, selectionOf } from '../list/selected.ts';

export type Chosen = {
  query: ListQuery;
  /** The state of the list and what was chosen, as hidden fields for the next step. */
  hidden: [name: string, value: string][];
  everything: boolean;
  selected: number[];
};

/** One step of an action: the rows that it is about, and the other fields of the form that asks for it. */
export type Step = { section: Section; chosen: Chosen; ids: readonly number[]; fields: Record<string, string> };

/** An action goes over so many rows at most, so that one person's click never holds up everybody for long. */
const MOST_ROWS = 50_000;

/**
 * Reads what a list's form says of its rows; other fields are in `rest`.
 * @throws GuestError 400 for what the form can't have sent
 */
export function readChosen(section: Section, request: FastifyRequest): { chosen: Chosen; rest: Record<string, string> } {
  const body = (request.body ?? {}) as Record<string, unknown>;
  const state = record<string | string[]>();
  const rest = record<string>();
  const hidden: Chosen['hidden'] = [];
  for (const [name, value] of Object.entries(body)) {
    const values = [value].flat().map(String);
    if (values.some((one) => one.includes('\0'))) throw badRequest('The form holds a null character. Type it again.');
    if (name.startsWith('list.')) state[name.slice('list.'.length)] = values.length === 1 ? (values[0] as string) : values;
    else if (name !== 'selected' && values.length > 1) throw badRequest(`The form has "${name.slice(0, 40)}" more than once. Reload the page and try again.`);
    else if (name !== 'selected') rest[name] = values[0] as string;
    if (name.startsWith('list.') || name === 'selected' || name === 'everything') for (const one of values) hidden.push([name, one]);
  }
  const selected = [own(body, 'selected') ?? []].flat().map(String);
  if (selected.some((id) => !/^[1-9]\d{0,15}$/.test(id))) throw badRequest('The form names a row that can’t be. Reload the list and try again.');
  const { everything, ...others } = rest;
  return { chosen: { query: readListQuery(section, state), hidden, everything: everything === '1', selected: [...new Set(selected.map(Number))] }, rest: others };
}

/**
 * The ids of the chosen rows that are still there, in the order of the list.
 * @throws GuestError 422 when there are too many for one action
 */
export async function chosenIds(db: Db, section: Section, { query, everything, selected }: Chosen): Promise<number[]> {
  if (!everything) return (await rowsOf(db, section, selected)).map(({ id }) => id);
  const selection = await selectionOf(db, section, query);
  if (selection.found && selection.total?.isCapped) throw new GuestError(422, `The search finds more than ${text.number(selection.total.value)} rows, of which the list only knows the first. Narrow it, then choose all.`);
  const ids: number[] = [];
  for await (const some of selectedIds(db, selection)) {
    ids.push(...some);
    if (ids.length > MOST_ROWS) throw new GuestError(422, `More than ${text.number(MOST_ROWS)} ${section.model.plural} match, too many for one action. Narrow the list and try again.`);
  }
  return ids;
}

/** A short text that is another one as soon as other rows are chosen. */
export function digestOf(ids: readonly number[]): string {
  return createHash('sha256').update(ids.join(',')).digest('hex').slice(0, 16);
}
