/** What the API throws to refuse: a status with a body in the shape of Django REST framework. */

/** `{ detail }`, or a list of sentences for each field (`non_field_errors` for those that belong to none). */
export type ErrorBody = { detail: string } | Record<string, readonly string[]>;

export class ApiError extends Error {
  readonly status: number;
  readonly body: ErrorBody;
  readonly headers: Record<string, string>;

  constructor(status: number, body: ErrorBody, headers: Record<string, string> = {}) {
    super(typeof body['detail'] === 'string' ? body['detail'] : JSON.stringify(body));
    this.name = 'ApiError';
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

export const notThere = (): ApiError => new ApiError(404, { detail: 'Not found.' });
export const refusedFields = (body: Record<string, readonly string[]>): ApiError => new ApiError(400, body);
