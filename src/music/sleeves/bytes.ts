/** The endless row of bytes that decides everything about a sleeve: the same record, the same bytes. */
import { createHash } from 'node:crypto';

const separator = '\u001f';

export interface Bytes {
  /** the next byte modulo n: 0 to n - 1 */
  below(n: number): number;
  /** one of the list, by the next byte */
  pick<Item>(list: readonly Item[]): Item;
}

/** The bytes of a record, from SHA-256 of its name and artist; every 32 bytes, a hash with the next counter. */
export function bytesOf({ name, artist }: { name: string; artist: string }): Bytes {
  const key = name + separator + artist;
  let digest = sha256(key);
  let counter = 0;
  let at = 0;

  function below(n: number): number {
    if (at === digest.length) {
      counter += 1;
      digest = sha256(key + separator + counter);
      at = 0;
    }
    const byte = digest[at]!;
    at += 1;
    return byte % n;
  }

  return { below, pick: (list) => list[below(list.length)]! };
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
