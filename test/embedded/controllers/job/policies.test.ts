import { describe, expect, it } from 'vitest';
import { parseIndexes } from '../../../../src/embedded/controllers/job/indexes.ts';
import { judge, successMessage } from '../../../../src/embedded/controllers/job/policies.ts';
import type { Job, JobSpec, Pod } from '../../../../src/kubernetes/objects.ts';

const job = (spec: Partial<JobSpec>): Job => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'job' },
  spec: { completions: 10, template: {}, ...spec },
});

type Rules = NonNullable<JobSpec['podFailurePolicy']>['rules'];

function pod(exitCode: number | undefined, condition?: string): Pod {
  const state = exitCode === undefined ? {} : { terminated: { exitCode } };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'pod', namespace: 'default' },
    spec: { containers: [{ name: 'main' }] },
    status: {
      containerStatuses: [{ name: 'main', image: '', imageID: '', ready: false, restartCount: 0, state }],
      conditions: condition ? [{ type: condition, status: 'True' }] : [],
    },
  };
}

describe('a podFailurePolicy', () => {
  const rules: Rules = [
    { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
    { action: 'FailJob', onExitCodes: { operator: 'In', values: [42, 43] } },
    { action: 'FailIndex', onExitCodes: { containerName: 'other', operator: 'In', values: [7] } },
    { action: 'Count', onExitCodes: { operator: 'NotIn', values: [1, 2] } },
    { action: 'FailJob', onPodConditions: [{ type: 'ConfigIssue', status: 'True' }] },
  ];

  it.each([
    ['the first rule that matches', pod(42, 'DisruptionTarget'), { action: 'Ignore', counts: false }],
    [
      'an exit code',
      pod(43),
      {
        action: 'FailJob',
        counts: true,
        failsJob: 'Container main for pod default/pod failed with exit code 43 matching FailJob rule at index 1',
      },
    ],
    ['the named container only', pod(7), { action: 'Count', counts: true }],
    [
      'a condition',
      pod(1, 'ConfigIssue'),
      {
        action: 'FailJob',
        counts: true,
        failsJob: 'Pod default/pod has condition ConfigIssue matching FailJob rule at index 4',
      },
    ],
    ['no rule', pod(1), { counts: true }],
    ['no container that still runs', pod(undefined), { counts: true }],
    ['no container that ended well', pod(0), { counts: true }],
  ])('goes by %s', (_, failed, expected) => {
    expect(judge(job({ podFailurePolicy: { rules } }), failed)).toEqual(expected);
  });

  it('where there is none, counts every failure', () => {
    expect(judge(job({}), pod(1))).toEqual({ counts: true });
  });
});

describe('a successPolicy', () => {
  it.each([
    ['1-3', [{ succeededIndexes: '1-3' }], 'Matched rules at index 0'],
    ['1,3', [{ succeededIndexes: '1-3' }], undefined],
    ['1,3', [{ succeededIndexes: '1-3', succeededCount: 2 }], 'Matched rules at index 0'],
    ['0,5', [{ succeededIndexes: '1-3', succeededCount: 1 }], undefined],
    ['0,5', [{ succeededIndexes: '1' }, { succeededCount: 2 }], 'Matched rules at index 1'],
    ['', [{ succeededCount: 0 }], undefined],
  ])('with indexes "%s" succeeded and %j', (succeeded, rules, expected) => {
    expect(successMessage(job({ successPolicy: { rules } }), parseIndexes(succeeded, 10))).toBe(expected);
  });
});
