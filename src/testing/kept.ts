/**
 * Files that tests make once and keep between runs, under node_modules, where nobody commits them. Each is
 * named by what it is made from, so that a change of that makes a new one.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, 'node_modules/.cache/tracklist');
const DAYS_KEPT = 2;

/** Where Node keeps compiled code for the processes that tests start. */
export const COMPILED = join(FOLDER, 'compiled');

/**
 * The path of a file that is made unless it is there. Several processes may ask at once: each makes its
 * own, and one name is given to the last as a whole.
 * @param from folders and files, below the root of the project, from which it is made
 */
export async function keptFile(name: string, from: readonly string[], make: (path: string) => Promise<unknown>): Promise<string> {
  const path = join(FOLDER, `${name}-${digestOf(from)}.db`);
  if (existsSync(path)) return path;
  mkdirSync(FOLDER, { recursive: true });
  const folder = mkdtempSync(join(FOLDER, 'making-'));
  try {
    const made = join(folder, 'made.db');
    await make(made);
    renameSync(made, path);
  } finally {
    rmSync(folder, { recursive: true });
  }
  forgetOld(name);
  return path;
}

function digestOf(from: readonly string[]): string {
  const hash = createHash('sha256').update(process.version);
  for (const path of from.map((place) => join(ROOT, place)).filter(existsSync)) {
    const files = statSync(path).isFile() ? [path] : readdirSync(path, { recursive: true, encoding: 'utf8' }).sort().map((file) => join(path, file));
    for (const file of files.filter((each) => !each.endsWith('.test.ts') && statSync(each).isFile())) hash.update(file).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 16);
}

/** Old ones of the same name; not the newest, which another process may be about to copy. */
function forgetOld(name: string): void {
  const before = Date.now() - DAYS_KEPT * 24 * 60 * 60 * 1000;
  for (const file of readdirSync(FOLDER).filter((each) => each.startsWith(`${name}-`))) {
    const path = join(FOLDER, file);
    if (existsSync(path) && statSync(path).mtimeMs < before) rmSync(path, { force: true });
  }
}
