/** The caller's own likes: a list, one by its song, and all of them set at once. */
import { setImmediate } from 'node:timers/promises';
import type { Db } from '../../db/db.ts';
import { membersByOwner } from '../../db/lists/by-ids.ts';
import { like as likeModel } from '../../models/like.ts';
import { like, likedCount, unlike } from '../../music/likes.ts';
import { set } from '../../schema/fields.ts';
import { readObject } from '../engine/body.ts';
import type { Person } from '../engine/caller.ts';
import type { Answer, ApiDoor, Call, Endpoint, Input, Parameter } from '../engine/endpoint.ts';
import { notThere } from '../engine/errors.ts';
import { judge } from '../engine/judge.ts';
import { and, isAuthenticated, type Rule, scoped } from '../engine/rules.ts';
import { readFlag } from './engine/act.ts';
import { songView } from './catalogue.ts';
import { list } from './engine/list.ts';
import { DRY_RUN, IF_NONE_MATCH, listParameters, pageSchema, PREFER, shapeParameters } from './engine/parameters.ts';
import { readShape } from './engine/query.ts';
import { idIn, type Resource } from './engine/resource.ts';
import { strictly } from './engine/strict.ts';
import { tagged } from './engine/tags.ts';
import { ID, outward, schemaOf, show, type Shown, type View } from './engine/representation.ts';

const rule: Rule = (caller, method) => and(isAuthenticated, scoped(method === 'GET' ? 'read' : 'like'))(caller, method);

const likeView: View = { table: 'likes', data: { id: ID, ...outward(likeModel, ['song', 'created_at']) } };

/** Read as every list is; written by the verbs of music/likes.ts. */
const likes: Resource = {
  path: 'me/likes',
  name: 'Likes',
  label: 'like',
  plural: 'likes',
  description: 'The songs that you like, the latest first.',
  view: likeView,
  rule,
  filters: { song: { column: 'song', kind: 'number', description: 'The like of this song' }, created_at: { column: 'created_at', kind: 'moment', description: 'When it was liked' } },
  orderings: { id: 'id', created_at: 'created_at' },
  order: { column: 'id', descending: true },
  expand: { song: { kind: 'one', view: songView } },
  size: async (db, caller) => caller && { value: await likedCount(db, { user: caller.id }), isCapped: false },
  own: (caller) => ({ column: 'user', from: caller.id, to: caller.id }),
};

const INPUT: Input = { fields: { songs: { field: set('Songs', { table: 'likes', owner: 'user', member: 'song', to: 'songs' }), isRequired: true } } };
const SONG: Parameter = { name: 'song', in: 'path', description: 'The id of the song', schema: { type: 'integer', minimum: 1 }, isRequired: true };

/** /api/v1/me/likes and what is below it. */
export function likeEndpoints(door: ApiDoor): Endpoint[] {
  const schema = schemaOf(likeView, likes.expand);
  const all: Endpoint = {
    path: '/v1/me/likes', name: likes.name, description: likes.description, rule, forms: ['csv', 'ndjson'],
    methods: { GET: strictly((call) => list(door, likes, call)), PUT: strictly((call) => setLikes(door, call)) },
    operations: {
      GET: { summary: 'List your likes', parameters: [...listParameters(likes), IF_NONE_MATCH, PREFER], status: 200, output: pageSchema(schema), errors: [304, 400, 404], example: { query: { expand: 'song' } } },
      PUT: {
        summary: 'Like these songs and no others, up to 1,000', input: INPUT, parameters: [DRY_RUN, PREFER], status: 200, errors: [400], example: { body: { songs: [1, 2] } },
        output: { type: 'object', properties: { added: { type: 'integer' }, removed: { type: 'integer' }, likes: { type: 'integer' } }, required: ['added', 'removed', 'likes'] },
      },
    },
  };
  const one: Endpoint = {
    path: '/v1/me/likes/:song', name: 'Like', description: 'One like, by the id of its song. Putting it twice is putting it once.', rule,
    methods: { GET: strictly((call) => showLike(door, call)), PUT: strictly((call) => putLike(door, call)), DELETE: strictly((call) => deleteLike(door, call)) },
    operations: {
      GET: { summary: 'Whether you like a song, and since when', parameters: [SONG, ...shapeParameters(likes)], status: 200, output: schema, errors: [304, 400, 404] },
      PUT: { summary: 'Like a song: 201 for a new like, 200 for one that was there', parameters: [SONG, ...shapeParameters(likes)], status: 200, output: schema, errors: [201, 400, 404], example: { path: { song: 1 } } },
      DELETE: { summary: 'Take a like back, if there is one', parameters: [SONG], status: 204, errors: [404], example: { path: { song: 1 } } },
    },
  };
  return [all, one];
}

async function showLike({ db }: ApiDoor, call: Call): Promise<Answer> {
  const row = await ownLike(db, call, songOf(call));
  if (!row) throw notThere();
  return tagged(call, row);
}

async function putLike({ db }: ApiDoor, call: Call): Promise<Answer> {
  const song = songOf(call);
  const user = personOf(call).id;
  const isNew = await db.transaction(async (trx) => {
    const was = await trx.first('select 1 from likes where user = :user and song = :song', { user, song });
    if (!was && !(await trx.first('select 1 from songs where id = :song', { song }))) throw notThere();
    if (!was) await like(trx, { user }, song);
    return was === undefined;
  });
  const row = await ownLike(db, call, song);
  if (!row) throw notThere();
  return tagged(call, row, { status: isNew ? 201 : 200 });
}

async function deleteLike({ db }: ApiDoor, call: Call): Promise<Answer> {
  await unlike(db, { user: personOf(call).id }, songOf(call));
  return { status: 204 };
}

async function setLikes({ db }: ApiDoor, call: Call): Promise<Answer> {
  const isRehearsal = readFlag(call.query['dry_run']);
  const raw = await readObject(call.request);
  const user = personOf(call).id;
  const told = await db.transaction(async (trx) => {
    const wanted = new Set((await judge(trx, INPUT, raw))['songs'] as number[]);
    const liked = new Set((await membersByOwner(trx, INPUT.fields['songs']?.field as never, [user])).get(user) as number[] | undefined);
    const [added, removed] = [[...wanted].filter((song) => !liked.has(song)), [...liked].filter((song) => !wanted.has(song))];
    for (const [index, song] of isRehearsal ? [] : [...added, ...removed].entries()) {
      if (wanted.has(song)) await like(trx, { user }, song);
      else await unlike(trx, { user }, song);
      if (index % 50 === 49) await setImmediate();
    }
    return { added: added.length, removed: removed.length, likes: wanted.size };
  });
  return { data: isRehearsal ? { dry_run: true, ...told } : told };
}

function ownLike(db: Db, call: Call, song: number): Promise<Shown | undefined> {
  return db.first<{ id: number }>('select id from likes where user = :user and song = :song', { user: personOf(call).id, song })
    .then(async (row) => (row ? (await show(db, likeView, [row.id], readShape(likes, call)))[0] : undefined));
}

function songOf({ parameters }: Call): number {
  const song = idIn(parameters, 'song');
  if (song === undefined) throw notThere();
  return song;
}

function personOf({ caller }: Call): Person {
  return caller as Person;
}
