/** What is wrong gets a status and words, and never shows how the house is built. */
import { expect, test } from './site.ts';

const FORM = 'application/x-www-form-urlencoded';
const OWN = { 'sec-fetch-site': 'same-origin' };
const REQUESTS: { method?: string; path: string; headers?: Record<string, string>; body?: string | Buffer; status: number }[] = [
  { path: '/albums/1e3', status: 404 },
  { path: '/albums/-1', status: 404 },
  { path: '/songs/99999999999999999999', status: 404 },
  { path: '/songs/0x1', status: 404 },
  { path: '/artists/Nobody%20Sings', status: 404 },
  { path: '/songs?page=99999', status: 404 },
  { path: '/songs?page=-1', status: 400 },
  { path: '/songs?page=1e3', status: 400 },
  { path: '/songs?page=99999999999999999999', status: 400 },
  { path: '/songs/%00', status: 404 },
  { path: '/%', status: 400 },
  { method: 'POST', path: '/songs/999999/like', headers: OWN, status: 404 },
  { method: 'POST', path: '/songs/1e3/like', headers: OWN, status: 404 },
  { method: 'POST', path: '/albums', headers: OWN, status: 405 },
  { method: 'POST', path: '/songs/1/like', headers: { 'sec-fetch-site': 'cross-site' }, status: 403 },
  { method: 'POST', path: '/songs/1/like', headers: { 'sec-fetch-site': 'same-site' }, status: 403 },
  { method: 'POST', path: '/login', headers: { origin: 'http://example.org' }, status: 403 },
  { method: 'POST', path: '/login', headers: { origin: 'null' }, status: 403 },
  { method: 'POST', path: '/login', headers: { ...OWN, 'content-type': FORM }, body: 'username=a&username=b&password=c', status: 400 },
  { method: 'POST', path: '/login', headers: { ...OWN, 'content-type': FORM }, body: 'username=a&password=c&is_superuser=1', status: 400 },
  { method: 'POST', path: '/login', headers: { ...OWN, 'content-type': FORM }, body: 'username=a%00&password=c', status: 400 },
  { method: 'POST', path: '/login', headers: { ...OWN, 'content-type': 'text/plain' }, body: 'username=a', status: 415 },
  { method: 'POST', path: '/login', headers: { ...OWN, 'content-type': 'application/json' }, body: '{"username":', status: 415 },
  { method: 'POST', path: '/signup', headers: { ...OWN, 'content-type': FORM }, body: `username=${'a'.repeat(70_000)}`, status: 413 },
  { path: '/', headers: { host: 'evil.example' }, status: 400 },
];

for (const { method = 'GET', path, headers = {}, body, status } of REQUESTS) {
  const how = [...Object.entries(headers).filter(([, value]) => value !== 'same-origin').map(([name, value]) => `${name}: ${value}`), body?.toString().slice(0, 40)].filter(Boolean).join(', ');
  test(`${method} ${path}${how && ` (${how})`} is answered with ${status}`, async ({ request }) => {
    const answer = await request.fetch(path, { method, headers, maxRedirects: 0, ...(body === undefined ? {} : { data: body }) });
    const text = await answer.text();
    expect(answer.status(), text.slice(0, 300)).toBe(status);
    expect(text).not.toMatch(/node_modules|\.ts:\d|select |SQLITE|Error:|stack/);
    expect(answer.headers()['content-security-policy']).toContain("default-src 'none'");
    expect(answer.headers()['set-cookie']).toBeUndefined();
  });
}

test('a form on another site likes nothing here', async ({ page, site }) => {
  await page.route('http://other.example/', (route) => route.fulfill({ contentType: 'text/html', body: `<form method="post" action="${site.url}/songs/1/like"><button>Win</button></form>` }));
  await page.goto('http://other.example/');
  const answered = page.waitForResponse(`${site.url}/songs/1/like`);
  await page.getByRole('button', { name: 'Win' }).click();
  expect((await answered).status()).toBe(403);
  await expect(page.getByText('This form came from another site, so nothing was changed.')).toBeVisible();
  await page.goto(site.url);
  await expect(page.locator('#liked-count')).toHaveText('0');
});

test('an address with an old slug leads to the new one for good', async ({ request }) => {
  for (const path of ['/albums/1-something-else', '/songs/1']) {
    const answer = await request.get(path, { maxRedirects: 0 });
    expect(answer.status()).toBe(301);
    expect((await request.get(answer.headers()['location'] as string, { maxRedirects: 0 })).status()).toBe(200);
  }
});
