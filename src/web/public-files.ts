/** The files of `public/` as they are sent: read once, style sheets without what only their readers need. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../public');
const contents = new Map<string, Buffer>();

/** Their paths, such as `/site.css`. */
export function publicPaths(): string[] {
  return readdirSync(FOLDER, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${join(entry.parentPath, entry.name).slice(FOLDER.length)}`);
}

/** The bytes of one. */
export function publicFile(path: string): Buffer {
  const known = contents.get(path);
  if (known) return known;
  const written = readFileSync(join(FOLDER, path));
  const sent = path.endsWith('.css') ? Buffer.from(written.toString().replace(/\/\*[\s\S]*?(?:\*\/|$)/g, '').replace(/\n\s+/g, '\n')) : written;
  contents.set(path, sent);
  return sent;
}
