import { afterEach, expect, it } from 'vitest';
import * as refs from '../../../../src/embedded/client/refs.ts';
import { jobController } from '../../../../src/embedded/controllers/job/controller.ts';
import { ttlAfterFinishedController } from '../../../../src/embedded/controllers/ttl-after-finished/controller.ts';
import { TestCluster } from '../cluster.ts';

let cluster: TestCluster;
afterEach(() => cluster.stop());

it('deletes a Job once it has been finished for as long as it says', async () => {
  cluster = await TestCluster.start(jobController, ttlAfterFinishedController);
  for (const ttlSecondsAfterFinished of [undefined, 60]) {
    await cluster.create(refs.jobs, {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: `job-${ttlSecondsAfterFinished}` },
      spec: {
        ...(ttlSecondsAfterFinished !== undefined && { ttlSecondsAfterFinished }),
        template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox:1' }] } },
      },
    });
  }
  await cluster.advance(100);
  for (const name of cluster.names(refs.pods)) await cluster.nodes.finish(name, 'Succeeded');
  await cluster.advance(59);
  expect(cluster.get(refs.jobs, 'job-60')?.metadata.deletionTimestamp).toBeUndefined();
  await cluster.advance(1);
  // The garbage collector deletes its Pods first, and then takes this off.
  expect(cluster.get(refs.jobs, 'job-60')?.metadata).toMatchObject({
    deletionTimestamp: '2026-01-01T00:02:40Z',
    finalizers: ['foregroundDeletion'],
  });
  expect(cluster.get(refs.jobs, 'job-undefined')?.metadata.deletionTimestamp).toBeUndefined();
});
