/**
 * Which characters the bytes of a file stand for: a byte order mark decides; without one it is UTF-8 if
 * the whole file is valid UTF-8, else Windows-1252.
 */
import { invalid } from '../errors.ts';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

type Chunks = AsyncIterable<Uint8Array>;
type Mark = { encoding: Encoding | 'utf-32'; bytes: number[] };

/** Longer marks first: that of UTF-32 begins like that of UTF-16. */
const MARKS: Mark[] = [
  { encoding: 'utf-32', bytes: [0xff, 0xfe, 0x00, 0x00] },
  { encoding: 'utf-32', bytes: [0x00, 0x00, 0xfe, 0xff] },
  { encoding: 'utf-8', bytes: [0xef, 0xbb, 0xbf] },
  { encoding: 'utf-16le', bytes: [0xff, 0xfe] },
  { encoding: 'utf-16be', bytes: [0xfe, 0xff] },
];
const LONGEST_MARK = 4;

/**
 * Reads as much of the bytes as it takes to tell their encoding, and keeps none of them.
 * @throws InvalidInput for UTF-32, which nothing here reads
 */
export async function judgeEncoding(chunks: Chunks): Promise<Encoding> {
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  let head: Buffer | undefined = Buffer.alloc(0);
  try {
    for await (const chunk of chunks) {
      if (head) {
        head = Buffer.concat([head, chunk]);
        if (head.length < LONGEST_MARK) continue;
        const marked = markOf(head);
        if (marked) return marked;
      }
      utf8.decode(head ?? chunk, { stream: true });
      head = undefined;
    }
    const marked = head && markOf(head);
    if (marked) return marked;
    utf8.decode(head);
    return 'utf-8';
  } catch (error) {
    if (isUndecodable(error)) return 'windows-1252';
    throw error;
  }
}

/**
 * The text of the bytes, piece by piece, without the byte order mark.
 * @throws InvalidInput where a byte order mark promises what the bytes don't keep
 */
export async function* decoded(chunks: Chunks, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  try {
    for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (error) {
    if (!isUndecodable(error)) throw error;
    throw invalid({ file: `The file begins with the mark of ${inWords(encoding)}, but holds bytes that are not ${inWords(encoding)}. Save it again as UTF-8.` });
  }
}

/** How an encoding is called in a sentence. */
export function inWords(encoding: Encoding): string {
  return encoding === 'windows-1252' ? 'Windows-1252' : encoding.startsWith('utf-16') ? 'UTF-16' : 'UTF-8';
}

function markOf(head: Uint8Array): Encoding | undefined {
  const mark = MARKS.find(({ bytes }) => bytes.every((byte, index) => head[index] === byte));
  if (mark?.encoding === 'utf-32') throw invalid({ file: 'The file is UTF-32, which can’t be read here. Save it as UTF-8.' });
  return mark?.encoding;
}

function isUndecodable(error: unknown): boolean {
  return (error as { code?: string }).code === 'ERR_ENCODING_INVALID_ENCODED_DATA';
}
