/** Runs the journeys: finds the browser first, then hands over to Playwright with all arguments. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findBrowser } from './browser.ts';

try {
  const environment = { ...process.env, PLAYWRIGHT_CHROMIUM: findBrowser() };
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, '../node_modules/@playwright/test/cli.js'), 'test', '-c', import.meta.dirname, ...process.argv.slice(2)], { stdio: 'inherit', env: environment });
  process.exitCode = status ?? 1;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
