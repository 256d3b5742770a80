/** The beginning of an answer that is streamed: enough for a page, and never the whole. */
import type { Readable } from 'node:stream';

const MOST_ROWS = 50;
const MOST_BYTES = 200 * 1024;

/**
 * Reads the first rows of a stream of JSON and stops it.
 * @returns the value, and whether there is more of it; a stream of something else as text
 */
export async function previewOf(stream: Readable): Promise<{ data: unknown; isCut: boolean }> {
  const chunks: Buffer[] = [];
  let length = 0;
  let isCut = false;
  // Leaving the loop destroys the stream, and so frees what it reads from.
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk as string | Uint8Array);
    chunks.push(bytes);
    length += bytes.length;
    if (length > MOST_BYTES) {
      isCut = true;
      break;
    }
  }
  const text = Buffer.concat(chunks).toString('utf8');
  const whole = isCut ? undefined : parsed(text);
  if (Array.isArray(whole)) return { data: whole.slice(0, MOST_ROWS), isCut: whole.length > MOST_ROWS };
  if (whole !== undefined) return { data: whole, isCut: false };
  return { data: rowsAtStart(text) ?? text.slice(0, 4000), isCut: true };
}

/** The rows of a list of which only the beginning is there. */
function rowsAtStart(text: string): unknown[] | undefined {
  if (!/^\s*\[/.test(text)) return undefined;
  let depth = 0;
  let isText = false;
  let end = 0;
  let rows = 0;
  for (let at = 0; at < text.length && rows < MOST_ROWS; at += 1) {
    const sign = text[at];
    if (isText) {
      if (sign === '\\') at += 1;
      else if (sign === '"') isText = false;
    } else if (sign === '"') isText = true;
    else if (sign === '{' || sign === '[') depth += 1;
    else if (sign === '}' || sign === ']') {
      depth -= 1;
      if (depth === 1) {
        end = at + 1;
        rows += 1;
      }
    }
  }
  return parsed(`${text.slice(0, end) || '['}]`) as unknown[] | undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
