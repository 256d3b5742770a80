/** Runs the journeys: finds the browser first, then hands over to Playwright with all arguments. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Counts, tell } from '../src/testing/counts.ts';
import { COMPILED } from '../src/testing/kept.ts';
import { findBrowser } from './browser.ts';

const PLAYWRIGHT = join(import.meta.dirname, '../node_modules/@playwright/test/cli.js');

/** Runs all journeys, or what the arguments of `playwright test` say; gives how many passed and failed. */
export async function runJourneys(given: readonly string[] = []): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), 'tracklist-counts-'));
  const file = join(folder, 'counts.json');
  try {
    const environment = { ...process.env, PLAYWRIGHT_CHROMIUM: findBrowser(), COUNTS: file, NODE_COMPILE_CACHE: COMPILED };
    const child = spawn(process.execPath, [PLAYWRIGHT, 'test', '-c', import.meta.dirname, ...given], { stdio: 'inherit', env: environment });
    const code = await new Promise<number | null>((resolve) => { child.once('close', resolve); });
    const { passed, failed } = JSON.parse(readFileSync(file, 'utf8')) as Counts;
    return { passed, failed: Math.max(failed, code === 0 ? 0 : 1) };
  } catch (error) {
    console.error((error as Error).message);
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (import.meta.main) tell(await runJourneys(process.argv.slice(2)));
