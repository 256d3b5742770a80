/** What can be wrong with a database: before it is opened, and while it is in use. */
import { GuestError } from '../errors.ts';

/** A database that can't be used, in one sentence for the operator. */
export class DatabaseFault extends Error {
  override readonly name = 'DatabaseFault';
}

/** Which side of the work failed: guests can go on reading where only storing does. */
export type Side = 'read' | 'write';

const TO_GUESTS: Record<Side, string> = {
  write: 'Tracklist can’t save anything right now. Wait a minute, then try again.',
  read: 'Tracklist can’t read its catalogue right now. Wait a minute, then try again.',
};

/**
 * The place where the data lies has failed under a running site: a full disk, a damaged file. Guests are
 * told when to come back (503); `reason` is a sentence for the operator, `cause` what the driver said.
 */
export class StorageFault extends GuestError {
  readonly reason: string;

  constructor(side: Side, reason: string, cause: unknown) {
    super(503, TO_GUESTS[side], 60);
    this.name = 'StorageFault';
    this.reason = reason;
    this.cause = cause;
  }
}
