import { expect, type Page, test } from '@playwright/test';
import { fitted, opened, shot } from './helpers';

// Distances are measured by a real server only.
test.skip(!process.env['LIFANG_URL'], 'needs a running lifang serve');

let page: Page;
let errors: string[];
let category: string;

interface Shares {
  persons: number | null;
}
interface Plan {
  bounds: [number, number, number, number];
  revision: number;
  coverage: { categories: { key: string; facilities: number; tier: string; shares: Record<string, Record<string, Shares>> }[] };
}
const plan = async (): Promise<Plan> => (await (await page.request.get('/api/plan')).json()) as Plan;
const card = () => page.getByRole('region', { name: '选址与试算' });
const share = async (column: number): Promise<number> => Number.parseInt((await card().locator('tr.now td').nth(column).innerText()).replace(/[<>]/, ''), 10);

test.beforeAll(async ({ browser }) => {
  ({ page, errors } = await opened(browser));
  const { coverage } = await plan();
  // A service that reaches some people but not all, so that a station can help.
  const wanting = coverage.categories.find((each) => {
    const reached = each.shares['adult']?.[each.tier]?.persons ?? 1;
    return each.facilities > 0 && reached > 0.05 && reached < 0.9;
  });
  if (!wanting) throw new Error('the plan lacks nothing');
  category = wanting.key;
});
test.afterAll(() => page.close());

test('from a coverage gap to the best site: what it adds is told before and after, and drawn', async () => {
  const { revision } = await plan();
  await page.keyboard.press('2');
  await page.locator(`button[data-category="${category}"]`).click();
  await expect(page.locator('.gaps li').first()).toBeVisible();
  await shot(page, 'gaps');
  await page.locator('.ask').getByRole('button', { name: '推荐选址' }).click();
  await card().getByLabel('新增站点数').fill('2');
  await card().getByRole('button', { name: '开始选址' }).click();
  await expect(page.locator('.job')).toContainText('选址');
  await expect(card()).toContainText('新增可达', { timeout: 60_000 });
  await expect(card()).toContainText('已证明是');
  await expect(card().locator('.result li')).toHaveCount(2);
  expect(await share(1)).toBeGreaterThan(await share(0));
  await expect(page.getByRole('region', { name: '图例' })).toContainText('新增可达');
  await shot(page, 'sites');
  // Nothing of it is saved.
  expect((await plan()).revision).toBe(revision);
});

test('the sites go on as what-if, with a station more by a click, and one left out', async () => {
  await card().getByRole('button', { name: '以此继续试算' }).click();
  await expect(card().locator('.changes li')).toHaveCount(2);
  const map = await page.locator('.map').boundingBox();
  if (!map) throw new Error('there is no map');
  await page.mouse.click(map.x + map.width * 0.55, map.y + map.height * 0.3);
  await expect(card().locator('.changes li')).toHaveCount(3);
  await card().getByRole('button', { name: '去掉第 2 项' }).click();
  await expect(card().locator('.changes li')).toHaveCount(2);
  await card().getByRole('button', { name: '试算效果' }).click();
  await expect(card()).toContainText('新增可达', { timeout: 60_000 });
  await shot(page, 'what_if');
});

test('a station there is can be closed or moved, and who loses it is told', async () => {
  await card().getByRole('button', { name: '打通建议' }).click();
  await card().getByRole('button', { name: '试一试' }).click();
  for (let left = await card().locator('.changes li').count(); left > 0; left -= 1) await card().getByRole('button', { name: '去掉第 1 项' }).click();
  const { features } = (await (await page.request.get('/api/layers/facilities')).json()) as { features: { properties: { category: string; open: boolean; code: string }; geometry: { coordinates: [number, number] } }[] };
  const station = features.find((each) => each.properties.category === category && each.properties.open)!;
  await page.getByRole('button', { name: '显示整个辖区' }).click();
  await page.waitForTimeout(600);
  const at = (await fitted(page, (await plan()).bounds))(station.geometry.coordinates);
  const map = (await page.locator('.map').boundingBox())!;
  await page.mouse.click(...at);
  await card().getByRole('button', { name: '关闭该站点' }).click();
  await card().getByRole('button', { name: '试算效果' }).click();
  await expect(card()).toContainText('不再可达', { timeout: 60_000 });
  await shot(page, 'closed_station');
  await card().getByRole('button', { name: '去掉第 1 项' }).click();
  await page.mouse.click(...at);
  await page.mouse.click(map.x + map.width * 0.6, map.y + map.height * 0.7);
  await expect(card().locator('.changes li')).toContainText('迁移');
});

test('openings are ranked by whom they bring within reach, and can be tried', async () => {
  await card().getByRole('button', { name: '打通建议' }).click();
  await expect(card().locator('li').first().or(card().getByText('没有哪一处'))).toBeVisible({ timeout: 60_000 });
  await shot(page, 'openings');
  if ((await card().locator('li').count()) > 0) {
    await card().locator('li button.plain').first().click();
    await shot(page, 'opening');
    await card().getByRole('button', { name: '试算', exact: true }).first().click();
    await card().getByRole('button', { name: '试算效果' }).click();
    await expect(card()).toContainText('新增可达', { timeout: 60_000 });
    await shot(page, 'opening_tried');
  }
  await card().getByRole('button', { name: '关闭（Esc）' }).click();
  await expect(card()).toHaveCount(0);
});

test('coverage is asked about at a time of day, with the gates shut then, and goes back to daytime', async () => {
  await page.keyboard.press('Escape');
  await page.keyboard.press('2');
  const told = page.locator('.gates');
  await expect(told).toBeHidden();
  await page.getByLabel('日期').selectOption('周日');
  const clock = page.getByLabel('时刻');
  // Half hours of a day of 24, the same in both languages.
  await expect(clock).toHaveValue('22:30');
  await expect(clock.locator('option')).toHaveCount(48);
  await clock.selectOption('22:30');
  await page.getByRole('button', { name: '按此时刻计算' }).click();
  await expect(told).toContainText('周日 22:30', { timeout: 80_000 });
  await expect(told).toContainText('不知开放时间');
  await shot(page, 'night');
  expect(((await plan()) as unknown as { coverage: { gates: { at: string } } }).coverage.gates.at).toBe('Su 22:30');
  await told.getByRole('button', { name: '恢复白天' }).click();
  await expect(told).toBeHidden({ timeout: 80_000 });
});

test('nothing of this wrote an error into the console', () => {
  expect(errors).toEqual([]);
});
