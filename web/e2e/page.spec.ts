import { expect, type Page, test } from '@playwright/test';
import { drawn, opened, shot } from './helpers';

let page: Page;
let errors: string[];

test.beforeAll(async ({ browser }) => {
  ({ page, errors } = await opened(browser));
});
test.beforeEach(async () => {
  errors.length = 0;
  await page.keyboard.press('1');
});
test.afterAll(() => page.close());

interface PlanJson {
  levels: { key: string; zones: number; title: { zh: string } }[];
  coverage: { categories: { key: string; facilities: number }[] } | null;
  violations: number;
}
const plan = async (): Promise<PlanJson> => (await (await page.request.get('/api/plan')).json()) as PlanJson;

test('the page opens with map, legend, scale and figures, and no error', async () => {
  await expect(page.locator('canvas.maplibregl-canvas')).toBeVisible();
  await expect(page.getByRole('region', { name: '图例' })).toContainText('辖区边界');
  await expect(page.locator('.maplibregl-ctrl-scale')).toHaveText(/\d+\s*m/);
  await expect(page.locator('header dl')).toContainText('户数');
  await shot(page, 'micro_grids');
  expect(errors).toEqual([]);
});

test('the level switch changes the number of zones in table and map', async () => {
  const { levels } = await plan();
  const table = page.locator('.table');
  await expect(table).toHaveAttribute('data-zones', String(levels.at(-1)?.zones));
  await page.locator('header .level button').first().click();
  await expect(table).toHaveAttribute('data-zones', String(levels[0]?.zones));
  await expect(page.locator('.map')).toHaveAttribute('data-busy', 'false');
  await shot(page, 'grids');
  await page.locator('header .level button').last().click();
  expect(errors).toEqual([]);
});

test('a click on a zone shows its figures, and Escape puts them away', async () => {
  const box = await page.locator('canvas.maplibregl-canvas').boundingBox();
  if (!box) throw new Error('the map has no size');
  await page.mouse.click(box.x + box.width * 0.6, box.y + box.height * 0.45);
  const card = page.locator('.card');
  await expect(card).toBeVisible();
  await expect(card).toContainText('常住人口');
  await expect(card).toContainText(/公顷|平方米|平方公里/);
  await expect(page.locator('.rows .row[aria-selected="true"]')).toHaveCount(1);
  await shot(page, 'zone');
  await page.keyboard.press('Escape');
  await expect(card).toHaveCount(0);
  expect(errors).toEqual([]);
});

test('a click in the table chooses a zone, and the filter finds it', async () => {
  await page.keyboard.press('/');
  await expect(page.locator('#filter')).toBeFocused();
  const code = (await page.locator('.rows .row .code').first().getAttribute('title')) ?? '';
  await page.keyboard.type(code);
  await expect(page.locator('.rows .row')).toHaveCount(1);
  await page.locator('.rows .row').click();
  await expect(page.locator('.card')).toContainText(code);
  await shot(page, 'zoomed');
  await page.locator('#filter').fill('没有这个网格');
  await expect(page.locator('.rows .empty')).toBeVisible();
  await page.locator('#filter').fill('');
  await page.locator('#filter').blur();
  await page.keyboard.press('Escape');
});

