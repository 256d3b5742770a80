import AxeBuilder from '@axe-core/playwright';
import { HtmlValidate } from 'html-validate';
import { expect, logIn, newName, test } from './site.ts';

// Style rules that do not concern validity are left out.
const validator = new HtmlValidate({ extends: ['html-validate:standard'], rules: { 'void-style': 'off', 'no-trailing-whitespace': 'off', 'long-title': 'off', 'attribute-boolean-style': 'off', 'attribute-empty-style': 'off', 'doctype-style': 'off', 'no-inline-style': 'error' } });
const PATHS = ['/', '/albums', '/albums?decade=1980', '/songs', '/songs?order=likes&page=2', '/artists', '/artists/Kate%20Bush', '/search?q=blue', '/search?q=qqqq', '/search', '/liked', '/login', '/signup', '/forgot', '/forgot/sent', '/confirm', '/dev/mail', '/setup', '/about', '/privacy', '/accessibility', '/nowhere'];
const ADMIN = ['/admin', '/admin/albums', '/admin/albums?decade=1980&q=blue', '/admin/songs?order=artist,-num_streams', '/admin/albums/60', '/admin/albums/60/delete', '/admin/albums/60/history', '/admin/albums/60/merge', '/admin/albums/add', '/admin/songs/add', '/admin/users', '/admin/users/add', '/admin/users/1', '/admin/groups/add', '/admin/likes', '/admin/tokens', '/admin/sessions', '/admin/history'];
const ACCOUNT = ['/account', '/account/password', '/account/email', '/account/security', '/account/security/app', '/account/security/passkeys', '/account/sessions', '/account/tokens', '/account/delete', '/liked', '/liked/remove-all'];

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

    test('axe finds nothing in the admin area', async ({ page, admin }) => {
      test.setTimeout(600_000);
      await logIn(page, admin, '/admin');
      for (const path of ADMIN) await check(page, path);
      await page.goto('/admin/albums/add');
      await page.locator('.savebar .btn').first().click();
      await check(page);
      await page.goto('/admin/albums?q=blue');
      await page.locator('tbody input[type=checkbox]').first().check();
      await page.getByLabel('Action').selectOption('edit');
      await page.getByRole('button', { name: 'Go' }).click();
      await check(page);
      await page.getByLabel('Do this').first().selectOption('set');
      await page.locator('#value-name').fill('Blue');
      await page.getByRole('button', { name: 'Preview the changes' }).click();
      await check(page);
    });
  });
}

test('the markup of every page is valid', async ({ request }) => {
  for (const path of PATHS) expect(await faultsIn(path, await (await request.get(path)).text())).toEqual([]);
});

test('no page of the admin area scrolls sideways, and its markup is valid', async ({ page, admin }) => {
  await logIn(page, admin, '/admin');
  for (const path of ADMIN) {
    const answer = await page.goto(path);
    expect(await page.locator('html').evaluate((html) => html.scrollWidth - html.clientWidth), path).toBeLessThanOrEqual(0);
    expect(await faultsIn(path, (await answer?.text()) ?? '')).toEqual([]);
  }
});

async function faultsIn(path: string, html: string): Promise<string[]> {
  const report = await validator.validateString(html);
  return report.results.flatMap((result) => result.messages).map(({ ruleId, message, line, selector }) => `${path}:${line} ${ruleId} ${message} (${selector})`);
}

/** Every rule in the light; in the dark those that judge colours, for the rest is the same document in the same places. */
async function check(page: import('@playwright/test').Page, path?: string): Promise<void> {
  if (path !== undefined) await page.goto(path);
  const isDark = await page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches");
  // Without frames there is nothing to gather in a page of its own, which the other mode opens each time.
  const axe = new AxeBuilder({ page }).setLegacyMode();
  const { violations, passes, incomplete } = await (isDark ? axe.withRules(['color-contrast', 'link-in-text-block']) : axe).analyze();
  expect(passes.length + incomplete.length, page.url()).toBeGreaterThan(0);
  const found = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${page.url()} ${id}: ${node.html.slice(0, 200)}`));
  expect(found).toEqual([]);
}
