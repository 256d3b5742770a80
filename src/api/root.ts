/** The root of the API: where everything is. */
import type { Config } from '../config.ts';
import type { JsonSchema } from '../schema/json-schema.ts';
import * as urls from '../web/urls.ts';
import type { Endpoint } from './engine/endpoint.ts';
import { originOf } from './browsable/links.ts';
import { allowAny } from './engine/rules.ts';

/** Names the lists of the current API, the guide's addresses that can be read, and the documentation. */
export function root(endpoints: readonly Endpoint[], config: Config): Endpoint {
  const open = endpoints.filter(({ path, methods }) => methods.GET && !path.includes(':') && path !== '');
  const current = open.filter(({ path }) => /^\/v1\/[^/.]+$/.test(path)).map(({ path }) => path);
  const guide = open.filter(({ path }) => !path.startsWith('/v1')).map(({ path }) => path);
  const schemas = (paths: string[]) => Object.fromEntries(paths.map((path) => [nameOf(path), addressSchema(urls.api + path)]));
  const nameOf = (path: string): string => path.split('/').at(-1) as string;
  return {
    path: '',
    name: 'API',
    description: 'Everything that programs can reach. The current API is under v1; the guide’s own addresses answer beside it.',
    rule: allowAny,
    methods: {
      GET: async ({ request }) => {
        const at = (path: string): string => `${originOf(request, config)}${path}`;
        const named = (paths: string[]) => Object.fromEntries(paths.map((path) => [nameOf(path), at(`${urls.api}${path}`)]));
        return { data: { ...named(current), guide: named(guide), documentation: at(urls.apiDocs), openapi: at(urls.openApi) } };
      },
    },
    operations: {
      GET: {
        summary: 'List the resources', status: 200, example: {},
        output: objectOf({ ...schemas(current), guide: objectOf(schemas(guide)), documentation: addressSchema(urls.apiDocs), openapi: addressSchema(urls.openApi) }),
      },
    },
  };
}

const addressSchema = (path: string): JsonSchema => ({ type: 'string', format: 'uri', examples: [`https://music.example.org${path}`] });

function objectOf(properties: Record<string, JsonSchema>): JsonSchema {
  return { type: 'object', properties, required: Object.keys(properties) };
}