test('the language switch turns every text', async () => {
  await page.locator('header .language').click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page.getByRole('tab', { name: 'Coverage' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Legend' })).toContainText('Territory boundary');
  await shot(page, 'english');
  // Another page of the same browser speaks the language chosen last.
  expect(await page.evaluate(() => localStorage.getItem('lifang.language'))).toBe('en');
  await page.locator('header .language').click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
});

test('choosing a service shows its circle, its legend and its gaps', async () => {
  const { coverage } = await plan();
  test.skip(!coverage, 'this plan has no coverage');
  const key = coverage?.categories.find((category) => category.facilities > 0)?.key;
  await page.keyboard.press('2');
  const asked = page.waitForResponse((response) => response.url().includes('/api/layers/coverage') && response.ok());
  await page.locator(`[data-category="${key}"]`).click();
  await asked;
  await expect(page.getByRole('region', { name: '图例' })).toContainText(/步行 [\d,]+ 米（\d+ 分钟）可达/);
  await expect(page.locator('.detail table')).toContainText('%');
  await shot(page, 'coverage');
  for (const tier of await page.locator('.tiers button').all()) {
    await tier.click();
    if ((await page.locator('.gaps li').count()) > 0) break;
  }
  const gap = page.locator('.gaps li button').first();
  if ((await gap.count()) > 0) {
    await expect(gap).toContainText('户');
    await gap.click();
    await expect(gap).toHaveAttribute('aria-pressed', 'true');
    await shot(page, 'gap');
  }
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(page.locator('.detail')).toHaveCount(0);
  expect(errors).toEqual([]);
});

test('from afar coverage shows areas without outlines of small zones, and the legend says only what is drawn', async () => {
  const { coverage, levels } = await plan();
  test.skip(!coverage || levels.length < 2, 'this plan has no coverage or one level');
  const legend = page.getByRole('region', { name: '图例' });
  const [coarse, fine] = [`${levels[0]?.title.zh}边界`, `${levels.at(-1)?.title.zh}边界`];
  const zoom = async (name: string, steps: number): Promise<void> => {
    for (let step = 0; step < steps; step += 1) {
      await page.getByRole('button', { name }).click();
      await page.waitForTimeout(300);
    }
  };
  await page.keyboard.press('2');
  await page.locator(`[data-category="${coverage?.categories.find((category) => category.facilities > 0)?.key}"]`).click();
  await page.getByRole('button', { name: '显示整个辖区' }).click();
  await zoom('缩小', 5);
  await expect(legend).toContainText(coarse);
  await expect(legend.getByText(fine, { exact: true })).toHaveCount(0);
  await expect(legend).not.toContainText('户之内');
  await shot(page, 'coverage_far');
  await zoom('放大', 8);
  await expect(legend.getByText(fine, { exact: true })).toHaveCount(1);
  await page.getByRole('button', { name: '显示整个辖区' }).click();
  await page.keyboard.press('Escape');
});

test('issues name cause and action, or say that there are none', async () => {
  const { violations } = await plan();
  await page.keyboard.press('3');
  if (violations === 0) {
    await expect(page.locator('.fine')).toBeVisible();
  } else {
    await expect(page.locator('#panel li').first()).toContainText('处理办法');
    await page.locator('#panel li button:not(:disabled)').first().click();
    await expect(page.locator('.card')).toBeVisible();
  }
  await shot(page, 'issues');
  await page.keyboard.press('Escape');
  expect(errors).toEqual([]);
});

test('each switch of the layers panel can be thrown', async () => {
  await page.keyboard.press('4');
  for (const box of await page.locator('#panel input[type=checkbox]').all()) {
    const was = await box.isChecked();
    await box.click();
    await expect(box).toBeChecked({ checked: !was });
  }
  await shot(page, 'layers');
  await page.locator('.reset').click();
  await expect(page.locator('#panel input[type=checkbox]').first()).toBeChecked();
  expect(errors).toEqual([]);
});

test('a tablet held upright keeps map and panel, and the print view lays the map out to scale', async () => {
  await page.setViewportSize({ width: 800, height: 1100 });
  await expect(page.getByRole('tab', { name: '网格' })).toBeVisible();
  await shot(page, 'tablet');
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.keyboard.press('p');
  await page.locator('.bar select').nth(2).selectOption('5000');
  await expect(page.locator('.block')).toContainText('1 : 5,000');
  await page.locator('.bar select').nth(2).selectOption('0');
  await shot(page, 'print');
  await page.getByRole('button', { name: '返回' }).click();
  await page.setViewportSize({ width: 1280, height: 720 });
  expect(errors).toEqual([]);
});

test('nothing is cut off at the right on a small screen, in either language', async () => {
  for (const language of ['en', 'zh-CN']) {
    await page.locator('header .language').click();
    await expect(page.locator('html')).toHaveAttribute('lang', language);
    for (const [width, height] of [[1024, 768], [768, 1024]] as const) {
      await page.setViewportSize({ width, height });
      for (const tab of ['1', '2', '3', '4']) {
        await page.keyboard.press(tab);
        await expect(page.getByRole('tab').nth(Number(tab) - 1)).toHaveAttribute('aria-selected', 'true');
        const cut = await page.evaluate(() =>
          [...document.querySelectorAll('header, header *, #panel, #panel *')]
            .filter((part) => part.getBoundingClientRect().width > 0 && part.getBoundingClientRect().right > innerWidth + 1)
            .map((part) => `${part.tagName} ${part.textContent?.trim().slice(0, 40)}`),
        );
        expect(cut, `${language} ${width} ${tab}`).toEqual([]);
      }
    }
  }
  await page.setViewportSize({ width: 1280, height: 720 });
});

test('help tells the keys, and the tour leads round in five steps', async () => {
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: '帮助' });
  await expect(help).toContainText('撤销');
  await shot(page, 'help');
  await help.getByRole('button', { name: '重新播放新手引导' }).click();
  const tour = page.getByRole('dialog', { name: '新手引导' });
  for (let step = 1; step <= 5; step += 1) {
    await expect(tour).toContainText(`第 ${step} 步，共 5 步`);
    if (step === 3) await shot(page, 'tour');
    await page.keyboard.press('ArrowRight');
  }
  await expect(tour).toHaveCount(0);
});

