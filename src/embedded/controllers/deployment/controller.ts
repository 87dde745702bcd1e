import type { Deployment } from '../../../kubernetes/objects.ts';
import { controllerOf } from '../../../kubernetes/owners.ts';
import { LabelSelector } from '../../../kubernetes/selectors.ts';
import type { Controller } from '../../client/client.ts';
import { EventRecorder } from '../../client/events.ts';
import * as refs from '../../client/refs.ts';
import type { WorkQueue } from '../../client/workqueue.ts';
import { claim } from '../shared/adoption.ts';
import type { ControllerContext } from '../shared/context.ts';
import { candidatesFor, controlledBy, resolveController, watchDependents } from '../shared/owners.ts';
import { keyOf, reconciler, splitKey } from '../shared/reconciler.ts';
import { Rollout } from './rollout.ts';
import { DeploymentWriter } from './writer.ts';

const name = 'deployment-controller';

/** Keeps Deployments: a ReplicaSet for each version of the template, and as many Pods of each as the rollout wants now. */
export function deploymentController(context: ControllerContext): Controller {
  const { clock } = context;
  const client = context.clientFor(name);
  const recorder = new EventRecorder({ client, clock, component: name });
  const writer = new DeploymentWriter(client, recorder);
  const deployments = client.informer(refs.deployments);
  const sets = client.informer(refs.replicaSets);
  const setClient = client.resource(refs.replicaSets);
  const pods = client.informer(refs.pods);

  async function sync(key: string, queue: WorkQueue): Promise<void> {
    const { namespace, name } = splitKey(key);
    const deployment = deployments.get(namespace, name);
    if (!deployment) return;
    if (selectsEverything(deployment)) return refuse(deployment);
    const selector = LabelSelector.from(deployment.spec.selector);
    const claimed = await claim(setClient, deployment, candidatesFor(sets, deployment), (set) =>
      selector.matches(set.metadata.labels),
    );
    const rollout = new Rollout({
      clock,
      writer,
      deployment,
      sets: claimed,
      pods: (set) => controlledBy(pods, set),
      replicaSet: (set) => sets.get(namespace, set),
    });
    const wait = await rollout.run();
    if (wait !== undefined) queue.addAfter(key, wait);
  }

  async function refuse(deployment: Deployment): Promise<void> {
    const message = 'This deployment is selecting all pods. A non-empty selector is required.';
    writer.warn(deployment, 'SelectingAll', message);
    const { generation = 0 } = deployment.metadata;
    if ((deployment.status?.observedGeneration ?? 0) >= generation) return;
    await writer.updateStatus({ ...deployment, status: { ...deployment.status, observedGeneration: generation } });
  }

  return reconciler({
    name,
    context,
    recorder,
    sync,
    watch: (queue) => [
      deployments.subscribe({
        added: (deployment) => queue.add(keyOf(deployment)),
        updated: (deployment) => queue.add(keyOf(deployment)),
      }),
      watchDependents({
        dependents: sets,
        owners: deployments,
        kind: 'Deployment',
        matches: (deployment, set) => LabelSelector.from(deployment.spec.selector).matches(set.metadata.labels),
        changed: (deployment) => queue.add(keyOf(deployment)),
      }),
      // Recreate waits until the last of the old Pods has gone.
      pods.subscribe({
        deleted: (pod) => {
          const { namespace = '' } = pod.metadata;
          const set = resolveController(sets, 'ReplicaSet', namespace, controllerOf(pod));
          const deployment = set && resolveController(deployments, 'Deployment', namespace, controllerOf(set));
          if (deployment?.spec.strategy?.type === 'Recreate') queue.add(keyOf(deployment));
        },
      }),
    ],
  });
}

function selectsEverything({ spec: { selector } }: Deployment): boolean {
  return Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0;
}
