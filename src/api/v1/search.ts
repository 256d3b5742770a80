/** The one search, over all three kinds. */
import type { Db } from '../../db/db.ts';
import type { Count } from '../../db/wanted.ts';
import { searchPage } from '../../music/search.ts';
import type { JsonSchema } from '../../schema/json-schema.ts';
import type { Answer, ApiDoor, Call, Endpoint } from '../engine/endpoint.ts';
import { refusedFields } from '../engine/errors.ts';
import { originOf } from '../browsable/links.ts';
import { and, readOnly, scoped } from '../engine/rules.ts';
import { albumView, artistView, songView } from './catalogue.ts';
import { textOf } from './engine/filters.ts';
import { IF_NONE_MATCH, PREFER } from './engine/parameters.ts';
import { isStrict, refuseUnknown, strictly, unknownName } from './engine/strict.ts';
import { tagged } from './engine/tags.ts';
import { schemaOf, show, type View } from './engine/representation.ts';

const KINDS = { songs: songView, albums: albumView, artists: artistView } as const;
const KNOWN = ['q', 'format'];

/** /api/v1/search */
export function search({ db, config }: ApiDoor): Endpoint {
  return {
    path: '/v1/search', name: 'Search', description: 'The best few songs, albums and artists, as the search of the site finds them. “more” leads to all of a kind.',
    rule: and(readOnly, scoped('read')),
    methods: { GET: strictly((call) => found(db, originOf(call.request, config), call)) },
    operations: {
      GET: {
        summary: 'Search songs, albums and artists', status: 200, errors: [304, 400], example: { query: { q: 'cloud' } },
        parameters: [{ name: 'q', in: 'query', description: 'What to look for', schema: { type: 'string' }, isRequired: true }, IF_NONE_MATCH, PREFER],
        output: { type: 'object', properties: { q: { type: 'string' }, ...Object.fromEntries(Object.entries(KINDS).map(([kind, view]) => [kind, kindSchema(view)])), did_you_mean: { type: 'string', nullable: true } }, required: ['q', ...Object.keys(KINDS)] },
      },
    },
  };
}

async function found(db: Db, origin: string, call: Call): Promise<Answer> {
  const q = textOf(call.query['q']);
  if (isStrict(call.request)) refuseUnknown(Object.fromEntries(Object.keys(call.query).filter((name) => !KNOWN.includes(name)).map((name) => [name, [unknownName('parameter', name, KNOWN)]])));
  if (q === undefined) throw refusedFields({ q: ['This parameter is required.'] });
  const results = await searchPage(db, q, 'all', 1);
  const of = async (kind: keyof typeof KINDS) => ({
    ...counted(results.counts[kind]),
    results: await show(db, KINDS[kind], results[kind].map(({ id }) => id)),
    more: `${origin}/api/v1/${kind}?search=${encodeURIComponent(q.toWellFormed())}`,
  });
  return tagged(call, { q, songs: await of('songs'), albums: await of('albums'), artists: await of('artists'), did_you_mean: results.didYouMean ?? null });
}

function counted({ value, isCapped }: Count): object {
  return { count: value, ...(isCapped ? { count_is_capped: true } : {}) };
}

function kindSchema(view: View): JsonSchema {
  return {
    type: 'object',
    properties: { count: { type: 'integer' }, count_is_capped: { type: 'boolean' }, results: { type: 'array', items: schemaOf(view) }, more: { type: 'string', format: 'uri' } },
    required: ['count', 'results', 'more'],
  };
}
