import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, test } from './site.ts';

test('without an account hearts fill a list that can be ordered and taken along', async ({ page }) => {
  const names = await like(page, 3);
  await page.getByRole('link', { name: 'Liked songs, 3' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Liked songs 3');
  await expect(page.getByText('They are saved in this browser only')).toBeVisible();
  expect(await listed(page)).toEqual(names.toReversed());
  await page.getByRole('link', { name: 'Most streamed', exact: true }).click();
  await expect(page).toHaveURL('/liked?order=streams');
  expect(await listed(page)).toEqual(names);

  await page.goto('/liked');
  const csv = (await downloaded(page, 'CSV', 'liked-songs.csv')).trimEnd().split('\r\n');
  expect(csv[0]).toBe('song_name,artist,album,year_released,num_streams,liked_at');
  expect(csv).toHaveLength(4);
  const { songs } = JSON.parse(await downloaded(page, 'JSON', 'liked-songs.json')) as { songs: { song_name: string }[] };
  expect(songs.map((song) => song.song_name)).toEqual(names.toReversed());
  expect((await downloaded(page, 'a playlist (XSPF)', 'liked-songs.xspf')).match(/<track>/g)).toHaveLength(3);
});

test('a song that was taken off the list by mistake comes back', async ({ page, javaScriptEnabled }) => {
  const [name] = await like(page, 1);
  await page.goto('/liked');
  const heart = page.getByRole('button', { name: `Like ${name}` });
  await heart.click();
  if (javaScriptEnabled) {
    // The row stays until the page is left, so its heart is the undo.
    await expect(heart).toHaveAttribute('aria-pressed', 'false');
    await expect(page.locator('#liked-count')).toHaveText('0');
    await heart.click();
  } else {
    await expect(page.locator('.flash')).toContainText(`Removed “${name}” from your liked songs.`);
    await expect(page.getByText('No liked songs yet')).toBeVisible();
    await page.getByRole('button', { name: 'Undo' }).click();
  }
  await expect(page.locator('#liked-count')).toHaveText('1');
  await page.goto('/liked');
  expect(await listed(page)).toEqual([name]);
});

test('a heart on a song’s page and its row in the album are one', async ({ page }) => {
  await page.goto('/songs?page=2');
  await page.locator('.track .name > a').first().click();
  const hearts = page.locator('.band .like, [aria-current=true] .like');
  await expect(hearts).toHaveCount(2);
  await hearts.first().click();
  await expect(page.locator('.like[aria-pressed=true]')).toHaveCount(2);
  await hearts.last().click();
  await expect(page.locator('.like[aria-pressed=true]')).toHaveCount(0);
});

test('there is nothing to remove from an empty list', async ({ page, context }) => {
  await page.goto('/liked/remove-all');
  await expect(page).toHaveURL('/liked');
  await expect(page.getByText('No liked songs yet')).toBeVisible();
  await page.getByRole('link', { name: 'See the most streamed songs' }).click();
  await expect(page).toHaveURL('/songs');
  expect(await context.cookies()).toEqual([]);
});

/** Presses the hearts of the most streamed songs, and gives their names in the order of the chart. */
async function like(page: Page, count: number): Promise<string[]> {
  await page.goto('/songs?order=streams');
  const rows = page.locator('.track');
  const names: string[] = [];
  for (let place = 0; place < count; place++) {
    names.push(await rows.nth(place).locator('.name > a').innerText());
    await rows.nth(place).locator('.like').click();
    await expect(rows.nth(place).locator('.like')).toHaveAttribute('aria-pressed', 'true');
    await expect(page.locator('#liked-count')).toHaveText(String(place + 1));
    // Drawn at once, and stored a little later: the first like brings the session with it.
    await expect(rows.nth(place).locator('.like')).not.toHaveAttribute('aria-busy', 'true');
  }
  return names;
}

async function listed(page: Page): Promise<string[]> {
  return page.locator('.track .name > a').allInnerTexts();
}

async function downloaded(page: Page, link: string, file: string): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: link, exact: true }).click()]);
  expect(download.suggestedFilename()).toBe(file);
  return readFile(await download.path(), 'utf8');
}
