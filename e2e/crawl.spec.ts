import { expect, newName, test } from './site.ts';

/** A list with orders, decades and pages has thousands of addresses; this many of each kind say enough. */
const OF_A_KIND = 40;

test('no link of the site leads to an error', async ({ request, site }) => {
  test.setTimeout(600_000);
  await crawl(request, site.url);
});

test('nor does one that only people with an account see', async ({ page, site }) => {
  test.setTimeout(600_000);
  await page.goto('/signup');
  await page.getByLabel('Username').fill(newName());
  await page.locator('#password').fill('clouds over Kent');
  await page.getByRole('button', { name: 'Sign up' }).click();
  await expect(page.locator('.flash')).toContainText('Welcome');
  await crawl(page.request, site.url);
});

async function crawl(request: import('@playwright/test').APIRequestContext, base: string): Promise<void> {
  const waiting = ['/'];
  const seen = new Set(waiting);
  const kinds = new Map<string, number>();
  const broken: string[] = [];
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    const answer = await request.get(base + path);
    if (answer.status() >= 400) broken.push(`${answer.status()} ${path}`);
    if (!answer.headers()['content-type']?.startsWith('text/html')) continue;
    for (const [, found] of (await answer.text()).matchAll(/(?:href|src)="(\/[^"#]*)/g)) {
      const next = (found as string).replaceAll('&amp;', '&');
      const kind = next.replace(/[?].*/, '?').replace(/\/(albums|songs|artists|sleeves)\/[^?]+/, '/$1/…');
      const count = kinds.get(kind) ?? 0;
      if (seen.has(next) || count >= OF_A_KIND) continue;
      kinds.set(kind, count + 1);
      seen.add(next);
      waiting.push(next);
    }
  }
  expect(broken).toEqual([]);
  expect(seen.size).toBeGreaterThan(100);
}
