import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, type Page, test } from '@playwright/test';
import { drawn, opened, shot } from './helpers';

// Punggol, a Singapore new town: 376 buildings, 28,044 households of the housing board's register, 125 km of walks.
const FOLDER = fileURLToPath(new URL('../../../shared/data/punggol/', import.meta.url));
test.skip(!process.env['LIFANG_URL'], 'needs a running lifang serve');
test.skip(!existsSync(FOLDER), `${FOLDER} is not there`);
test.setTimeout(200_000);
test.describe.configure({ mode: 'serial' });

let page: Page;
let errors: string[];
let open: string;

test.beforeAll(async ({ browser }) => {
  ({ page, errors } = await opened(browser));
  open = ((await (await page.request.get('/api/plans')).json()) as { open: string }).open;
  await page.request.post('/api/plans/close', { data: {} });
});
test.afterAll(async () => {
  await page.request.post('/api/plans/open', { data: { file: open } });
  await page.close();
});

test('a town comes in by dropping its files: columns, coordinate system and encoding are shown before anything is made', async () => {
  await page.locator('input[type=file]').setInputFiles(['buildings.geojson', 'streets.geojson'].map((name) => `${FOLDER}${name}`));
  await expect(page.getByRole('heading', { name: '字段对应' })).toBeVisible();
  // The register calls households dwelling units; nobody has to know.
  await expect(page.getByLabel('户数')).toHaveValue('dwelling_units');
  await expect(page.getByLabel('坐标系').first()).toHaveValue('EPSG:4326');
  await page.getByLabel('辖区名称').fill(`榜鹅 ${Date.now()}`);
  await shot(page, 'import');
});

test('the town is made, divided and judged, with progress all the way', async () => {
  const began = Date.now();
  await page.getByRole('button', { name: '新建方案' }).click();
  await expect(page.locator('.job')).toBeVisible();
  // What was found in the files is said before the plan is opened.
  const made = page.getByRole('region', { name: '方案已建好' });
  await expect(made).toContainText('28,044', { timeout: 120_000 });
  await shot(page, 'import_found');
  await made.getByRole('button', { name: '打开方案' }).click();
  await expect(page.getByText('这个方案还没有划分')).toBeVisible({ timeout: 120_000 });
  await drawn(page);
  console.log(`made and shown: ${Date.now() - began} ms`);
  await expect(page.locator('header dl')).toContainText('28,044');
  await shot(page, 'import_made');
  const divided = Date.now();
  await page.getByRole('button', { name: '自动划分' }).click();
  await expect(page.locator('header .level button').first()).toBeVisible({ timeout: 200_000 });
  await drawn(page);
  console.log(`divided and shown: ${Date.now() - divided} ms`);
  await page.keyboard.press('1');
  await expect(page.locator('.table')).toHaveAttribute('data-zones', /\d{3}/);
  await shot(page, 'import_divided');
  await page.keyboard.press('3');
  await shot(page, 'import_issues');
});

test('what is slow is told while it runs, and services can be counted afterwards', async () => {
  await page.keyboard.press('2');
  await page.getByRole('button', { name: '计算服务覆盖' }).click();
  await expect(page.locator('.job')).toHaveCount(0, { timeout: 120_000 });
  await drawn(page);
  await shot(page, 'import_coverage');
});

test('nothing of this wrote an error into the console', () => {
  expect(errors).toEqual([]);
});
