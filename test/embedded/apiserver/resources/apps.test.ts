import { describe, expect, it } from 'vitest';
import { controllerrevision } from '../../../../src/embedded/apiserver/resources/controllerrevision.ts';
import { daemonset } from '../../../../src/embedded/apiserver/resources/daemonset.ts';
import { deployment } from '../../../../src/embedded/apiserver/resources/deployment.ts';
import { replicaset } from '../../../../src/embedded/apiserver/resources/replicaset.ts';
import { statefulset } from '../../../../src/embedded/apiserver/resources/statefulset.ts';
import { describeRecorded } from './recorded.ts';

describeRecorded(statefulset);
describeRecorded(deployment);
describeRecorded(replicaset);
describeRecorded(daemonset);
describeRecorded(controllerrevision);

const selector = {
  matchLabels: { app: 'kubia' },
  matchExpressions: [{ key: 'tier', operator: 'In', values: ['b', 'a'] }],
};

describe('scale', () => {
  it.each([statefulset, deployment, replicaset])('reads and sets replicas: $kind', (definition) => {
    const object = {
      apiVersion: 'apps/v1',
      kind: definition.kind,
      metadata: { name: 'kubia' },
      spec: { replicas: 3, selector, template: {} },
      status: { replicas: 2 },
    };
    const { getReplicas, setReplicas, statusReplicas, selector: text } = definition.scale!;
    expect([getReplicas(object), statusReplicas(object), text(object)]).toEqual([3, 2, 'app=kubia,tier in (a,b)']);
    setReplicas(object, 5);
    expect(object.spec.replicas).toBe(5);
  });
});

it('selects ReplicaSets by their number of Pods', () => {
  const object = { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'x' } };
  const count = replicaset.selectableFields!['status.replicas']!;
  expect(count(object)).toBe('0');
  expect(count({ ...object, status: { replicas: 4 } } as typeof object)).toBe('4');
});
