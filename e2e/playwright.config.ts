import { defineConfig } from '@playwright/test';
import { LAUNCH } from './browser.ts';

const sizes = { wide: { width: 1280, height: 800 }, narrow: { width: 360, height: 740 } };
const projects = Object.entries(sizes).flatMap(([size, viewport]) => [true, false].map((javaScriptEnabled) => ({
  name: `${size}${javaScriptEnabled ? '' : ', without JavaScript'}`,
  testIgnore: [
    // What a script does is told with JavaScript alone, and axe is one.
    ...(javaScriptEnabled ? [] : [/(script|accessibility)\.spec/]),
    // Links, statuses and bytes are the same at every size, with and without it.
    ...(size === 'wide' && javaScriptEnabled ? [] : [/(crawl|errors|setup|look)\.spec/]),
    ...(size === 'wide' ? [] : [/(keyboard|sessions)\.spec/]),
  ],
  use: { viewport, javaScriptEnabled },
})));

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: 'results',
  reporter: [['list'], ['./count-reporter.ts']],
  workers: 2,
  fullyParallel: true,
  timeout: 120_000,
  forbidOnly: true,
  // A browser on a busy machine stalls now and then: what fails twice is a fault, what passes the second time is told as flaky.
  retries: 1,
  use: {
    launchOptions: { executablePath: process.env['PLAYWRIGHT_CHROMIUM'] ?? '', ...LAUNCH },
    // A trace of each step costs as much as the step: who looks for a fault asks for one, --trace=retain-on-failure.
    trace: 'off',
    screenshot: 'only-on-failure',
  },
  projects,
});
