/** Liked songs to take along: CSV for a spreadsheet, JSON for a program, XSPF for a player. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { allLiked } from '../music/likes.ts';
import type { Door } from '../web/door.ts';
import { csvLine, xml } from '../web/formats.ts';
import * as urls from '../web/urls.ts';
import { likerOf } from './visitor.ts';

/** GET /liked.csv, /liked.json and /liked.xspf. */
export function likedExports(app: FastifyInstance, { db, config }: Door): void {
  const songs = async (request: FastifyRequest) => {
    const liker = await likerOf(request);
    return liker ? allLiked(db, liker) : [];
  };

  app.get(urls.likedCsv, async (request, reply) => {
    const lines = (await songs(request)).map((song) => csvLine([song.song_name, song.artist, song.album.name, song.year_released, song.num_streams, song.liked_at]));
    return download(reply, 'text/csv; charset=utf-8', 'csv', [csvLine(['song_name', 'artist', 'album', 'year_released', 'num_streams', 'liked_at']), ...lines].join(''));
  });

  app.get(urls.likedJson, async (request, reply) => {
    const rows = (await songs(request)).map((song) => ({
      id: song.id, song_name: song.song_name, artist: song.artist, album: song.album.name, year_released: song.year_released,
      num_streams: song.num_streams, liked_at: song.liked_at, url: config.publicUrl + urls.songPath(song),
    }));
    return download(reply, 'application/json; charset=utf-8', 'json', `${JSON.stringify({ songs: rows }, null, 2)}\n`);
  });

  // https://www.xspf.org/spec: version 1.
  app.get(urls.likedXspf, async (request, reply) => {
    const tracks = (await songs(request)).map((song) => `
    <track>
      <title>${xml(song.song_name)}</title>
      <creator>${xml(song.artist)}</creator>
      <album>${xml(song.album.name)}</album>
      <info>${xml(config.publicUrl + urls.songPath(song))}</info>
    </track>`);
    return download(reply, 'application/xspf+xml; charset=utf-8', 'xspf', `<?xml version="1.0" encoding="UTF-8"?>
<playlist version="1" xmlns="http://xspf.org/ns/0/">
  <title>${xml(`Liked songs on ${config.siteName}`)}</title>
  <trackList>${tracks.join('')}
  </trackList>
</playlist>
`);
  });
}

function download(reply: FastifyReply, type: string, ending: string, body: string): FastifyReply {
  return reply.type(type).header('content-disposition', `attachment; filename="liked-songs.${ending}"`).header('cache-control', 'no-store').send(body);
}
