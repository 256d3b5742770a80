import { expect, logIn, newName, changing as test } from './site.ts';

test('a group gives its members what they may do, and nothing else is there for them', async ({ page, browser, admin, site }) => {
  const [group, username] = [`Editors ${newName()}`, newName()];
  await logIn(page, admin, '/admin/groups/add');
  await page.getByLabel('Group name').fill(group);
  await page.getByRole('row', { name: /^Albums/ }).getByRole('checkbox').first().check();
  await page.getByRole('row', { name: /^Songs/ }).getByRole('checkbox').first().check();
  await page.getByRole('row', { name: /^Songs/ }).getByRole('checkbox').nth(2).check();
  await page.locator('.savebar').getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.locator('.flash')).toContainText(group);

  await page.goto('/admin/users/add');
  await page.getByLabel('Username').fill(username);
  await page.getByRole('radio', { name: 'With a one-time link' }).check();
  await page.getByRole('button', { name: 'Add and continue' }).click();
  const link = await page.locator('.flash input[readonly]').inputValue();
  await page.getByRole('checkbox', { name: 'Staff' }).check();
  await page.getByRole('checkbox', { name: group }).check();
  await page.locator('.savebar').getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.locator('.flash')).toContainText(username);

  const tomas = await (await browser.newContext({ baseURL: site.url })).newPage();
  await tomas.goto(link);
  await tomas.locator('#password').fill('clouds over Kent');
  await tomas.getByRole('button', { name: 'Set password' }).click();
  await expect(tomas.locator('.flash')).toContainText('Log in with it.');
  await logIn(tomas, { username, password: 'clouds over Kent' }, '/admin');
  await expect(tomas.getByRole('navigation', { name: 'Admin' }).getByRole('link')).toContainText(['Dashboard', 'Albums', 'Songs']);
  await expect(tomas.getByRole('navigation', { name: 'Admin' }).getByRole('link', { name: 'Users' })).toHaveCount(0);
  expect((await tomas.goto('/admin/users'))?.status()).toBe(403);
  await tomas.goto('/admin/albums');
  await expect(tomas.getByRole('link', { name: 'Add album' })).toHaveCount(0);
  await tomas.locator('tbody th a').first().click();
  await expect(tomas.getByText('Your account may look at this, not change it')).toBeVisible();
  await expect(tomas.locator('.savebar button')).toHaveCount(0);
  expect((await tomas.goto(link))?.status()).toBe(403);
  await tomas.close();
});

test('the last superuser can’t be locked out', async ({ page, admin }) => {
  await logIn(page, admin, '/admin/users?is_superuser=yes');
  await page.getByRole('link', { name: admin.username, exact: true }).first().click();
  const active = page.getByRole('checkbox', { name: 'Active' });
  if (await active.isEnabled()) {
    await active.uncheck();
    await page.locator('.savebar').getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByRole('alert').or(page.locator('.error')).first()).toBeVisible();
  }
  await page.goto('/admin');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Dashboard');
});

test('a session is ended from the admin area', async ({ page, browser, admin, site }) => {
  const username = newName();
  const ann = await (await browser.newContext({ baseURL: site.url })).newPage();
  await ann.goto('/signup');
  await ann.getByLabel('Username').fill(username);
  await ann.locator('#password').fill('clouds over Kent');
  await ann.getByRole('button', { name: 'Sign up' }).click();
  await expect(ann.locator('.flash')).toContainText('Welcome');

  await logIn(page, admin, '/admin/sessions');
  await page.getByRole('row', { name: new RegExp(username) }).getByRole('button').click();
  await ann.goto('/account');
  await expect(ann).toHaveURL(/\/login/);
  await ann.close();
});
