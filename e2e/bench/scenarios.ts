/** What is asked of the servers: the pages of the site, by whom, and which of them the floor has too. */
import Sqlite from 'better-sqlite3';
import * as urls from '../../src/web/urls.ts';
import type { Request } from './load.ts';

/** `rendered`: a visitor with a cookie that keeps them from the cache and is no session; `cached`: a visitor without one. */
export type Who = 'rendered' | 'signed in' | 'cached' | 'cached, brotli' | 'rendered, brotli' | 'cached, 304' | 'staff' | 'program';

export type Scenario = {
  name: string;
  who: Who;
  requests: Request[];
  status: number | number[];
  /** The page of the floor to compare with. */
  floor?: 'albums' | 'album' | 'songs';
  /** The page whose cost at the smallest size this one is measured by; by itself when left out. */
  first?: string;
};

const SAMPLE = 200;

/**
 * The scenarios for a database.
 * @param cookies what signs a visitor in
 */
export async function scenariosOf(file: string, cookie: string): Promise<Scenario[]> {
  const db = new Sqlite(file, { readonly: true });
  const size = (table: string) => (db.prepare('select size from table_sizes where name = ?').get(table) as { size: number }).size;
  const sample = <Row>(table: string) => db.prepare<[number], Row>(`select * from ${table} where id % max(1, (select max(id) from ${table}) / ?) = 0 limit ${SAMPLE}`).all(SAMPLE);
  const albums = sample<{ id: number; name: string }>('albums').map(urls.albumPath);
  const songs = sample<{ id: number; song_name: string }>('songs').map(urls.songPath);
  const artists = sample<{ name: string }>('artists').map(({ name }) => urls.artistPath(name));
  const words = db.prepare<[], { word: string }>('select word from words where length(word) > 5 order by uses, word limit 50').all().map(({ word }) => word);
  const albumPages = Math.ceil(size('albums') / 48);
  const songPages = Math.ceil(size('songs') / 24);
  db.close();
  const deep = Math.min(20_000, songPages);
  const search = (q: string) => urls.searchPath({ q });

  const pages: [name: string, paths: string[], extra?: Partial<Scenario>][] = [
    ['home', ['/']],
    ['albums', ['/albums'], { floor: 'albums' }],
    ['albums, middle page', pagesAround(albumPages / 2, albumPages).map((page) => urls.albumsPath({ page })), { first: 'albums' }],
    ['albums of a decade', [1960, 1980, 2000].map((decade) => urls.albumsPath({ decade })), { first: 'albums' }],
    ['albums A to Z, middle page', pagesAround(albumPages / 2, albumPages).map((page) => urls.albumsPath({ order: 'name', page })), { first: 'albums' }],
    ['album', albums, { floor: 'album' }],
    ['songs', ['/songs'], { floor: 'songs' }],
    ['songs, page 20,000', pagesAround(deep, songPages).map((page) => urls.songsPath({ page })), { first: 'songs' }],
    ['songs by likes, page 20,000', pagesAround(deep, songPages).map((page) => urls.songsPath({ order: 'likes', page })), { first: 'songs' }],
    ['songs of a decade', [1960, 1980, 2000].map((decade) => urls.songsPath({ decade })), { first: 'songs' }],
    ['song', songs],
    ['artists', ['/artists']],
    ['artist', artists],
    ['search, most common word', [search('love')]],
    ['search, rare words', words.map(search)],
    ['search, two words', ['love night', 'the blue', 'dance rain'].map(search)],
    ['search, a typo', words.map((word) => search(word.slice(0, 3) + word.slice(4)))],
  ];
  const unknown = { cookie: 'not-tracklist=1' };
  const scenario = (name: string, who: Who, paths: string[], headers: Record<string, string>, extra: Partial<Scenario> = {}): Scenario =>
    ({ name, who, status: 200, requests: paths.map((path) => ({ path, headers })), ...extra });
  const song = (index: number) => Number(/\d+/.exec(songs[index] ?? '')?.[0]);
  const post = (path: string, headers: Record<string, string>): Request =>
    ({ method: 'POST', path, headers: { ...headers, 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' }, body: 'next=%2Fsongs' });

  return [
    ...pages.map(([name, paths, extra]) => scenario(name, 'rendered', paths, unknown, extra)),
    scenario('albums', 'rendered, brotli', ['/albums'], { ...unknown, 'accept-encoding': 'gzip, deflate, br' }),
    scenario('songs', 'rendered, brotli', ['/songs'], { ...unknown, 'accept-encoding': 'gzip, deflate, br' }),
    ...pages.map(([name, paths, { first } = {}]) => scenario(name, 'signed in', paths, { cookie }, first ? { first } : {})),
    scenario('suggestions', 'rendered', ['lo', 'lov', 'love', 'dan', 'bri'].map((q) => `${urls.suggestions}?q=${q}`), unknown),
    ...pages.filter(([name]) => !name.startsWith('search')).map(([name, paths]) => scenario(name, 'cached', paths, {})),
    scenario('albums', 'cached, brotli', ['/albums'], { 'accept-encoding': 'gzip, deflate, br' }),
    scenario('songs', 'cached, brotli', ['/songs'], { 'accept-encoding': 'gzip, deflate, br' }),
    scenario('albums', 'cached, 304', ['/albums'], { 'if-none-match': '*' }, { status: 304 }),
    scenario('site.css', 'cached, brotli', [urls.asset('/site.css').path], { 'accept-encoding': 'gzip, deflate, br' }),
    { name: 'like and unlike', who: 'signed in', status: 303, requests: Array.from({ length: SAMPLE }, (_, index) => [urls.likePath(song(index)), urls.unlikePath(song(index))]).flat().map((path) => post(path, { cookie })) },
  ];
}

/** A few pages beside each other, so that a page is not just the one that was asked for last. */
function pagesAround(middle: number, last: number): number[] {
  return Array.from({ length: 8 }, (_, index) => Math.max(1, Math.min(last, Math.floor(middle) - index * 3)));
}
