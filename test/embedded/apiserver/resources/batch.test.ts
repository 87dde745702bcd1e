import { expect, it } from 'vitest';
import { cronjob } from '../../../../src/embedded/apiserver/resources/cronjob.ts';
import { job } from '../../../../src/embedded/apiserver/resources/job.ts';
import { describeRecorded } from './recorded.ts';

describeRecorded(job);
describeRecorded(cronjob);

it('leaves the Pods of a deleted Job alone unless told otherwise, as batch/v1 always has', () => {
  expect(job.defaultPropagation).toBe('Orphan');
  expect(cronjob.defaultPropagation).toBeUndefined();
});

it('selects Jobs by how many Pods have succeeded', () => {
  const object = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'x' }, status: { succeeded: 2 } };
  expect(job.selectableFields!['status.successful']!(object)).toBe('2');
});
