/** What is asked of the API, by a stranger and by a token that may do everything. */
import * as urls from '../../src/web/urls.ts';
import type { Server } from './children.ts';
import type { Scenario } from './scenarios.ts';

const SAMPLE = 200;
const FORM = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' };

/** Makes a token as a person does on the account's page. */
export async function tokenFor(site: Server, cookie: string): Promise<string> {
  const body = new URLSearchParams([['name', 'bench'], ['scopes', 'read'], ['scopes', 'like'], ['scopes', 'write'], ['scopes', 'admin']]);
  const answer = await fetch(site.url(urls.accountTokens), { method: 'POST', headers: { ...FORM, cookie }, body });
  const token = /tracklist_[A-Za-z0-9]+/.exec(await answer.text())?.[0];
  if (token === undefined) throw new Error(`Making a token was answered ${answer.status}`);
  return token;
}

/** The scenarios of the API. */
export function programScenarios(token: string, songs: number): Scenario[] {
  const headers = { accept: 'application/json', authorization: `Token ${token}` };
  const some = Array.from({ length: SAMPLE }, (_, index) => 1 + Math.floor((index * songs) / SAMPLE));
  const get = (name: string, paths: string[]): Scenario => ({ name: `API ${name}`, who: 'program', status: 200, requests: paths.map((path) => ({ path, headers })) });
  const json = (method: 'POST' | 'PUT' | 'DELETE', path: string, body = '') => ({ method, path, headers: { ...headers, 'content-type': 'application/json' }, body });
  return [
    get('list of 50', ['/api/v1/songs?page_size=50']),
    get('list of 50, deep page', Array.from({ length: 8 }, (_, index) => `/api/v1/songs?page_size=50&page=${Math.min(10_000, Math.floor(songs / 50) - 8) - index}`)),
    get('song with its album', some.map((id) => `/api/v1/songs/${id}?expand=album`)),
    get('search', ['love', 'night', 'blue'].map((q) => `/api/v1/search?q=${q}`)),
    { name: 'API like and unlike', who: 'program', status: [200, 201, 204], requests: some.flatMap((id) => [json('PUT', `/api/v1/me/likes/${id}`), json('DELETE', `/api/v1/me/likes/${id}`)]) },
    { name: 'API create', who: 'program', status: 201, requests: Array.from({ length: 50 }, (_, index) => json('POST', '/api/v1/songs', JSON.stringify({ song_name: `Added ${index}`, album: 1 + index, num_streams: 5 }))) },
  ];
}

/** Reads every song at once, as the guide's client does. Gives the server's CPU time, the time that passed in milliseconds, and the most memory it held, in bytes. */
export async function streamAll(site: Server): Promise<{ bytes: number; cpu: number; elapsed: number; rss: number }> {
  const [start, before] = [performance.now(), await site.usage()];
  const answer = await fetch(site.url('/api/song'));
  let [bytes, rss, last] = [0, before.rss, 0];
  for await (const part of answer.body as ReadableStream<Uint8Array>) {
    bytes += part.length;
    if (bytes - last < 4_000_000) continue;
    last = bytes;
    rss = Math.max(rss, (await site.usage()).rss);
  }
  const after = await site.usage();
  return { bytes, cpu: after.cpu - before.cpu, elapsed: performance.now() - start, rss: Math.max(rss, after.rss) };
}
