import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Controller } from '../../src/embedded/client/client.ts';
import { apiResources } from '../../src/embedded/client/discovery.ts';
import { componentIdentity } from '../../src/embedded/client/in-process-client.ts';
import * as refs from '../../src/embedded/client/refs.ts';
import { standardControllers } from '../../src/embedded/controllers/index.ts';
import { schedulerController } from '../../src/embedded/controllers/scheduler/controller.ts';
import type { ControllerContext } from '../../src/embedded/controllers/shared/context.ts';
import type { KubeObject } from '../../src/kubernetes/object.ts';
import type { Pod } from '../../src/kubernetes/objects.ts';
import { isReady, TestCluster } from './kubelet/cluster.ts';

/** All of a cluster, in time that the test moves: what a StatefulSet does when a node fails, and what it does not. */
let cluster: TestCluster;
let controllers: readonly Controller[];
/** web-0 as it was while all was well. */
let before: Pod;

const seconds = (count: number) => cluster.clock.advance(count * 1000);
const lost = () => before.spec.nodeName!;
const machine = () => cluster.node(lost());
const uid = () => cluster.pod('web-0')?.metadata.uid;
const node = () => cluster.informers.of(refs.nodes).get('', lost());
const condition = (type: string) => node()!.status?.conditions?.find((one) => one.type === type);
const taints = () => (node()!.spec?.taints ?? []).map(({ key, effect }) => `${key}:${effect}`).sort();
/** The Pod is there again, as another one. */
const replaced = () => cluster.untilPod('web-0', (pod) => pod.metadata.uid !== before.metadata.uid && isReady(pod));
/** Whether the container of the first web-0 runs on its node, whatever the API says. */
const stillRuns = () => {
  const worker = machine().find('default', 'web-0');
  if (!worker || worker.machine.pod.metadata.uid !== before.metadata.uid) return false;
  return worker.machine.state.containers.some(({ state }) => state === 'running');
};

const labels = { app: 'web' };
const web: KubeObject & Record<string, unknown> = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'web' },
  spec: {
    serviceName: 'web',
    replicas: 2,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        terminationGracePeriodSeconds: 1,
        containers: [{ name: 'main', image: 'busybox:1.36', command: ['sleep', '1000000'] }],
      },
    },
  },
};

beforeEach(async () => {
  cluster = await new TestCluster().start();
  const context: ControllerContext = {
    clock: cluster.clock,
    clientFor: (component) => {
      const { user, fieldManager } = componentIdentity(component);
      return cluster.client(user, fieldManager);
    },
    resources: apiResources(cluster.api.engine.registry),
    failed: (controller, key, error) => cluster.errors.push({ controller, key, error }),
  };
  controllers = [
    schedulerController(context),
    ...standardControllers(context, { volumes: cluster.volumes, latency: 0 }),
  ];
  for (const controller of controllers) controller.start();
  await cluster.create(web);
  before = await cluster.untilPod('web-0', isReady);
  await cluster.untilPod('web-1', isReady);
  // Nodes that have just booted are given more time than others.
  await seconds(70);
});

afterEach(async () => {
  await Promise.all(controllers.map((controller) => controller.stop()));
  await cluster.stop();
});

/** Cut off or switched off, long enough for its Pods to be deleted: 50 s until it is unknown, then 300 s tolerated. */
async function lose(how: 'partition' | 'stop'): Promise<void> {
  await machine()[how]();
  await seconds(50 + 5 + 300 + 15);
  expect(cluster.pod('web-0')!.metadata.deletionTimestamp).toBeDefined();
  expect(uid()).toBe(before.metadata.uid);
}

describe('a StatefulSet whose node is lost', () => {
  it('is told after 50 seconds, loses its Pod to the taint after 300 more, and makes no other', async () => {
    await machine().partition();
    await seconds(39);
    expect(condition('Ready')?.status).toBe('True');
    await seconds(21);
    expect(condition('Ready')).toMatchObject({ status: 'Unknown', reason: 'NodeStatusUnknown' });
    expect(taints()).toEqual(['NoExecute', 'NoSchedule'].map((effect) => `node.kubernetes.io/unreachable:${effect}`));
    expect(isReady(cluster.pod('web-0')!)).toBe(false);
    expect(cluster.pod('web-0')!.status?.phase).toBe('Running');

    await seconds(280);
    expect(cluster.pod('web-0')!.metadata.deletionTimestamp).toBeUndefined();
    await seconds(30);
    expect(cluster.pod('web-0')!.metadata.deletionTimestamp).toBeDefined();
    expect(cluster.events('web-0')).toContainEqual(expect.stringMatching(/^TaintManagerEviction: /));

    await seconds(900);
    expect(uid()).toBe(before.metadata.uid);
    expect(stillRuns()).toBe(true);
    expect(isReady(cluster.pod('web-1')!)).toBe(true);
  });

  it('makes another once the node is back and has ended the old one', async () => {
    await lose('partition');
    await machine().start();
    await replaced();
    expect(stillRuns()).toBe(false);
    await cluster.until(() => condition('Ready')?.status === 'True' && taints().length === 0);
  });

  it('keeps its Pod where the node is back in time', async () => {
    await machine().stop();
    await seconds(120);
    expect(condition('Ready')?.status).toBe('Unknown');
    await machine().start();
    const pod = await cluster.untilPod('web-0', isReady);
    expect(pod.metadata.uid).toBe(before.metadata.uid);
    expect(pod.status?.containerStatuses?.[0]?.restartCount).toBe(1);
    await seconds(600);
    expect(uid()).toBe(before.metadata.uid);
  });

  it('runs twice under one name when its Pod is deleted by force, until the node is back', async () => {
    await lose('partition');
    await cluster.admin.resource(refs.pods).delete('default', 'web-0', { gracePeriodSeconds: 0 });
    const another = await replaced();
    expect(another.spec.nodeName).not.toBe(lost());
    expect(stillRuns()).toBe(true);
    await machine().start();
    await cluster.until(() => !stillRuns());
    expect(uid()).toBe(another.metadata.uid);
  });

  it('makes another when the node is declared out of service', async () => {
    await lose('stop');
    await cluster.admin.resource(refs.nodes).patch(
      '',
      lost(),
      {
        spec: { taints: [{ key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown', effect: 'NoExecute' }] },
      },
      { type: 'strategic' },
    );
    const another = await replaced();
    expect(another.spec.nodeName).not.toBe(lost());
  });

  it('makes another when the node is deleted', async () => {
    await lose('stop');
    await cluster.admin.resource(refs.nodes).delete('', lost());
    await seconds(30);
    expect(uid()).toBe(before.metadata.uid);
    const another = await replaced();
    expect(another.spec.nodeName).not.toBe(lost());
  });
});
