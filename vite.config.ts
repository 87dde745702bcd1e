import { resolve } from 'node:path';
import { defineConfig } from 'vite';

/** The web build alone. The server and its worker threads are bundled by scripts/build.mjs. */
export default defineConfig({
  root: resolve(import.meta.dirname, 'src/web'),
  publicDir: 'public',
  build: {
    outDir: resolve(import.meta.dirname, 'dist/web'),
    emptyOutDir: true,
    target: ['chrome123', 'firefox128', 'safari17.5'],
    // The Content-Security-Policy allows fonts and scripts from files only, never from data: URLs.
    assetsInlineLimit: 0,
    // The polyfill is an inline script in the document, and every supported browser preloads modules by itself.
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 600,
  },
});
