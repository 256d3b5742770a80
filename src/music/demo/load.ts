/** Fills an empty catalogue with the records that ship with the project. */
import type { Db } from '../../db/db.ts';
import { type Author, OPERATOR } from '../../db/history/change.ts';
import { act, type Writer } from '../../db/history/writer.ts';
import { invalid } from '../../errors.ts';
import { album } from '../../models/album.ts';
import { song } from '../../models/song.ts';
import { tableSize } from '../sizes.ts';
import catalogue from './catalogue.json' with { type: 'json' };

type DemoAlbum = { name: string; artist: string; year_released: string; songs: [song_name: string, num_streams: number][] };

/**
 * Loads the demo catalogue: all of it, or nothing.
 * @returns how many albums and songs were added
 * @throws InvalidInput when the catalogue isn't empty
 */
export async function loadDemo(db: Db, author: Author = OPERATOR): Promise<{ albums: number; songs: number }> {
  const albums = catalogue.albums as unknown as DemoAlbum[];
  await act(db, author, async (writer) => {
    if ((await tableSize(writer.db, 'albums')) > 0) {
      throw invalid({ catalogue: 'The demo catalogue goes into an empty catalogue only. Empty this one with "npm run manage -- flush" first.' });
    }
    for (const record of albums) await insertAlbum(writer, record);
  });
  return { albums: albums.length, songs: albums.reduce((sum, { songs }) => sum + songs.length, 0) };
}

async function insertAlbum(writer: Writer, { songs, ...values }: DemoAlbum): Promise<void> {
  const id = await writer.insert(album, values);
  for (const [index, [song_name, num_streams]] of songs.entries()) {
    await writer.insert(song, { song_name, num_streams, album: id, position: index + 1 });
  }
}
