/** A database of the present shape, which each test copies instead of making its own. */
import { migrate } from '../db/migrate.ts';
import { keptFile } from './kept.ts';

/** What it follows from. */
const MADE_FROM = ['migrations', 'src/db', 'src/schema', 'package-lock.json'];

let migrated: Promise<string> | undefined;

/** The path of a migrated and empty database, to be copied and not opened. */
export function migratedFile(): Promise<string> {
  migrated ??= keptFile('migrated', MADE_FROM, (path) => migrate(`sqlite:${path}`, { create: true }));
  return migrated;
}
