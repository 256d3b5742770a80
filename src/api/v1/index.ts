/** The current API, below /api/v1: every resource and what is no list of rows. */
import type { ApiDoor, Endpoint } from '../endpoint.ts';
import { albums, artists, songs } from './catalogue.ts';
import { endpointsOf } from './endpoints.ts';
import { history } from './history.ts';
import { likeEndpoints } from './likes.ts';
import { me } from './me.ts';
import { groups, tokens, users } from './people.ts';
import { search } from './search.ts';

/** Every endpoint of the current API. */
export function v1(door: ApiDoor): Endpoint[] {
  return [
    ...endpointsOf(door, albums), ...endpointsOf(door, songs), ...endpointsOf(door, artists),
    search(door),
    me(door), ...likeEndpoints(door), ...endpointsOf(door, tokens),
    ...endpointsOf(door, users), ...endpointsOf(door, groups), ...endpointsOf(door, history),
  ];
}
