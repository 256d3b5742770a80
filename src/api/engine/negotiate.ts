/** Which form of an answer a client accepts, and in which form it sends. */
import type { FastifyRequest } from 'fastify';
import { ApiError, notThere } from './errors.ts';

export type Form = 'json' | 'html' | 'csv' | 'ndjson' | 'problem';

const TYPES: Record<Form, string> = {
  json: 'application/json', html: 'text/html', csv: 'text/csv', ndjson: 'application/x-ndjson', problem: 'application/problem+json',
};

/** The content type of a form as the answer names it. */
export function typeOf(form: Form): string {
  return form === 'html' || form === 'csv' ? `${TYPES[form]}; charset=utf-8` : TYPES[form];
}

/**
 * The form that the client likes best among those that are offered, the first of them when it does not say.
 * `application/problem+json` asks for errors in that form and takes JSON otherwise. `?format=json` leaves
 * only that form, which must be acceptable all the same.
 * @throws ApiError 404 for a format that is not offered, 406
 */
export function formOf(request: FastifyRequest, everyForm: readonly Form[]): Form {
  const offered = everyForm.filter(formatOf(request));
  if (offered.length === 0) throw notThere();
  const header = request.headers.accept;
  if (header === undefined || header.trim() === '') return offered[0] as Form;
  const wanted = rangesOf(header);
  let best: { form: Form; weight: number; exactness: number } | undefined;
  for (const form of offered) {
    const range = matching(wanted, form) ?? (form === 'json' ? matching(wanted, 'problem') : undefined);
    if (!range || range.weight === 0) continue;
    if (!best || range.weight > best.weight || (range.weight === best.weight && range.exactness > best.exactness)) best = { form, ...range };
  }
  if (!best) throw new ApiError(406, { detail: 'Could not satisfy the request Accept header.' });
  return best.form;
}

/** Whether errors are wanted as RFC 9457 has them. */
export function wantsProblem(request: FastifyRequest): boolean {
  return /application\/problem\+json/i.test(request.headers.accept ?? '');
}

/** The browsable form is called `api`, as Django REST framework has it. */
function formatOf(request: FastifyRequest): (form: Form) => boolean {
  const { format } = request.query as { format?: unknown };
  const name = Array.isArray(format) ? format.at(-1) : format;
  return (form) => name === undefined || name === '' || name === (form === 'html' ? 'api' : form);
}

type Range = { type: string; weight: number; exactness: number };

function rangesOf(header: string): Range[] {
  return header.split(',').map((part) => {
    const [type = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const quality = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1);
    return { type, weight: Number.isFinite(quality) ? quality : 0, exactness: type === '*/*' ? 0 : type.endsWith('/*') ? 1 : 2 };
  });
}

function matching(wanted: Range[], form: Form): Range | undefined {
  const type = TYPES[form];
  const group = `${type.split('/')[0]}/*`;
  return wanted.filter((range) => range.type === type || range.type === group || range.type === '*/*').sort((one, other) => other.exactness - one.exactness)[0];
}

/** `Accept: application/json; indent=4` asks for readable JSON. */
export function indentOf(request: FastifyRequest): number | undefined {
  const indent = /application\/json\s*;\s*indent=([0-8])\b/i.exec(request.headers.accept ?? '')?.[1];
  return indent === undefined ? undefined : Number(indent);
}
