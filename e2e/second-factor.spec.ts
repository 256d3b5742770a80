import type { Page } from '@playwright/test';
import { Secret, TOTP } from 'otpauth';
import { expect, logIn, newName, test } from './site.ts';

const PASSWORD = 'clouds over Kent';

test('an app is set up and asked for after the password; a recovery code lets one in when it is lost', async ({ page, site }) => {
  const username = await signUp(page);
  const key = await beginApp(page);
  await page.getByLabel('Code from the app').fill('000000');
  await page.getByRole('button', { name: 'Turn on' }).click();
  await expect(page.getByRole('alert')).toContainText('This is not the code that the app shows now.');
  await expect(page.locator('svg.qr')).toBeVisible();
  await page.getByLabel('Code from the app').fill(codeOf(key, -1));
  await page.getByRole('button', { name: 'Turn on' }).click();
  await expect(page.getByRole('heading', { name: 'The app is set up' })).toBeVisible();
  const codes = await page.locator('.codes code').allTextContents();
  expect(codes).toHaveLength(10);
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download as a text file' }).click()]);
  expect(download.suggestedFilename()).toBe('recovery-codes.txt');

  await logOut(page);
  await passwordOf(page, username, '/songs?page=2');
  await expect(page).toHaveURL('/login/code');
  await page.goto('/account');
  await expect(page).toHaveURL('/login?next=%2Faccount');
  await page.goto('/login/code');
  await page.getByLabel('Code').fill('123');
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('This code is wrong, or it was used before.');
  await page.getByLabel('Code').fill(codeOf(key));
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await expect(page).toHaveURL('/songs?page=2');
  await expect(page.locator('.flash')).toContainText(`Logged in as ${username}.`);

  await logOut(page);
  await passwordOf(page, username, '/account/security');
  await page.getByLabel('Code').fill(codes[0] as string);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await expect(page.locator('.flash')).toContainText('You used a recovery code: 9 codes left.');
  await expect(page.getByText('9 codes left')).toHaveCount(2);
  expect(site.output()).not.toContain(key);
});

test('a passkey is added and logs in without a password', async ({ page, javaScriptEnabled }) => {
  const username = await signUp(page);
  await page.goto('/account/security');
  await page.getByRole('link', { name: 'Add a passkey' }).click();
  if (!javaScriptEnabled) {
    await expect(page.getByText('Passkeys need JavaScript: turn it on')).toBeVisible();
    await page.getByLabel('Name', { exact: true }).fill('my phone');
    await page.locator('#password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Add passkey' }).click();
    await expect(page.getByRole('alert').filter({ hasText: 'Your browser sent no passkey.' })).toBeVisible();
    await logOut(page);
    await page.goto('/login');
    await expect(page.getByText('Passkeys need JavaScript.')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Use a passkey' })).toBeHidden();
    return;
  }
  const verifies = await device(page);
  await page.getByLabel('Name', { exact: true }).fill('my phone');
  await page.locator('#password').fill('not this one');
  await page.getByRole('button', { name: 'Add passkey' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'This is not your password.' })).toBeVisible();
  await page.locator('#password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Add passkey' }).click();
  await expect(page.getByRole('heading', { name: 'The passkey is added' })).toBeVisible();
  await expect(page.locator('.codes code')).toHaveCount(10);

  await logOut(page);
  await page.goto('/login?next=%2Fartists');
  await verifies(false);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(page.locator('.failed')).toContainText('The passkey was not used');
  await verifies(true);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(page).toHaveURL('/artists');
  await expect(page.locator('.flash')).toContainText(`Logged in as ${username}.`);

  await logOut(page);
  await passwordOf(page, username, '/songs');
  await expect(page.getByLabel('Recovery code')).toBeVisible();
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(page).toHaveURL('/songs');
  await page.goto('/account/security');
  await expect(page.getByRole('row', { name: /my phone/ })).not.toContainText('Never');
  await page.getByRole('link', { name: 'Remove my phone' }).click();
  await page.locator('#password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Remove passkey' }).click();
  await expect(page.locator('.flash')).toContainText('Removed the passkey.');
});

test('an administrator removes a lost factor, and its owner is told', async ({ page, browser, site, admin, javaScriptEnabled }) => {
  const username = await signUp(page);
  const key = await beginApp(page);
  await page.getByLabel('Code from the app').fill(codeOf(key));
  await page.getByRole('button', { name: 'Turn on' }).click();
  await logOut(page);

  const staff = await browser.newPage({ baseURL: site.url, javaScriptEnabled });
  await logIn(staff, admin, `/admin/users?q=${username}`);
  await staff.getByRole('link', { name: username }).click();
  await staff.getByRole('link', { name: 'Remove second factor' }).click();
  await staff.getByRole('button', { name: 'Remove second factor' }).click();
  await expect(staff.locator('.flash')).toContainText(`Removed the second factor of ${username}.`);
  await staff.getByRole('link', { name: 'History' }).first().click();
  await expect(staff.getByText('Second factor').first()).toBeVisible();
  await staff.close();

  await passwordOf(page, username, '/songs');
  await expect(page).toHaveURL('/songs');
  await expect(page.locator('.flash.warn')).toContainText(`${admin.username} removed your second factor`);
});

function codeOf(key: string, steps = 0): string {
  return new TOTP({ secret: Secret.fromBase32(key) }).generate({ timestamp: Date.now() + steps * 30_000 });
}

async function signUp(page: Page): Promise<string> {
  const username = newName();
  await page.goto('/signup');
  await page.getByLabel('Username').fill(username);
  await page.locator('#password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign up' }).click();
  await expect(page.locator('.flash')).toBeVisible();
  return username;
}

/** From the page Security to the key for an app, which is given. */
async function beginApp(page: Page): Promise<string> {
  await page.goto('/account');
  await page.getByRole('link', { name: 'Security' }).click();
  await page.getByRole('link', { name: 'Set up an app' }).click();
  await page.locator('#password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.locator('svg.qr')).toBeVisible();
  const key = (await page.locator('.key code').allTextContents()).join('');
  expect(await page.getByRole('link', { name: 'open it in the app' }).getAttribute('href')).toContain(`secret=${key}`);
  return key;
}

async function logOut(page: Page): Promise<void> {
  await page.goto('/account');
  await page.getByRole('button', { name: 'Log out' }).first().click();
  await expect(page.getByRole('link', { name: 'Log in' })).toBeVisible();
}

async function passwordOf(page: Page, username: string, next: string): Promise<void> {
  await page.goto(`/login?next=${encodeURIComponent(next)}`);
  await page.getByLabel('Username').fill(username);
  await page.locator('#password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await page.waitForURL((url) => url.pathname !== '/login');
}

/** Chromium's own virtual authenticator; gives a switch for whether it knows who is there. */
async function device(page: Page): Promise<(isVerified: boolean) => Promise<void>> {
  const client = await page.context().newCDPSession(page);
  await client.send('WebAuthn.enable');
  const { authenticatorId } = await client.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  return async (isUserVerified) => {
    await client.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
  };
}
