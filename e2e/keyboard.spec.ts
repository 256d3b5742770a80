import type { Page } from '@playwright/test';
import { expect, test } from './site.ts';

/**
 * What is measured of the element with the focus; a text, because the tests are compiled without a document.
 * The outline may be drawn around the card or the form that the element stands in.
 */
const FOCUS = `(() => {
  const element = document.activeElement;
  if (!element || element === document.body) return undefined;
  const outline = ({ outlineStyle, outlineWidth }) => outlineStyle === 'none' ? 0 : parseFloat(outlineWidth);
  const around = [element, element.parentElement, element.parentElement.parentElement, element.parentElement.parentElement.parentElement];
  const { width, height, top, bottom } = element.getBoundingClientRect();
  return {
    what: element.outerHTML.slice(0, 120),
    outline: Math.max(outline(getComputedStyle(element, '::after')), ...around.filter(Boolean).map((each) => outline(getComputedStyle(each)))),
    seen: width > 0 && height > 0 && bottom > 0 && top < innerHeight,
  };
})()`;

// Smooth scrolling would still be under way when the element is measured.
test.use({ contextOptions: { reducedMotion: 'reduce' } });

test('the focus goes through the page and is seen at every stop', async ({ page }) => {
  for (const path of ['/', '/songs', '/login']) {
    await page.goto(path);
    let stops = 0;
    for (; stops < 30; stops++) {
      await page.keyboard.press('Tab');
      const focus = await page.evaluate(FOCUS) as { what: string; outline: number; seen: boolean } | undefined;
      if (!focus) break;
      expect(focus.outline, `${path} ${focus.what}`).toBeGreaterThanOrEqual(2);
      expect(focus.seen, `${path} ${focus.what}`).toBe(true);
    }
    expect(stops, path).toBeGreaterThan(10);
  }
});

test('a song is liked, found in the list and removed by keyboard alone', async ({ page }) => {
  await page.goto('/songs?page=5');
  const name = await page.locator('.track .name > a').first().innerText();
  const heart = page.locator('.track .like').first();
  await tabTo(page, '.track .like');
  await page.keyboard.press('Space');
  await expect(heart).toHaveAttribute('aria-pressed', 'true');
  await tabTo(page, '.you a', 'Shift+Tab');
  await tabTo(page, '.you a[href="/liked"]', 'Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/liked');
  await expect(page.locator('.track .name > a')).toHaveText([name]);
  await tabTo(page, 'a[href="/liked/remove-all"]');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Remove all liked songs?');
  await tabTo(page, '.btn.del');
  await page.keyboard.press('Enter');
  await expect(page.getByText('No liked songs yet')).toBeVisible();
});

test('a form that fails takes the focus to what is wrong, which leads to the field', async ({ page }) => {
  await page.goto('/login');
  await tabTo(page, '#username');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Enter your username.' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('#username')).toBeFocused();
});

async function tabTo(page: Page, selector: string, key = 'Tab'): Promise<void> {
  for (let stops = 0; stops < 200; stops++) {
    await page.keyboard.press(key);
    if (await page.evaluate(`Boolean(document.activeElement?.matches(${JSON.stringify(selector)}))`)) return;
  }
  throw new Error(`${key} never came to ${selector}`);
}
