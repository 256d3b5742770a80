import type { Page } from '@playwright/test';
import { expect, newName, test } from './site.ts';

const PASSWORD = 'clouds over Kent';
const FRESH = 'rain over Kent';

/** Opens the latest mail to an address with this subject, once it has come, and follows its link. */
async function followLink(page: Page, to: string, subject: string): Promise<void> {
  const row = page.getByRole('row').filter({ hasText: to }).filter({ hasText: subject }).first();
  await expect(async () => {
    await page.goto('/dev/mail');
    await expect(row).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 20_000 });
  await row.getByRole('link').click();
  await page.getByRole('region', { name: 'Text' }).getByRole('link').first().click();
}

test('an address is confirmed by its link, and a forgotten password set anew by mail', async ({ page, browser, site }) => {
  const name = newName();
  const address = `${name}@example.org`;
  await page.goto('/signup');
  await page.getByLabel('Username').fill(name);
  await page.getByLabel('E-mail address').fill('nobody');
  await page.locator('#password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign up' }).click();
  await expect(page.getByRole('alert')).toContainText('Enter an e-mail address like ann@example.org.');
  await page.getByLabel('E-mail address').fill(address);
  await page.locator('#password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign up' }).click();
  await expect(page.locator('.flash')).toContainText(`A mail to ${address} is on its way`);
  await page.goto('/account');
  await expect(page.getByText('not confirmed')).toBeVisible();
  await followLink(page, address, 'Confirm your e-mail address');
  await page.getByRole('button', { name: 'Confirm address' }).click();
  await expect(page.locator('.flash')).toContainText(`Confirmed ${address}.`);

  const other = await browser.newPage({ baseURL: site.url });
  await other.goto('/login');
  await other.getByRole('link', { name: 'Forgot your password?' }).click();
  await other.getByLabel('E-mail address').fill(address);
  await other.getByRole('button', { name: 'Send link' }).click();
  await expect(other.getByRole('heading', { level: 1 })).toHaveText('Look at your mail');
  await followLink(other, address, 'Set a new password');
  const link = other.url();
  await other.locator('#password').fill('short');
  await other.getByRole('button', { name: 'Set password' }).click();
  await expect(other.getByRole('alert')).toContainText('Use at least 8 characters.');
  await other.locator('#password').fill(FRESH);
  await other.getByRole('button', { name: 'Set password' }).click();
  await expect(other.locator('.flash')).toContainText(`Set the password of ${name}. Log in with it.`);
  await other.getByLabel('Username').fill(name);
  await other.locator('#password').fill(FRESH);
  await other.getByRole('button', { name: 'Log in', exact: true }).click();
  await expect(other.locator('.flash')).toContainText(`Logged in as ${name}.`);

  await page.goto('/account');
  await expect(page).toHaveURL(/\/login/);
  await other.goto(link);
  await expect(other.getByRole('heading', { level: 1 })).toHaveText('This link is no longer valid');
  await other.close();
});

test('a new address waits for its link, and the old one is told', async ({ page }) => {
  const name = newName();
  const [old, fresh] = [`${name}@example.org`, `${name}@new.example`];
  await page.goto('/signup');
  await page.getByLabel('Username').fill(name);
  await page.getByLabel('E-mail address').fill(old);
  await page.locator('#password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign up' }).click();
  await followLink(page, old, 'Confirm your e-mail address');
  await page.getByRole('button', { name: 'Confirm address' }).click();
  await page.getByLabel('New e-mail address').fill(fresh);
  await page.locator('#password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Save address' }).click();
  await expect(page.locator('.flash')).toContainText(`A mail to ${fresh} is on its way.`);
  await expect(page.locator('.facts')).toContainText(old);
  await followLink(page, fresh, 'Confirm your e-mail address');
  await page.getByRole('button', { name: 'Confirm address' }).click();
  await expect(page.locator('.facts')).toContainText(fresh);
  await expect(async () => {
    await page.goto('/dev/mail');
    await expect(page.getByRole('row').filter({ hasText: old }).filter({ hasText: 'Your e-mail address on Tracklist was changed' })).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 20_000 });
});
