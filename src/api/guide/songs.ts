/** Songs, as the guide has them: the four addresses, those of one album, and all with their album inside. */
import { album } from '../../models/album.ts';
import { song } from '../../models/song.ts';
import { objectSchema } from '../../schema/json-schema.ts';
import type { ApiDoor, Endpoint, Handler } from '../engine/endpoint.ts';
import { refusedFields } from '../engine/errors.ts';
import { catalogue } from '../engine/rules.ts';
import { ALBUM } from './albums.ts';
import { CHUNK, wholeList } from './lists.ts';
import { objectEndpoints } from './objects.ts';

const LISTED = ['id', 'song_name', 'num_streams'] as const;

const IN_ALBUM = `select id, song_name, num_streams, position from songs
  where album = :album and (position, id) > (:position, :id) order by position, id limit ${CHUNK}`;
const FULL = `select songs.id, song_name, num_streams, albums.id as album_id, name, artist, year_released
  from songs join albums on albums.id = songs.album where songs.id > :after order by songs.id limit ${CHUNK}`;

type InAlbum = { id: number; song_name: string; num_streams: number; position: number };
type Full = { id: number; song_name: string; num_streams: number; album_id: number; name: string; artist: string; year_released: string };

/** /api/song and what is below it, /api/songInAlbum, /api/songFull. */
export function songs(door: ApiDoor): Endpoint[] {
  const { db } = door;
  const listed = objectSchema(song, LISTED);
  const inAlbum: Handler = (call) => wholeList<InAlbum>(db, call, {
    sql: IN_ALBUM, start: { album: albumOf(call.query), position: 0, id: 0 }, behind: ({ position, id }) => ({ position, id }),
    shown: ({ position: _, ...row }) => row,
  });
  const full: Handler = (call) => wholeList<Full>(db, call, {
    sql: FULL, start: { after: 0 }, behind: ({ id }) => ({ after: id }),
    shown: ({ album_id, name, artist, year_released, ...row }) => ({ ...row, myFullAlbumDesc: { name, year_released, artist, id: album_id } }),
  });

  return [
    ...objectEndpoints(door, {
      model: song,
      title: 'Song',
      listed: LISTED,
      columns: [...LISTED, 'album'],
      input: {
        fields: {
          song_name: { field: song.fields.song_name, isRequired: true },
          num_streams: { field: song.fields.num_streams, isRequired: true },
          album: { field: song.fields.album, isRequired: true },
        },
        readOnly: ['id'],
      },
        example: { song_name: 'Love Story', num_streams: 100, album: 1 },
    }),
    { path: '/songInAlbum', name: 'Get Song In Album', rule: catalogue('song'), methods: { GET: inAlbum }, operations: {
      GET: {
        summary: 'The songs of an album, in its order; none where there is no such album',
        parameters: [{ name: 'album', in: 'query', description: 'The id of the album', schema: { type: 'integer', minimum: 0 }, isRequired: true }],
        status: 200, output: { type: 'array', items: listed }, errors: [400], example: { query: { album: '1' } },
      },
    } },
    { path: '/songFull', name: 'Get Songs Full', rule: catalogue('song'), methods: { GET: full }, operations: {
      GET: {
        summary: 'All songs, each with its whole album',
        status: 200, example: {},
        output: { type: 'array', items: { ...listed, properties: { ...listed.properties, myFullAlbumDesc: objectSchema(album, ALBUM) }, required: [...LISTED, 'myFullAlbumDesc'] } },
      },
    } },
  ];
}

function albumOf({ album: given }: Record<string, unknown>): number {
  const text = [given].flat().at(-1);
  if (text === undefined || text === '') throw refusedFields({ album: ['This field is required.'] });
  const id = /^\s*\+?\d{1,20}\s*$/.test(String(text)) ? Number(text) : Number.NaN;
  if (Number.isNaN(id)) throw refusedFields({ album: ['A valid integer is required.'] });
  return Number.isSafeInteger(id) ? id : 0;
}
