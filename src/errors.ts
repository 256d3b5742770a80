/**
 * The few throwables whose message a guest may see. Everything else that is thrown is a bug, and a
 * door shows it as a 500 with a request id and nothing more.
 */

/** An error that a door may show: `status` is the HTTP status, `message` a whole sentence. */
export class GuestError extends Error {
  readonly status: number;
  /** Seconds to wait before another try, sent as Retry-After. */
  readonly retryAfter: number | undefined;

  constructor(status: number, message: string, retryAfter?: number) {
    super(message);
    this.name = 'GuestError';
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** Messages by field name, each a sentence that says what to do. */
export type FieldErrors = Record<string, string>;

/** Input that a model, a form or a file refuses: what is wrong, field by field. */
export class InvalidInput extends GuestError {
  readonly fields: FieldErrors;

  constructor(fields: FieldErrors) {
    super(422, Object.values(fields).join(' '));
    this.name = 'InvalidInput';
    this.fields = fields;
  }
}

/** Something that can't be done because of what has happened since: every reason, a sentence each. */
export class InTheWay extends GuestError {
  readonly reasons: readonly string[];

  constructor(reasons: readonly string[]) {
    super(409, reasons.join(' '));
    this.name = 'InTheWay';
    this.reasons = reasons;
  }
}

export const badRequest = (message: string): GuestError => new GuestError(400, message);
export const forbidden = (message = 'You cannot open this page with this account.'): GuestError =>
  new GuestError(403, message);
export const notFound = (message = 'There is no page here. It may have been renamed or deleted.'): GuestError =>
  new GuestError(404, message);
export const invalid = (fields: FieldErrors): InvalidInput => new InvalidInput(fields);
export const tooMany = (message: string, retryAfter: number): GuestError => new GuestError(429, message, retryAfter);
export const unavailable = (message = 'Tracklist is busy right now. Wait a few seconds, then try again.', retryAfter = 5): GuestError =>
  new GuestError(503, message, retryAfter);
