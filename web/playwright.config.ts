import { defineConfig } from '@playwright/test';

// LIFANG_URL points at a running `lifang serve`; without it the page is tried over the made-up community.
const given = process.env['LIFANG_URL'];
const url = given ?? 'http://127.0.0.1:8643';

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  timeout: 90_000,
  expect: { timeout: 20_000 },
  workers: 1,
  reporter: [['list']],
  use: {
    baseURL: url,
    viewport: { width: 1280, height: 720 },
    locale: 'zh-CN',
    // The map then jumps instead of flying: what is asked for is there at once.
    contextOptions: { reducedMotion: 'reduce' },
    launchOptions: {
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
    },
  },
  ...(given ? {} : { webServer: { command: 'node e2e/fixtures/serve.mjs 8643', url: `${url}/api/health`, reuseExistingServer: true } }),
});
