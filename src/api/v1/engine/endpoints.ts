/** The endpoints that follow from the description of a resource: its list, a file of it, and one row. */
import type { JsonSchema } from '../../../schema/json-schema.ts';
import { inputSchema } from '../../described/samples.ts';
import type { Answer, ApiDoor, Call, Endpoint, Handler, Operation } from '../../engine/endpoint.ts';
import { notThere } from '../../engine/errors.ts';
import { originOf } from '../../browsable/links.ts';
import { redirectOf } from '../../../music/redirects.ts';
import { list, streamed } from './list.ts';
import { DRY_RUN, FILES, ID_IN_PATH, IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, listParameters, pageSchema, PREFER, shapeParameters } from './parameters.ts';
import { readList, readShape } from './query.ts';
import { idIn, isThere, type Resource, type Writing } from './resource.ts';
import { strictly } from './strict.ts';
import { tagged } from './tags.ts';
import { schemaOf, showOne } from './representation.ts';
import { create, remove, removeMany, update, updateMany } from './write.ts';

/** Every endpoint of a resource. */
export function endpointsOf(door: ApiDoor, resource: Resource): Endpoint[] {
  return [listEndpoint(door, resource), ...(['csv', 'ndjson'] as const).map((form) => fileEndpoint(door, resource, form)), rowEndpoint(door, resource)].map(answered);
}

/** GET of one row; an id that was merged into another leads there. */
export async function detail({ db, config }: ApiDoor, resource: Resource, call: Call): Promise<Answer> {
  const shape = readShape(resource, call);
  const id = idIn(call.parameters);
  if (id === undefined) throw notThere();
  const row = (await isThere(db, resource, id, call.caller)) ? await showOne(db, resource.view, id, shape) : undefined;
  if (row) return tagged(call, row);
  const stays = resource.merged && (await redirectOf(db, resource.merged, id));
  if (stays === undefined) throw notThere();
  const query = call.request.url.split('?').slice(1).join('?');
  const location = `${originOf(call.request, config)}/api/v1/${resource.path}/${stays}${query === '' ? '' : `?${query}`}`;
  return { status: 301, data: { detail: `Merged into ${resource.label} ${stays}.`, location }, headers: { location, 'cache-control': 'no-cache' } };
}

function listEndpoint(door: ApiDoor, resource: Resource): Endpoint {
  const { path, name, plural, label, description, rule, writing, examples = {} } = resource;
  const schema = schemaOf(resource.view, resource.expand);
  const verbs = writing?.verbs ?? [];
  const isBulk = writing?.isBulk ?? false;
  const on = (verb: 'create' | 'update' | 'delete', handler: Handler) => (verbs.includes(verb) && (verb === 'create' || isBulk) ? strictly(handler) : undefined);
  const written = { parameters: [DRY_RUN, ...shapeParameters(resource), PREFER] };
  return {
    path: `/v1/${path}`,
    name,
    description,
    rule,
    forms: ['csv', 'ndjson'],
    methods: defined({
      GET: strictly((call) => list(door, resource, call)),
      POST: on('create', (call) => create(door, resource, call)),
      PATCH: on('update', (call) => updateMany(door, resource, call)),
      DELETE: on('delete', (call) => removeMany(door, resource, call)),
    }),
    operations: {
      GET: { summary: `List ${plural}`, parameters: [...listParameters(resource), IF_NONE_MATCH, PREFER], status: 200, output: pageSchema(schema), errors: [304, 400, 404], example: { query: examples.list ?? {} } },
      ...(writing && {
        POST: {
          summary: isBulk ? `Add one ${label}, or all of a list of them` : `Add one ${label}`,
          input: writing.input, status: 201, output: schema, errors: [200, 400, 409, 422], parameters: [...written.parameters, IDEMPOTENCY_KEY],
          ...(examples.create ? { example: { body: examples.create } } : {}),
        },
        PATCH: {
          summary: `Change several ${plural} at once, all or none`, status: 200, output: { type: 'array', items: schema }, ...written,
          body: { type: 'array', items: withId(inputSchema(writing.input, { partial: true })) },
          ...(examples.change ? { example: { body: [{ id: examples.id, ...examples.change }] } } : {}),
        },
        DELETE: {
          summary: `Delete several ${plural} at once, all or none`, status: 200, ...written,
          body: { type: 'object', properties: { ids: { type: 'array', items: { type: 'integer', minimum: 1 } } }, required: ['ids'] },
          output: { type: 'object', properties: { deleted: { type: 'integer' }, along: { type: 'object', description: 'What went with them', additionalProperties: { type: 'integer' } } }, required: ['deleted', 'along'] },
        },
      }),
    },
  };
}

