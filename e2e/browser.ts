/** Finds a Chromium for the tests, or installs one, or says what to do. It never passes by skipping. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright';

const SYSTEM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable'];

/**
 * The path of a browser.
 * @throws Error with a sentence that says what to do when there is none and none can be installed
 */
export function findBrowser(): string {
  const told = process.env['PLAYWRIGHT_CHROMIUM'];
  if (told !== undefined && !existsSync(told)) throw new Error(`PLAYWRIGHT_CHROMIUM names ${told}, which is not there. Correct it, or unset it.`);
  const found = told ?? present();
  if (found) return found;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('Installing the package chromium …');
    run('apt-get', ['update', '-qq']);
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium']);
  }
  if (!present()) run('npx', ['playwright', 'install', '--with-deps', 'chromium']);
  const installed = present();
  if (installed) return installed;
  throw new Error('No Chromium was found, and none could be installed. Install Chromium or Chrome, or set PLAYWRIGHT_CHROMIUM to its path, then run the tests again.');
}

/** Root has no sandbox, and containers little shared memory. */
export const LAUNCH = {
  chromiumSandbox: process.getuid?.() !== 0,
  args: ['--disable-dev-shm-usage', '--disable-background-networking'],
};

function present(): string | undefined {
  return [...SYSTEM, chromium.executablePath()].find((path) => existsSync(path));
}

function run(command: string, parameters: string[]): void {
  spawnSync(command, parameters, { stdio: 'inherit' });
}
