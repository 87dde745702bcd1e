import { defineConfig } from 'vitest/config';

/**
 * `unit` is everything that needs no other program; `integration` drives the built product with the real kubectl;
 * `browser` with the system's Chromium; `kind` needs a real cluster. scripts/test.mjs picks and reports.
 */
const shared = { environment: 'node' as const, testTimeout: 30_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/integration/**', 'test/browser/**', 'test/kind/**'],
        },
      },
      { test: { ...shared, name: 'integration', include: ['test/integration/**/*.test.ts'], testTimeout: 120_000 } },
      { test: { ...shared, name: 'browser', include: ['test/browser/**/*.test.ts'], testTimeout: 180_000 } },
      { test: { ...shared, name: 'kind', include: ['test/kind/**/*.test.ts'], testTimeout: 900_000 } },
    ],
  },
});
