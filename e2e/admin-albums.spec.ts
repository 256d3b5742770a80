import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, logIn, newName, changing as test } from './site.ts';

test('an album is added with its songs; what is wrong is told at its place, and nothing typed is lost', async ({ page, admin }) => {
  const name = `Aerial ${newName()}`;
  await logIn(page, admin, '/admin/albums/add');
  await page.getByLabel('Album name').fill(name);
  await page.getByLabel('Artist', { exact: true }).fill('Kate Bush');
  await page.getByLabel('Release date').fill('2005-02-30');
  await song(page, 1, 'King of the Mountain', 'many');
  await page.getByRole('button', { name: 'Add another song' }).click();
  await song(page, 2, 'Pi', '3,141,592');
  await save(page, 'Save');
  const problems = page.getByRole('alert');
  await expect(problems).toContainText('There is a problem');
  await expect(problems.getByRole('link')).toHaveCount(2);
  await expect(page.getByLabel('Release date')).toHaveValue('2005-02-30');
  await expect(page.getByLabel('Streams of song 1')).toHaveValue('many');
  await expect(page.getByLabel('Song name of song 2')).toHaveValue('Pi');

  await page.getByLabel('Release date').fill('2005');
  await page.getByLabel('Streams of song 1').fill('120');
  await save(page, 'Save and continue editing');
  await expect(page.locator('.flash')).toContainText(name);
  await expect(page.getByLabel('Release date')).toHaveValue('2005-01-01');
  await expect(page.getByLabel('Streams of song 2')).toHaveValue('3141592');

  await page.getByLabel('Number of song 2').fill('1');
  await page.getByLabel('Number of song 1').fill('2');
  await save(page, 'Save and continue editing');
  await expect(page.getByLabel('Song name of song 1')).toHaveValue('Pi');
  await page.getByRole('checkbox', { name: 'Delete song 2' }).check();
  await save(page, 'Save');
  await expect(page.locator('.flash')).toContainText(name);
  await page.locator('.flash').getByRole('button', { name: 'Undo' }).click();
  await page.goto(`/admin/albums?q=${encodeURIComponent(name)}`);
  await expect(page.getByRole('row', { name: new RegExp(name) })).toContainText('3,141,712');
});

test('who saves a form that somebody has overtaken sees both versions, and chooses', async ({ page, browser, admin, site }) => {
  const name = await newAlbum(page, admin);
  const address = page.url();
  const other = await (await browser.newContext({ baseURL: site.url })).newPage();
  await logIn(other, admin, new URL(address).pathname);
  await other.getByLabel('Artist', { exact: true }).fill('Kate Bush and others');
  await save(other, 'Save');
  await other.close();
  // A page behind another one draws no frames, for which Playwright would wait.
  await page.bringToFront();

  await page.getByLabel('Album name').fill(`${name}, remastered`);
  await page.getByLabel('Artist', { exact: true }).fill('K. Bush');
  await save(page, 'Save');
  await expect(page.getByText('saved while you were editing')).toBeVisible();
  await page.getByRole('button', { name: 'Save what is chosen' }).click();
  await expect(page.getByRole('alert')).toContainText('There is a problem');
  await page.getByRole('group', { name: 'Artist' }).getByRole('radio').last().check();
  await page.getByRole('button', { name: 'Save what is chosen' }).click();
  await page.goto(address);
  await expect(page.getByLabel('Album name')).toHaveValue(`${name}, remastered`);
  await expect(page.getByLabel('Artist', { exact: true })).toHaveValue('K. Bush');
});