test('an area drawn on the map tells who lives in it', async () => {
  test.skip(!process.env['LIFANG_URL'], 'the made-up community has nobody in its cells');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: '圈一个范围' }).click();
  const map = (await page.locator('.map').boundingBox())!;
  const card = page.getByRole('region', { name: '范围统计' });
  // What draws is loaded when it is first wanted.
  const ready = (): Promise<void> => expect(card.getByRole('status')).toHaveAttribute('aria-busy', 'false');
  await ready();
  await page.mouse.move(map.x + 480, map.y + 180);
  await page.mouse.down();
  for (const [x, y] of [[640, 170], [700, 300], [600, 400], [470, 330]] as const) await page.mouse.move(map.x + x, map.y + y, { steps: 6 });
  await page.mouse.up();
  await expect(card).toContainText('范围内户数');
  await shot(page, 'impact');
  await page.keyboard.press('Escape');
  await expect(card).toHaveCount(0);

  // Corner by corner, and corrected: the count follows.
  await page.getByRole('button', { name: '圈一个范围' }).click();
  await card.getByRole('button', { name: '多边形' }).click();
  await ready();
  for (const [x, y] of [[480, 180], [660, 170], [690, 300], [600, 400]] as const) {
    await page.mouse.move(map.x + x, map.y + y);
    await page.mouse.click(map.x + x, map.y + y);
    await page.waitForTimeout(350);
  }
  await page.keyboard.press('Enter');
  const households = card.locator('dl dd').first();
  await expect(households).toHaveText(/\d/);
  const before = await households.textContent();
  await page.mouse.move(map.x + 600, map.y + 400);
  await page.waitForTimeout(300);
  await page.mouse.down();
  await page.mouse.move(map.x + 560, map.y + 240, { steps: 8 });
  await page.mouse.up();
  await expect(households).not.toHaveText(before ?? '');
  await shot(page, 'impact_corners');
  // A click inside the area is one for the area, not for the zone beneath.
  await expect(page.getByRole('region', { name: '范围统计' })).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(card).toHaveCount(0);
});

test('a server that is gone is said, with what to do', async () => {
  await page.route('**/api/plan', (route) => route.abort());
  await page.goto('/?lang=zh');
  await expect(page.getByRole('alert')).toContainText('里坊服务没有响应');
  await page.unroute('**/api/plan');
});

test('a hostile name stays text', async () => {
  await page.route('**/api/plan', async (route) => {
    const response = await route.fetch();
    const body = { ...((await response.json()) as object), name: '<img src=x onerror="window.hurt=1">' };
    await route.fulfill({ json: body });
  });
  await page.getByRole('button', { name: '重试' }).click();
  await drawn(page);
  await expect(page.locator('header h1')).toHaveText('<img src=x onerror="window.hurt=1">');
  expect(await page.evaluate(() => 'hurt' in window)).toBe(false);
  await page.unroute('**/api/plan');
});
