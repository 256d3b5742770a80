import { expect, test } from './site.ts';

test('from the front page to an album, a song and its artist', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('111');
  await page.getByRole('link', { name: 'All 111 albums' }).click();
  await expect(page).toHaveURL('/albums');
  await page.getByRole('link', { name: 'A to Z', exact: true }).click();
  await page.getByRole('link', { name: '1980s, 13 albums' }).click();
  await expect(page).toHaveURL('/albums?order=name&decade=1980');
  await page.getByRole('link', { name: 'Hounds of Love', exact: true }).click();
  await expect(page).toHaveURL(/\/albums\/\d+-hounds-of-love$/);
  await expect(page.getByText('16 September 1985')).toBeVisible();
  await page.getByRole('link', { name: 'Cloudbusting', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Cloudbusting');
  await page.getByRole('link', { name: 'Kate Bush' }).first().click();
  await expect(page).toHaveURL('/artists/Kate%20Bush');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Kate Bush');
});

test('the chart goes on over its pages and back', async ({ page }) => {
  await page.goto('/songs');
  await expect(page.getByText('1 to 24 of 1,274 songs')).toBeVisible();
  await page.getByRole('link', { name: 'Next' }).click();
  await expect(page).toHaveURL('/songs?page=2');
  await expect(page.getByText('25 to 48 of 1,274 songs')).toBeVisible();
  await page.getByRole('link', { name: 'Previous' }).click();
  await expect(page).toHaveURL('/songs');
});

test('a search forgives case, accents and a typo', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('searchbox').or(page.getByRole('combobox')).fill('BJORK');
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(page.getByRole('link', { name: 'Homogenic' }).first()).toBeVisible();
  await page.goto('/search?q=hounds+of+lvoe');
  await page.getByRole('link', { name: 'hounds of love' }).click();
  await expect(page.getByRole('link', { name: 'Hounds of Love' }).first()).toBeVisible();
});

test('a page that is not there says so and leads on', async ({ page }) => {
  const answer = await page.goto('/albums/999999-nothing');
  expect(answer?.status()).toBe(404);
  await expect(page.getByText('There is no page here. It may have been renamed or deleted.')).toBeVisible();
});

test('the theme that was chosen stays', async ({ page }) => {
  await page.goto('/about');
  await page.getByRole('button', { name: 'Dark' }).click();
  await expect(page).toHaveURL('/about');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.goto('/songs');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('no page is wider than the window', async ({ page }) => {
  for (const path of ['/', '/albums', '/songs', '/artists', '/search?q=blue', '/liked', '/login', '/signup', '/about', '/nowhere']) {
    await page.goto(path);
    const { scroll, client } = await page.evaluate('({ scroll: document.documentElement.scrollWidth, client: document.documentElement.clientWidth })') as { scroll: number; client: number };
    expect(scroll, path).toBeLessThanOrEqual(client);
  }
});
