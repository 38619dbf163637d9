import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { expect, type Page, test } from '@playwright/test';
import { atoms, drawn, history, opened, shot, takeBack } from './helpers';

// These make and open plans: only a real server does.
test.skip(!process.env['LIFANG_URL'], 'needs a running lifang serve');

let page: Page;
let errors: string[];
let open: string;
const tool = (name: string) => page.locator('header .tools button', { hasText: name });

test.beforeAll(async ({ browser }) => {
  ({ page, errors } = await opened(browser));
  open = ((await (await page.request.get('/api/plans')).json()) as { open: string }).open;
});
test.afterAll(async () => {
  await page.request.post('/api/plans/open', { data: { file: open } });
  await page.close();
});

test('an edit in one browser shows in another, with who did it and why', async ({ browser }) => {
  const other = (await opened(browser)).page;
  const { entries, revision } = await history(page);
  const all = await atoms(page);
  const atom = all.find((each) => each.households > 0 && each.floor_low === null)!;
  const to = all.find((each) => each.grid === atom.grid && each.zone !== atom.zone)!;
  const name = `${atom.zone}${to.zone}`;
  const asked = other.waitForResponse((response) => response.url().includes('/api/layers/zones'));
  const done = await page.request.post('/api/edits', {
    data: { base: revision, edit: { move: { level: 'micro_grid', atoms: { codes: [atom.code] }, to: to.zone } }, note: { author: '王芳', reason: '楼栋移交' } },
  });
  expect(done.status(), name).toBe(200);
  await expect(other.getByText('王芳调整了')).toBeVisible();
  await expect(other.getByText('楼栋移交')).toBeVisible();
  await asked;
  await shot(other, 'two_browsers');
  await other.locator('header .tools button', { hasText: '历史' }).click();
  await expect(other.getByRole('dialog')).toContainText('王芳');
  await shot(other, 'history');
  await other.close();
  await takeBack(page, entries.length);
});

test('a violation is repaired by one click, as a job with progress', async () => {
  const { revision } = await history(page);
  const all = await atoms(page);
  const atom = all.find((each) => each.households > 20 && each.floor_low === null)!;
  const to = all.find((each) => each.grid === atom.grid && each.zone !== atom.zone)!;
  const broken = await page.request.post('/api/edits', { data: { base: revision, edit: { move: { level: 'micro_grid', atoms: { codes: [atom.code] }, to: to.zone } } } });
  expect(broken.status()).toBe(200);
  await page.keyboard.press('3');
  await expect(page.locator('#panel li').first()).toContainText('处理办法');
  await shot(page, 'violations');
  await page.getByRole('button', { name: '自动修复' }).click();
  await expect(page.locator('.job')).toBeVisible();
  await expect(page.getByText(/修复完成|未能完成/)).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText('修复完成：还剩 0 个问题')).toBeVisible();
});

test('a zone tells its contact groups, shown on the map, and where a replanning took its households from', async () => {
  interface Record { groups: { number: number; count: number; buildings: string[] }[]; lineage: { event: string }[] }
  const { levels } = (await (await page.request.get('/api/verify')).json()) as { levels: { detail: { code: string }[] }[] };
  const card = page.locator('.card');
  let [grouped, changed] = [false, false];
  for (const { code } of levels.at(-1)?.detail ?? []) {
    const known = (await (await page.request.get(`/api/zones/${code}`)).json()) as Record;
    const wanted = (!grouped && known.groups.length > 0) || (!changed && known.lineage.length > 0);
    if (!wanted) continue;
    await page.keyboard.press('/');
    await page.locator('#filter').fill(code);
    await page.locator('.rows .row').first().click();
    if (known.groups.length > 0) {
      await expect(card).toContainText(`联系户（${known.groups.length} 组）`);
      const first = card.locator('.groups button').first();
      await expect(first).toContainText(`${known.groups[0]?.count} `);
      await first.click();
      await expect(first).toHaveAttribute('aria-pressed', 'true');
      await expect(page.getByRole('region', { name: '图例' })).toContainText('联系户第 1 组');
      await shot(page, 'contact_groups');
      await first.click();
      await expect(page.getByRole('region', { name: '图例' })).not.toContainText('联系户第');
      grouped = true;
    }
    if (known.lineage.length > 0) {
      await expect(card).toContainText('最近一次重划');
      await expect(card).toContainText(/沿用|新设/);
      await shot(page, 'lineage');
      changed = true;
    }
    await page.locator('#filter').fill('');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    if (grouped && changed) break;
  }
  expect([grouped, changed]).toEqual([true, true]);
});

