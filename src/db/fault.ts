/** A database that can't be used, in one sentence for the operator. */
export class DatabaseFault extends Error {
  override readonly name = 'DatabaseFault';
}
