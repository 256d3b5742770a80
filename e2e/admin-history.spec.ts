import type { Page } from '@playwright/test';
import { expect, logIn, newName, changing as test } from './site.ts';

/** Adds an album with one song, and comes to its form. */
async function addAlbum(page: Page, name: string): Promise<string> {
  await page.goto('/admin/albums/add');
  await page.getByLabel('Album name').fill(name);
  await page.getByLabel('Artist', { exact: true }).fill('Kate Bsh');
  await page.getByLabel('Release date').fill('1985-09-16');
  await page.getByLabel('Song name of song 1').fill('Cloudbusting');
  await page.locator('.savebar').getByRole('button', { name: 'Save and continue editing' }).click();
  await expect(page.locator('.flash')).toContainText(name);
  return new URL(page.url()).pathname;
}

async function save(page: Page): Promise<void> {
  await page.locator('.savebar').getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.locator('.flash')).toBeVisible();
}

test('a change is told with old and new value, in the history of the album and in that of everything', async ({ page, admin }) => {
  const name = `Hounds ${newName()}`;
  await logIn(page, admin, '/admin');
  const form = await addAlbum(page, name);
  await page.getByLabel('Artist', { exact: true }).fill('Kate Bush');
  await save(page);
  for (const address of [`${form}/history`, `/admin/history?person=${admin.username}&model=albums&action=change`]) {
    await page.goto(address);
    const entry = page.locator('.acts > li', { hasText: name }).first();
    await expect(entry).toContainText(`${admin.username} changed ${name}`);
    await expect(entry.locator('del')).toHaveText('Kate Bsh');
    await expect(entry.locator('ins')).toHaveText('Kate Bush');
  }
});

test('a deleted album comes back in one step with its songs and likes, at its old address, and goes again', async ({ page, admin }) => {
  const name = `Aerial ${newName()}`;
  await logIn(page, admin, '/admin');
  const form = await addAlbum(page, name);
  await page.goto(form.replace('/admin', ''));
  await page.getByRole('button', { name: /^Like Cloudbusting/ }).click();
  await page.goto(`${form}/delete`);
  await page.getByRole('main').getByRole('button', { name: /^Delete/ }).click();
  await expect(page.locator('.flash')).toContainText(name);

  await page.goto('/admin/history');
  const deletion = page.locator('.acts > li', { hasText: `deleted ${name}` });
  await deletion.getByRole('button', { name: /^Undo/ }).click();
  await expect(page.locator('.flash')).toContainText(`Undone: ${admin.username} deleted ${name}`);
  await expect(deletion).toContainText(`Undone by ${admin.username}`);
  await page.goto(form.replace('/admin', ''));
  await expect(page.getByRole('button', { name: /^Like Cloudbusting/ })).toHaveAttribute('aria-pressed', 'true');

  await page.goto('/admin/history');
  await page.locator('.acts > li', { hasText: `brought back ${name}` }).getByRole('button', { name: /^Redo/ }).click();
  await expect(page.locator('.flash')).toContainText('Redone');
  expect((await page.goto(form.replace('/admin', '')))?.status()).toBe(404);
  await page.goto(`${form}/history`);
  await expect(page.locator('.acts > li').first()).toContainText('deleted');
});

test('an undo that a later change stands in the way of says who, what and when, and leads back', async ({ page, admin }) => {
  const name = `Lionheart ${newName()}`;
  await logIn(page, admin, '/admin');
  const form = await addAlbum(page, name);
  for (const artist of ['Kate', 'Kate Bush']) {
    await page.goto(form);
    await page.getByLabel('Artist', { exact: true }).fill(artist);
    await save(page);
  }
  await page.goto(`${form}/history`);
  await page.locator('.acts > li', { has: page.locator('ins', { hasText: /^Kate$/ }) }).getByRole('button').click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This can’t be undone');
  await expect(page.getByRole('alert')).toContainText(`Artist was changed again by ${admin.username} on `);
  await page.getByRole('link', { name: 'Go back' }).click();
  await expect(page).toHaveURL(`${form}/history`);
  await page.goto(form);
  await expect(page.getByLabel('Artist', { exact: true })).toHaveValue('Kate Bush');
});

test('the history is narrowed by a form, and a filter is taken away again', async ({ page, admin }) => {
  await logIn(page, admin, '/admin/history');
  await page.getByLabel('Where').selectOption('Set-up link');
  await page.getByRole('button', { name: 'Narrow' }).click();
  await expect(page.locator('.acts > li')).toHaveCount(1);
  await expect(page.locator('.acts > li')).toContainText(`added ${admin.username}`);
  await page.getByLabel('Until').fill('2020-01-01');
  await page.getByRole('button', { name: 'Narrow' }).click();
  await expect(page.getByRole('heading', { name: 'Nothing here' })).toBeVisible();
  await page.getByRole('link', { name: /Remove the filter Until/ }).click();
  await page.getByRole('link', { name: /Remove the filter Where/ }).click();
  await expect(page).toHaveURL('/admin/history');
  await expect(page.locator('.acts > li').last()).toContainText('added 111 albums');
});

test('an undo works by keyboard alone', async ({ page, admin }) => {
  const name = `Never ${newName()}`;
  await logIn(page, admin, '/admin');
  const form = await addAlbum(page, name);
  await page.goto(`${form}/history`);
  const button = page.locator('.acts > li').first().getByRole('button');
  for (let step = 0; step < 60 && (await button.and(page.locator(':focus')).count()) === 0; step += 1) await page.keyboard.press('Tab');
  await expect(button).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('.flash')).toContainText('Undone');
  await page.goto(`${form}/history`);
  await expect(page.locator('.acts > li').first()).toContainText('deleted');
});
