/** Albums, as the guide asks for them: “the same way” as songs. */
import type { Writer } from '../../db/history/writer.ts';
import { may } from '../../accounts/permissions.ts';
import { album } from '../../models/album.ts';
import type { Person } from '../engine/caller.ts';
import type { ApiDoor, Endpoint } from '../engine/endpoint.ts';
import { ApiError } from '../engine/errors.ts';
import { objectEndpoints } from './objects.ts';

/** What the guide shows of an album, in its order. */
export const ALBUM = ['name', 'year_released', 'artist', 'id'] as const;

/** /api/album and what is below it. */
export function albums(door: ApiDoor): Endpoint[] {
  return objectEndpoints(door, {
    model: album,
    title: 'Album',
    listed: ALBUM,
    columns: ALBUM,
    input: {
      fields: {
        name: { field: album.fields.name, isRequired: true },
        year_released: { field: album.fields.year_released, isRequired: true },
        artist: { field: album.fields.artist, isRequired: true },
      },
      readOnly: ['id'],
      isReadOnlyLast: true,
    },
    beforeRemoval: refuseWithSongs,
    example: { name: 'Fearless', year_released: '2008-11-11', artist: 'Taylor Swift' },
  });
}

/** Its songs go along, which asks for the permission to delete songs, as in the admin area. */
async function refuseWithSongs({ db }: Writer, caller: Person, id: number): Promise<void> {
  if (may(caller, 'delete_song') || !(await db.first('select 1 from songs where album = :id limit 1', { id }))) return;
  throw new ApiError(403, { detail: 'This album has songs, and you do not have permission to delete songs.' });
}
