/** Where the values of an answer lead: addresses of this API, and the things whose ids they are. */
import type { FastifyRequest } from 'fastify';
import type { Config } from '../../config.ts';
import { models } from '../../models/index.ts';
import type { Endpoint } from '../engine/endpoint.ts';
import { filledPath } from '../engine/facts.ts';
import type { LinkOf } from './readable.ts';

/**
 * Finds links for the answer of an endpoint.
 * @param origins an address counts as ours when it begins with one of them
 */
export function linksFrom(endpoint: Endpoint, endpoints: readonly Endpoint[], origins: readonly string[]): LinkOf {
  return (value, key, within) => {
    if (typeof value === 'string') return ownAddress(value, origins);
    if (!Number.isSafeInteger(value) || value < 1) return undefined;
    if (key !== 'id') return addressOf(key, value, endpoint, endpoints);
    const nested = within !== '' && within !== 'results' ? addressOf(within, value, endpoint, endpoints) : undefined;
    return nested ?? detailOf(endpoint, value, endpoints);
  };
}

/** The list in which the id of a reference can be looked up. */
export function listOf(table: string, endpoint: Endpoint, endpoints: readonly Endpoint[]): string | undefined {
  const names = namesOf(table);
  const found = nearest(endpoint, endpoints.filter(({ path, methods }) => methods.GET && names.includes(lastOf(path)) && !path.includes(':')));
  return found && `/api${found.path}`;
}

/** The path of an address of this site; undefined for any other text, `//host` among them. */
export function ownAddress(text: string, origins: readonly string[]): string | undefined {
  const origin = origins.find((one) => text.startsWith(`${one}/`)) ?? '';
  const path = text.slice(origin.length);
  return /^\/(?![/\\])[\x21-\x7e]*$/.test(path) ? path : undefined;
}

/** What the key names: `album` and `album_id` an album, `user` a person. */
function addressOf(key: string, id: number, endpoint: Endpoint, endpoints: readonly Endpoint[]): string | undefined {
  const label = key.replace(/_id$/, '');
  const model = models.find((one) => one.label === label || one.table === label);
  if (!model) return undefined;
  const names = namesOf(model.table);
  const found = nearest(endpoint, endpoints.filter(({ path, methods }) => methods.GET && /\/[a-z]+\/:\w+$/.test(bare(path)) && names.includes(lastOf(bare(path).replace(/\/:\w+$/, '')))));
  return found && withId(found, id);
}

/** A row of a list, or the very thing that is shown. */
function detailOf(endpoint: Endpoint, id: number, endpoints: readonly Endpoint[]): string | undefined {
  const list = bare(endpoint.path).replace(/\/create$/, '');
  const detail = endpoints.find(({ path, methods }) => methods.GET && bare(path).startsWith(`${list}/:`) && /^\/:\w+$/.test(bare(path).slice(list.length)));
  return detail && withId(detail, id);
}

/** Among several the one of the same version as the address that is open. */
function nearest(endpoint: Endpoint, found: Endpoint[]): Endpoint | undefined {
  const isCurrent = endpoint.path.startsWith('/v1/');
  return found.find(({ path }) => path.startsWith('/v1/') === isCurrent) ?? found[0];
}

function withId({ path }: Endpoint, id: number): string {
  const name = /:(\w+)$/.exec(bare(path))?.[1] ?? 'id';
  return filledPath(path, { [name]: id });
}

function namesOf(table: string): string[] {
  const model = models.find((one) => one.table === table);
  return model ? [model.table, model.label] : [table];
}

const bare = (path: string): string => path.replace(/\([^/()]*\)/g, '');
const lastOf = (path: string): string => path.split('/').at(-1) ?? '';

/** Scheme and host of the addresses in an answer; outside production this machine may be reached by any of its names. */
export function originOf(request: FastifyRequest, { production, publicUrl }: Config): string {
  return production ? publicUrl : `http://${request.host}`;
}
