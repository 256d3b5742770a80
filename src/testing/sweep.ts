/** Every route of the site and every form on its pages, to be sent what nobody should send. */
import type { Route } from '../web/routes.ts';
import { addAlbum, type TestApp, type Visitor, visitor } from './app.ts';
import { addGroup, castOf } from './cast.ts';
import { unescaped } from './forms.ts';

/** A form of a page: where it leads, how, and its fields as they stand; a box that isn't ticked counts as ticked. */
export type PageForm = { method: string; action: string; isMultipart: boolean; fields: [name: string, value: string][] };

export type Sweep = TestApp & {
  /** Nobody, a user, staff with few rights, a superuser. */
  people: Record<'nobody' | 'ann' | 'tomas' | 'mara', Visitor>;
  /** Routes, those that end something after the others. */
  routes: Route[];
};

const ENDING = /delete|remove|logout|\/end|revoke|sessions|merge|undo|flush/;
/** Names of the queries of pages; those of the API stand in its description. */
export const QUERY_NAMES = ['q', 'kind', 'order', 'page', 'decade', 'letter', 'next', 'format', 'after', 'date', 'all', 'key', 'until', 'since', 'surface', 'action', 'person', 'model', 'username', 'find', 'with', 'kept', 'other'];

/** A site with a little of everything in it, and four people. */
export async function sweptSite(t: Parameters<typeof castOf>[0]): Promise<Sweep> {
  const cast = await castOf(t, { API_LIMITS: 'off', JWT_SECRET: 'c1d8b5a07e6f4293a4cf5be0d2719386' });
  for (const name of ['Hounds of Love', 'Blue', 'The Dreaming']) await addAlbum(cast.db, { name, artist: 'Kate Bush', year_released: '1985-09-16', songs: [['Cloudbusting', 5], ['Under Ice', 7]] });
  await addGroup(cast, 'Editors', ['change_album'], [cast.ids.tomas]);
  const { mara, tomas, ann } = cast;
  return { ...cast, people: { nobody: visitor(cast), ann, tomas, mara }, routes: cast.routes.toSorted((one, other) => Number(ENDING.test(one.path)) - Number(ENDING.test(other.path))) };
}

/** The path of a route with each of its parameters filled. */
export function filled(path: string, value: string): string {
  return path.replace(/:\w+(\([^/]*\))?|\*/g, encodeURIComponent(value));
}

/** The forms of the pages that somebody gets by following its links, those that end something last. */
export async function formsOf(somebody: Visitor, start: string): Promise<PageForm[]> {
  const [forms, seen, waiting] = [new Map<string, PageForm>(), new Set<string>(), [start]];
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    // Of many lists and rows, one is like the other.
    const kind = path.replace(/\d+(-[^/?]*)?/g, '1').replace(/(?<=\?)(.*)/, (query) => [...new URLSearchParams(query).keys()].join('&'));
    if (seen.has(kind) || seen.size > 300) continue;
    seen.add(kind);
    const { body, headers } = await somebody.get(path, { accept: 'text/html' });
    if (!String(headers['content-type']).startsWith('text/html')) continue;
    for (const [, href] of body.matchAll(/<a\b[^>]*\shref="(\/[^"#]*)/g)) waiting.push(unescaped(href as string));
    for (const form of formsIn(body, path)) forms.set(`${form.method} ${form.action.replace(/\d+/g, '1')} ${form.fields.map(([name]) => name).join()}`, form);
  }
  return [...forms.values()].sort((one, other) => Number(ENDING.test(one.action)) - Number(ENDING.test(other.action)));
}

function formsIn(html: string, path: string): PageForm[] {
  return Array.from(html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g), ([, head = '', inside = '']): PageForm => {
    const fields = Array.from(inside.matchAll(/<(?:input|select|textarea|button)\b[^>]*>/g), ([tag]): [string, string] => [attribute(tag, 'name') ?? '', attribute(tag, 'value') ?? '1']);
    return {
      method: (attribute(head, 'method') ?? 'get').toUpperCase(), action: attribute(head, 'action') ?? path, isMultipart: head.includes('multipart'),
      fields: fields.filter(([name]) => name !== ''),
    };
  });
}

function attribute(tag: string, name: string): string | undefined {
  const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
  return found === undefined ? undefined : unescaped(found);
}
