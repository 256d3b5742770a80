/** Creating, changing and deleting: one row or many of a resource, all or nothing, as one act of the history. */
import { setImmediate } from 'node:timers/promises';
import { assertMayTakeAlong } from '../../../accounts/reach.ts';
import { goingAlong } from '../../../db/history/dependants.ts';
import type { Writer } from '../../../db/history/writer.ts';
import { readBody, readObject } from '../../engine/body.ts';
import type { Person } from '../../engine/caller.ts';
import type { Answer, ApiDoor, Call } from '../../engine/endpoint.ts';
import { notThere, refusedFields } from '../../engine/errors.ts';
import { originOf } from '../../browsable/links.ts';
import { type Done, writing } from './act.ts';
import { readShape } from './query.ts';
import { idIn, isThere, type Resource, type Writing } from './resource.ts';
import { assertGood, judgeRow, MOST_AT_ONCE, prepare, type Prepared, rowsIn } from './sent.ts';
import { isStrict } from './strict.ts';
import { assertMatches, tagged } from './tags.ts';
import { type Shape, show, showOne, type Shown } from './representation.ts';

/** After so many rows other requests get their turn. */
const BREATH = 50;

type Context = { door: ApiDoor; resource: Resource; call: Call; writing: Writing; caller: Person; shape: Shape };

/** POST of a list: adds one row, or all of a list of them. */
export async function create(door: ApiDoor, resource: Resource, call: Call): Promise<Answer> {
  const context = contextOf(door, resource, call);
  const body = context.writing.isBulk ? await readBody(call.request) : await readObject(call.request);
  const isMany = Array.isArray(body);
  const rows = await prepared(context, (isMany ? rowsIn(body) : [body]).map((raw) => ({ raw })));
  return writing(door, call, (writer) => created(context, writer, rows, isMany), { neverKept: context.writing.neverKept });
}

/** PUT and PATCH of one row. */
export async function update(door: ApiDoor, resource: Resource, call: Call): Promise<Answer> {
  const context = contextOf(door, resource, call);
  const id = await idOf(context);
  const rows = await prepared(context, [{ raw: await readObject(call.request), id }]);
  return writing(door, call, async (writer) => {
    await assertUnchanged(context, writer, id);
    const [good] = assertGood([await judgeRow(writer.db, resource, rows[0] as Prepared, { partial: call.request.method === 'PATCH' })], false);
    await change(context, writer, good as NonNullable<typeof good>);
    const data = (await showOne(writer.db, resource.view, id, context.shape)) as Shown;
    return { answer: tagged(call, data), rehearsed: { updated: 1, results: [data] } };
  });
}

/** PATCH of a list: changes several rows by their ids. */
export async function updateMany(door: ApiDoor, resource: Resource, call: Call): Promise<Answer> {
  const context = contextOf(door, resource, call);
  const body = await readBody(call.request);
  if (!Array.isArray(body)) throw refusedFields({ non_field_errors: ['Send a list of objects, each with its id.'] });
  const sent = rowsIn(body).map((raw) => ({ raw, id: numberOf((raw as { id?: unknown } | null)?.id) }));
  const rows = await prepared(context, sent);
  return writing(door, call, async (writer) => {
    const seen = new Set<number>();
    const goods = [];
    for (const [index, row] of rows.entries()) {
      const fault = await faultOfId(context, writer, row.sent.raw['id'], seen);
      const judged = await judgeRow(writer.db, resource, row, { partial: true });
      goods.push(fault === undefined ? judged : { faults: { ...('faults' in judged ? judged.faults : {}), id: [fault] } });
      await breathe(index);
    }
    for (const [index, good] of assertGood(goods, true).entries()) {
      await change(context, writer, good);
      await breathe(index);
    }
    const results = await show(writer.db, resource.view, [...seen], context.shape);
    return { answer: { data: results }, rehearsed: { updated: results.length, results } };
  });
}

/** DELETE of one row. */
export async function remove(door: ApiDoor, resource: Resource, call: Call): Promise<Answer> {
  const context = contextOf(door, resource, call);
  const id = await idOf(context);
  return writing(door, call, async (writer) => {
    await assertUnchanged(context, writer, id);
    const along = await takenAlong(context, writer, [id]);
    await removeOne(context, writer, id);
    return { answer: { status: 204 }, rehearsed: { deleted: 1, along } };
  });
}

/** DELETE of a list: `{"ids": […]}`. */
export async function removeMany(door: ApiDoor, resource: Resource, call: Call): Promise<Answer> {
  const context = contextOf(door, resource, call);
  const { ids } = await readObject(call.request);
  if (ids === undefined) throw refusedFields({ ids: ['This field is required.'] });
  if (!Array.isArray(ids)) throw refusedFields({ ids: ['Send a list of ids.'] });
  if (ids.length === 0) throw refusedFields({ ids: ['This list may not be empty.'] });
  if (ids.length > MOST_AT_ONCE) throw refusedFields({ ids: [`Ensure this list has no more than ${MOST_AT_ONCE} elements.`] });
  return writing(door, call, async (writer) => {
    const seen = new Set<number>();
    const faults = [];
    for (const id of ids as unknown[]) faults.push(await faultOfId(context, writer, id, seen));
    const wrong = faults.filter((fault) => fault !== undefined);
    if (wrong.length > 0) throw refusedFields({ ids: wrong });
    const along = await takenAlong(context, writer, [...seen]);
    for (const [index, id] of [...seen].entries()) {
      await removeOne(context, writer, id);
      await breathe(index);
    }
    const told = { deleted: seen.size, along };
    return { answer: { data: told }, rehearsed: told };
  });
}

