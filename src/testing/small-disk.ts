/** A disk that a test can fill, and a driver that fails on purpose. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import Sqlite from 'better-sqlite3';

/** A folder whose disk can be filled and emptied; `environment` is for a process that starts on it. */
export type SmallDisk = { folder: string; environment: Record<string, string>; fill(): void; empty(): void };

/**
 * A file system of a few megabytes where this process may mount one (root on Linux); anywhere else a
 * folder, and `fill` makes the driver of this process fail as it does on a full disk.
 */
export function smallDisk(t: TestContext, megabytes = 4): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'tracklist-disk-'));
  const isReal = isMounted(folder, megabytes);
  const disk = isReal ? ballast(join(folder, 'ballast')) : injected();
  t.after(() => {
    disk.empty();
    if (isReal) execFileSync('umount', ['--lazy', folder]);
    rmSync(folder, { recursive: true, force: true });
  });
  return { folder, ...disk };
}

/** Lets every statement of one side fail with a code of SQLite, until `mend` is called. */
export function breakDriver(code: string, side: 'read' | 'write'): { mend(): void } {
  const fault = () => new Sqlite.SqliteError(`${code}: of the test at /a/secret/path`, code);
  const sample = new Sqlite(':memory:');
  const methods = Object.getPrototypeOf(sample.prepare('select 1')) as Record<'run' | 'all' | 'get', (...values: unknown[]) => unknown>;
  sample.close();
  const whole = { run: methods.run, all: methods.all, get: methods.get };
  for (const [name, method] of Object.entries(whole)) {
    methods[name as 'run'] = function (this: Sqlite.Statement, ...values: unknown[]) {
      // Settings of a connection are no writes.
      if (this.readonly === (side === 'read') && !/^\s*pragma (?!data_version)/i.test(this.source)) throw fault();
      return method.apply(this, values);
    };
  }
  const { exec } = Sqlite.prototype;
  Sqlite.prototype.exec = function (this: Sqlite.Database, sql: string) {
    if (side === 'write' && /^(commit|pragma user_version =)/i.test(sql)) throw fault();
    return exec.call(this, sql);
  };
  return { mend: () => { Object.assign(methods, whole); Sqlite.prototype.exec = exec; } };
}

function isMounted(folder: string, megabytes: number): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A file that grows until nothing fits any more. */
function ballast(path: string): Omit<SmallDisk, 'folder'> {
  return {
    environment: {},
    fill() {
      const file = openSync(path, 'a');
      try {
        for (;;) writeSync(file, Buffer.alloc(4096));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      } finally {
        closeSync(file);
      }
    },
    empty: () => rmSync(path, { force: true }),
  };
}

function injected(): Omit<SmallDisk, 'folder'> {
  const environment: Record<string, string> = {};
  let broken: { mend(): void } | undefined;
  return {
    environment,
    fill() {
      broken = breakDriver('SQLITE_FULL', 'write');
      environment['NODE_OPTIONS'] = `--import=${pathToFileURL(join(import.meta.dirname, 'full-disk.ts'))}`;
    },
    empty() {
      broken?.mend();
      delete environment['NODE_OPTIONS'];
    },
  };
}
