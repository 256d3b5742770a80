/** Likes, as the guide has them: a like is a row of a user and a song. Its user is always the caller. */
import { may } from '../../accounts/permissions.ts';
import { act } from '../../db/history/writer.ts';
import { like } from '../../models/like.ts';
import { like as likeSong, unlike } from '../../music/likes.ts';
import { objectSchema } from '../../schema/json-schema.ts';
import { readObject } from '../engine/body.ts';
import { authorOf, hasScope, type Person } from '../engine/caller.ts';
import type { ApiDoor, Call, Endpoint, Handler, Input } from '../engine/endpoint.ts';
import { notThere, refusedFields } from '../engine/errors.ts';
import { judged } from '../engine/judge.ts';
import { and, isAuthenticated, type Rule, scoped } from '../engine/rules.ts';
import { CHUNK, wholeList } from './lists.ts';
import { idOf, PK } from './objects.ts';

const EVERY = `select id, user, song from likes where id > :after order by id limit ${CHUNK}`;
const OWN = `select id, user, song, created_at from likes
  where user = :user and (created_at, song) > (:moment, :after) order by created_at, song limit ${CHUNK}`;

type LikeRow = { id: number; user: number; song: number };

const INPUT: Input = {
  fields: { user: { field: like.fields.user, isRequired: false }, song: { field: like.fields.song, isRequired: true } },
  readOnly: ['id'],
};
const rule: Rule = and(isAuthenticated, (caller, method) => scoped(method === 'GET' ? 'read' : 'like')(caller, method));

/** /api/like and what is below it, /api/likes. */
export function likes({ db }: ApiDoor): Endpoint[] {
  const output = objectSchema(like, ['id', 'user', 'song']);
  const list = { type: 'array', items: output } as const;
  const own: Handler = (call) => wholeList<LikeRow & { created_at: string }>(db, call, {
    sql: OWN, start: { user: personOf(call).id, moment: '', after: 0 }, behind: ({ created_at, song }) => ({ moment: created_at, after: song }),
    shown: ({ created_at: _, ...row }) => row,
  });
  const every: Handler = (call) => wholeList<LikeRow>(db, call, { sql: EVERY, start: { after: 0 }, behind: ({ id }) => ({ after: id }) });

  const create: Handler = async (call) => {
    const user = personOf(call).id;
    const { values, faults } = await judged(db, INPUT, await readObject(call.request));
    // Anybody else is as good as not there.
    if (values['user'] !== undefined && values['user'] !== user) faults['user'] = [`Invalid pk "${values['user']}" - object does not exist.`];
    if (Object.keys(faults).length > 0) throw refusedFields({ ...(faults['user'] && { user: faults['user'] }), ...faults });
    const song = values['song'] as number;
    await likeSong(db, { user }, song);
    const row = await db.first<LikeRow>('select id, user, song from likes where user = :user and song = :song', { user, song });
    if (!row) throw notThere();
    return { status: 201, data: row };
  };

  const remove: Handler = async (call) => {
    const [id, person] = [idOf(call), personOf(call)];
    const row = await db.first<LikeRow>('select id, user, song from likes where id = :id', { id });
    if (!row || !(row.user === person.id || maySeeAll(person, 'delete_like'))) throw notThere();
    if (row.user === person.id) await unlike(db, { user: person.id }, row.song);
    else await act(db, authorOf(person), (writer) => writer.remove(like, id));
    return { status: 204 };
  };

  return [
    { path: '/like', name: 'Get Likes', rule, methods: { GET: (call) => (maySeeAll(personOf(call), 'view_like') ? every(call) : own(call)) }, operations: {
      GET: { summary: 'All likes that you may see: your own, or everybody’s for those who may view likes', status: 200, output: list, example: {} },
    } },
    { path: '/like/create', name: 'Save Like', rule, methods: { POST: create }, operations: {
      POST: { summary: 'Like a song; the same like twice is one', input: INPUT, status: 201, output, example: { body: { song: 1 } } },
    } },
    { path: '/like/:pk/delete', name: 'Delete Like', rule, methods: { DELETE: remove }, operations: {
      DELETE: { summary: 'Take a like back', parameters: [PK], status: 204, errors: [404] },
    } },
    { path: '/likes', name: 'Get User Likes Songs', rule, methods: { GET: own }, operations: {
      GET: { summary: 'Your own likes, the first one first', status: 200, output: list, example: {} },
    } },
  ];
}

/** The rule has let no stranger pass. */
function personOf({ caller }: Call): Person {
  return caller as Person;
}

/** What people like is theirs: a token that is not for administration keeps to its person's. */
function maySeeAll(person: Person, permission: 'view_like' | 'delete_like'): boolean {
  return may(person, permission) && hasScope(person, 'admin');
}