/** Anything else is no id; `Number` would ask an object what it is worth. */
function numberOf(id: unknown): number {
  return typeof id === 'number' ? id : Number.NaN;
}

function contextOf(door: ApiDoor, resource: Resource, call: Call): Context {
  return { door, resource, call, writing: resource.writing as Writing, caller: call.caller as Person, shape: readShape(resource, call, ['dry_run']) };
}

function prepared({ door, resource, call, caller }: Context, rows: readonly { raw: unknown; id?: number }[]): Promise<Prepared[]> {
  return prepare(door.db, resource, rows, { caller, request: call.request, isStrict: isStrict(call.request) });
}

async function created({ door, resource, call, writing: how, caller, shape }: Context, writer: Writer, rows: readonly Prepared[], isMany: boolean): Promise<Done> {
  const judged = [];
  for (const [index, row] of rows.entries()) {
    judged.push(await judgeRow(writer.db, resource, row, { partial: false }));
    await breathe(index);
  }
  const ids: number[] = [];
  let shownOnce: Record<string, unknown> | undefined;
  for (const [index, { values, secrets }] of assertGood(judged, isMany).entries()) {
    const made = how.create ? await how.create(writer, values, secrets, caller) : { id: await writer.insert(how.model, values) };
    ids.push(made.id);
    shownOnce = 'shownOnce' in made ? made.shownOnce : undefined;
    await breathe(index);
  }
  const results = await show(writer.db, resource.view, ids, shape);
  // What is taken back has no id.
  const rehearsed = { created: ids.length, results: results.map((row) => ('id' in row ? { ...row, id: null } : row)) };
  if (isMany) return { answer: { status: 201, data: results }, rehearsed };
  const location = `${originOf(call.request, door.config)}/api/v1/${resource.path}/${ids[0]}`;
  // What is shown this once is kept by nobody on the way.
  if (shownOnce) return { answer: { status: 201, data: { ...results[0], ...shownOnce }, headers: { location, 'cache-control': 'no-store' } }, rehearsed };
  return { answer: tagged(call, results[0], { status: 201, headers: { location } }), rehearsed };
}

async function change({ writing: how }: Context, writer: Writer, { id, values, secrets }: { id: number | undefined; values: Parameters<Writer['update']>[2]; secrets: Record<string, unknown> }): Promise<void> {
  if (how.update) await how.update(writer, id as number, values, secrets as never);
  else await writer.update(how.model, id as number, values);
}

async function removeOne({ writing: how, caller }: Context, writer: Writer, id: number): Promise<void> {
  if (how.remove) await how.remove(writer, id, caller);
  else await writer.remove(how.model, id);
}

/** The id in the path. @throws ApiError 404 when there is no such row, for this caller */
async function idOf({ door, resource, call, caller }: Context): Promise<number> {
  const id = idIn(call.parameters);
  if (id === undefined || !(await isThere(door.db, resource, id, caller))) throw notThere();
  return id;
}

/** @throws ApiError 404 for a row that has gone meanwhile, 412 for one that is not as the client knows it */
async function assertUnchanged({ resource, call, shape, caller }: Context, writer: Writer, id: number): Promise<void> {
  if (!(await isThere(writer.db, resource, id, caller))) throw notThere();
  if (call.request.headers['if-match'] !== undefined) assertMatches(call.request, await showOne(writer.db, resource.view, id, shape));
}

async function faultOfId({ resource, caller }: Context, { db }: Writer, raw: unknown, seen: Set<number>): Promise<string | undefined> {
  if (raw === undefined) return 'This field is required.';
  if (typeof raw !== 'number' || !Number.isSafeInteger(raw)) return 'A valid integer is required.';
  if (seen.has(raw)) return `The id ${raw} is there twice.`;
  if (!(await isThere(db, resource, raw, caller))) return `Invalid pk "${raw}" - object does not exist.`;
  seen.add(raw);
  return undefined;
}

/** How much goes with the rows, by what it is. @throws GuestError 403 when it may not go along */
async function takenAlong({ writing: { model }, caller }: Context, { db }: Writer, ids: readonly number[]): Promise<Record<string, number>> {
  const along = await goingAlong(db, model, ids);
  assertMayTakeAlong(caller, along);
  return Object.fromEntries(along.map(({ plural, rows }) => [plural, rows]));
}

async function breathe(index: number): Promise<void> {
  if (index % BREATH === BREATH - 1) await setImmediate();
}
