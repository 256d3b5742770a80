import { expect, newName, test } from './site.ts';

const PASSWORD = 'clouds over Kent';

test('songs that are liked before the sign-up move along, and can be removed with an undo', async ({ page, context }) => {
  await page.goto('/songs?page=2');
  expect(await context.cookies()).toEqual([]);
  for (const place of [0, 1]) {
    await page.locator('button.like').nth(place).click();
    await expect(page.locator('button.like').nth(place)).toHaveAttribute('aria-pressed', 'true');
    await expect(page.locator('button.like').nth(place)).not.toHaveAttribute('aria-busy', 'true');
    await expect(page.locator('#liked-count')).toHaveText(String(place + 1));
  }
  await page.goto('/signup');
  await expect(page.getByText('2 liked songs will move to your account.')).toBeVisible();
  const name = newName();
  await page.getByLabel('Username').fill(name);
  await page.locator('#password').fill('short');
  await page.getByRole('button', { name: 'Sign up' }).click();
  await expect(page.getByRole('alert')).toContainText('Use at least 8 characters.');
  await expect(page.getByLabel('Username')).toHaveValue(name);
  await page.locator('#password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign up' }).click();
  await expect(page.locator('.flash')).toContainText('2 liked songs moved to your account.');
  await page.goto('/liked');
  await page.getByRole('link', { name: 'Remove all 2 songs' }).click();
  await page.getByRole('button', { name: /Remove/ }).click();
  await expect(page.getByText('No liked songs yet')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.locator('.flash')).toContainText('Put 2 songs back.');
});

test('out and in again; a new password ends the other browser’s session; the account goes for good', async ({ page, browser, site }) => {
  const name = newName();
  await page.goto('/signup');
  await page.getByLabel('Username').fill(name);
  await page.locator('#password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign up' }).click();
  await page.goto('/account');
  await page.getByRole('button', { name: 'Log out' }).click();
  await expect(page.getByRole('link', { name: 'Log in' })).toBeVisible();
  await page.goto('/account/password');
  await expect(page).toHaveURL('/login?next=%2Faccount%2Fpassword');
  await page.getByLabel('Username').fill(name);
  await page.locator('#password').fill('not this one');
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page.getByRole('alert')).toContainText('The username or the password is wrong.');
  await page.locator('#password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page).toHaveURL('/account/password');

  const other = await browser.newPage({ baseURL: site.url });
  await other.goto('/login');
  await other.getByLabel('Username').fill(name);
  await other.locator('#password').fill(PASSWORD);
  await other.getByRole('button', { name: 'Log in' }).click();
  await expect(other.locator('.flash')).toContainText(`Logged in as ${name}.`);

  await page.locator('#password').fill(PASSWORD);
  await page.locator('#new_password').fill('rain over Kent');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.locator('.flash')).toContainText('Changed your password.');
  await other.goto('/account');
  await expect(other).toHaveURL(/\/login/);
  await other.close();

  await page.goto('/account/delete');
  await page.locator('#password').fill('rain over Kent');
  await page.getByRole('button', { name: 'Delete account' }).click();
  await expect(page.getByRole('link', { name: 'Log in' })).toBeVisible();
});
