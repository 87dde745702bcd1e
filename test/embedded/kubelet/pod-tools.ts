import { expect } from 'vitest';
import type { Pod } from '../../../src/kubernetes/objects.ts';
import type { TestCluster } from './cluster.ts';

/** The node that tests put their Pods on. */
export const worker = 'ordinal-worker';

export const script = (text: string) => ({ command: ['sh', '-c', text] });

/** What is known of a Pod's first container. */
export const main = ({ status }: Pod) => status?.containerStatuses?.[0];

/** In words: "Ready False PodFailed". */
export const conditions = ({ status }: Pod) =>
  status?.conditions?.map(({ type, status, reason, message }) =>
    [type, status, reason, message].filter((part) => part !== undefined).join(' '),
  );

/** For afterEach: nothing has gone wrong unseen, and nobody waits any more. */
export async function stopClean(cluster: TestCluster): Promise<void> {
  await cluster.stop();
  expect(cluster.errors).toEqual([]);
  expect(cluster.clock.pending).toBe(0);
}
