/** Lists: pages by cursor, pages by number on request, and the whole list as CSV or line by line. */
import { setImmediate } from 'node:timers/promises';
import { Readable } from 'node:stream';
import type { Db } from '../../../db/db.ts';
import { allIds, keysetPage } from '../../../db/lists/keyset.ts';
import { type Page, pageOfMany, type Selection, selectionPage } from '../../../db/lists/selection.ts';
import { csvLine } from '../../../web/formats.ts';
import type { ApiDoor, Answer, Call } from '../../engine/endpoint.ts';
import { ApiError } from '../../engine/errors.ts';
import { originOf } from '../../browsable/links.ts';
import { typeOf } from '../../engine/negotiate.ts';
import { cursorText, readCursor } from './cursor.ts';
import { type ListQuery, readList } from './query.ts';
import type { Resource } from './resource.ts';
import { tagged } from './tags.ts';
import { show, type Shown } from './representation.ts';

/** So many rows are read and written at once when a list is streamed. */
const CHUNK = 500;
/** So often an index is walked on for a page by number that no index can count. */
const MOST_WALKS = 5;

/** GET of a list. */
export async function list(door: ApiDoor, resource: Resource, call: Call): Promise<Answer> {
  const query = await readList(door.db, resource, call);
  if (call.form === 'csv' || call.form === 'ndjson') return streamed(door.db, resource, call, query, call.form);
  return query.page === undefined ? cursorPage(door, resource, call, query) : numberedPage(door, resource, call, query);
}

/** The whole list, in bounded memory. */
export async function streamed(db: Db, resource: Resource, { request }: Call, { selection, shape }: ListQuery, form: 'csv' | 'ndjson'): Promise<Answer> {
  const rows = async function* (): AsyncGenerator<Shown[]> {
    for await (const ids of allIds(db, selection, CHUNK)) {
      yield show(db, resource.view, ids, shape);
      await setImmediate();
    }
  };
  const names = shape.fields?.filter((name) => Object.hasOwn(resource.view.data, name)) ?? Object.keys(resource.view.data);
  const lines = async function* (): AsyncGenerator<string> {
    if (form === 'csv') yield csvLine(names);
    for await (const some of rows()) yield some.map((row) => (form === 'csv' ? csvLine(names.map((name) => inCsv(row[name]))) : `${JSON.stringify(row)}\n`)).join('');
  };
  return {
    stream: Readable.from(request.method === 'HEAD' ? [] : lines()),
    type: typeOf(form),
    headers: { 'content-disposition': `attachment; filename="${resource.path.replaceAll('/', '-')}.${form}"`, 'cache-control': 'no-store' },
  };
}

async function cursorPage({ db, config }: ApiDoor, resource: Resource, call: Call, { selection, shape, size, cursor, list: name }: ListQuery): Promise<Answer> {
  const at = cursor === undefined ? undefined : readCursor(name, cursor, Math.max(2, selection.order.length + 1));
  const { ids, next, previous } = await keysetPage(db, selection, { size, ...at });
  const href = (place: typeof next, backwards: boolean) => (place ? addressWith(originOf(call.request, config), call, { cursor: cursorText(name, { from: place, backwards }) }) : null);
  return tagged(call, { next: href(next, false), previous: href(previous, true), results: await show(db, resource.view, ids, shape) });
}

async function numberedPage({ db, config }: ApiDoor, resource: Resource, call: Call, { selection, shape, size, page: text, list: name }: ListQuery): Promise<Answer> {
  const asked = text === 'last' ? 'last' : /^[1-9]\d{0,8}$/.test(text ?? '') ? Number(text) : undefined;
  if (asked === undefined) throw invalidPage();
  const isBehind = (number: number, count: Page['count']) => number > 1 && count !== undefined && !count.isCapped && (number - 1) * size >= count.value;
  if (asked !== 'last' && isBehind(asked, selection.total)) throw invalidPage();
  const first = await pageOf(db, selection, asked === 'last' ? 1 : asked, { size, name });
  if (asked === 'last' && first.count.isCapped) throw invalidPage();
  const number = asked === 'last' ? Math.max(1, Math.ceil(first.count.value / size)) : asked;
  const { ids, count } = asked === 'last' && number > 1 ? await pageOf(db, selection, number, { size, name }) : first;
  if (number > 1 && ids.length === 0) throw invalidPage();
  const hasNext = number * size < count.value || (count.isCapped && ids.length === size);
  const href = (to: number) => addressWith(originOf(call.request, config), call, { page: String(to) });
  return tagged(call, {
    count: count.value,
    ...(count.isCapped ? { count_is_capped: true } : {}),
    next: hasNext ? href(number + 1) : null,
    previous: number > 1 ? href(number - 1) : null,
    results: await show(db, resource.view, ids, shape),
  });
}

async function pageOf(db: Db, selection: Selection, number: number, { size }: { size: number; name: string }): Promise<{ ids: number[]; count: NonNullable<Page['count']> }> {
  const skip = (number - 1) * size;
  const page = await selectionPage(db, selection, { skip, size });
  if (page.isNumbered) return { ids: page.ids, count: page.count ?? { value: skip + page.ids.length, isCapped: page.ids.length === size } };
  return walkedPage(db, selection, { skip, size });
}

/** Where no index serves the filters together: walks from the start, so far and no further. */
async function walkedPage(db: Db, selection: Selection, { skip, size }: { skip: number; size: number }): Promise<{ ids: number[]; count: NonNullable<Page['count']> }> {
  const only: Selection = { ...selection, order: selection.order.slice(0, 1) };
  const found: number[] = [];
  let after: NonNullable<Page['next']>['after'] | undefined;
  for (let walks = 0; walks < MOST_WALKS; walks += 1) {
    const page = await pageOfMany(db, only, { skip: 0, size: Number.MAX_SAFE_INTEGER, after });
    found.push(...page.ids);
    after = page.next?.after;
    if (!after) break;
  }
  return { ids: found.slice(skip, skip + size), count: { value: found.length, isCapped: after !== undefined } };
}

function invalidPage(): ApiError {
  return new ApiError(404, { detail: 'Invalid page.' });
}

/** The address that was called, with another page. */
function addressWith(origin: string, { request, query }: Call, change: Record<string, string>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (name === 'cursor' || (name === 'page' && 'cursor' in change) || name in change) continue;
    for (const text of [value].flat()) parameters.append(name, String(text));
  }
  for (const [name, value] of Object.entries(change)) parameters.set(name, value);
  return `${origin}${request.url.split('?')[0]}?${parameters}`;
}

function inCsv(value: unknown): string | number {
  if (typeof value === 'number' || typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((part) => typeof part !== 'object')) return value.join(' ');
  return value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
}
