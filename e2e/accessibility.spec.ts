import AxeBuilder from '@axe-core/playwright';
import { HtmlValidate } from 'html-validate';
import { expect, newName, test } from './site.ts';

const PATHS = ['/', '/albums', '/albums?decade=1980', '/songs', '/songs?order=likes&page=2', '/artists', '/artists/Kate%20Bush', '/search?q=blue', '/search?q=qqqq', '/search', '/liked', '/login', '/signup', '/setup', '/about', '/privacy', '/accessibility', '/nowhere'];
const ACCOUNT = ['/account', '/account/password', '/account/sessions', '/account/delete', '/liked', '/liked/remove-all'];

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme });

    test('axe finds nothing on the pages that everybody sees', async ({ page }) => {
      test.setTimeout(600_000);
      for (const path of PATHS) await check(page, path);
      await page.goto('/albums');
      for (const name of ['RENAISSANCE', 'Harry’s House']) {
        await page.goto('/albums');
        await page.getByRole('link', { name, exact: true }).click();
        await check(page);
      }
    });

    test('axe finds nothing on an account’s pages and on forms with errors', async ({ page }) => {
      test.setTimeout(600_000);
      await page.goto('/login');
      await page.getByRole('button', { name: 'Log in' }).click();
      await check(page);
      await page.goto('/signup');
      await page.getByRole('button', { name: 'Sign up' }).click();
      await check(page);
      await page.getByLabel('Username').fill(newName());
      await page.locator('#password').fill('clouds over Kent');
      await page.getByRole('button', { name: 'Sign up' }).click();
      await expect(page.locator('.flash')).toContainText('Welcome');
      await page.goto('/songs');
      await page.locator('button.like').nth(3).click();
      await expect(page.locator('#liked-count')).toHaveText('1');
      for (const path of ACCOUNT) await check(page, path);
    });
  });
}

test('the markup of every page is valid', async ({ request }) => {
  // Style rules that do not concern validity are left out.
  const validator = new HtmlValidate({ extends: ['html-validate:standard'], rules: { 'void-style': 'off', 'no-trailing-whitespace': 'off', 'long-title': 'off', 'attribute-boolean-style': 'off', 'attribute-empty-style': 'off', 'doctype-style': 'off', 'no-inline-style': 'error' } });
  for (const path of PATHS) {
    const report = await validator.validateString(await (await request.get(path)).text());
    const faults = report.results.flatMap((result) => result.messages).map(({ ruleId, message, line, selector }) => `${path}:${line} ${ruleId} ${message} (${selector})`);
    expect(faults).toEqual([]);
  }
});

async function check(page: import('@playwright/test').Page, path?: string): Promise<void> {
  if (path !== undefined) await page.goto(path);
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${page.url()} ${id}: ${node.html.slice(0, 200)}`));
  expect(found).toEqual([]);
}
