/** The current API, below /api/v1: every resource and what is no list of rows. */
import type { JsonSchema } from '../../schema/json-schema.ts';
import type { ApiDoor, Endpoint } from '../engine/endpoint.ts';
import { originOf } from '../browsable/links.ts';
import { allowAny } from '../engine/rules.ts';
import { albums, artists, songs } from './catalogue.ts';
import { endpointsOf } from './engine/endpoints.ts';
import { history } from './history.ts';
import { likeEndpoints } from './likes.ts';
import { me } from './me.ts';
import { IF_NONE_MATCH } from './engine/parameters.ts';
import { groups, tokens, users } from './people.ts';
import { search } from './search.ts';
import { tagged } from './engine/tags.ts';

/** Every endpoint of the current API. */
export function v1(door: ApiDoor): Endpoint[] {
  const below = [
    ...endpointsOf(door, albums), ...endpointsOf(door, songs), ...endpointsOf(door, artists),
    search(door),
    me(door), ...likeEndpoints(door), ...endpointsOf(door, tokens),
    ...endpointsOf(door, users), ...endpointsOf(door, groups), ...endpointsOf(door, history),
  ];
  return [root(door, below.map(({ path }) => path).filter((path) => /^\/v1\/[a-z]+$/.test(path))), ...below];
}

/** Where everything is. */
function root({ config }: ApiDoor, paths: readonly string[]): Endpoint {
  const named = (valueOfPath: (path: string) => unknown) => Object.fromEntries(paths.map((path) => [path.slice('/v1/'.length), valueOfPath(path)]));
  return {
    path: '/v1', name: 'API v1', description: 'The current API: a list of each kind, and what is the caller’s own under “me”.', rule: allowAny,
    methods: { GET: async (call) => tagged(call, named((path) => `${originOf(call.request, config)}/api${path}`)) },
    operations: { GET: { summary: 'List the resources of the current API', parameters: [IF_NONE_MATCH], status: 200, output: { type: 'object', properties: named(() => ADDRESS) as Record<string, JsonSchema> }, errors: [304], example: {} } },
  };
}

const ADDRESS: JsonSchema = { type: 'string', format: 'uri' };
