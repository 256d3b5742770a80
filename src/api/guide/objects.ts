/** The four addresses that the guide gives every model: the list, create, one by its id, delete. */
import { assertMayTakeAlong } from '../../accounts/reach.ts';
import type { Db, Value } from '../../db/db.ts';
import { goingAlong } from '../../db/history/dependants.ts';
import { act } from '../../db/history/writer.ts';
import type { Model } from '../../schema/define-model.ts';
import { objectSchema } from '../../schema/json-schema.ts';
import { readObject } from '../engine/body.ts';
import { authorOf, type Person } from '../engine/caller.ts';
import type { ApiDoor, Call, Endpoint, Handler, Input, Operation, Parameter } from '../engine/endpoint.ts';
import { notThere } from '../engine/errors.ts';
import { judge } from '../engine/judge.ts';
import { catalogue } from '../engine/rules.ts';
import { CHUNK, wholeList } from './lists.ts';

export type Noun = {
  model: Model;
  /** As the guide's classes call it: `Song`, so that OPTIONS names `Save Song`. */
  title: string;
  /** What the list shows of a row, in this order. */
  listed: readonly string[];
  /** What one object shows, in this order. */
  columns: readonly string[];
  input: Input;
  example: Record<string, Value>;
};

/** The id in the address, whatever zeros it begins with. Throws notThere for what is none. */
export function idOf({ parameters }: Call): number {
  const id = /^\d{1,20}$/.test(parameters['pk'] ?? '') ? Number(parameters['pk']) : 0;
  if (id < 1 || !Number.isSafeInteger(id)) throw notThere();
  return id;
}

/** The id in the address, for the documentation. */
export const PK: Parameter = { name: 'pk', in: 'path', description: 'The id', schema: { type: 'integer', minimum: 1 }, isRequired: true };

/** The four endpoints of a noun of the catalogue: reading is open, writing needs its permission. */
export function objectEndpoints({ db }: ApiDoor, noun: Noun): Endpoint[] {
  const { model, title, listed, columns, input, example } = noun;
  const { table, label, plural } = model;
  const rule = catalogue(label);
  const object = objectSchema(model, columns);
  const [every, one] = [`select ${listed.join(', ')} from ${table} where id > :after order by id limit ${CHUNK}`, `select ${columns.join(', ')} from ${table} where id = :id`];

  const found = async (from: Db, id: number): Promise<Record<string, Value>> => {
    const row = await from.first<Record<string, Value>>(one, { id });
    if (!row) throw notThere();
    return row;
  };
  const list: Handler = (call) => wholeList<{ id: number }>(db, call, { sql: every, start: { after: 0 }, behind: ({ id }) => ({ after: id }) });
  const create: Handler = async ({ request, caller }) => {
    const raw = await readObject(request);
    return { status: 201, data: await act(db, authorOf(caller as Person), async (writer) => {
      const values = await judge(writer.db, input, raw);
      return found(writer.db, await writer.insert(model, values));
    }) };
  };
  const update = (partial: boolean): Handler => async (call) => {
    const id = idOf(call);
    // Whether it is there is decided before the body is read.
    await found(db, id);
    const raw = await readObject(call.request);
    return { data: await act(db, authorOf(call.caller as Person), async (writer) => {
      await writer.update(model, id, await judge(writer.db, input, raw, { partial }));
      return found(writer.db, id);
    }) };
  };
  const remove: Handler = async (call) => {
    const id = idOf(call);
    await act(db, authorOf(call.caller as Person), async (writer) => {
      assertMayTakeAlong(call.caller as Person, await goingAlong(writer.db, model, [id]));
      if (!(await writer.remove(model, id))) throw notThere();
    });
    return { status: 204 };
  };

  const change = (verb: string): Operation => ({ summary: `${verb} a ${label}`.replace('a album', 'an album'), parameters: [PK], input, status: 200, output: object, errors: [404], example: { path: { pk: 1 }, body: example } });
  return [
    { path: `/${label}`, name: `Get ${title}s`, rule, methods: { GET: list }, operations: {
      GET: { summary: `All ${plural}`, status: 200, output: { type: 'array', items: objectSchema(model, listed) }, example: {} },
    } },
    { path: `/${label}/create`, name: `Save ${title}`, rule, methods: { POST: create }, operations: {
      POST: { summary: `Add to the ${plural}`, input, status: 201, output: object, example: { body: example } },
    } },
    { path: `/${label}/:pk`, name: `Update ${title}`, rule, methods: { GET: async (call) => ({ data: await found(db, idOf(call)) }), PUT: update(false), PATCH: update(true) }, operations: {
      GET: { summary: `One of the ${plural}`, parameters: [PK], status: 200, output: object, errors: [404], example: { path: { pk: 1 } } },
      PUT: change('Replace'),
      PATCH: change('Change fields of'),
    } },
    { path: `/${label}/:pk/delete`, name: `Delete ${title}`, rule, methods: { DELETE: remove }, operations: {
      DELETE: { summary: `Delete one of the ${plural}, and what belongs to it`, parameters: [PK], status: 204, errors: [404], example: { path: { pk: 2 } } },
    } },
  ];
}
