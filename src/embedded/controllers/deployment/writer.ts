import type { Deployment, ReplicaSet } from '../../../kubernetes/objects.ts';
import { controllerReference } from '../../../kubernetes/owners.ts';
import type { Client, ResourceClient } from '../../client/client.ts';
import type { EventRecorder } from '../../client/events.ts';
import * as refs from '../../client/refs.ts';
import { ignoreNotFound } from '../shared/failures.ts';
import { PodTemplateHasher } from '../shared/pod-template-hash.ts';
import { newestAnnotations, sameAnnotations, sizeAnnotations } from './annotations.ts';
import { initialReplicas, type Scaling } from './plan.ts';
import { hashLabel } from './replica-sets.ts';

/** Writes the ReplicaSets of Deployments, and records in Events on the Deployment how it scaled them. */
export class DeploymentWriter {
  readonly #sets: ResourceClient<ReplicaSet>;
  readonly #deployments: ResourceClient<Deployment>;
  readonly #recorder: EventRecorder;
  readonly #hasher = new PodTemplateHasher();

  constructor(client: Client, recorder: EventRecorder) {
    this.#sets = client.resource(refs.replicaSets);
    this.#deployments = client.resource(refs.deployments);
    this.#recorder = recorder;
  }

  /** @returns whether a ReplicaSet has another size now; annotations alone do not count */
  async scale(deployment: Deployment, scalings: readonly Scaling[]): Promise<boolean> {
    const newest = new Map<ReplicaSet, ReplicaSet>();
    let scaled = false;
    for (const { set, from, to } of scalings) {
      const current = newest.get(set) ?? set;
      const annotations = { ...current.metadata.annotations, ...sizeAnnotations(deployment) };
      if (from === to && sameAnnotations(current.metadata.annotations, annotations)) continue;
      const metadata = { ...current.metadata, annotations };
      newest.set(set, await this.#sets.update({ ...current, metadata, spec: { ...current.spec, replicas: to } }));
      if (from === to) continue;
      scaled = true;
      this.#recordScaling(deployment, set.metadata.name, from, to);
    }
    return scaled;
  }

  /** The ReplicaSet of the Deployment's template, as it is to be created. */
  newReplicaSet(deployment: Deployment, old: readonly ReplicaSet[], revision: bigint): ReplicaSet {
    const { template, selector, minReadySeconds } = deployment.spec;
    const hash = this.#hasher.hash(template, deployment.status?.collisionCount);
    const labels = { ...template.metadata?.labels, [hashLabel]: hash };
    return {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${deployment.metadata.name}-${hash}`,
        namespace: deployment.metadata.namespace,
        labels,
        annotations: { ...newestAnnotations(deployment, undefined, revision), ...sizeAnnotations(deployment) },
        ownerReferences: [controllerReference(deployment)],
      },
      spec: {
        replicas: initialReplicas(deployment, old),
        ...(minReadySeconds && { minReadySeconds }),
        selector: { ...selector, matchLabels: { ...selector.matchLabels, [hashLabel]: hash } },
        template: { ...template, metadata: { ...template.metadata, labels } },
      },
    };
  }

  async create(deployment: Deployment, set: ReplicaSet): Promise<ReplicaSet> {
    const created = await this.#sets.create(set);
    const replicas = set.spec.replicas ?? 0;
    if (replicas > 0) this.#recordScaling(deployment, set.metadata.name, 0, replicas);
    return created;
  }

  /** Gives the ReplicaSet of the present template what the Deployment says. @returns undefined where it has that */
  async refresh(deployment: Deployment, set: ReplicaSet, revision: bigint): Promise<ReplicaSet | undefined> {
    const annotations = newestAnnotations(deployment, set, revision);
    const { minReadySeconds = 0 } = deployment.spec;
    const same = (set.spec.minReadySeconds ?? 0) === minReadySeconds;
    if (same && sameAnnotations(set.metadata.annotations, annotations)) return undefined;
    const metadata = { ...set.metadata, annotations };
    return this.#sets.update({ ...set, metadata, spec: { ...set.spec, minReadySeconds } });
  }

  async delete(sets: readonly ReplicaSet[]): Promise<void> {
    for (const { metadata } of sets) {
      await ignoreNotFound(this.#sets.delete(metadata.namespace ?? '', metadata.name));
    }
  }

  /** Also writes the revision among the annotations. */
  updateStatus(deployment: Deployment): Promise<Deployment> {
    return this.#deployments.updateStatus(deployment);
  }

  warn(deployment: Deployment, reason: string, message: string): void {
    this.#recorder.event(deployment, 'Warning', reason, message);
  }

  #recordScaling(deployment: Deployment, name: string, from: number, to: number): void {
    const message = `Scaled ${from < to ? 'up' : 'down'} replica set ${name} from ${from} to ${to}`;
    this.#recorder.event(deployment, 'Normal', 'ScalingReplicaSet', message);
  }
}
