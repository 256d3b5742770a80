import { defineConfig } from '@playwright/test';
import { LAUNCH } from './browser.ts';

const sizes = { wide: { width: 1280, height: 800 }, narrow: { width: 360, height: 740 } };
const projects = Object.entries(sizes).flatMap(([size, viewport]) => [true, false].map((javaScriptEnabled) => ({
  name: `${size}${javaScriptEnabled ? '' : ', without JavaScript'}`,
  // What a script does is told with JavaScript alone; markup and links are the same at every size.
  ...(javaScriptEnabled ? {} : { testIgnore: /(script|accessibility|crawl)\.spec/ }),
  ...(size === 'narrow' ? { testIgnore: javaScriptEnabled ? /crawl\.spec/ : /(script|accessibility|crawl)\.spec/ } : {}),
  use: { viewport, javaScriptEnabled },
})));

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: 'results',
  reporter: 'list',
  workers: 2,
  fullyParallel: true,
  timeout: 120_000,
  forbidOnly: true,
  use: { launchOptions: { executablePath: process.env['PLAYWRIGHT_CHROMIUM'] ?? '', ...LAUNCH }, trace: 'retain-on-failure' },
  projects,
});