test('boundary files are exported with the coordinate system and encoding asked for, and GDAL reads them', async ({}, info) => {
  await tool('导出').click();
  const dialog = page.getByRole('dialog', { name: '导出' });
  await expect(dialog.locator('tbody tr').first()).toBeVisible();
  await dialog.getByLabel('坐标系').selectOption('EPSG:4490');
  await dialog.getByLabel('文字编码').selectOption('gbk');
  await shot(page, 'export');
  const saved = page.waitForEvent('download');
  await dialog.getByRole('button', { name: '保存文件' }).click();
  const path = info.outputPath('zones.zip');
  await (await saved).saveAs(path);
  const told = execFileSync('ogrinfo', ['-ro', '-al', '-so', `/vsizip/${path}`]).toString();
  const { levels } = (await (await page.request.get('/api/plan')).json()) as { levels: { zones: number }[] };
  expect(told).toContain(`Feature Count: ${levels.at(-1)?.zones}`);
  expect(told).toContain('China Geodetic Coordinate System 2000');
  await expect(dialog).toHaveCount(0);
  // The whole plan goes into one workbook for those who work in Excel.
  await tool('导出').click();
  await dialog.getByLabel('图层').selectOption('plan');
  await expect(dialog.getByLabel('格式')).toHaveValue('xlsx');
  await shot(page, 'export_whole');
  const book = page.waitForEvent('download');
  await dialog.getByRole('button', { name: '保存文件' }).click();
  expect((await book).suggestedFilename()).toMatch(/\.xlsx$/);
  const workbook = info.outputPath('plan.xlsx');
  await (await book).saveAs(workbook);
  expect(execFileSync('ogrinfo', ['-ro', '-q', workbook]).toString()).toContain('微网格');
  await expect(dialog).toHaveCount(0);
});

test('outlines are exported with fewer points, and the file says so', async ({}, info) => {
  const saved = async (name: string): Promise<string> => {
    const download = page.waitForEvent('download');
    await page.getByRole('dialog', { name: '导出' }).getByRole('button', { name: '保存文件' }).click();
    const path = info.outputPath(name);
    await (await download).saveAs(path);
    return readFileSync(path, 'utf8');
  };
  const dialog = page.getByRole('dialog', { name: '导出' });
  const ask = async (): Promise<void> => {
    await tool('导出').click();
    await dialog.getByLabel('格式').selectOption('geojson');
  };
  await ask();
  const exact = await saved('exact.geojson');
  await ask();
  await dialog.getByLabel('边界线').selectOption('5');
  await dialog.getByLabel('平滑转角').check();
  await expect(dialog).toContainText('文件中会注明');
  await shot(page, 'export_thinned');
  const thinned = await saved('thinned.geojson');
  expect(thinned).toContain('边界已抽稀，误差不超过 5 米，并作平滑');
  expect(exact).not.toContain('边界已抽稀');
  // A table has no outlines that could be thinned.
  await tool('导出').click();
  await dialog.getByLabel('格式').selectOption('csv');
  await expect(dialog.getByLabel('边界线')).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
});

