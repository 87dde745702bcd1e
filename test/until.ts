import { vi } from 'vitest';

/** Resolves once it holds; rejects where it does not within what a busy machine may need. */
export async function until(met: () => boolean): Promise<void> {
  await vi.waitUntil(met, { timeout: 30_000, interval: 10 });
}
