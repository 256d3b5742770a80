/** What the endpoints of a resource take in the query, the path and the headers, in words and as JSON Schema. */
import type { JsonSchema } from '../../../schema/json-schema.ts';
import { filterSchema, namesOf } from './filters.ts';
import { MOST_ON_A_PAGE, ON_A_PAGE } from './query.ts';
import type { Resource } from './resource.ts';
import type { Parameter } from '../../engine/endpoint.ts';

/** What the forms of a whole list are called. */
export const FILES = { csv: 'CSV', ndjson: 'NDJSON' } as const;

export const ID_IN_PATH: Parameter = { name: 'id', in: 'path', description: 'The id', schema: { type: 'integer', minimum: 1 }, isRequired: true };
export const PREFER: Parameter = header('Prefer', 'handling=strict refuses names that are not known, and says the nearest right one');
export const IF_NONE_MATCH: Parameter = header('If-None-Match', 'The ETag of an earlier answer: 304 when nothing is new');
export const IF_MATCH: Parameter = header('If-Match', 'The ETag of what was read at this very address: 412 when it has changed since');
export const IDEMPOTENCY_KEY: Parameter = header('Idempotency-Key', 'A name for this request, like a UUID: sent again within 24 hours it gets the same answer, and nothing is done twice');
export const DRY_RUN: Parameter = { name: 'dry_run', in: 'query', description: 'true judges and does everything, tells what would happen, and takes it back', schema: { type: 'boolean' } };

/** Everything that narrows, orders, shapes and pages a list. */
export function listParameters(resource: Resource): Parameter[] {
  const { filters, orderings, search, plural } = resource;
  const orders = Object.keys(orderings);
  return [
    ...namesOf(filters).map((name): Parameter => {
      const [base = '', lookup] = name.split('__');
      const filter = filters[base] as NonNullable<(typeof filters)[string]>;
      return inQuery(name, `${filter.description}${lookup === undefined ? '' : `, ${LOOKUP_WORDS[lookup]}`}`, filterSchema(filter));
    }),
    ...(search ? [inQuery('search', `Finds ${plural} as the search of the site does, best first`, { type: 'string' })] : []),
    inQuery('ordering', `One or more of ${orders.join(', ')}, separated by commas, with - for descending`, { type: 'string', examples: [`-${orders[1] ?? 'id'}`] }),
    ...shapeParameters(resource),
    inQuery('cursor', 'A place in the list, as “next” and “previous” have it', { type: 'string' }),
    inQuery('page', 'A page by its number, from 1, or “last”; the answer then has a count', { type: 'string', examples: ['1'] }),
    inQuery('page_size', `How many on a page: ${ON_A_PAGE} unless told, at most ${MOST_ON_A_PAGE}`, { type: 'integer', minimum: 1, maximum: MOST_ON_A_PAGE }),
  ];
}

/** What shapes the rows of an answer. */
export function shapeParameters({ view, expand = {} }: Resource): Parameter[] {
  const names = Object.keys(expand);
  return [
    inQuery('fields', 'Only these fields, separated by commas', { type: 'string', examples: [Object.keys(view.data).slice(0, 2).join(',')] }),
    ...(names.length > 0 ? [inQuery('expand', `Shown in full: ${names.join(', ')}`, { type: 'string', examples: names.slice(0, 1) })] : []),
  ];
}

/** A page of rows. */
export function pageSchema(items: JsonSchema): JsonSchema {
  return {
    type: 'object',
    properties: {
      count: { type: 'integer', minimum: 0, description: 'How many there are; only for pages by number' },
      count_is_capped: { type: 'boolean', description: 'There are more than “count” says' },
      next: { type: 'string', format: 'uri', nullable: true },
      previous: { type: 'string', format: 'uri', nullable: true },
      results: { type: 'array', items },
    },
    required: ['next', 'previous', 'results'],
  };
}

const LOOKUP_WORDS: Record<string, string> = { gte: 'this or more', lte: 'this or less', gt: 'more than this', lt: 'less than this' };

function inQuery(name: string, description: string, schema: JsonSchema): Parameter {
  return { name, in: 'query', description, schema };
}

function header(name: string, description: string): Parameter {
  return { name, in: 'header', description, schema: { type: 'string' } };
}
