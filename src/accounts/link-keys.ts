/** The keys of one-time links: random, shown once, and kept as a hash alone. */
import { createHash, randomBytes } from 'node:crypto';

/** A new key, for an address. */
export function newKey(): string {
  return randomBytes(24).toString('base64url');
}

/** What is kept of a key. */
export function hashOfKey(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}