/** `/songs.csv` for who can't say what it accepts. */
function fileEndpoint(door: ApiDoor, resource: Resource, form: 'csv' | 'ndjson'): Endpoint {
  const { path, name, plural, rule, examples = {} } = resource;
  return {
    path: `/v1/${path}.${form}`,
    name: `${name} as ${FILES[form]}`,
    rule: (caller, method) => rule(caller, method),
    forms: [form],
    methods: { GET: strictly(async (call) => streamed(door.db, resource, call, await readList(door.db, resource, call), form)) },
    operations: { GET: { summary: `All ${plural} as ${FILES[form]}`, parameters: [...listParameters(resource), PREFER], status: 200, output: { type: 'string' }, errors: [400], example: { query: examples.list ?? {} } } },
  };
}

function rowEndpoint(door: ApiDoor, resource: Resource): Endpoint {
  const { path, name, label, rule, writing, examples = {} } = resource;
  const schema = schemaOf(resource.view, resource.expand);
  const verbs = writing?.verbs ?? [];
  const on = (verb: 'update' | 'delete', handler: Handler) => (verbs.includes(verb) ? strictly(handler) : undefined);
  const inPath = examples.id === undefined ? {} : { path: { id: examples.id } };
  const changed = { status: 200, output: schema, parameters: [ID_IN_PATH, DRY_RUN, ...shapeParameters(resource), IF_MATCH, PREFER], errors: [400, 404, 412, 422] };
  return {
    path: `/v1/${path}/:id`,
    name: name.replace(/s$/, ''),
    rule,
    methods: defined({
      GET: strictly((call) => detail(door, resource, call)),
      PUT: on('update', (call) => update(door, resource, call)),
      PATCH: on('update', (call) => update(door, resource, call)),
      DELETE: on('delete', (call) => remove(door, resource, call)),
    }),
    operations: {
      GET: { summary: `Read one ${label}`, parameters: [ID_IN_PATH, ...shapeParameters(resource), IF_NONE_MATCH, PREFER], status: 200, output: schema, errors: [304, 404, ...(resource.merged ? [301] : [])], example: inPath },
      ...(writing && {
        PUT: { summary: `Replace one ${label}`, input: writing.input, ...changed, ...exampleOf(writing, examples, inPath) },
        PATCH: { summary: `Change some of one ${label}`, input: writing.input, ...changed, ...(examples.change ? { example: { ...inPath, body: examples.change } } : {}) },
        DELETE: { summary: `Delete one ${label}`, status: 204, parameters: [ID_IN_PATH, DRY_RUN, IF_MATCH, PREFER], errors: [200, 404, 412, 422] },
      }),
    },
  };
}

function exampleOf({ more = [] }: Writing, { create: body }: NonNullable<Resource['examples']>, inPath: object): Pick<Operation, 'example'> {
  if (!body) return {};
  return { example: { ...inPath, body: Object.fromEntries(Object.entries(body).filter(([name]) => !more.includes(name))) } };
}

function withId(schema: JsonSchema): JsonSchema {
  return { ...schema, properties: { id: { type: 'integer', minimum: 1 }, ...schema.properties }, required: ['id'] };
}

function defined(handlers: Record<string, Handler | undefined>): Endpoint['methods'] {
  return Object.fromEntries(Object.entries(handlers).filter(([, handler]) => handler !== undefined)) as Endpoint['methods'];
}

/** Only what is answered is described. */
function answered(endpoint: Endpoint): Endpoint {
  return { ...endpoint, operations: Object.fromEntries(Object.entries(endpoint.operations).filter(([method]) => method in endpoint.methods)) };
}
