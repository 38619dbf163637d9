import { type Browser, expect, type Page } from '@playwright/test';

export type Point = [number, number];
export interface Atom {
  code: string;
  building: string | null;
  floor_low: number | null;
  households: number;
  zone: string;
  grid: string;
  at: Point;
}

/** A page whose errors are kept; shared by the tests of a file, because a browser without a graphics card takes long to draw. */
export async function opened(browser: Browser, path = '/?lang=zh'): Promise<{ page: Page; errors: string[] }> {
  const context = await browser.newContext();
  // Who comes for the first time is shown around; the tests of the tour take this out.
  await context.addInitScript(() => localStorage.setItem('lifang.toured', '1'));
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto(path);
  await drawn(page);
  return { page, errors };
}

export async function drawn(page: Page): Promise<void> {
  await expect(page.locator('.map')).toHaveAttribute('data-busy', 'false', { timeout: 60_000 });
}

/** A picture for the documentation, when one is asked for. */
export async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env['LIFANG_SHOTS'];
  if (!folder) return;
  await page.waitForTimeout(1500);
  await page.screenshot({ path: `${folder}/${name}.jpg`, type: 'jpeg', quality: 82 });
}

interface Feature {
  properties: Record<string, string | number | null>;
  geometry: { coordinates: unknown };
}

export async function layer(page: Page, path: string): Promise<Feature[]> {
  return ((await (await page.request.get(`/api/layers/${path}`)).json()) as { features: Feature[] }).features;
}

function box(geometry: Feature['geometry']): [number, number, number, number] {
  const found: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  const walk = (value: unknown): void => {
    if (!Array.isArray(value)) return;
    if (typeof value[0] !== 'number') return value.forEach(walk);
    const [x, y] = value as Point;
    found[0] = Math.min(found[0], x);
    found[1] = Math.min(found[1], y);
    found[2] = Math.max(found[2], x);
    found[3] = Math.max(found[3], y);
  };
  walk(geometry.coordinates);
  return found;
}

export async function atoms(page: Page): Promise<Atom[]> {
  return (await layer(page, 'atoms')).map(({ properties, geometry }) => {
    const [west, south, east, north] = box(geometry);
    return {
      code: String(properties['code']), building: properties['building'] as string | null, floor_low: properties['floor_low'] as number | null,
      households: Number(properties['households']), zone: String(properties['zone_micro_grid']), grid: String(properties['zone_grid']),
      at: [(west + east) / 2, (south + north) / 2],
    };
  });
}

const mercator = ([x, y]: Point): Point => [x / 360 + 0.5, 0.5 - Math.log(Math.tan(Math.PI / 4 + (y * Math.PI) / 360)) / (2 * Math.PI)];

/** Zooms to a zone by the table, and gives where a longitude and latitude then is on the screen. */
export async function zoomTo(page: Page, code: string): Promise<(at: Point) => Point> {
  const zone = (await layer(page, 'zones?level=micro_grid')).find((feature) => feature.properties['code'] === code);
  if (!zone) throw new Error(`no zone ${code}`);
  await page.keyboard.press('1');
  await page.locator('#filter').fill(code);
  await page.locator('.rows .row').first().click();
  await page.locator('#filter').fill('');
  await page.waitForTimeout(600);
  return fitted(page, box(zone.geometry));
}

/** Where a longitude and latitude is on the screen once the map was fitted to a box. */
export async function fitted(page: Page, [west, south, east, north]: readonly [number, number, number, number]): Promise<(at: Point) => Point> {
  const map = await page.locator('.map').boundingBox();
  if (!map) throw new Error('there is no map');
  // As the map fits: 320 pixels at the left are under the panels.
  const [a, b] = [mercator([west, north]), mercator([east, south])];
  const [left, top, right, bottom] = [320, 48, 56, 56];
  const scale = Math.min((map.width - left - right) / (b[0] - a[0]), (map.height - top - bottom) / (b[1] - a[1]), 512 * 2 ** 19);
  const middle: Point = [map.x + left + (map.width - left - right) / 2, map.y + top + (map.height - top - bottom) / 2];
  return (at) => {
    const [x, y] = mercator(at);
    return [middle[0] + (x - (a[0] + b[0]) / 2) * scale, middle[1] + (y - (a[1] + b[1]) / 2) * scale];
  };
}

export async function drag(page: Page, path: readonly Point[], hold = false): Promise<void> {
  const [first, ...rest] = path;
  if (!first) return;
  await page.mouse.move(...first);
  await page.mouse.down();
  for (const point of rest) await page.mouse.move(...point, { steps: 8 });
  if (!hold) await page.mouse.up();
}

export async function history(page: Page): Promise<{ revision: number; entries: { seq: number; kind: string; reason: string | null; edit: { edit: string } | null; in_force: boolean }[] }> {
  return (await (await page.request.get('/api/history')).json()) as Awaited<ReturnType<typeof history>>;
}

/** Takes back everything done since an entry, so that the next test finds the plan as it was. */
export async function takeBack(page: Page, since: number): Promise<void> {
  for (let left = 40; left > 0; left -= 1) {
    const { entries } = await history(page);
    if (!entries.some((entry) => entry.seq > since && entry.kind === 'edit' && entry.in_force)) return;
    const undone = await page.request.post('/api/undo', { data: {} });
    expect(undone.status()).toBe(200);
  }
}
