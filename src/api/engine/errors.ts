/** What the API throws to refuse: a status with a body in the shape of Django REST framework. */

/**
 * `{ detail }`, or a list of sentences for each field (`non_field_errors` for those that belong to none), or such
 * an object for each row of a list that was sent, in its order: {} for one that is good.
 */
export type ErrorBody = { detail: string } | Record<string, readonly unknown[]> | readonly Record<string, readonly unknown[]>[];

export class ApiError extends Error {
  readonly status: number;
  readonly body: ErrorBody;
  readonly headers: Record<string, string>;

  constructor(status: number, body: ErrorBody, headers: Record<string, string> = {}) {
    super('detail' in body && typeof body.detail === 'string' ? body.detail : JSON.stringify(body));
    this.name = 'ApiError';
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

export const notThere = (): ApiError => new ApiError(404, { detail: 'Not found.' });
export const refusedFields = (body: Exclude<ErrorBody, { detail: string }>): ApiError => new ApiError(400, body);
export const throttled = (seconds: number): ApiError =>
  new ApiError(429, { detail: `Request was throttled. Expected available in ${seconds} second${seconds === 1 ? '' : 's'}.` }, { 'retry-after': String(seconds) });
