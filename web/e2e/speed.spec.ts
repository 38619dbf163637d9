import { expect, test } from '@playwright/test';

// Figures for benches/README.md: LIFANG_SPEED=1 LIFANG_URL=… npx playwright test speed
test.skip(!process.env['LIFANG_SPEED'], 'prints figures when LIFANG_SPEED is set');
test.setTimeout(240_000);

const told = (what: string, times: number[]): void => {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(1);
  console.log(`${what}: ${sorted.length} times, median ${at(0.5)} ms, 95 % ${at(0.95)} ms, most ${at(1)} ms`);
};

test('how long the first map takes, and a frame while it is moved', async ({ browser }) => {
  for (const round of ['first', 'second']) {
    const context = await browser.newContext();
    await context.addInitScript(() => localStorage.setItem('lifang.toured', '1'));
    const page = await context.newPage();
    // The browser's own window takes a second to start; whoever opens a plan has one already.
    await page.goto('about:blank');
    await page.waitForTimeout(2500);
    const began = Date.now();
    await page.goto('/?lang=zh');
    await expect(page.locator('canvas.maplibregl-canvas')).toBeVisible();
    await expect(page.locator('.map')).toHaveAttribute('data-busy', 'false', { timeout: 180_000 });
    console.log(`map shown, ${round} time: ${Date.now() - began} ms`);
    if (round === 'first') {
      await context.close();
      continue;
    }
    const box = (await page.locator('.map').boundingBox())!;
    await page.evaluate(() => {
      const frames: number[] = [];
      const long: number[] = [];
      let last = performance.now();
      const step = (now: number): void => {
        frames.push(now - last);
        last = now;
        requestAnimationFrame(step);
      };
      requestAnimationFrame(step);
      new PerformanceObserver((list) => list.getEntries().forEach((entry) => long.push(entry.duration))).observe({ entryTypes: ['longtask'] });
      Object.assign(window, { frames, long });
    });
    const figures = async (what: string, work: () => Promise<void>): Promise<void> => {
      await page.evaluate(() => Object.values(window as unknown as { frames: number[]; long: number[] }).forEach(() => undefined));
      await page.evaluate(() => (((window as unknown as { frames: number[] }).frames.length = 0), ((window as unknown as { long: number[] }).long.length = 0)));
      await work();
      const { frames, long } = await page.evaluate(() => ({ frames: [...(window as unknown as { frames: number[] }).frames], long: [...(window as unknown as { long: number[] }).long] }));
      told(`frame, ${what}`, frames);
      told(`long task, ${what}`, long);
    };
    const middle: [number, number] = [box.x + box.width * 0.6, box.y + box.height / 2];
    await figures('panning', async () => {
      await page.mouse.move(...middle);
      await page.mouse.down();
      for (let step = 0; step < 60; step += 1) {
        await page.mouse.move(middle[0] + Math.sin(step / 8) * 180, middle[1] + Math.cos(step / 8) * 120);
        await page.waitForTimeout(16);
      }
      await page.mouse.up();
    });
    await figures('zooming', async () => {
      for (let step = 0; step < 40; step += 1) {
        await page.mouse.wheel(0, -120);
        await page.waitForTimeout(50);
      }
    });
    await page.waitForTimeout(3000);
    await figures('panning close by', async () => {
      await page.mouse.down();
      for (let step = 0; step < 60; step += 1) {
        await page.mouse.move(middle[0] + Math.sin(step / 8) * 180, middle[1] + Math.cos(step / 8) * 120);
        await page.waitForTimeout(16);
      }
      await page.mouse.up();
    });
    await page.screenshot({ path: test.info().outputPath('close.png') });
    const asked = Date.now();
    await page.locator('header .level button').last().click();
    await expect(page.locator('.map')).toHaveAttribute('data-busy', 'false', { timeout: 180_000 });
    console.log(`finest level shown: ${Date.now() - asked} ms`);
    const editing = Date.now();
    await page.keyboard.press('e');
    await expect(page.locator('section.edit')).toBeVisible({ timeout: 120_000 });
    await page.waitForFunction(() => !document.querySelector('section.edit [role=status] progress'), undefined, { timeout: 120_000 });
    console.log(`tools ready: ${Date.now() - editing} ms`);
    await page.screenshot({ path: test.info().outputPath('edit.png') });
    await context.close();
  }
});
