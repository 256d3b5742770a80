import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, newName, test } from './site.ts';

const PASSWORD = 'clouds over Kent';

test('somebody sees where they are logged in, and ends what they do not know', async ({ page, browser, site }) => {
  const name = newName();
  await fill(page, '/signup', name, PASSWORD, 'Sign up');
  const other = await browser.newPage({ baseURL: site.url });
  await fill(other, '/login', name, PASSWORD, 'Log in');
  await page.goto('/account');
  await page.getByRole('link', { name: 'Sessions', exact: true }).click();
  await expect(page.getByRole('row')).toHaveCount(3);
  await expect(page.getByText('This device')).toHaveCount(1);
  await page.getByRole('table').getByRole('button', { name: /^Log out/ }).click();
  await expect(page.locator('.flash')).toContainText('Logged out that device.');
  await expect(page.getByRole('row')).toHaveCount(2);
  await other.goto('/account');
  await expect(other).toHaveURL('/login?next=%2Faccount');
  await fill(other, '/login', name, PASSWORD, 'Log in');
  await page.goto('/account/sessions');
  await page.getByRole('button', { name: 'Log out everywhere else' }).click();
  await expect(page.locator('.flash')).toContainText('Logged out everywhere else: 1 other session.');
  await other.goto('/account');
  await expect(other).toHaveURL('/login?next=%2Faccount');
  await other.close();
});

test('songs that were liked in both places are kept once, and logging out leaves none behind', async ({ page }) => {
  const name = newName();
  await fill(page, '/signup', name, PASSWORD, 'Sign up');
  await like(page, [0, 1]);
  await page.goto('/account');
  await page.getByRole('button', { name: 'Log out' }).click();
  await expect(page.getByRole('link', { name: 'Log in' })).toBeVisible();
  await expect(page.locator('#liked-count')).toHaveText('0');
  await like(page, [1, 2]);
  await page.goto('/login');
  await expect(page.getByText('2 liked songs will move to your account.')).toBeVisible();
  await fill(page, '/login', name, PASSWORD, 'Log in');
  await expect(page.locator('.flash')).toContainText('1 liked song moved to your account, 1 was there already.');
  await expect(page.locator('#liked-count')).toHaveText('3');
});

test('the data of an account can be taken along', async ({ page }) => {
  const name = newName();
  await fill(page, '/signup', name, PASSWORD, 'Sign up');
  await like(page, [0]);
  await page.goto('/account');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download your data' }).click()]);
  const text = await readFile(await download.path(), 'utf8');
  const data = JSON.parse(text) as { account: { username: string }; likes: unknown[]; sessions: unknown[] };
  expect(data.account.username).toBe(name);
  expect(data.likes).toHaveLength(1);
  expect(data.sessions).toHaveLength(1);
  expect(text).not.toMatch(/password|\$2[aby]\$/);
});

test('a name is taken whatever its case, and "next" stays inside the site', async ({ page, site }) => {
  const name = newName();
  await fill(page, '/signup?next=%2F%2Fexample.org%2F', name, PASSWORD, 'Sign up');
  await expect(page).toHaveURL(`${site.url}/`);
  await page.goto('/account');
  await page.getByRole('button', { name: 'Log out' }).click();
  await fill(page, '/signup', name.toUpperCase(), PASSWORD, 'Sign up');
  await expect(page.getByRole('alert')).toContainText('taken');
  await expect(page).toHaveTitle(/^Error: /);
  await expect(page.getByLabel('Username')).toHaveAttribute('aria-invalid', 'true');
});

test('after five wrong passwords there is a wait, told in words, for the right one, too', async ({ browser, ownSite: site, javaScriptEnabled, viewport }) => {
  // Not on the site of the other tests: the wait is for the address, too, which they share.
  const page = await browser.newPage({ baseURL: site.url, javaScriptEnabled, viewport });
  const name = newName();
  await fill(page, '/signup', name, PASSWORD, 'Sign up');
  await page.goto('/account');
  await page.getByRole('button', { name: 'Log out' }).click();
  await fill(page, '/login', name, 'wrong', 'Log in');
  await expect(page.getByRole('alert')).toContainText('The username or the password is wrong. Check both and try again.');
  await page.locator('#password').fill(PASSWORD);
  // Elsewhere somebody goes on guessing, faster than the wait of 10 seconds ends.
  for (const password of ['two', 'three', 'four', 'five']) {
    const refused = await page.request.post('/login', { form: { username: name, password, next: '/' }, headers: { origin: site.url } });
    expect(refused.status()).toBe(422);
  }
  const answered = page.waitForResponse((answer) => answer.request().method() === 'POST');
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  const answer = await answered;
  expect(answer.status()).toBe(429);
  expect(Number(answer.headers()['retry-after'])).toBeGreaterThan(0);
  await expect(page.getByRole('alert')).toContainText(/Too many tries\. Wait \d+ seconds?, then try again\./);
  await page.close();
});

/** Fills the form of an address with a name and a password, and sends it. */
async function fill(page: Page, path: string, name: string, password: string, button: string): Promise<void> {
  await page.goto(path);
  await page.getByLabel('Username').fill(name);
  await page.locator('#password').fill(password);
  await page.getByRole('button', { name: button, exact: true }).click();
  await expect(page.locator('.flash, .errors')).toBeVisible();
}

async function like(page: Page, places: number[]): Promise<void> {
  await page.goto('/songs?page=4');
  for (const place of places) {
    await page.locator('button.like').nth(place).click();
    await expect(page.locator('button.like').nth(place)).toHaveAttribute('aria-pressed', 'true');
    await expect(page.locator('button.like').nth(place)).not.toHaveAttribute('aria-busy', 'true');
  }
}
