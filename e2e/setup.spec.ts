import { expect, test } from './site.ts';

test('the link that the server prints makes the first administrator, once', async ({ browser, ownSite: site }) => {
  const link = new RegExp(`${site.url}/setup\\?key=\\S+`).exec(site.output())?.[0] as string;
  const page = await browser.newPage({ baseURL: site.url });
  await page.goto(`${link}x`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This link is no longer valid');

  await page.goto(link);
  await page.getByLabel('Username').fill('ann');
  await page.locator('#password').fill('12345678');
  await page.getByRole('button', { name: 'Make administrator' }).click();
  await expect(page.getByRole('alert')).toContainText('There is a problem');
  await page.locator('#password').fill('clouds over Kent');
  await page.getByRole('button', { name: 'Make administrator' }).click();
  await expect(page.locator('.flash')).toContainText('Welcome, ann. You are the administrator.');
  await expect(page.getByRole('link', { name: 'Account of ann' })).toBeVisible();

  const again = await page.goto(link);
  expect(again?.status()).toBe(403);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This link is no longer valid');
  await page.close();
});
