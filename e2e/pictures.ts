/** Takes the pictures of the README from the running product. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { findBrowser, LAUNCH } from './browser.ts';
import { startSite } from './site.ts';

const FOLDER = join(import.meta.dirname, 'pictures');
const PICTURES = [
  { name: 'home-1280-light', path: '/', width: 1280, height: 860, colorScheme: 'light' },
  { name: 'album-1280-light', path: '/albums/60', width: 1280, height: 860, colorScheme: 'light' },
  { name: 'songs-360-dark', path: '/songs', width: 360, height: 740, colorScheme: 'dark' },
] as const;

mkdirSync(FOLDER, { recursive: true });
const site = await startSite();
const browser = await chromium.launch({ executablePath: findBrowser(), ...LAUNCH });
for (const { name, path, width, height, colorScheme } of PICTURES) {
  const page = await browser.newPage({ baseURL: site.url, viewport: { width, height }, colorScheme });
  await page.goto(path, { waitUntil: 'networkidle' });
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
  await page.close();
}
await browser.close();
await site.stop();
