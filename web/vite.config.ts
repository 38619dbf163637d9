import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [svelte()],
  build: {
    target: 'es2022',
    // The map library alone is larger than the default limit; the page is served from loopback.
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      output: {
        // The map library changes rarely; kept apart, a browser keeps it across updates.
        codeSplitting: { groups: [{ name: 'maplibre', test: /node_modules[\\/]maplibre-gl/ }] },
      },
    },
  },
  server: { proxy: { '/api': process.env['LIFANG_URL'] ?? 'http://127.0.0.1:8642' } },
  test: { include: ['src/**/*.test.ts'] },
});
