import { expect, test } from './site.ts';

test('words in any order find, and what matched is marked', async ({ page }) => {
  await page.goto('/search?q=train+BLUE');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('train BLUE');
  const album = page.getByRole('region', { name: 'Albums' }).getByRole('link', { name: 'Blue Train', exact: true });
  await expect(album.locator('mark')).toHaveText(['Blue', 'Train']);
  await page.getByRole('navigation', { name: 'Results' }).getByRole('link', { name: /^Songs/ }).click();
  await expect(page).toHaveURL('/search?q=train%20BLUE&kind=songs');
  await expect(page.getByRole('listitem').filter({ hasText: 'Moment’s Notice' })).toContainText('John Coltrane');
});

test('quotes hold words together', async ({ page }) => {
  await page.goto('/search?q=%22blue+train%22');
  await expect(page.getByRole('link', { name: 'Blue Train', exact: true }).first()).toBeVisible();
  await page.goto('/search?q=%22train+blue%22');
  await expect(page.getByText('Nothing matches')).toBeVisible();
});

test('other scripts are found, and said in their language', async ({ page }) => {
  for (const [query, name, language] of [['宇多田', '宇多田ヒカル', 'ja'], ['крови', 'Группа крови', 'ru'], ['كلثوم', 'أم كلثوم', 'ar'], ['아이유', '아이유', 'ko']] as const) {
    await page.goto(`/search?q=${encodeURIComponent(query)}`);
    const link = page.getByRole('link', { name, exact: true }).first();
    await expect(link).toBeVisible();
    await expect(link.locator('bdi')).toHaveAttribute('lang', language);
  }
});

test('nothing found says so and gives tips; an empty search gives them too', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('searchbox').or(page.getByRole('combobox')).fill('xyzzyplugh');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/search?q=xyzzyplugh');
  await expect(page.getByText('Nothing matches “xyzzyplugh”.')).toBeVisible();
  await expect(page.getByText('The beginning of a word is enough')).toBeVisible();
  await expect(page.getByRole('searchbox').or(page.getByRole('combobox'))).toHaveValue('xyzzyplugh');
  await page.goto('/search');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Search');
  await expect(page.getByText('The beginning of a word is enough')).toBeVisible();
});

test('what is typed is shown as it was typed, whatever it is', async ({ page }) => {
  const typed = '<img src=x onerror=alert(1)> "&amp; \'';
  await page.goto(`/search?q=${encodeURIComponent(typed)}`);
  await expect(page.getByRole('heading', { level: 1 })).toContainText(typed);
  await expect(page.getByRole('searchbox').or(page.getByRole('combobox'))).toHaveValue(typed);
});
