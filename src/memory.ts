/**
 * What one process takes at most. Node itself and the code take about 150 MB whatever is asked; the rest is
 * divided here, so that every cache has a bound and they fit together.
 */
import type { SqliteMemory } from './db/sqlite/sqlite.ts';

const MB = 1024 * 1024;

/** The shares of a limit. */
export type Budget = {
  /** Megabytes of V8's old and young spaces. Left to itself V8 takes what the machine has before it tidies up. */
  heap: { old: number; semi: number };
  /** Bytes of kept pages, compressed forms included. */
  pages: number;
  sqlite: SqliteMemory;
};

/** Divides a limit in megabytes; undefined where there is none. */
export function budgetOf(limit: number): Budget | undefined {
  if (!Number.isFinite(limit)) return undefined;
  return {
    heap: { old: Math.floor(limit * 0.3), semi: Math.min(16, Math.max(1, 2 ** Math.floor(Math.log2(limit / 128)))) },
    pages: Math.floor((limit * MB) / 16),
    sqlite: { cache: Math.floor((limit * MB) / 64), mapped: Math.floor((limit * MB) / 8) },
  };
}

/** How Node is told of the heap's share. */
export function flagsOf({ heap }: Budget): string[] {
  return [`--max-old-space-size=${heap.old}`, `--max-semi-space-size=${heap.semi}`];
}

/**
 * Starts this program again in its own place, with the same process id, because V8 takes its limits only at the
 * start. Does nothing where they are given already, where a parent talks to the process, and on Windows.
 */
export function takeHeapLimits(budget: Budget | undefined): void {
  const given = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].join(' ');
  if (!budget || given.includes('--max-old-space-size') || process.channel || process.platform === 'win32' || !process.execve) return;
  const environment = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
  process.execve(process.execPath, [process.execPath, ...flagsOf(budget), '--disable-warning=ExperimentalWarning', ...process.execArgv, ...process.argv.slice(1)], environment);
}
