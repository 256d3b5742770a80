/**
 * The least that a server in this language can do for the same pages: node:http, prepared statements and
 * template literals; the same rows in the same markup, in a frame that is a constant text. No slugs, no
 * marks, no headers, no sessions. Started by run.ts.
 */
import { createServer } from 'node:http';
import Sqlite from 'better-sqlite3';

type Album = { id: number; name: string; artist: string; year_released: string; sleeve: string };
type Song = { id: number; song_name: string; num_streams: number; like_count: number; album: number; name: string; artist: string; year_released: string; sleeve: string };

const db = new Sqlite(process.env['FILE'] ?? '', { readonly: true });
db.exec('pragma cache_size = -32768; pragma mmap_size = 2147418112');
const size = db.prepare<[string], { size: number }>('select size from table_sizes where name = ?');
const albums = db.prepare<[number], Album>('select id, name, artist, year_released, sleeve from albums order by year_released desc, id desc limit 48 offset ?');
const album = db.prepare<[number], Album>('select * from albums where id = ?');
const more = db.prepare<[string, number], Album>('select id, name, artist, year_released, sleeve from albums where artist = ? and id <> ? order by year_released desc, id desc limit 6');
const SONGS = `select songs.id, song_name, num_streams, songs.like_count, album, name, artist, year_released, sleeve from songs join albums on albums.id = songs.album`;
const songsOf = db.prepare<[number], Song>(`${SONGS} where album = ? order by position`);
const songs = db.prepare<[number], Song>(`${SONGS} order by num_streams desc, songs.id desc limit 24 offset ?`);

/** Constant texts around the rows, so long that pages are as large as ours. */
let frames: Record<string, string> = { albums: '', album: '', songs: '' };
process.on('message', (lengths: Record<string, number> | string) => {
  if (typeof lengths === 'string') return;
  frames = Object.fromEntries(Object.entries(lengths).map(([page, length]) => [page, `<!-- ${'frame '.repeat(Math.max(0, length / 6))} -->`]));
  process.send?.('framed');
});

const server = createServer((request, response) => {
  const [path = '', query = ''] = (request.url ?? '').split('?');
  const page = Number(/page=(\d+)/.exec(query)?.[1] ?? 1);
  const id = Number(/^\/albums\/(\d+)/.exec(path)?.[1]);
  const html = path === '/albums' ? albumsPage(page) : id > 0 ? albumPage(id) : songsPage(page);
  const body = Buffer.from(html);
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-length': body.length });
  response.end(body);
});
server.listen(Number(process.env['PORT']), '127.0.0.1');

function albumsPage(page: number): string {
  return `<!doctype html><html lang="en"><head><title>Albums</title></head><body>${frames['albums']}
<h1>Albums <small>${size.get('albums')?.size}</small></h1><ul class="wall">${albums.all((page - 1) * 48).map(card).join('')}</ul></body></html>`;
}

function albumPage(id: number): string {
  const found = album.get(id) as Album;
  return `<!doctype html><html lang="en"><head><title>${escaped(found.name)}</title></head><body>${frames['album']}
<h1>${escaped(found.name)}</h1><ol class="tracks">${songsOf.all(id).map(row).join('')}</ol><ul class="wall">${more.all(found.artist, id).map(card).join('')}</ul></body></html>`;
}

function songsPage(page: number): string {
  return `<!doctype html><html lang="en"><head><title>Songs</title></head><body>${frames['songs']}
<h1>Songs</h1><p>${size.get('songs')?.size}</p><ol class="tracks">${songs.all((page - 1) * 24).map(row).join('')}</ol></body></html>`;
}

function card({ id, name, artist, year_released, sleeve }: Album): string {
  return `<li class="album"><a href="/albums/${id}" tabindex="-1" aria-hidden="true"><img class="sleeve" src="/sleeves/${sleeve}.svg" alt="" width="200" height="200" decoding="async" loading="lazy"></a><h3><a href="/albums/${id}"><bdi>${escaped(name)}</bdi></a></h3><p><a href="/artists/${encodeURIComponent(artist)}"><bdi>${escaped(artist)}</bdi></a><span>, ${year_released.slice(0, 4)}</span></p></li>
`;
}

function row({ id, song_name, num_streams, like_count, album, name, artist, year_released, sleeve }: Song, index: number): string {
  return `<li class="track" id="song-${id}">
<span class="n" aria-hidden="true">${index + 1}</span>
<a class="thumb" href="/albums/${album}" tabindex="-1" aria-hidden="true"><img class="sleeve" src="/sleeves/${sleeve}-s.svg" alt="" width="56" height="56" decoding="async" loading="lazy"></a>
<div class="name"><a href="/songs/${id}"><bdi>${escaped(song_name)}</bdi></a><small><a class="quiet" href="/artists/${encodeURIComponent(artist)}"><bdi>${escaped(artist)}</bdi></a>, on <a href="/albums/${album}"><bdi>${escaped(name)}</bdi></a>, ${year_released.slice(0, 4)}</small></div>
<svg class="bar" aria-hidden="true"><rect width="50%" height="6"/></svg><span class="v">${num_streams}<span class="sr"> streams</span></span>
<form method="post" action="/songs/${id}/like"><button class="like" type="submit" name="next" value="/songs#song-${id}" aria-pressed="false" aria-label="Like ${escaped(song_name)}, ${like_count} likes"><svg class="i" viewBox="0 0 24 24" aria-hidden="true"><use href="#heart"/></svg><span aria-hidden="true">${like_count}</span></button></form>
</li>
`;
}

function escaped(text: string): string {
  if (!/[&<>"]/.test(text)) return text;
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
