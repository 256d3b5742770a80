import { expect, test } from './site.ts';

const PAGES = ['/', '/albums', '/albums/1', '/albums?decade=1980', '/songs', '/songs/1', '/artists', '/artists/Kate%20Bush', '/search?q=blue', '/search?q=qqqq', '/liked', '/login', '/signup', '/about', '/privacy', '/accessibility', '/nowhere'];
const BUDGET = 14 * 1024;

test('the first view of every page is at most 14 KB of text', async ({ browser, site }) => {
  for (const path of PAGES) {
    const page = await browser.newPage({ baseURL: site.url });
    const sizes: Promise<number>[] = [];
    page.on('requestfinished', (request) => {
      if (['document', 'stylesheet', 'script'].includes(request.resourceType())) sizes.push(request.sizes().then((size) => size.responseBodySize));
    });
    await page.goto(path, { waitUntil: 'load' });
    const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    expect(sizes.length, path).toBeGreaterThanOrEqual(3);
    expect(bytes, path).toBeLessThanOrEqual(BUDGET);
    await page.close();
  }
});

test('every page is set in its typeface and shows all its sleeves', async ({ page }) => {
  for (const path of PAGES) {
    await page.goto(path, { waitUntil: 'load' });
    expect(await page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px Archivo') && [...document.fonts].some((font) => font.status === 'loaded'))"), path).toBe(true);
    const broken = await page.evaluate("[...document.images].filter((image) => image.complete && image.naturalWidth === 0).map((image) => image.src)");
    expect(broken, path).toEqual([]);
    const moving = await page.evaluate("[...document.images].filter((image) => !image.hasAttribute('width') || !image.hasAttribute('height')).map((image) => image.src)");
    expect(moving, path).toEqual([]);
  }
});

// 400% zoom of a window of 1280 pixels is one of 320; the spacing is that of WCAG 1.4.12.
for (const width of [320, 768]) {
  test(`at ${width} pixels and with wider spacing no page is wider than the window`, async ({ page }) => {
    await page.setViewportSize({ width, height: 740 });
    for (const path of PAGES) {
      await page.goto(path);
      await page.evaluate("document.querySelectorAll('body, body *').forEach((element) => { element.style.letterSpacing = '.12em'; element.style.wordSpacing = '.16em'; element.style.lineHeight = '1.5'; })");
      const [scroll, client] = await page.evaluate('[document.documentElement.scrollWidth, document.documentElement.clientWidth]') as [number, number];
      expect(scroll, path).toBeLessThanOrEqual(client);
    }
  });
}
