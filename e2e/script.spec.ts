/** What the script adds: it saves reloads, and nothing works through it alone. */
import { expect, test } from './site.ts';

test('suggestions come while typing, and the keyboard takes one', async ({ page }) => {
  await page.goto('/');
  await page.keyboard.press('/');
  await page.keyboard.type('hounds');
  await expect(page.getByRole('option').first()).toContainText('Hounds of Love');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/hounds-of-love/);
});

test('a heart fills without a reload, and the count follows', async ({ page }) => {
  await page.goto('/songs?page=3');
  await page.evaluate('window.stayed = true');
  const heart = page.locator('button.like').first();
  await heart.click();
  await expect(heart).toHaveAttribute('aria-pressed', 'true');
  await expect(page.locator('#liked-count')).toHaveText('1');
  await heart.click();
  await expect(heart).toHaveAttribute('aria-pressed', 'false');
  await expect(page.locator('#liked-count')).toHaveText('0');
  expect(await page.evaluate('window.stayed')).toBe(true);
});

test('no page logs an error, and none breaks the content security policy', async ({ page }) => {
  const errors: string[] = [];
  page.on('console', (message) => { if (message.type() === 'error') errors.push(message.text()); });
  page.on('pageerror', (error) => errors.push(error.message));
  for (const path of ['/', '/albums', '/songs', '/artists', '/search?q=blue', '/liked', '/login', '/signup', '/about', '/privacy', '/accessibility']) {
    await page.goto(path, { waitUntil: 'networkidle' });
    expect(errors, path).toEqual([]);
  }
});

test('the skip link is first and leads to the content', async ({ page }) => {
  await page.goto('/songs');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/songs#main');
});
