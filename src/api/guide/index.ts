/** The addresses of the guide, as a client that was written against it calls them. */
import type { ApiDoor, Endpoint } from '../engine/endpoint.ts';
import { accounts } from './accounts.ts';
import { albums } from './albums.ts';
import { likes } from './likes.ts';
import { songs } from './songs.ts';

/** Every endpoint of the guide; its plain views are in hello.ts, its login for browsers in api-auth.ts. */
export function guideEndpoints(door: ApiDoor): Endpoint[] {
  return [...songs(door), ...albums(door), ...likes(door), ...accounts(door)];
}
