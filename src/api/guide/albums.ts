/** Albums, as the guide asks for them: “the same way” as songs. */
import { album } from '../../models/album.ts';
import type { ApiDoor, Endpoint } from '../engine/endpoint.ts';
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
    example: { name: 'Fearless', year_released: '2008-11-11', artist: 'Taylor Swift' },
  });
}
