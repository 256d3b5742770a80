import Sqlite from 'better-sqlite3';
import { expect, likeSongs, logIn, newName, type Site, test } from './site.ts';

/** Lets a quarter of an hour pass since everybody's last proof of who they are. */
function later({ database }: Site): void {
  const db = new Sqlite(database);
  const write = db.prepare('update sessions set data = ? where id = ?');
  for (const { id, data } of db.prepare('select id, data from sessions').all() as { id: string; data: string }[]) {
    const session = JSON.parse(data) as { provenAt?: number };
    if (session.provenAt !== undefined) write.run(JSON.stringify({ ...session, provenAt: Date.now() - 15 * 60_000 }), id);
  }
  db.close();
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('a powerful token asks for the password once the last one is old, and keeps what was typed', async ({ page, site, admin }) => {
      await logIn(page, admin, '/account/tokens');
      await expect(page.getByLabel('Your password')).toHaveCount(0);
      later(site);
      await page.reload();
      await page.locator('#name').fill('Backup script');
      await page.locator('#scope-admin').check();
      await page.getByRole('button', { name: 'Make token' }).click();
      await expect(page.getByRole('alert')).toContainText('Enter your password to confirm it’s you.');
      await expect(page.locator('#name')).toHaveValue('Backup script');
      await expect(page.locator('#scope-admin')).toBeChecked();
      await page.locator('#own_password').fill(admin.password);
      await page.getByRole('button', { name: 'Make token' }).click();
      await expect(page.getByText('Made the token “Backup script”.')).toBeVisible();
      await expect(page.locator('#own_password')).toHaveCount(0);
    });

    test('a one-time link for somebody leads to the confirmation and back', async ({ page, site, admin }) => {
      const name = newName();
      await likeSongs(site, name, []);
      await logIn(page, admin, `/admin/users?q=${name}`);
      await page.getByRole('link', { name, exact: true }).click();
      const address = page.url();
      later(site);
      await page.getByRole('button', { name: 'Make a one-time link' }).click();
      await expect(page.getByRole('heading', { name: 'Confirm it’s you' })).toBeVisible();
      await page.locator('#own_password').fill('not this one');
      await page.getByRole('button', { name: 'Confirm' }).click();
      await expect(page.getByRole('alert')).toContainText('This is not your password. Type it again.');
      await page.locator('#own_password').fill(admin.password);
      await page.getByRole('button', { name: 'Confirm' }).click();
      await expect(page).toHaveURL(address);
      await page.getByRole('button', { name: 'Make a one-time link' }).click();
      await expect(page.getByText(`Send this link to ${name}.`)).toBeVisible();
    });
  });
}
