/** The documentation, for people as pages and for programs as OpenAPI, both from the descriptions of the endpoints. */
import { STATUS_CODES } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { SCOPES, SCOPE_WORDS } from '../../accounts/tokens.ts';
import { notFound } from '../../errors.ts';
import { keep, sendKept } from '../../web/kept.ts';
import { sessionCookieName } from '../../web/session.ts';
import * as urls from '../../web/urls.ts';
import { documentedGroups } from './documented.ts';
import type { ApiDoor } from '../engine/endpoint.ts';
import { methodsOf, failuresOf } from '../engine/facts.ts';
import { openApiOf } from './openapi.ts';
import { curlOf } from './samples.ts';
import '../browsable/views.ts';

/** Registers both. Call it when every endpoint is known. */
export function docs(app: FastifyInstance, { config, endpoints }: ApiDoor): void {
  const openApi = openApiOf(endpoints, { siteName: config.siteName, sessionCookie: sessionCookieName(config.publicUrl.startsWith('https:')) });
  const document = keep(Buffer.from(JSON.stringify(openApi)), { type: 'application/json', cacheControl: 'public, max-age=300' });
  app.get(urls.openApi, { config: { access: 'everybody', isApi: true } }, (request, reply) => sendKept(request, reply, document));

  const server = config.publicUrl;
  const groups = documentedGroups(endpoints, server);
  const statuses = new Set(endpoints.flatMap((endpoint) => methodsOf(endpoint).flatMap((method) => failuresOf(endpoint, method))));
  const page = {
    server: `${server}${urls.api}`,
    openApi: urls.openApi,
    groups,
    group: undefined,
    failures: [...statuses, 405].filter((status) => status >= 300).sort((one, other) => one - other).map((status) => ({ status, words: STATUS_CODES[status] ?? '', sentence: SENTENCES[status] ?? '' })),
    limits: { address: finite(config.apiLimits.address), person: finite(config.apiLimits.person) },
    firstCall: curlOf({ method: 'GET', url: `${server}${urls.api}/v1/albums?ordering=-year_released`, needsToken: false }),
    tokenCall: curlOf({ method: 'GET', url: `${server}${urls.api}/v1/me`, needsToken: true }),
    scopes: SCOPES.map((scope) => ({ scope, sentence: SCOPE_WORDS[scope].sentence })),
  };
  const around = { styles: ['/api.css'], scripts: ['/api.js'] };
  app.get(urls.apiDocs, { config: { access: 'everybody' } }, (_request, reply) => reply.page('api/docs', page, {
    ...around, title: 'API documentation', canonical: urls.apiDocs, description: `How programs read and write ${config.siteName}: albums, songs, artists and likes as JSON.`,
  }));
  app.get<{ Params: { group: string } }>(urls.apiDocsOf(':group'), { config: { access: 'everybody' } }, (request, reply) => {
    const group = groups.find(({ name }) => name === request.params.group);
    if (!group) throw notFound();
    return reply.page('api/docs', { ...page, group }, { ...around, title: `${group.title} | API documentation`, canonical: urls.apiDocsOf(group.name), description: `${group.title} in the API of ${config.siteName}: every call with its parameters and an example.` });
  });
}

const finite = (limit: number): number | undefined => (Number.isFinite(limit) ? limit : undefined);

const SENTENCES: Record<number, string> = {
  301: 'It was merged into another, whose address is in Location.',
  304: 'You have this already: nothing has changed since the ETag that you sent.',
  400: 'Something in what you sent is wrong. The answer names each field with a sentence.',
  401: 'No token, or one that is unknown, revoked or past its end. Bad credentials are refused everywhere, where none are needed, too.',
  403: 'You are known, and may not do this: a permission or a scope is missing.',
  404: 'There is nothing at this address, no such page, or no such cursor.',
  405: 'The address has no such method. The header Allow lists those that it has.',
  406: 'None of the forms that Accept names is offered here. Ask for application/json.',
  409: 'It can’t be done because of what has happened since. The answer says why.',
  412: 'Somebody has changed it since the ETag that you sent in If-Match. Read it again first.',
  413: 'The body is larger than 1 MiB.',
  415: 'The body is in a form that is not read. Send application/json.',
  422: 'It was understood and can’t be done, or the idempotency key was used for something else before. The answer says which.',
  428: 'Say in If-Match which version you mean.',
  429: 'Too many calls. Retry-After says how many seconds to wait.',
  503: 'Busy. Try again after the seconds in Retry-After.',
};
