import { svelte } from '@sveltejs/vite-plugin-svelte';
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** Bytes the page may have over the wire: an old computer on a slow line opens it all the same. */
const LARGEST = 700_000;

/** Fails the build when the page has grown too large. */
function weighed(): Plugin {
  return {
    name: 'weighed',
    generateBundle(_, bundle) {
      const bytes = Object.values(bundle).reduce((sum, file) => sum + gzipSync(file.type === 'chunk' ? file.code : file.source).length, 0);
      if (bytes > LARGEST) this.error(`the page has ${bytes} bytes compressed; at most ${LARGEST} are allowed`);
      this.info(`${bytes} bytes compressed, of ${LARGEST}`);
    },
  };
}

export default defineConfig({
  plugins: [svelte(), weighed()],
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
  // The server takes changes from its own pages only: to it, this page is one.
  server: { proxy: { '^/(plans/[^/]+/)?(api|collections)': { target: process.env['LIFANG_URL'] ?? 'http://127.0.0.1:8642', changeOrigin: false } } },
  test: { include: ['src/**/*.test.ts'] },
});
