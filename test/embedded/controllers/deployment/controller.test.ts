import { afterEach, describe, expect, it } from 'vitest';
import * as refs from '../../../../src/embedded/client/refs.ts';
import { deploymentController } from '../../../../src/embedded/controllers/deployment/controller.ts';
import { replicaSetController } from '../../../../src/embedded/controllers/replicaset/controller.ts';
import type { Deployment, DeploymentSpec, Pod, ReplicaSet } from '../../../../src/kubernetes/objects.ts';
import { TestCluster } from '../cluster.ts';

let cluster: TestCluster;
afterEach(() => cluster.stop());

const kiada = (spec: Partial<DeploymentSpec> = {}): Deployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'kiada', annotations: { team: 'kiada' } },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'kiada' } },
    template: {
      metadata: { labels: { app: 'kiada' } },
      spec: { containers: [{ name: 'kiada', image: 'kiada:1' }] },
    },
    ...spec,
  },
});

async function start(deployment: Deployment = kiada()): Promise<void> {
  cluster = await TestCluster.start(deploymentController, replicaSetController);
  await cluster.create(refs.deployments, deployment);
  await cluster.settle();
}

const deployment = () => cluster.get(refs.deployments, 'kiada')!;
const status = () => deployment().status;
const imageOf = ({ spec }: Pod | ReplicaSet) =>
  ('template' in spec ? spec.template!.spec! : (spec as Pod['spec'])).containers[0]!.image!;
const images = () => cluster.list(refs.pods).map(imageOf).sort();
const setOf = (image: string) => cluster.list(refs.replicaSets).find((set) => imageOf(set) === image)!;
const revision = (object: Deployment | ReplicaSet) =>
  object.metadata.annotations?.['deployment.kubernetes.io/revision'];

/** What the Deployment says of one of its conditions, as "True NewReplicaSetAvailable: …". */
function condition(type: string): string | undefined {
  const found = status()?.conditions?.find((each) => each.type === type);
  return found && `${found.status} ${found.reason}: ${found.message}`;
}

async function patch(spec: object): Promise<void> {
  await cluster.client.resource(refs.deployments).patch('default', 'kiada', { spec });
  await cluster.settle();
}

const image = (image: string) => ({ template: { spec: { containers: [{ name: 'kiada', image }] } } });

