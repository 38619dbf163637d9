import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { opened } from './helpers';

let page: Page;
test.beforeAll(async ({ browser }) => {
  ({ page } = await opened(browser));
});
test.afterAll(() => page.close());

/** What axe finds against WCAG 2.2 A and AA, by rule and place. */
async function faults(): Promise<string[]> {
  // The map's own canvas has a name and a table that says the same; what is inside it is a picture.
  const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).exclude('.maplibregl-ctrl').analyze();
  return found.violations.flatMap((fault) => fault.nodes.map((node) => `${fault.id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`));
}

test('every panel, dialog and tool is accessible', async () => {
  for (const tab of ['1', '2', '3', '4']) {
    await page.keyboard.press(tab);
    expect(await faults(), `tab ${tab}`).toEqual([]);
  }
  await page.keyboard.press('2');
  await page.locator('.service .row').first().click();
  expect(await faults(), 'a service').toEqual([]);
  await page.keyboard.press('Escape');
  await page.keyboard.press('1');
  await page.locator('.rows .row').first().click();
  expect(await faults(), 'a zone').toEqual([]);
  for (const name of ['导出', '对比', '情景', '历史', '帮助', '方案']) {
    await page.locator('header .tools button', { hasText: name }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    expect(await faults(), name).toEqual([]);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  }
});

test('tools and print view are accessible', async () => {
  await page.keyboard.press('e');
  await expect(page.locator('section.edit')).toBeVisible();
  expect(await faults(), 'editing').toEqual([]);
  await page.keyboard.press('e');
  await expect(page.locator('section.edit')).toHaveCount(0);
  await page.keyboard.press('p');
  expect(await faults(), 'print').toEqual([]);
  await page.getByRole('button', { name: '返回' }).click();
});

test('the page can be walked through by keyboard alone', async () => {
  await page.locator('header button').first().focus();
  const met = new Set<string>();
  for (let step = 0; step < 45; step += 1) {
    met.add(await page.evaluate(() => ['header', '.map', '.legend', '.tabs', '.top', '.head', '.rows'].find((part) => document.activeElement?.closest(part)) ?? ''));
    await page.keyboard.press('Tab');
  }
  expect([...met]).toEqual(expect.arrayContaining(['header', '.map', '.legend', '.tabs', '.top', '.head', '.rows']));
  await page.locator('.rows .row').nth(1).focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('.card')).toBeVisible();
});
