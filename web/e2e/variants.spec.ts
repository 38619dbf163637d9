import { writeFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import { atoms, drawn, history, opened, shot, takeBack } from './helpers';

test.skip(!process.env['LIFANG_URL'], 'needs a running lifang serve');

let page: Page;
let errors: string[];
const dialog = () => page.getByRole('dialog', { name: '情景、备选方案、人员' });
const sheet = async (): Promise<void> => {
  await page.locator('header .tools button', { hasText: '情景' }).click();
  await expect(dialog()).toBeVisible();
};

test.beforeAll(async ({ browser }) => {
  ({ page, errors } = await opened(browser));
});
test.afterAll(() => page.close());

test('the engine puts a zone right: what it would move is shown, then taken as one edit', async () => {
  const { revision, entries } = await history(page);
  const all = await atoms(page);
  const atom = all.find((each) => each.households > 20 && each.floor_low === null)!;
  const to = all.find((each) => each.grid === atom.grid && each.zone !== atom.zone)!;
  const broken = await page.request.post('/api/edits', { data: { base: revision, edit: { move: { level: 'micro_grid', atoms: { codes: [atom.code] }, to: to.zone } } } });
  expect(broken.status()).toBe(200);
  const now = (await history(page)).revision;
  await page.keyboard.press('3');
  await page.getByRole('button', { name: '修复此分区' }).first().click();
  const card = page.getByRole('region', { name: '分区修复' });
  await expect(card).toContainText('个问题中可解决', { timeout: 60_000 });
  await shot(page, 'mend');
  expect((await history(page)).revision, 'looking changes nothing').toBe(now);
  await card.getByRole('button', { name: '采纳' }).click();
  await expect(card).toHaveCount(0, { timeout: 60_000 });
  expect((await history(page)).entries.length).toBe(entries.length + 2);
  await takeBack(page, entries.length);
});

test('a scenario is branched, switched and merged back', async () => {
  await sheet();
  // Every figure is filled in.
  await expect(dialog()).toContainText(/住户 \d+ 组/);
  await expect(dialog()).not.toContainText('{');
  const name = `副本 ${Date.now()}`;
  await dialog().getByLabel('副本名称').fill(name);
  await dialog().getByRole('button', { name: '复制并在副本中继续' }).click();
  await expect(dialog().locator('li.now')).toContainText(name, { timeout: 60_000 });
  await dialog().locator('li', { hasText: '最初的方案' }).getByRole('button', { name: '切换到此' }).click();
  await expect(dialog().locator('li.now')).toContainText('最初的方案', { timeout: 60_000 });
  await dialog().locator('li', { hasText: name }).getByRole('button', { name: '合并…' }).click();
  await expect(dialog().getByText('换分区')).toBeVisible({ timeout: 60_000 });
  await shot(page, 'scenarios');
});

test('alternatives are offered with their figures before one is taken', async () => {
  await dialog().getByRole('button', { name: '备选方案' }).click();
  await dialog().getByRole('button', { name: '生成 3 个备选方案' }).click();
  await expect(dialog().locator('tbody tr').first()).toBeVisible({ timeout: 90_000 });
  await shot(page, 'alternatives');
});

test('a roster comes in from a table and is listed by zone', async ({}, info) => {
  const zone = (await atoms(page))[0]!.zone;
  const { roles } = (await (await page.request.get('/api/staff')).json()) as { roles: { title: { zh: string }; levels: string[] }[] };
  const role = roles.find((each) => each.levels.includes('micro_grid') || each.levels.length === 0) ?? roles[0]!;
  await writeFile(info.outputPath('名册.csv'), `网格编码,岗位,姓名,电话\n${zone},${role.title.zh},王芳 <img onerror=1>,=cmd()\n`);
  await dialog().getByRole('button', { name: '人员' }).click();
  await dialog().locator('input[type=file]').setInputFiles(info.outputPath('名册.csv'));
  await expect(dialog().locator('tbody')).toContainText('王芳 <img onerror=1>', { timeout: 30_000 });
  await shot(page, 'staff');
  await page.keyboard.press('Escape');
  await drawn(page);
});

test('nothing of this wrote an error into the console', () => {
  expect(errors).toEqual([]);
});