describe('a Deployment', () => {
  it('has a ReplicaSet named by the hash of its template, and Pods', async () => {
    await start();
    const [set, ...others] = cluster.list(refs.replicaSets);
    expect(others).toEqual([]);
    const hash = set!.metadata.labels!['pod-template-hash']!;
    expect(set).toMatchObject({
      metadata: {
        name: `kiada-${hash}`,
        labels: { app: 'kiada', 'pod-template-hash': hash },
        annotations: {
          team: 'kiada',
          'deployment.kubernetes.io/desired-replicas': '3',
          'deployment.kubernetes.io/max-replicas': '4',
          'deployment.kubernetes.io/revision': '1',
        },
        ownerReferences: [{ kind: 'Deployment', name: 'kiada', controller: true, blockOwnerDeletion: true }],
      },
      spec: {
        replicas: 3,
        selector: { matchLabels: { app: 'kiada', 'pod-template-hash': hash } },
        template: { metadata: { labels: { app: 'kiada', 'pod-template-hash': hash } } },
      },
    });
    expect(cluster.list(refs.pods)).toHaveLength(3);
    expect(revision(deployment())).toBe('1');
    expect(await cluster.events('kiada')).toEqual([
      `ScalingReplicaSet: Scaled up replica set kiada-${hash} from 0 to 3`,
    ]);
    expect(cluster.failures).toEqual([]);
  });

  it('reports how it is, and that it has progressed', async () => {
    await start();
    const { conditions, ...numbers } = status()!;
    expect(numbers).toEqual({
      observedGeneration: 1,
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
    });
    expect(conditions!.map(({ type }) => type)).toEqual(['Available', 'Progressing']);
    expect(condition('Available')).toBe('True MinimumReplicasAvailable: Deployment has minimum availability.');
    expect(condition('Progressing')).toBe(
      `True NewReplicaSetAvailable: ReplicaSet "${setOf('kiada:1').metadata.name}" has successfully progressed.`,
    );
  });

  it('rolls an update out within its surge and unavailability', async () => {
    await start(kiada({ replicas: 4, strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } } }));
    const available: number[] = [];
    cluster.client.informer(refs.pods).subscribe({
      updated: () => {
        const pods = cluster.list(refs.pods).filter(({ metadata }) => !metadata.deletionTimestamp);
        expect(pods.length).toBeLessThanOrEqual(5);
        available.push(pods.filter(({ status }) => status?.conditions?.some(({ type }) => type === 'Ready')).length);
      },
    });
    await patch(image('kiada:2'));
    expect(Math.min(...available)).toBeGreaterThanOrEqual(3);
    expect(images()).toEqual(Array(4).fill('kiada:2'));
    const [one, two] = [setOf('kiada:1').metadata.name, setOf('kiada:2').metadata.name];
    const events = await cluster.events('kiada');
    expect(events.slice(1, 4)).toEqual([
      `ScalingReplicaSet: Scaled up replica set ${two} from 0 to 1`,
      `ScalingReplicaSet: Scaled down replica set ${one} from 4 to 3`,
      `ScalingReplicaSet: Scaled up replica set ${two} from 1 to 2`,
    ]);
    expect(setOf('kiada:1').spec.replicas).toBe(0);
    expect(revision(deployment())).toBe('2');
    expect(status()).toMatchObject({ updatedReplicas: 4, replicas: 4, availableReplicas: 4, observedGeneration: 2 });
  });

  it('stops at a version that does not become ready, and says so after its deadline', async () => {
    await start(kiada({ progressDeadlineSeconds: 60 }));
    cluster.nodes.unreadyImages.add('bad');
    await patch(image('bad'));
    const name = setOf('bad').metadata.name;
    expect(images()).toEqual(['bad', 'kiada:1', 'kiada:1', 'kiada:1']);
    expect(condition('Progressing')).toBe(`True ReplicaSetUpdated: ReplicaSet "${name}" is progressing.`);
    await cluster.advance(59);
    expect(condition('Progressing')).toMatch(/^True/);
    await cluster.advance(3);
    expect(condition('Progressing')).toBe(
      `False ProgressDeadlineExceeded: ReplicaSet "${name}" has timed out progressing.`,
    );
    expect(condition('Available')).toMatch(/^True/);
    cluster.nodes.releaseImage('bad');
    await cluster.settle();
    expect(condition('Progressing')).toBe(
      `True NewReplicaSetAvailable: ReplicaSet "${name}" has successfully progressed.`,
    );
    expect(images()).toEqual(['bad', 'bad', 'bad']);
  });

  it('rolls over to the next version while the one before has not come up', async () => {
    await start();
    cluster.nodes.unreadyImages.add('bad');
    await patch(image('bad'));
    await patch(image('kiada:3'));
    expect(images()).toEqual(Array(3).fill('kiada:3'));
    expect(setOf('bad').spec.replicas).toBe(0);
    expect(setOf('kiada:1').spec.replicas).toBe(0);
    expect(revision(setOf('kiada:3'))).toBe('3');
  });

  it('goes back to an earlier version by its ReplicaSet, which remembers the revision it was', async () => {
    await start();
    const { uid } = setOf('kiada:1').metadata;
    await patch(image('kiada:2'));
    await patch(image('kiada:1'));
    expect(cluster.list(refs.replicaSets)).toHaveLength(2);
    const set = setOf('kiada:1');
    expect(set.metadata.uid).toBe(uid);
    expect(revision(set)).toBe('3');
    expect(set.metadata.annotations!['deployment.kubernetes.io/revision-history']).toBe('1');
    expect(revision(deployment())).toBe('3');
    await patch(image('kiada:2'));
    await patch(image('kiada:1'));
    expect(setOf('kiada:1').metadata.annotations!['deployment.kubernetes.io/revision-history']).toBe('1,3');
    expect(images()).toEqual(Array(3).fill('kiada:1'));
  });

  it('counts revisions beyond what a double holds exactly', async () => {
    await start();
    const annotations = { 'deployment.kubernetes.io/revision': '3546343826724305832' };
    await cluster.client
      .resource(refs.replicaSets)
      .patch('default', setOf('kiada:1').metadata.name, { metadata: { annotations } });
    await patch(image('kiada:2'));
    expect(revision(setOf('kiada:2'))).toBe('3546343826724305833');
    expect(revision(deployment())).toBe('3546343826724305833');
  });

  it('ends everything old before anything new when it recreates', async () => {
    await start(kiada({ strategy: { type: 'Recreate' } }));
    const names = cluster.names(refs.pods);
    for (const name of names) cluster.nodes.lingering.add(name);
    await patch(image('kiada:2'));
    expect(images()).toEqual(Array(3).fill('kiada:1'));
    expect(setOf('kiada:2')).toBeUndefined();
    expect(condition('Available')).toBe(
      'False MinimumReplicasUnavailable: Deployment does not have minimum availability.',
    );
    for (const name of names) cluster.nodes.release(name);
    await cluster.settle();
    expect(images()).toEqual(Array(3).fill('kiada:2'));
    expect(status()).toMatchObject({ updatedReplicas: 3, availableReplicas: 3 });
  });

  it('scales, also in the middle of a rollout, where both versions take their share', async () => {
    await start(kiada({ replicas: 10, strategy: { rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } } }));
    cluster.nodes.unreadyImages.add('bad');
    await patch(image('bad'));
    expect([setOf('kiada:1').spec.replicas, setOf('bad').spec.replicas]).toEqual([8, 5]);
    await patch({ replicas: 30 });
    expect([setOf('kiada:1').spec.replicas, setOf('bad').spec.replicas]).toEqual([20, 13]);
    expect(setOf('bad').metadata.annotations).toMatchObject({
      'deployment.kubernetes.io/desired-replicas': '30',
      'deployment.kubernetes.io/max-replicas': '33',
    });
    await patch({ replicas: 5 });
    expect(setOf('kiada:1').spec.replicas! + setOf('bad').spec.replicas!).toBe(8);
  });

  it('rolls nothing out while it is paused, but scales', async () => {
    await start();
    await patch({ paused: true });
    expect(condition('Progressing')).toBe('Unknown DeploymentPaused: Deployment is paused');
    await patch({ ...image('kiada:2'), replicas: 5 });
    expect(images()).toEqual(Array(5).fill('kiada:1'));
    expect(setOf('kiada:2')).toBeUndefined();
    await patch({ paused: false });
    expect(images()).toEqual(Array(5).fill('kiada:2'));
    expect(condition('Progressing')).toMatch(/^True NewReplicaSetAvailable/);
  });

  it('keeps as many old versions as it is told to', async () => {
    await start(kiada({ revisionHistoryLimit: 2 }));
    for (let n = 2; n <= 5; n++) await patch(image(`kiada:${n}`));
    expect(cluster.list(refs.replicaSets).map(imageOf).sort()).toEqual(['kiada:3', 'kiada:4', 'kiada:5']);
  });

  it('takes another name for a ReplicaSet where its own is taken', async () => {
    await start();
    const { name } = setOf('kiada:1').metadata;
    await cluster.client.resource(refs.deployments).delete('default', 'kiada', { propagationPolicy: 'Background' });
    await cluster.client
      .resource(refs.replicaSets)
      .patch('default', name, { metadata: { ownerReferences: null, labels: { app: 'other' } } });
    await cluster.settle();
    await cluster.create(refs.deployments, kiada());
    await cluster.advance(10);
    expect(status()).toMatchObject({ collisionCount: 1, replicas: 3 });
    expect(cluster.list(refs.replicaSets)).toHaveLength(2);
  });

  it('adopts a ReplicaSet with its template', async () => {
    await start();
    const { name } = setOf('kiada:1').metadata;
    const sets = cluster.client.resource(refs.replicaSets);
    await cluster.client.resource(refs.deployments).delete('default', 'kiada', { propagationPolicy: 'Background' });
    await sets.patch('default', name, { metadata: { ownerReferences: null } });
    await cluster.settle();
    await cluster.create(refs.deployments, kiada());
    await cluster.settle();
    expect(cluster.names(refs.replicaSets)).toEqual([name]);
    expect(cluster.get(refs.replicaSets, name)!.metadata.ownerReferences![0]!.uid).toBe(deployment().metadata.uid);
    expect(revision(deployment())).toBe('1');
    expect(status()).toMatchObject({ availableReplicas: 3 });
  });

  it('passes a change of its annotations and minReadySeconds on without a rollout', async () => {
    await start();
    await cluster.client
      .resource(refs.deployments)
      .patch('default', 'kiada', { metadata: { annotations: { 'kubernetes.io/change-cause': 'no reason' } } });
    await patch({ minReadySeconds: 5 });
    const [set] = cluster.list(refs.replicaSets);
    expect(set!.metadata.annotations).toMatchObject({ 'kubernetes.io/change-cause': 'no reason' });
    expect(set!.spec.minReadySeconds).toBe(5);
    expect(cluster.list(refs.replicaSets)).toHaveLength(1);
  });

  it('shows why its Pods cannot be created', async () => {
    cluster = await TestCluster.start(deploymentController, replicaSetController);
    const quota = await cluster.create(refs.resourceQuotas, {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'quota' },
      spec: { hard: { pods: '0' } },
    });
    const used = { hard: { pods: '0' }, used: { pods: '0' } };
    await cluster.client.resource(refs.resourceQuotas).updateStatus({ ...quota, status: used });
    await cluster.create(refs.deployments, kiada());
    await cluster.settle();
    expect(condition('ReplicaFailure')).toMatch(
      /^True FailedCreate: pods "kiada-\w+-\w{5}" is forbidden: exceeded quota/,
    );
    await cluster.client.resource(refs.resourceQuotas).delete('default', 'quota');
    await cluster.advance(60);
    expect(condition('ReplicaFailure')).toBeUndefined();
    expect(status()).toMatchObject({ availableReplicas: 3 });
  });
});
