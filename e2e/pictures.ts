/** Takes the pictures of the README from the running product. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { findBrowser, LAUNCH } from './browser.ts';
import { likeSongs, logIn, makeAdministrator, startSite } from './site.ts';

const FOLDER = join(import.meta.dirname, 'pictures');
const PICTURES = [
  { name: 'home-1280-light', path: '/', width: 1280, height: 860, colorScheme: 'light' },
  { name: 'album-1280-light', path: '/albums/60', width: 1280, height: 860, colorScheme: 'light' },
  { name: 'songs-360-dark', path: '/songs', width: 360, height: 740, colorScheme: 'dark' },
  { name: 'admin-dashboard-1280-dark', path: '/admin', width: 1280, height: 1000, colorScheme: 'dark' },
  { name: 'admin-albums-1280-light', path: '/admin/albums?decade=1970&decade=1980&order=-stream_total', width: 1280, height: 860, colorScheme: 'light' },
  { name: 'admin-edit-1280-light', path: '/admin/albums/60', width: 1280, height: 860, colorScheme: 'light' },
  { name: 'api-1280-light', path: '/api/v1/albums/60', width: 1280, height: 860, colorScheme: 'light' },
] as const;

/** So many people like some songs, so that the charts and the dashboard have something to show. */
const LISTENERS = 12;

mkdirSync(FOLDER, { recursive: true });
const site = await startSite();
const browser = await chromium.launch({ executablePath: findBrowser(), ...LAUNCH });
const admin = await makeAdministrator(site);
for (let listener = 1; listener <= LISTENERS; listener += 1) await likeSongs(site, `listener${listener}`, Array.from({ length: 3 + listener }, (_, index) => 1 + ((index * 97 * listener) % 1270)));
for (const { name, path, width, height, colorScheme } of PICTURES) {
  const page = await browser.newPage({ baseURL: site.url, viewport: { width, height }, colorScheme });
  if (/^\/(admin|api)/.test(path)) await logIn(page, admin, path);
  await page.goto(path, { waitUntil: 'networkidle' });
  for (const row of name.startsWith('admin-albums') ? [1, 3] : []) await page.locator('[name=selected]').nth(row).check();
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
  await page.close();
}
await browser.close();
await site.stop();
