/** What is asked of the admin area: lists at every depth, the largest form, and one change of thousands of rows. */
import Sqlite from 'better-sqlite3';
import * as urls from '../../src/web/urls.ts';
import type { Server } from './children.ts';
import type { Scenario } from './scenarios.ts';

const LARGE_ALBUM = 200;
const BULK_ROWS = 5000;
const FORM = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' };

/** Makes an account a superuser, past the server. */
export function promote(file: string, username: string): void {
  const db = new Sqlite(file);
  db.prepare('update users set is_staff = 1, is_superuser = 1 where username = ?').run(username);
  db.close();
}

/** Adds an album with 200 songs, past the server, and gives its id. */
function largeAlbum(file: string): number {
  const db = new Sqlite(file);
  const id = db.prepare(`insert into albums (name, artist, year_released, name_key, artist_key, sleeve, created_at, updated_at)
    values ('The Long Box', 'Various', '2001-01-01', 'the long box', 'various', '00', '', '') returning id`).pluck().get() as number;
  const add = db.prepare("insert into songs (song_name, album, num_streams, position, song_name_key, created_at, updated_at) values (?, ?, 1, ?, ?, '', '')");
  db.transaction(() => {
    for (let position = 1; position <= LARGE_ALBUM; position += 1) add.run(`Song ${position} of the box`, id, position, `song ${position} of the box`);
  })();
  db.close();
  return id;
}

/** The pages of the admin area, for a superuser's cookie. */
export function staffScenarios(file: string, cookie: string, songs: number): Scenario[] {
  const deep = Math.min(10_000, Math.floor(songs / 50) - 8);
  const pages: [name: string, paths: string[], first?: string][] = [
    ['admin', [urls.admin.dashboard]],
    ['admin songs', [urls.admin.list('songs')]],
    ['admin songs, deep page', Array.from({ length: 8 }, (_, index) => urls.admin.list('songs', { page: deep - index * 3 })), 'admin songs'],
    ['admin songs, two orders', [urls.admin.list('songs', { order: '-num_streams,song_name' })], 'admin songs'],
    ['admin songs, search', ['love', 'night', 'blue'].map((q) => urls.admin.list('songs', { q }))],
    ['admin songs, a decade', [1960, 1980, 2000].map((decade) => urls.admin.list('songs', { decade }))],
    ['admin songs, three filters', [urls.admin.list('songs', { decade: ['1980', '1990'], streams: 'million', likes: 'none' })]],
    ['admin songs, a facet’s search', ['a', 'the', 'm'].map((words) => urls.admin.list('songs', { 'facet.artist': words }))],
    ['admin history', [urls.admin.history]],
    ['admin album of 200 songs', [urls.admin.edit('albums', largeAlbum(file))]],
  ];
  return pages.map(([name, paths, first]) => ({ name, who: 'staff', status: 200, requests: paths.map((path) => ({ path, headers: { cookie } })), ...(first ? { first } : {}) }));
}

/** Changes 5,000 songs at once, as the list's form does. Gives the server's CPU time and the time that passed, in milliseconds. */
export async function bulkEdit(site: Server, cookie: string): Promise<{ rows: number; preview: number; cpu: number; elapsed: number }> {
  const post = (fields: [string, string][]) => fetch(site.url(urls.admin.actions('songs')), { method: 'POST', headers: { ...FORM, cookie }, body: new URLSearchParams(fields), redirect: 'manual' });
  const chosen = Array.from({ length: BULK_ROWS }, (_, index): [string, string] => ['selected', String(index + 1)]);
  const asked = performance.now();
  const preview = await post([...chosen, ['action', 'edit'], ['step', 'preview'], ['how.num_streams', 'set'], ['value.num_streams', '123']]);
  const hidden = [...(await preview.text()).matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)].map(([, name, value]): [string, string] => [name as string, value as string]);
  const [start, before] = [performance.now(), await site.usage()];
  const applied = await post([...hidden, ['step', 'apply']]);
  if (applied.status !== 303) throw new Error(`The bulk edit was answered ${applied.status}`);
  return { rows: BULK_ROWS, preview: start - asked, cpu: (await site.usage()).cpu - before.cpu, elapsed: performance.now() - start };
}