test('with no plan open the start page makes one from files that are dropped, and the engine divides it', async ({}, info) => {
  // The buildings and streets of the open plan, as somebody else would bring them.
  for (const layer of ['buildings', 'streets']) {
    await writeFile(info.outputPath(`${layer}.geojson`), await (await page.request.get(`/api/layers/${layer}`)).body());
  }
  // And a register: a row a household, one of them of a building nobody knows.
  const { features } = JSON.parse(readFileSync(info.outputPath('buildings.geojson'), 'utf8')) as { features: { properties: { code: string; households: number } }[] };
  const homes = features.flatMap(({ properties: { code, households } }) => Array.from({ length: households }, (_, n) => `${code},${Math.floor(n / 4) + 1}0${(n % 4) + 1},户主${n}`));
  await writeFile(info.outputPath('住户台账.csv'), ['楼栋编号,房号,户主姓名', ...homes, 'X99,101,某人'].join('\n'));
  await page.request.post('/api/plans/close', { data: {} });
  await expect(page.getByRole('heading', { name: '用文件新建' })).toBeVisible();
  await shot(page, 'start');
  await page.locator('input[type=file]').setInputFiles(['buildings.geojson', 'streets.geojson', '住户台账.csv'].map((name) => info.outputPath(name)));
  await expect(page.getByRole('heading', { name: '字段对应' })).toBeVisible();
  await expect(page.getByLabel('户数')).toHaveValue('households');
  await page.getByLabel('辖区名称').fill(`上传 ${Date.now()}`);
  await expect(page.getByLabel('用作').last()).toHaveValue('table');
  await page.getByLabel('每一行是').selectOption('households');
  await expect(page.locator('article').last()).not.toContainText('户主1');
  await shot(page, 'upload');
  await page.getByRole('button', { name: '新建方案' }).click();
  const made = page.getByRole('region', { name: '方案已建好' });
  await expect(made).toContainText('I-137', { timeout: 60_000 });
  await made.getByText('I-133').click();
  await expect(made).toContainText('X99');
  await expect(made).not.toContainText('某人');
  await shot(page, 'upload_found');
  await made.getByRole('button', { name: '打开方案' }).click();
  await expect(page.getByText('这个方案还没有划分')).toBeVisible({ timeout: 60_000 });
  await drawn(page);
  await shot(page, 'propose');
  await page.getByRole('button', { name: '自动划分' }).click();
  await expect(page.locator('header .level button').first()).toBeVisible({ timeout: 60_000 });
});

test('plans are compared, and what moved is marked on the map', async () => {
  const before = ((await (await page.request.get('/api/plans')).json()) as { open: string }).open;
  await tool('方案').click();
  await page.getByRole('dialog').getByRole('link', { name: open }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await drawn(page);
  await tool('对比').click();
  await page.getByRole('dialog').getByRole('button', { name: before }).click();
  const card = page.getByRole('region', { name: '对比方案' });
  await expect(card).toContainText('户换了分区');
  await shot(page, 'compare');
  await card.getByRole('button', { name: '关闭' }).click();
  await expect(card).toHaveCount(0);
});

test('two plans are open side by side, each at its own address, and an address of no plan says so', async ({ browser }) => {
  const fileOf = async (each: Page) => ((await (await each.request.get(`${new URL(each.url()).pathname}api/plan`)).json()) as { file: string }).file;
  const { plans } = (await (await page.request.get('/api/plans')).json()) as { plans: { file: string; problem: string | null }[] };
  const here = await fileOf(page);
  const there = plans.find((each) => each.problem === null && each.file !== here)!.file;
  const other = await opened(browser, `/plans/${encodeURIComponent(there)}/?lang=zh`);
  expect(await fileOf(other.page)).toBe(there);
  expect(await fileOf(page)).toBe(here);
  await other.page.goto('/plans/?lang=zh');
  await expect(other.page.getByRole('link', { name: here })).toContainText('个页面正在查看');
  await shot(other.page, 'plans');
  await other.page.goto('/plans/nothing.gpkg/?lang=zh');
  await expect(other.page.getByRole('link', { name: '全部方案' })).toBeVisible();
  await other.page.close();
});

test('nothing of this wrote an error into the console', () => {
  expect(errors).toEqual([]);
});
