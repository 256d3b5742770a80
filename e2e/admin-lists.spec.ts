import { readFile } from 'node:fs/promises';
import { expect, logIn, changing as test } from './site.ts';

test('a list is searched, narrowed and sorted, and its address brings the same view back', async ({ page, admin }) => {
  await logIn(page, admin, '/admin/albums');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Albums');
  await page.getByRole('complementary', { name: 'Filters' }).getByRole('link', { name: '1970s' }).click();
  await page.getByRole('complementary', { name: 'Filters' }).getByRole('link', { name: '1980s' }).click();
  await page.getByRole('columnheader', { name: 'Released' }).getByRole('link', { name: 'Released', exact: true }).click();
  const view = page.url();
  expect(view).toContain('decade=1970&decade=1980');
  const dates = await page.locator('tbody td.num:nth-of-type(4)').allInnerTexts();
  await page.goto('/admin');
  await page.goto(view);
  expect(await page.locator('tbody td.num:nth-of-type(4)').allInnerTexts()).toEqual(dates);
  await expect(page.getByRole('columnheader', { name: 'Released' })).toHaveAttribute('aria-sort', 'ascending');

  await page.getByRole('link', { name: 'Clear filters' }).click();
  await page.getByRole('searchbox', { name: 'Search by album' }).fill('BÉYONCE');
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(page.locator('tbody th')).toHaveText(['4', 'Lemonade', 'RENAISSANCE']);
  await page.getByRole('searchbox', { name: 'Search by album' }).fill('qqqqq');
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(page.getByRole('heading', { name: 'No albums here' })).toBeVisible();
  await page.getByRole('link', { name: 'See all albums' }).click();

  await page.getByRole('link', { name: '1990s' }).first().click();
  await page.getByRole('navigation', { name: 'Narrow by date' }).getByRole('link', { name: '1991', exact: true }).click();
  expect(new URL(page.url()).searchParams.get('date')).toBe('1991');
  await expect(page.locator('tbody tr')).not.toHaveCount(0);
});

test('an export is what the list shows', async ({ page, admin }) => {
  await logIn(page, admin, '/admin/songs?q=radiohead&order=song_name');
  const names = await page.locator('tbody th').allInnerTexts();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Export CSV' }).click()]);
  expect(download.suggestedFilename()).toBe('songs.csv');
  const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n');
  expect(lines[0]).toBe('\ufeffid,song_name,album_name,artist,released,num_streams,like_count');
  expect(lines).toHaveLength(1 + names.length);
});

test('by keyboard alone rows are chosen, changed after a preview, and changed back by Undo', async ({ page, admin }) => {
  await logIn(page, admin, '/admin/songs?q=%22in+rainbows%22&order=song_name');
  const [first, second] = await page.locator('tbody th').allInnerTexts() as [string, string];
  for (const name of [first, second]) {
    await page.getByRole('checkbox', { name: `Select ${name}`, exact: true }).focus();
    await page.keyboard.press('Space');
  }
  await page.getByLabel('Action').selectOption('edit');
  await page.getByRole('button', { name: 'Go' }).press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Edit 2 songs');
  await page.getByRole('button', { name: 'Preview the changes' }).press('Enter');
  await expect(page.getByRole('alert')).toContainText('Choose what to do with at least one field');

  const streams = page.getByRole('group', { name: 'Streams' });
  await streams.getByLabel('Do this').selectOption('set');
  await streams.getByLabel('New value').fill('lots');
  await page.getByRole('button', { name: 'Preview the changes' }).press('Enter');
  await expect(page.getByRole('alert')).toContainText('Streams must be a whole number');
  await expect(streams.getByLabel('New value')).toHaveValue('lots');
  await streams.getByLabel('New value').fill('1,234');
  await page.getByRole('button', { name: 'Preview the changes' }).press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Change 2 songs?');
  await expect(page.locator('ins')).toHaveText(['1234', '1234']);
  const before = await page.locator('del').allInnerTexts();
  await page.getByRole('button', { name: 'Change 2 songs' }).press('Enter');
  await expect(page.locator('.flash')).toContainText('Changed 2 songs.');
  await page.getByRole('button', { name: 'Undo' }).press('Enter');
  await page.goto('/admin/songs?q=%22in+rainbows%22&order=song_name');
  for (const [index, name] of [first, second].entries()) {
    await expect(page.getByRole('row', { name })).toContainText(Number(before[index]).toLocaleString('en'));
  }
});