test('a deleted album comes back whole from the history, under its address', async ({ page, admin }) => {
  const name = await newAlbum(page, admin);
  const address = new URL(page.url()).pathname;
  await page.getByRole('link', { name: 'Delete album' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Delete ${name}?`);
  await expect(page.getByText('2 songs').first()).toBeVisible();
  await page.getByRole('button', { name: /^Delete/ }).click();
  await expect(page.locator('.flash')).toContainText(`Deleted ${name}`);
  expect((await page.goto(address))?.status()).toBe(404);

  await page.goto('/admin/history');
  await page.getByRole('listitem').filter({ hasText: name }).getByRole('button', { name: 'Undo' }).first().click();
  await page.goto(address);
  await expect(page.getByLabel('Song name of song 2')).toHaveValue('Second');
  await page.getByRole('link', { name: 'History' }).last().click();
  await expect(page.getByRole('main')).toContainText('Album deleted');
});

test('a cover takes the place of the sleeve, on the site too, and can be removed', async ({ page, admin }) => {
  await newAlbum(page, admin);
  const address = page.url();
  await page.getByLabel('Album name').fill(`${await page.getByLabel('Album name').inputValue()} live`);
  await page.getByLabel(/over$/).setInputFiles({ name: 'cover.png', mimeType: 'image/png', buffer: Buffer.from('no picture') });
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('There is a problem');
  await expect(page.getByLabel('Album name')).toHaveValue(/ live$/);
  await page.getByLabel(/over$/).setInputFiles(join(import.meta.dirname, '../public/apple-touch-icon.png'));
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
  await expect(page.getByText('An uploaded cover')).toBeVisible();
  await save(page, 'Save and continue editing');
  await expect(page.locator('.picture img')).toHaveAttribute('src', /^\/covers\//);
  await page.getByRole('link', { name: 'View on site' }).click();
  await expect(page.locator('.band img.sleeve')).toHaveAttribute('src', /^\/covers\//);
  await page.goto(address);
  await page.getByRole('button', { name: 'Remove cover' }).click();
  await save(page, 'Save and continue editing');
  await expect(page.locator('.picture img')).toHaveAttribute('src', /^\/sleeves\//);
});

test('two albums that are the same become one, and the old address leads to it', async ({ page, admin }) => {
  const name = await newAlbum(page, admin);
  const gone = /\d+$/.exec(new URL(page.url()).pathname)?.[0];
  await newAlbum(page, admin, name);
  await page.getByRole('link', { name: 'Merge with another album' }).click();
  await page.getByRole('radio').first().check();
  await page.getByRole('button', { name: 'Compare the two' }).click();
  await expect(page.getByRole('heading', { name: 'What happens' })).toBeVisible();
  await page.getByRole('button', { name: 'Merge the two albums' }).click();
  await expect(page.locator('.flash')).toContainText('Merged');
  await page.goto(`/albums/${gone}`);
  await expect(page.locator('.tracks').first().locator('.track')).toHaveCount(2);
  expect(new URL(page.url()).pathname).not.toContain(`/${gone}-`);
});

test('a song finds its album without a list of thousands', async ({ page, admin, javaScriptEnabled }) => {
  await logIn(page, admin, '/admin/songs/add');
  await page.getByLabel('Song name').fill('Dream of Sheep (demo)');
  await page.getByRole('searchbox', { name: 'Find another album' }).fill('hounds');
  if (!javaScriptEnabled) await page.getByRole('button', { name: 'Find' }).click();
  await page.getByRole('radio', { name: /Hounds of Love/ }).check();
  await expect(page.getByLabel('Song name')).toHaveValue('Dream of Sheep (demo)');
  await page.getByLabel('Streams').fill('7');
  await save(page, 'Save');
  await expect(page.locator('.flash')).toContainText('Dream of Sheep (demo)');
  await page.locator('.flash').getByRole('button', { name: 'Undo' }).click();
});

async function song(page: Page, number: number, name: string, streams: string): Promise<void> {
  await page.getByLabel(`Song name of song ${number}`).fill(name);
  await page.getByLabel(`Streams of song ${number}`).fill(streams);
}

async function save(page: Page, button: string): Promise<void> {
  await page.locator('.savebar').getByRole('button', { name: button, exact: true }).click();
}

/** Adds an album of two songs and stays on its form. */
async function newAlbum(page: Page, admin: { username: string; password: string }, name = `Box ${newName()}`): Promise<string> {
  if (page.url() === 'about:blank') await logIn(page, admin, '/admin/albums/add');
  else await page.goto('/admin/albums/add');
  await page.getByLabel('Album name').fill(name);
  await page.getByLabel('Artist', { exact: true }).fill('Kate Bush');
  await page.getByLabel('Release date').fill('2011-05-16');
  await song(page, 1, 'First', '10');
  await page.getByRole('button', { name: 'Add another song' }).click();
  await song(page, 2, 'Second', '20');
  await save(page, 'Save and continue editing');
  await expect(page.locator('.flash')).toContainText(name);
  return name;
}
